"""What the suppliers of the demo promised, and what became of the months they missed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service, Supplier
from servicedesk.local.demo.figures import OPENED, first_day
from servicedesk.local.demo.outages.making import OPENING_HOURS
from sla.business_hours import BusinessHours
from sla.calendars import desk_hours
from sla.contracts.clocks import refresh_quietly
from sla.contracts.levels import Level
from sla.contracts.models import (
    Compensation,
    CompensationMove,
    Contract,
    Terms,
)
from sla.contracts.reviewing import due_months, review_all
from sla.contracts.scale import Step
from sla.models import BusinessCalendar
from sla.reports.freezing import frozen_from
from sla.reports.months import Month
from tickets.models import Forwarding

HOUR = 60
#: So many of the latest claims are still open.
PROPOSED, SENT = 1, 1
REFUSAL = "Volgens hen viel de storing onder overmacht."


@dataclass(frozen=True)
class _Contract:
    """What a manager would have entered."""

    supplier: str
    name: str
    reference: str
    services: tuple[str, ...]
    levels: tuple[Level, ...]
    fee: int
    #: In per cent: availability, response, resolution.
    targets: tuple[str | None, str | None, str | None]
    scale: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    in_opening_hours: bool = False
    #: How many days from now it ends, and how many before that one gives notice.
    ends_in: int | None = None
    notice: int | None = None


CONTRACTS = [
    _Contract(
        "Boekwerk Systemen", "Hosting en ondersteuning Wise", "BW-2024-017", ("wise",),
        (
            Level("Normaal", "low", 4 * HOUR, 24 * HOUR),
            Level("Dringend", "high", 2 * HOUR, 8 * HOUR),
            Level("Kritiek", "urgent", 30, 4 * HOUR),
        ),
        18_500, ("99.60", "80.00", "90.00"),
        {
            "availability": [("99.60", "2.00"), ("99.00", "5.00"), ("97.00", "10.00")],
            "response": [("80.00", "1.00"), ("70.00", "2.00")],
        },
        in_opening_hours=True, ends_in=402, notice=180,
    ),
    _Contract(
        "Webatelier Noord", "Websites en Mijn Bibliotheek", "WN/44",
        ("websites", "mijn-bibliotheek"),
        (
            Level("Normaal", "low", 4 * HOUR, 24 * HOUR),
            Level("Kritiek", "urgent", HOUR, 8 * HOUR),
        ),
        6_200, ("99.00", "75.00", "90.00"),
        {"availability": [("99.00", "5.00")], "response": [("75.00", "2.50")]},
        ends_in=131, notice=90,
    ),
    _Contract(
        "Leesplank Digitaal", "Catalogus en e-boeken", "", ("aquabrowser", "e-boeken"),
        (Level("Normaal", "low", 8 * HOUR, 40 * HOUR),),
        2_400, ("98.50", None, "90.00"),
    ),
    _Contract(
        "Cijferhuis", "Wise Analytics", "CH 2024-3", ("wise-analytics",),
        (Level("Normaal", "low", 8 * HOUR, None),),
        900, (None, "75.00", None),
    ),
]  # fmt: skip


def make_contracts(*, now: dt.datetime) -> None:
    """Enters the contracts, each since the desk opened; nothing where there are contracts."""
    if Contract.objects.exists():
        return
    suppliers = {supplier.name: supplier for supplier in Supplier.objects.all()}
    services = {service.slug: service for service in Service.objects.all()}
    office = BusinessCalendar.objects.order_by("pk").first()
    opening = BusinessCalendar.objects.filter(name=OPENING_HOURS).first()
    start, today = first_day(OPENED), timezone.localdate(now)
    for told in CONTRACTS:
        contract = Contract.objects.create(
            supplier=suppliers[told.supplier], name=told.name, reference=told.reference,
            starts_on=start, notice_days=told.notice, created_at=Month.of_day(start).start,
            ends_on=today + dt.timedelta(days=told.ends_in) if told.ends_in else None,
        )  # fmt: skip
        availability, response, resolution = told.targets
        terms = Terms.objects.create(
            contract=contract, valid_from=start, calendar=office, monthly_fee=Decimal(told.fee),
            stored_levels=[level.as_json() for level in told.levels],
            availability_percent=availability, response_percent=response,
            resolution_percent=resolution,
            availability_calendar=opening if told.in_opening_hours else None,
            stored_scale={
                measure: [Step(Decimal(below), Decimal(part)).as_json() for below, part in steps]
                for measure, steps in told.scale.items()
            },
        )  # fmt: skip
        terms.services.set(services[slug] for slug in told.services)


def keep_contracts(*, now: dt.datetime) -> None:
    """The clocks of what was forwarded, each month reviewed on its day, most claims settled."""
    refresh_quietly(Forwarding.objects.values("pk"), now=now)
    hours = desk_hours()
    due = [
        (contract, month)
        for contract in Contract.objects.with_versions()
        for month in due_months(contract, hours, now=now)
    ]
    review_all(due, at=lambda month: frozen_from(month, hours))
    _settle(hours)


def _settle(hours: BusinessHours) -> None:
    """The latest claim is proposed, the one before it sent, the others were answered."""
    manager = User.objects.filter(role=User.Role.MANAGER).earliest("pk")
    claims = list(Compensation.objects.order_by("-first_day", "-amount"))
    moves: list[CompensationMove] = []
    for position, claim in enumerate(claims):
        if position < PROPOSED:
            continue
        sent = timezone.localdate(frozen_from(Month.of_day(claim.first_day), hours))
        steps = [("sent", sent, "")]
        if position >= PROPOSED + SENT:
            refused = position % 5 == PROPOSED + SENT
            answer = ("refused", REFUSAL) if refused else ("accepted", "")
            steps.append((answer[0], sent + dt.timedelta(days=12), answer[1]))
        claim.state = steps[-1][0]
        moves += [
            CompensationMove(compensation=claim, to_state=state, on=day, reason=why, by=manager)
            for state, day, why in steps
        ]
    Compensation.objects.bulk_update(claims, ["state"])
    CompensationMove.objects.bulk_create(moves)
