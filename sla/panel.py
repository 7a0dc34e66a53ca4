"""The clocks of one ticket as its page shows them: chip, bar and the ledger in words."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sla.business_hours import BusinessHours
from sla.dispatch import Dispatch, dispatch_of, with_assignments
from sla.drawing import Stretch, bar, stretches
from sla.models import Clock, MeasuredLeg, Recompute, TicketPromise
from sla.readings import Row
from sla.wording import Chip, Line, clock_chip, line
from tickets.models import Ticket

#: In the order they are shown.
SHOWN = ("assignment", "first_response", "next_response", "resolution")


@dataclass(frozen=True, slots=True)
class Face:
    """One clock, ready to be shown."""

    clock: MeasuredLeg
    used: int
    chip: Chip
    bar: list[tuple[str, float]]
    lines: list[Line]

    @property
    def stood_still(self) -> bool:
        """Whether the ledger has anything to explain."""
        return len(self.lines) > 1

    @property
    def is_main(self) -> bool:
        """The clock that an agent works against, whose ledger stands open."""
        return isinstance(self.clock, Clock) and self.clock.metric == "resolution"


@dataclass(frozen=True, slots=True)
class Panel:
    """All clocks of a ticket, and the name of the calendar they run by."""

    calendar: str
    faces: list[Face]
    #: Who got it when, once somebody did.
    dispatch: Dispatch | None = None
    #: By which act it got other versions than those of its creation, if it did.
    recomputed: Recompute | None = None


def panel(ticket: Ticket, *, now: dt.datetime) -> Panel | None:
    """The clocks of a ticket now; None when nothing is promised. Three queries.

    A ticket outside of all counts has no clocks: its panel says why.
    """
    promise = _promise(ticket)
    if promise is None or promise.calendar_version is None:
        return None
    hours = promise.calendar_version.business_hours
    clocks = sorted(ticket.clocks.all(), key=lambda clock: (SHOWN.index(clock.metric), clock.leg))
    faces = [face(clock, hours, now) for clock in _worth_showing(clocks)]
    return Panel(
        calendar=promise.calendar_version.calendar.name,
        faces=faces,
        dispatch=dispatch_of(ticket, promise.given, hours=hours),
        recomputed=_recomputed(ticket),
    )


def rows_of(clock: MeasuredLeg, *, hours: BusinessHours, now: dt.datetime) -> list[Row]:
    """The ledger of a stored clock, with a row that lasts measured until now."""
    return [Row.from_json(row, hours=hours, now=now) for row in clock.ledger]


def used_in(rows: Iterable[Row]) -> int:
    """The business seconds that count towards the target."""
    return sum(row.seconds for row in rows if not row.waiting)


def _promise(ticket: Ticket) -> TicketPromise | None:
    promises = TicketPromise.objects.select_related("calendar_version__calendar")
    return with_assignments(promises).filter(ticket=ticket).first()


def _recomputed(ticket: Ticket) -> Recompute | None:
    applied = Recompute.objects.filter(tickets__ticket=ticket, state__in=["applying", "done"])
    return applied.select_related("decided_by").order_by("-pk").first()


def _worth_showing(clocks: Iterable[Clock]) -> Iterator[Clock]:
    """Of the answers that were asked for, only the last one."""
    latest: dict[str, Clock] = {}
    for clock in clocks:
        latest[clock.metric] = clock
    yield from latest.values()


def face(clock: MeasuredLeg, hours: BusinessHours, now: dt.datetime) -> Face:
    """A stored clock as it stands now."""
    rows = rows_of(clock, hours=hours, now=now)
    drawn: list[Stretch] = stretches(rows, hours=hours, now=now)
    used = used_in(rows)
    return Face(
        clock=clock,
        used=used,
        chip=clock_chip(clock, used, hours=hours, now=now),
        bar=bar(drawn, target=clock.target_seconds),
        lines=[line(stretch, now=now) for stretch in drawn],
    )
