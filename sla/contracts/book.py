"""Which version of which contract holds for a forwarding: contracts of some suppliers at hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from servicedesk.catalogue.models import Service
from sla.contracts.legs import Handed
from sla.contracts.levels import Level, level_for
from sla.contracts.models import Contract, Terms
from sla.models import BusinessCalendar, CalendarVersion


@dataclass(frozen=True)
class Promise:
    """What a supplier promised about one forwarding."""

    terms: Terms
    level: Level
    calendar_version: CalendarVersion | None


@dataclass
class Book:
    """The contracts of some suppliers, and how services are parts of each other."""

    _contracts: dict[int, list[Contract]] = field(default_factory=lambda: defaultdict(list))
    _parents: dict[int, int | None] = field(default_factory=dict)

    @classmethod
    def load(cls, suppliers: Iterable[int]) -> Book:
        """A constant number of queries."""
        book = cls()
        wanted = set(suppliers)
        if wanted:
            for contract in Contract.objects.with_versions().filter(supplier__in=wanted):
                book._contracts[contract.supplier_id].append(contract)
            book._parents = dict(Service.objects.values_list("pk", "parent_id"))
        return book

    def promise(self, handed: Handed, day: dt.date) -> Promise | None:
        """What holds for a forwarding of that local day; None when nothing was agreed for it.

        The level is the one that was chosen when it was forwarded, else that of its priority.
        """
        chosen, priority = _chosen(handed.promise)
        terms = self._of_contract(handed.supplier, chosen, day) if chosen else None
        if terms is None:
            terms, priority = self.terms(handed.supplier, handed.service, day), handed.priority
        level = level_for(terms.levels, priority) if terms else None
        if terms is None or level is None:
            return None
        return Promise(terms, level, version_at(terms.calendar, handed.at))

    def terms(self, supplier: int, service: int | None, day: dt.date) -> Terms | None:
        """The version about a service, or about what the service is a part of.

        A ticket without a service is told by a supplier's only contract of that day.
        """
        held = [held_on(c, day) for c in self._contracts[supplier] if c.holds_on(day)]
        if service is None:
            return held[0] if len(held) == 1 else None
        while service is not None:
            for terms in held:
                if any(one.pk == service for one in terms.services.all()):
                    return terms
            service = self._parents.get(service)
        return None

    def _of_contract(self, supplier: int, contract: int, day: dt.date) -> Terms | None:
        for one in self._contracts[supplier]:
            if one.pk == contract and one.holds_on(day):
                return held_on(one, day)
        return None


def held_on(contract: Contract, day: dt.date) -> Terms:
    """The version of a contract that holds on a day; the first one also before it began."""
    versions = sorted(contract.versions.all(), key=lambda terms: terms.valid_from)
    begun = [terms for terms in versions if terms.valid_from <= day]
    found: Terms = (begun or versions)[-1 if begun else 0]
    return found


def version_at(calendar: BusinessCalendar | None, at: dt.datetime) -> CalendarVersion | None:
    """What a calendar says at a moment, the first version also before; None: round the clock."""
    if calendar is None:
        return None
    versions = sorted(calendar.versions.all(), key=lambda version: version.valid_from)
    begun = [version for version in versions if version.valid_from <= at]
    return (begun or versions[:1])[-1]


def key_of(contract: int, level: Level) -> str:
    """How a forwarding names the promise that was chosen for it."""
    return f"{contract}.{level.priority}"


def _chosen(key: str) -> tuple[int, str]:
    """Contract and priority in such a key; 0 in one that makes no sense."""
    contract, _dot, priority = key.partition(".")
    known = contract.isascii() and contract.isdecimal() and len(contract) < 19
    return (int(contract), priority) if known else (0, "")
