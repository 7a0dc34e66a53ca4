"""What the pages of suppliers show: who has what of ours, and what was agreed with whom."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from servicedesk.catalogue.models import Service, Supplier
from sla.contracts.book import held_on
from sla.contracts.clocks import hours_of
from sla.contracts.models import Contract, ContractDocument, SupplierClock, Terms
from sla.panel import Face, face
from tickets.models import Forwarding

#: Forwarded tickets on the page of a supplier; the queue has them all.
MOST = 50
#: A notice date that is nearer stands out.
SOON = dt.timedelta(days=60)


@dataclass(frozen=True)
class Row:
    """A supplier in the list."""

    supplier: Supplier
    contracts: list[Contract]
    services: list[Service]
    open_forwardings: int
    late: int

    @property
    def next_notice(self) -> dt.date | None:
        """The nearest notice date that is still to come."""
        today = timezone.localdate()
        days = [day for contract in self.contracts if (day := contract.notice_on) and day >= today]
        return min(days, default=None)


@dataclass(frozen=True)
class Agreement:
    """A contract with the version that holds now, or will hold first, or held last."""

    contract: Contract
    terms: Terms
    documents: list[ContractDocument] = field(default_factory=list)

    @property
    def is_notice_soon(self) -> bool:
        day, today = self.contract.notice_on, timezone.localdate()
        return day is not None and today <= day <= today + SOON

    @property
    def is_to_come(self) -> bool:
        return self.contract.starts_on > timezone.localdate()


@dataclass(frozen=True)
class Waiting:
    """A forwarded ticket with the supplier's clocks."""

    forwarding: Forwarding
    faces: list[Face]


def rows() -> list[Row]:
    """All suppliers. A constant number of queries."""
    suppliers = list(
        Supplier.objects.filter(Q(is_active=True) | Q(contracts__isnull=False)).distinct()
    )
    contracts: dict[int, list[Contract]] = defaultdict(list)
    for contract in Contract.objects.all():
        contracts[contract.supplier_id].append(contract)
    services: dict[int | None, list[Service]] = defaultdict(list)
    for service in Service.objects.active().filter(supplier__isnull=False):
        services[service.supplier_id].append(service)
    unended = Forwarding.objects.unended().order_by().values_list("supplier")
    waiting = dict(unended.annotate(Count("pk")))
    clocks = SupplierClock.objects.unfinished().late().order_by()
    late = dict(clocks.values_list("forwarding__supplier").annotate(Count("ticket", distinct=True)))
    return [
        Row(one, contracts[one.pk], services[one.pk], waiting.get(one.pk, 0), late.get(one.pk, 0))
        for one in suppliers
    ]


def agreements(contracts: Iterable[Contract]) -> list[Agreement]:
    """Those that hold first, then those to come, then those that are over. One query."""
    found, today = list(contracts), timezone.localdate()
    documents: dict[int, list[ContractDocument]] = defaultdict(list)
    for document in ContractDocument.objects.filter(contract__in=found).select_related(
        "uploaded_by"
    ):
        documents[document.contract_id].append(document)
    told = [
        Agreement(one, held_on(one, max(today, one.starts_on)), documents[one.pk]) for one in found
    ]
    return sorted(told, key=lambda a: (a.contract.is_over, a.is_to_come, a.contract.starts_on))


def open_forwardings(supplier: Supplier) -> list[Waiting]:
    """What the supplier still has, the oldest first, with its clocks. Two queries."""
    unended = Forwarding.objects.unended().filter(supplier=supplier)
    found = list(unended.select_related("ticket", "ticket__assignee").order_by("pk")[:MOST])
    faces = faces_of(found)
    return [Waiting(one, faces[one.pk]) for one in found]


def faces_of(forwardings: Iterable[Forwarding]) -> dict[int, list[Face]]:
    """The clocks of forwardings as pages show them, the first answer first. One query."""
    now = timezone.now()
    faces: dict[int, list[Face]] = defaultdict(list)
    clocks = SupplierClock.objects.filter(forwarding__in=[one.pk for one in forwardings])
    for clock in clocks.for_rows().order_by("forwarding", "metric"):
        faces[clock.forwarding_id].append(face(clock, hours_of(clock), now))
    return faces
