"""What is filled into the blanks of a text: one set for each ticket, each made when first read."""

from collections.abc import Callable
from random import Random

from django.utils import timezone

from servicedesk.local.demo.names import FIRST_NAMES
from servicedesk.local.demo.office_time import DAY, moment

MONTHS = [
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
]  # fmt: skip
TITLES = [
    "De stilte van het water", "Kapitein Bries", "Wat de duinen weten", "Zeven winters",
    "Het huis met de rode deur", "De laatste veerman", "Onder de lindeboom", "Vos en Vink op reis",
    "Het meisje van de sluis", "Een zomer zonder kaart", "De kleine landmeter", "Mist over de Leie",
]  # fmt: skip
COURSES = [
    "Vestigingsbeheer", "Collectiebeheer", "Aan de slag met Wise", "Websites voor redacteurs",
    "Privacy aan de balie",
]  # fmt: skip
THINGS = ["gezelschapsspellen", "verteltassen", "naaimachines", "muziekinstrumenten", "e-readers"]
ROLES = ["Balie", "Baliemax", "Collectiebeheer", "Administratie"]
BROWSERS = ["Chrome", "Edge", "Firefox"]
DEVICES = ["balie 1", "balie 2", "balie-pc 3", "kassa 1"]
FEW = ["twee", "drie", "vier", "vijf"]

Maker = Callable[["Blanks"], str]


class Blanks(dict[str, str]):
    """The words of one ticket. Given ones first; the rest is drawn as it is needed."""

    def __init__(self, dice: Random, created: int, **given: str) -> None:
        super().__init__(given)
        self.dice, self.created = dice, created

    def __missing__(self, name: str) -> str:
        word = self[name] = MAKERS[name](self)
        return word


def _digits(count: int, first: str = "") -> Maker:
    return lambda blanks: first + "".join(blanks.dice.choices("0123456789", k=count))


def _one_of(words: list[str]) -> Maker:
    return lambda blanks: blanks.dice.choice(words)


def _later_date(blanks: Blanks) -> str:
    day = timezone.localtime(moment(blanks.created + blanks.dice.randint(6, 40) * DAY))
    return f"{day.day} {MONTHS[day.month - 1]}"


def _later_month(blanks: Blanks) -> str:
    day = timezone.localtime(moment(blanks.created + 30 * DAY))
    return MONTHS[day.month - 1]


def _time_before(blanks: Blanks) -> str:
    """A moment of the same day, not long before the question: "9.40 u."."""
    before = timezone.localtime(moment(blanks.created - blanks.dice.randint(8, 90) * 60))
    return f"{before.hour}.{before.minute:02} u."


MAKERS: dict[str, Maker] = {
    "actor": _digits(6, "40"),
    "browser": _one_of(BROWSERS),
    "code": lambda blanks: f"WB-{blanks.dice.choice((1130, 2041, 4012, 4018, 5003))}",
    "colleague": _one_of(FIRST_NAMES),
    "count": lambda blanks: str(blanks.dice.randint(8, 60)),
    "course": _one_of(COURSES),
    "date": _later_date,
    "device": _one_of(DEVICES),
    "few": _one_of(FEW),
    "instance": lambda blanks: str(blanks.dice.randint(1011, 1690)),
    "month": _later_month,
    "role": _one_of(ROLES),
    "thing": _one_of(THINGS),
    "time": _time_before,
    "title": _one_of(TITLES),
    "vlacc": _digits(6, "10"),
}
