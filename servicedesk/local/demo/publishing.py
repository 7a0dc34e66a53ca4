"""The months as they were published, each on its day; and what was restated since."""

import datetime as dt
from dataclasses import replace

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from sla.calendars import desk_hours
from sla.reports.figures import category_slug, key_of
from sla.reports.freezing import differences, due_months, frozen_from, publish, restate
from sla.reports.months import Month
from sla.reports.readings import Reading, Readings, read_months
from tickets.models import TicketEvent

#: Why the one correction of the demo was signed.
REASON = (
    "Ticket #%s bleek na de publicatie geen bug maar een kennisvraag. "
    "De categorie is verbeterd; de totalen blijven gelijk."
)


def publish_months(*, now: dt.datetime) -> None:
    """Publishes every month whose day has come, as it was on that day; restates what changed."""
    months, hours = due_months(now=now), desk_hours()
    readings = read_months(months) if months else {}
    for month in months:
        at = frozen_from(month, hours)
        frozen = publish(month, _as_it_was(month, readings[month], at), at=at)
        if frozen and (moved := _moved(month, at)):
            ticket, _slug, changed_at = moved[0]
            signed = changed_at + dt.timedelta(hours=3)
            restate(frozen, by=_manager(), reason=REASON % ticket, now=signed)
            assert not differences(frozen)  # noqa: S101 (else the demo tells a lie)


def _as_it_was(month: Month, now: Readings, at: dt.datetime) -> Readings:
    """The figures before categories were corrected after `at`."""
    said = dict(now)
    for ticket, slug, _changed_at in _moved(month, at):
        for key, reading in now.items():
            if key.startswith("solved/") and ticket in reading.tickets:
                others = [one for one in reading.tickets if one != ticket]
                said[key] = replace(reading, tickets=others)
        before = said.get(key_of("solved", slug), Reading())
        said[key_of("solved", slug)] = replace(before, tickets=sorted([*before.tickets, ticket]))
    return {key: reading for key, reading in said.items() if reading.counted or "/" not in key}


def _moved(month: Month, at: dt.datetime) -> list[tuple[int, str, dt.datetime]]:
    """Tickets solved in a month whose category changed after `at`, with the one of before."""
    events = TicketEvent.objects.filter(
        kind="category_changed", at__gte=at, ticket__solved_at__gte=month.start,
        ticket__solved_at__lt=month.end,
    ).order_by("pk")  # fmt: skip
    slugs = {category.pk: category_slug(category) for category in Category.objects.all()}
    return [
        (ticket, slugs[data["from"]], changed_at)
        for ticket, data, changed_at in events.values_list("ticket", "data", "at")
        if data["from"]
    ]


def _manager() -> User:
    return User.objects.filter(role=User.Role.MANAGER).earliest("pk")
