"""When things happen to a ticket: its creation, the first answer, the solution and what is between.

Each life is drawn so that its figures fall into the months they are meant for, and so that the
promises are kept or broken as they are meant to be.
"""

from dataclasses import dataclass, replace
from math import log
from random import Random

from servicedesk.local.demo.figures import NONE, first_day
from servicedesk.local.demo.month import UNASKED, Month, deck_of
from servicedesk.local.demo.office_time import DAY, HOUR, OfficeTime, midnight
from servicedesk.local.demo.rush import Rush

MINUTE = 60

# Patterns: what happens between the first answer and the solution.
SINGLE = "single"  # the first answer solves it
ASK = "ask"  # the desk asks back and waits
PROMISE = "promise"  # the desk says that it looks into it
PASS_ON = "pass_on"  # noqa: S105 (the first line hands it to the second)
SUPPLIER = "supplier"  # a supplier has to act
REOPENED = "reopened"  # the solution was none
CONTACT = "contact"  # told by phone or at the desk, answered at once
NOTICED = "noticed"  # raised by a monitor, put right without a word
CONFIRMED = "confirmed"  # the requester says that it is solved, no category
WITHDRAWN = "withdrawn"  # so before anybody answered
EXPIRED = "expired"  # nobody answered the question of the desk

RUNNING_ON = (PROMISE, PASS_ON, SUPPLIER)


@dataclass(frozen=True, slots=True)
class Fate:
    """The moments of one ticket. `turn` is the one between answer and solution, if any."""

    created: int
    category: str
    pattern: str
    answered: int
    turn: int
    solved: int
    #: When somebody said how satisfied they were, and what; 0 and '' for most.
    rated: int = 0
    verdict: str = ""


@dataclass(frozen=True)
class Target:
    """What is promised, in business seconds."""

    answer: int
    solution: int


