"""A plan for a desk of another size, and with room for tickets that are told apart."""

from dataclasses import dataclass, replace

from servicedesk.local.demo import figures
from servicedesk.local.demo.month import Counts, Month


@dataclass(frozen=True)
class Shown:
    """What a ticket that is told apart adds to the figures, by month; None: nothing yet."""

    solved: int | None
    category: str
    answered: int | None
    answered_in_time: bool
    resolved: int | None
    resolved_in_time: bool


def leave_room(months: list[Month], shown: list[Shown]) -> list[Month]:
    """The same months with room for these tickets, so that the published figures stay as they are.

    Their lives end as they would have: what goes on into the next month makes up the difference.
    """
    roomy: list[Month] = []
    for month in months:
        before = roomy[-1] if roomy else None
        if before:
            month = replace(month, late_before=before.late, waiting_before=before.waiting)
        if month.number in figures.ANSWERED_IN_TIME:
            month = _with_room(month, shown)
        roomy.append(month)
    return roomy


def _with_room(month: Month, shown: list[Shown]) -> Month:
    answered = [one for one in shown if one.answered == month.number]
    resolved = [one for one in shown if one.resolved == month.number]
    solved = [one.category for one in shown if one.solved == month.number]
    left = {name: count - solved.count(name) for name, count in month.solved.items()}
    answers = month.answers - len(answered)
    resolutions = month.resolutions - len(resolved)
    return replace(
        month,
        solved=left,
        answers=answers,
        answers_in_time=month.answers_in_time - sum(one.answered_in_time for one in answered),
        resolutions=resolutions,
        resolutions_in_time=month.resolutions_in_time
        - sum(one.resolved_in_time for one in resolved),
        late=month.late_before + resolutions - sum(left.values()),
        waiting=month.waiting_before + answers - resolutions,
    )


def scaled(months: list[Month], factor: float) -> list[Month]:
    """The same months for a desk of another size: shares stay, counts grow or shrink."""
    fitted: list[Month] = []
    for month in months:
        solved = _apportioned(month.solved, round(sum(month.solved.values()) * factor))
        before = fitted[-1] if fitted else None
        late_before = before.late if before else round(month.late_before * factor)
        waiting_before = before.waiting if before else round(month.waiting_before * factor)
        overnight_before = before.overnight if before else round(month.overnight_before * factor)
        late, waiting = round(month.late * factor), round(month.waiting * factor)
        resolutions = sum(solved.values()) - late_before + late
        answers = resolutions - waiting_before + waiting
        opinions = round(month.opinions * factor)
        in_time = figures.counting(
            resolutions, figures.share(month.resolutions_in_time, month.resolutions)
        )
        fitted.append(
            replace(
                month,
                solved=solved,
                answers=answers,
                answers_in_time=figures.counting(
                    answers, figures.share(month.answers_in_time, month.answers)
                ),
                resolutions=resolutions,
                resolutions_in_time=min(in_time, resolutions - late),
                opinions=opinions,
                satisfied=figures.counting(
                    opinions, figures.share(month.satisfied, month.opinions)
                ),
                late=late,
                waiting=waiting,
                overnight=round(month.overnight * factor),
                late_before=late_before,
                waiting_before=waiting_before,
                overnight_before=overnight_before,
            )
        )
    return fitted


def _apportioned(counts: Counts, total: int) -> Counts:
    """The counts in the same proportions, `total` in all: the largest remainders round up."""
    whole = sum(counts.values())
    shares = {name: divmod(count * total, whole) for name, count in counts.items()}
    missing = total - sum(floor for floor, _rest in shares.values())
    lucky = set(sorted(shares, key=lambda name: -shares[name][1])[:missing])
    return {name: floor + (name in lucky) for name, (floor, _rest) in shares.items()}
