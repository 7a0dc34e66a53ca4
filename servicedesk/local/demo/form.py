"""The guided form as invented people fill it in: some answer everything, some next to nothing."""

from collections.abc import Iterable
from random import Random
from typing import Any

from django.utils import timezone

from servicedesk.catalogue.models import Service
from servicedesk.local.demo import phrases
from servicedesk.local.demo.blanks import Blanks
from servicedesk.local.demo.facts import Opening
from servicedesk.local.demo.office_time import HOUR, moment
from servicedesk.local.demo.stories import Story
from servicedesk.local.demo.weights import Weighted
from tickets.intake.asking import NUMBER, Asking
from tickets.intake.completeness import weigh
from tickets.intake.questions import CROSS_TEST, KWIS, Sort, kind_of
from tickets.models import PriorityRule

SORTS = {
    "andere": Sort.INFORMATION,
    "bug": Sort.DISRUPTION,
    "configuratie": Sort.TASK,
    "foute-handeling": Sort.DISRUPTION,
    "kennisvraag": Sort.INFORMATION,
    "migratie": Sort.TASK,
    "monitoring": Sort.DISRUPTION,
    "paswoord-profiel": Sort.INFORMATION,
    "site-down": Sort.DISRUPTION,
    "taak": Sort.TASK,
    "verbetervoorstel": Sort.WISH,
}
IMPACTS = {
    Sort.DISRUPTION: Weighted({"alone": 40, "several": 34, "blocked": 12, "public": 14}),
    Sort.INFORMATION: Weighted({"alone": 78, "several": 18, "blocked": 1, "public": 3}),
    Sort.TASK: Weighted({"alone": 55, "several": 38, "public": 7}),
}
WHENS = ["voormiddag", "namiddag", "tussen 9 en 12 uur", "na 14 uur", "morgenvroeg"]
#: What is filled in where a service asks for it.
NUMBERS = {
    "actor-id": "%(actor)s",
    "instance": "%(instance)s",
    "vlacc": "%(vlacc)s",
    "page-address": "https://%(site)s/",
    "browser": "%(browser)s",
}
#: Stands for every description that says what is the matter.
CLEAR = (
    "Sinds vanmorgen krijgen we op alle balies een foutmelding bij het innemen van boeken. "
    "We verwachtten dat het boek ingenomen werd, maar de status blijft uitgeleend."
)


class Form:
    """Fills in the form of each ticket that came through the portal."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = {service.slug: service for service in services}
        self.priorities = dict(PriorityRule.objects.values_list("impact", "priority"))
        self.percents: dict[tuple[Any, ...], int] = {}

    def fill(self, opening: Opening, story: Story, blanks: Blanks, *, clear: bool) -> None:
        """Answers what this sort of question asks; `clear`: the description says enough."""
        dice = blanks.dice
        sort = Sort.ACCESS if story.access else SORTS[story.category]
        if sort == Sort.INFORMATION and dice.random() < 0.02:
            sort = Sort.COMPLAINT
        opening.kwis = KWIS[sort].value
        if sort in IMPACTS and dice.random() < 0.85:
            down = story.category == "site-down"
            opening.impact = (
                dice.choice(("blocked", "public")) if down else IMPACTS[sort].draw(dice)
            )
            opening.priority = self.priorities.get(opening.impact, "normal")
        if dice.random() < 0.04:
            opening.callback = (f"0455 {dice.randint(100000, 999999)}", dice.choice(WHENS))
        opening.intake = {"sort": sort.value, **self._answers(sort, opening, story, blanks)}
        opening.completeness = self._percent(sort, opening, story.service, clear)

    def _answers(
        self, sort: Sort, opening: Opening, story: Story, blanks: Blanks
    ) -> dict[str, Any]:
        dice = blanks.dice
        if sort == Sort.ACCESS:
            return _access(story, blanks)
        answers: dict[str, Any] = {}
        if sort in (Sort.DISRUPTION, Sort.COMPLAINT):
            answers |= _circumstances(dice, opening.at)
        if sort == Sort.DISRUPTION:
            answers |= _cross_test(dice)
        if sort in (Sort.DISRUPTION, Sort.INFORMATION) and dice.random() < 0.45:
            answers["steps"] = dice.choice(phrases.STEPS)
        if sort != Sort.WISH:
            answers |= self._numbers(sort, story, blanks)
        return answers

    def _numbers(self, sort: Sort, story: Story, blanks: Blanks) -> dict[str, str]:
        found = {}
        for question in self.services[story.service].intake_questions.all():
            asked = sort == Sort.DISRUPTION or not question.only_disruptions
            if question.key == "actor-id":  # of a patron, where there is one
                asked = "{actor}" in story.words
            if asked and question.key in NUMBERS and blanks.dice.random() < 0.5:
                found[NUMBER + question.key] = NUMBERS[question.key] % blanks
        return found

    def _percent(self, sort: Sort, opening: Opening, service: str, clear: bool) -> int:
        """The completeness of the form, reckoned once for each set of answered questions."""
        given = (*opening.intake, *(["impact"] if opening.impact else []))
        key = (sort, service, given, clear, opening.callback is None)
        if key not in self.percents:
            kind, variant = kind_of(sort)
            typed: dict[str, Any] = dict.fromkeys(given, "x") | opening.intake
            typed |= {"kind": kind, "variant": variant, "service": service}
            typed["body"] = CLEAR if clear else "x"
            if opening.callback:
                typed |= {"wants_callback": "on", "callback_phone": opening.callback[0]}
            self.percents[key] = weigh(Asking(typed, tuple(self.services.values()))).percent
        return self.percents[key]


def _access(story: Story, blanks: Blanks) -> dict[str, Any]:
    agreed = {"approved_by": blanks["requester"]} if blanks.dice.random() < 0.7 else {}
    whom = {"for_whom": "colleague", "colleague": blanks["colleague"]}
    return {"systems": [story.service], **whom, **agreed}


def _circumstances(dice: Random, at: int) -> dict[str, str]:
    found = {}
    if dice.random() < 0.75:
        found["since"] = since(at - int(dice.random() ** 2 * 30 * HOUR) - 600)
    if dice.random() < 0.8:
        found["frequency"] = dice.choice(("constant", "constant", "repeatedly", "once"))
    return found


def _cross_test(dice: Random) -> dict[str, str]:
    return {
        test: "same" if dice.random() < 0.75 else "works"
        for test in CROSS_TEST
        if dice.random() < 0.5
    }


def since(at: int) -> str:
    """A moment as the form keeps it."""
    minute = at - at % 300
    return timezone.localtime(moment(minute)).isoformat()