class Fates:
    """Draws the lives of all tickets that were created in one month."""

    def __init__(self, month: Month, following: Month | None, office: OfficeTime, target: Target):
        self.month, self.following = month, following
        self.office, self.target = office, target
        self.start = midnight(first_day(month.number))
        self.end = midnight(first_day(month.number + 1))
        self.rush = Rush(office, self.start, self.end)
        self.closed_since = office.last_closing(self.end)
        self.at_night = Rush(office, min(self.closed_since + MINUTE, self.end - HOUR), self.end)

    def draw(self, dice: Random, seed: str) -> list[Fate]:
        """All of them, in the order of their creation."""
        fates = [*self._at_once(dice, seed), *self._carried(dice, seed)]
        return sorted(fates, key=lambda fate: fate.created)

    # --- the kinds of lives ---------------------------------------------------------------

    def _at_once(self, dice: Random, seed: str) -> list[Fate]:
        month = self.month
        before = month.late_before + month.waiting_before + month.overnight_before
        deck = deck_of(month, seed)[before:]
        outages = self._outages(dice, deck.count("site-down"))
        known = [row for row, category in enumerate(deck) if category not in UNASKED]
        late_answers = set(dice.sample(known, min(month.late_answers, len(known))))
        late = set(dice.sample(known, min(max(month.late_at_once, 0), len(known))))
        fates = [
            self._once(dice, category, row in late_answers, row in late, outages)
            for row, category in enumerate(deck)
        ]
        return self._with_opinions(fates, known, Random(f"{seed} opinions of {month.number}"))

    def _with_opinions(self, fates: list[Fate], known: list[int], dice: Random) -> list[Fate]:
        """Some of them are rated, before the month ends: as many and as well as is planned."""
        rated = dice.sample(known, min(self.month.opinions, len(known)))
        for position, row in enumerate(rated):
            fate = fates[row]
            moment = fate.solved + _bell(dice, 3 * HOUR, 1.3, 3 * MINUTE, 12 * DAY)
            verdict = "positive" if position < self.month.satisfied else "negative"
            latest = fate.solved + (self.end - fate.solved) * 9 // 10
            fates[row] = replace(fate, rated=min(moment, latest), verdict=verdict)
        return fates

    def _once(
        self, dice: Random, category: str, late_answer: bool, late: bool, outages: list[int]
    ) -> Fate:
        until: int | None = None
        for attempt in range(60):
            if category == "site-down" and not late and attempt < 3:
                created = dice.choice(outages) + int(dice.random() * 45 * MINUTE)
            else:
                created = self.rush.draw(dice, until)
            fate = self._drawn(dice, created, category, late_answer, late)
            if fate.solved < self.end:
                return fate
            # Too late in the month for such a life.
            until = max(created - 2 * DAY, self.start + 5 * DAY)
        raise AssertionError(f"no room for {category} in month {self.month.number}")

    def _carried(self, dice: Random, seed: str) -> list[Fate]:
        """Created in this month, solved in the next one."""
        late, waiting, overnight = self.month.late, self.month.waiting, self.month.overnight
        total = late + waiting + overnight
        # Beyond the last month nobody asked yet what their category will be.
        deck = deck_of(self.following, seed) if self.following else ["taak"] * total
        makers = [self._late] * late + [self._waiting] * waiting + [self._overnight] * overnight
        return [make(dice, category) for make, category in zip(makers, deck, strict=False)]

    def _late(self, dice: Random, category: str) -> Fate:
        """Broken before the month ends, solved after."""
        office, target = self.office, self.target.solution
        ending = office.count(self.end)
        used = target + HOUR + int(dice.random() * 5 * target)
        created = office.reach(ending - used)
        answered = office.after(created, self._answer(dice, late=False))
        solved = office.reach(ending + 20 * MINUTE + int(dice.random() * 4 * target))
        pattern = dice.choice(RUNNING_ON)
        turn = office.after(answered, int(dice.random() * (used - self.target.answer)))
        turn = max(min(turn, solved - 10 * MINUTE), answered)
        return Fate(created, category, pattern, answered, turn, solved)

    def _waiting(self, dice: Random, category: str) -> Fate:
        """Answered before the month ends; the requester takes the time until the next one."""
        office = self.office
        used = self._answer(dice, late=False)
        answered = office.reach(office.count(self.end) - MINUTE - int(dice.random() * 20 * HOUR))
        created = office.ago(answered, used)
        turn = office.after(self.end, int(dice.random() * 24 * HOUR))
        left = self.target.solution - used - 12 * MINUTE
        solved = office.after(turn, min(self._work(dice), left))
        return Fate(created, category, ASK, answered, turn, solved)

    def _overnight(self, dice: Random, category: str) -> Fate:
        """Created when the desk had closed for this month."""
        created = max(self.at_night.draw(dice), self.closed_since + MINUTE)
        return self._drawn(dice, created, category, False, False)

    # --- what happens in them -------------------------------------------------------------

    def _drawn(
        self, dice: Random, created: int, category: str, late_answer: bool, late: bool
    ) -> Fate:
        if category == NONE:
            return self._without_category(dice, created)
        draw = self._broken if late else self._kept
        return draw(dice, created, category, late_answer)

    def _kept(self, dice: Random, created: int, category: str, late_answer: bool) -> Fate:
        office = self.office
        used = self._answer(dice, late_answer)
        left = self.target.solution - used - 12 * MINUTE
        chance = dice.random()
        if category == "monitoring":
            answered = office.after(created, used)
            return Fate(created, category, NOTICED, answered, answered, answered)
        if chance < 0.1 and not late_answer and office.is_open(created):
            work = min(self._work(dice), left) if dice.random() < 0.4 else 4 * MINUTE
            return Fate(created, category, CONTACT, created, created, office.after(created, work))
        answered = office.after(created, used)
        if chance < 0.62:
            return Fate(created, category, SINGLE, answered, answered, answered)
        work = max(min(self._work(dice), left), 8 * MINUTE)
        if chance < 0.79:
            turn = self._reply(dice, answered)
            return Fate(created, category, ASK, answered, turn, office.after(turn, work))
        if chance < 0.83:
            turn = self._reply(dice, answered + 2 * HOUR)
            return Fate(created, category, REOPENED, answered, turn, office.after(turn, work))
        pattern = PROMISE if chance < 0.88 else SUPPLIER if chance < 0.91 else PASS_ON
        if pattern == PASS_ON:
            turn = office.after(created, used // 2)
            solved = answered if dice.random() < 0.6 else office.after(answered, work)
        else:
            turn, solved = office.after(answered, work // 2), office.after(answered, work)
        return Fate(created, category, pattern, answered, turn, solved)

    def _broken(self, dice: Random, created: int, category: str, late_answer: bool) -> Fate:
        office = self.office
        used = self._answer(dice, late_answer)
        answered = office.after(created, used)
        more = _bell(dice, 150 * MINUTE, 0.9, 8 * MINUTE, 4 * self.target.solution)
        solved = office.after(created, self.target.solution + more)
        pattern = dice.choice((PROMISE, PROMISE, PASS_ON, SUPPLIER, SUPPLIER))
        if pattern == PASS_ON:
            turn = office.after(created, used // 2)
        else:
            turn = office.ago(solved, min(more, self.target.answer) // 2)
        return Fate(created, category, pattern, answered, max(turn, created), solved)

    def _without_category(self, dice: Random, created: int) -> Fate:
        office = self.office
        answered = office.after(created, min(self._answer(dice, late=False), 3 * HOUR))
        chance = dice.random()
        if chance < 0.35:
            gone = office.after(created, int((0.1 + dice.random()) * HOUR))
            return Fate(created, NONE, WITHDRAWN, gone, gone, gone)
        if chance < 0.75:
            turn = self._reply(dice, answered)
            return Fate(created, NONE, CONFIRMED, answered, turn, turn)
        # Nine business days without a word.
        gone = office.after(answered, 9 * self.target.solution)
        return Fate(created, NONE, EXPIRED, answered, gone, gone)

    def _answer(self, dice: Random, late: bool) -> int:
        """Business seconds until the first answer."""
        target = self.target.answer
        if late:
            return target + 5 * MINUTE + int(dice.random() * 0.75 * target)
        return _bell(dice, 36 * MINUTE, 1.0, 2 * MINUTE, target - 15 * MINUTE)

    def _work(self, dice: Random) -> int:
        """Business seconds of work after the first answer."""
        return _bell(dice, 55 * MINUTE, 0.9, 3 * MINUTE, self.target.solution - HOUR)

    def _reply(self, dice: Random, asked: int) -> int:
        """When the requester writes back: in working hours, or in the evening after them."""
        turn = self.office.after(asked, _bell(dice, 170 * MINUTE, 1.2, 3 * MINUTE, 40 * HOUR))
        return turn + int(dice.random() * 4 * HOUR) if dice.random() < 0.15 else turn

    def _outages(self, dice: Random, reports: int) -> list[int]:
        """When services lay down this month: many report the same hour."""
        return [self.rush.draw(dice, self.end - 4 * DAY) for _outage in range(1 + reports // 25)]


def _bell(dice: Random, median: int, spread: float, least: int, most: int) -> int:
    """Log-normal, as waiting times are."""
    drawn = int(dice.lognormvariate(log(median), spread))
    return min(max(drawn, least), most)
