"""From the published figures to flows: a plan of months whose figures all come out."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from servicedesk.local.demo import figures
from servicedesk.local.demo.figures import counting
from servicedesk.local.demo.fitting import scaled
from servicedesk.local.demo.month import Counts, Month


def plan(
    today: dt.date,
    *,
    seed: str,
    months: int | None = None,
    tickets: int | None = None,
    passed: float = 1.0,
) -> list[Month]:
    """The months up to today, the last ones only if `months` is given, `tickets` large in all.

    The month that still runs is planned whole: what lies in its future does not happen yet.
    `passed` is the part of it that did.
    """
    last = figures.month_of(today)
    full = list(_flows(_wishes(min(figures.OPENED, last), last, seed), seed))
    chosen = full[-months:] if months else full
    if not tickets:
        return chosen
    # A month that has just begun is no measure.
    size = sum(month.created for month in chosen[:-1]) + max(passed, 0.2) * chosen[-1].created
    return scaled(chosen, tickets / size)


@dataclass(frozen=True)
class _Wish:
    """What a month shall show; a count that is 0 is free."""

    number: int
    solved: Counts
    answered_in_time: int
    solved_in_time: int
    answers: int
    resolutions: int
    satisfied: int
    opinions: int


def _wishes(first: int, last: int, seed: str) -> Iterator[_Wish]:
    for number in range(first, last + 1):
        dice, other = Random(f"{seed} wish {number}"), Random(f"{seed} opinions {number}")
        solved = figures.SOLVED.get(number) or _like_the_others(number, dice)
        yield _Wish(
            number,
            solved,
            figures.ANSWERED_IN_TIME.get(number) or dice.randint(9290, 9720),
            figures.SOLVED_IN_TIME.get(number) or dice.randint(8990, 9530),
            figures.ANSWERS.get(number, 0),
            figures.RESOLUTIONS.get(number, 0),
            figures.SATISFIED.get(number) or other.randint(9690, 9910),
            round(sum(solved.values()) * other.uniform(0.21, 0.29)),
        )


def _like_the_others(number: int, dice: Random) -> Counts:
    """Solved tickets of a month that was not published: of its season, mixed as the others."""
    years = (number - figures.OPENED) / 12
    total = figures.SEASON[number % 12] * (1 + 0.015 * years) * dice.uniform(0.97, 1.03)
    published = list(figures.SOLVED.values())
    mixed = {}
    for name in figures.CATEGORIES:
        mean = sum(month[name] / sum(month.values()) for month in published) / len(published)
        mixed[name] = round(total * mean * dice.uniform(0.85, 1.15))
    return mixed


def _flows(wishes: Iterator[_Wish], seed: str) -> Iterator[Month]:
    """Each month so that its figures come out; and no life is left over.

    resolutions = solved - late of before + late
    answers     = resolutions - waiting of before + waiting
    """
    late = waiting = overnight = 0
    for wish in wishes:
        dice = Random(f"{seed} flow {wish.number}")
        solved = wish.solved
        resolutions = wish.resolutions
        if not resolutions:
            about = sum(solved.values()) + dice.randint(16, 24) - late
            resolutions = _near(about, wish.solved_in_time)
        new_late = late + resolutions - sum(solved.values())
        answers = wish.answers or _near(
            resolutions + dice.randint(24, 40) - waiting, wish.answered_in_time
        )
        new_waiting = waiting + answers - resolutions
        new_overnight = dice.randint(2, 7)
        opinions = _near(wish.opinions, wish.satisfied)
        yield Month(
            number=wish.number,
            solved=solved,
            answers=answers,
            answers_in_time=counting(answers, wish.answered_in_time),
            resolutions=resolutions,
            resolutions_in_time=counting(resolutions, wish.solved_in_time),
            opinions=opinions,
            satisfied=counting(opinions, wish.satisfied),
            late=new_late,
            waiting=new_waiting,
            overnight=new_overnight,
            late_before=late,
            waiting_before=waiting,
            overnight_before=overnight,
        )
        late, waiting, overnight = new_late, new_waiting, new_overnight


def _near(wished: int, share: int) -> int:
    """The total nearest to `wished` of which some count is exactly `share`."""
    for distance in range(wished):
        for total in (wished + distance, wished - distance):
            if figures.share(counting(total, share), total) == share:
                return total
    raise AssertionError(f"no total has {share}")
