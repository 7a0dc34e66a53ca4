"""How complete a question is, weighed by its sort and service. It never stops anybody.

Each sort has a checklist; an item weighs what the answer is worth to whoever solves it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tickets.intake.asking import NUMBER, Asking
from tickets.intake.clarity import is_clear
from tickets.intake.questions import CROSS_TEST, Sort

ON_ITS_WAY, TOP = 60, 85


@dataclass(frozen=True)
class Item:
    """One line of the checklist. It counts only where it is `asked`."""

    label: Promise | str
    weight: int
    given: Callable[[Asking], bool]
    asked: Callable[[Asking], bool] = lambda asking: True


@dataclass(frozen=True)
class Tick:
    """One line as shown."""

    label: Promise | str
    given: bool


@dataclass(frozen=True)
class Completeness:
    percent: int
    ticks: list[Tick]

    @property
    def given(self) -> int:
        return sum(tick.given for tick in self.ticks)

    @property
    def sentence(self) -> str:
        """What to do next, kindly."""
        if self.percent > TOP:
            return str(_("Top! With this we can start at once."))
        missing = next((tick.label for tick in self.ticks if not tick.given), None)
        if self.percent >= ON_ITS_WAY and missing:
            return str(_("Well on the way. Still helpful: %s.") % _lower(str(missing)))
        return str(_("Tell us a little more, then we have fewer questions to ask back."))

    @property
    def summary(self) -> str:
        """“8 van de 10”."""
        total = len(self.ticks)
        return ngettext("%(given)d of %(total)d", "%(given)d of %(total)d", total) % {
            "given": self.given,
            "total": total,
        }


def _has(*names: str) -> Callable[[Asking], bool]:
    """Any of these fields is filled in."""
    return lambda asking: any(asking.many(name) for name in names)


def _is_described(asking: Asking) -> bool:
    return is_clear(asking.text("body"))


def _has_number(asking: Asking) -> bool:
    return any(asking.text(NUMBER + question.key) for question in asking.questions)


def _has_numbers_to_give(asking: Asking) -> bool:
    return bool(asking.questions)


def _has_files(asking: Asking) -> bool:
    return asking.files > 0


def _can_be_phoned(asking: Asking) -> bool:
    return bool(asking.text("wants_callback") and asking.text("callback_phone"))


def _is_known_for_whom(asking: Asking) -> bool:
    whom = asking.text("for_whom")
    return whom == "me" or (whom == "colleague" and bool(asking.text("colleague")))


SERVICE = Item(_("Which service"), 10, _has("service"))
WHAT = Item(_("What exactly is the matter"), 25, _is_described)
SINCE = Item(_("Since when"), 8, _has("since"))
FREQUENCY = Item(_("How often"), 8, _has("frequency"))
IMPACT = Item(_("What the impact is"), 10, _has("impact"))
CROSS = Item(_("The cross-test"), 12, _has(*CROSS_TEST))
STEPS = Item(_("Steps already taken"), 8, _has("steps"))
FILES = Item(_("Screenshot or log file"), 12, _has_files)
VERSION = Item(_("Version"), 3, _has("version"))
NUMBERS = Item(_("Numbers that help us search"), 8, _has_number, _has_numbers_to_give)
PHONE = Item(_("Contact by phone"), 4, _can_be_phoned)

CHECKLISTS: dict[str, tuple[Item, ...]] = {
    "": (
        Item(_("Which kind of question"), 20, lambda asking: False),
        SERVICE,
        Item(_("What your question is"), 40, _is_described),
    ),
    Sort.DISRUPTION: (
        SERVICE, WHAT, SINCE, FREQUENCY, IMPACT, CROSS, STEPS, FILES, VERSION, NUMBERS, PHONE,
    ),
    Sort.INFORMATION: (
        SERVICE,
        Item(_("What you want to know"), 50, _is_described),
        Item(_("Whom it stops"), 10, _has("impact")),
        Item(_("What you tried or looked up"), 10, _has("steps")),
        Item(_("An example as a file"), 5, _has_files),
        NUMBERS,
        PHONE,
    ),
    Sort.TASK: (
        SERVICE,
        Item(_("What has to be done"), 50, _is_described),
        Item(_("Who waits for it"), 10, _has("impact")),
        Item(_("An example as a file"), 8, _has_files),
        NUMBERS,
        PHONE,
    ),
    Sort.ACCESS: (
        Item(_("Access to what"), 25, _has("systems")),
        Item(_("For whom"), 25, _is_known_for_whom),
        Item(_("What it is needed for"), 25, _is_described),
        Item(_("Who agrees to it"), 15, _has("approved_by")),
        Item(_("The same access as whom"), 6, _has("same_as")),
        PHONE,
    ),
    Sort.WISH: (
        SERVICE,
        Item(_("What could be better"), 60, _is_described),
        Item(_("An example as a file"), 15, _has_files),
        PHONE,
    ),
    Sort.COMPLAINT: (
        SERVICE,
        Item(_("What went wrong"), 45, _is_described),
        SINCE,
        FREQUENCY,
        IMPACT,
        Item(_("An example as a file"), 8, _has_files),
        PHONE,
    ),
}  # fmt: skip


def weigh(asking: Asking) -> Completeness:
    """How complete this is now: the weight of what was given, of all that is asked."""
    items = [item for item in CHECKLISTS[asking.sort] if item.asked(asking)]
    ticks = [Tick(item.label, item.given(asking)) for item in items]
    whole = sum(item.weight for item in items)
    given = sum(item.weight for item, tick in zip(items, ticks, strict=True) if tick.given)
    return Completeness(round(100 * given / whole), ticks)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
