"""Which promise a ticket gets: the first policy that matches, in the versions of its creation."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, TypeVar

from servicedesk.catalogue.models import Service
from sla.models import CalendarVersion, Policy, PolicyVersion

#: By what a policy tells tickets apart, named as in the data of an `opened` event.
CONDITIONS = ("service", "category", "priority", "organisation", "channel")


@dataclass(frozen=True)
class Terms:
    """A promise before it belongs to a ticket."""

    policy_version: PolicyVersion
    calendar_version: CalendarVersion


class _Version(Protocol):
    valid_from: dt.datetime


V = TypeVar("V", bound=_Version)


@dataclass(frozen=True)
class PolicyBook:
    """All policies and calendars, in memory: a few queries for however many tickets."""

    policies: tuple[Policy, ...]
    policy_versions: Mapping[int, list[PolicyVersion]]
    calendar_versions: Mapping[int, list[CalendarVersion]]

    @classmethod
    def load(cls) -> "PolicyBook":
        """The book as it is now. Three queries."""
        policies = Policy.objects.filter(is_active=True).order_by("position", "pk")
        return cls(
            tuple(policies),
            _grouped("policy_id", PolicyVersion.objects.order_by("valid_from")),
            _grouped("calendar_id", CalendarVersion.objects.order_by("valid_from")),
        )

    def with_draft(self, draft: PolicyVersion) -> "PolicyBook":
        """The book as it would be if that version of its policy held; a new policy comes first."""
        policy = draft.policy
        others = [one for one in self.policies if one.pk != policy.pk]
        used = [policy] if policy.is_active else []
        place = sum(one.position < policy.position for one in others) if policy.pk else 0
        return replace(
            self,
            policies=(*others[:place], *used, *others[place:]),
            policy_versions={**self.policy_versions, policy.pk: [draft]},
        )

    def terms_for(self, opened: Mapping[str, Any], at: dt.datetime) -> Terms | None:
        """What is promised then to a ticket with this `opened` data; None: nothing.

        A policy counts from its first version on, a calendar that is younger than the moment holds
        in its first version.
        """
        for policy in self.policies:
            version = self.version_at(policy, at)
            if version and not self.misses(version, opened):
                return self.terms_of(version, at)
        return None

    def version_at(self, policy: Policy, at: dt.datetime) -> PolicyVersion | None:
        """The version of a policy that holds then; None: it promised nothing yet."""
        begun = [v for v in self.policy_versions.get(policy.pk, []) if v.valid_from <= at]
        return begun[-1] if begun else None

    def terms_of(self, version: PolicyVersion, at: dt.datetime) -> Terms | None:
        """This version with the calendar as it is then; None: the calendar says nothing."""
        calendars = self.calendar_versions.get(version.calendar_id, [])
        begun = [calendar for calendar in calendars if calendar.valid_from <= at]
        calendar = begun[-1] if begun else next(iter(calendars), None)
        return Terms(version, calendar) if calendar else None

    def misses(self, version: PolicyVersion, opened: Mapping[str, Any]) -> list[str]:
        """The conditions of this version that such a ticket does not meet; none: it matches."""
        missed = [
            name
            for name in CONDITIONS
            if (wanted := version.wants(name)) and wanted != opened.get(name)
        ]
        if "service" in missed and version.service_id in {
            *self._with_wholes(opened.get("service"))
        }:
            missed.remove("service")
        return missed

    def _with_wholes(self, service: int | None) -> Iterator[int]:
        """The service and all that it is part of."""
        seen: set[int] = set()
        while service and service not in seen:
            seen.add(service)
            yield service
            service = self._parents.get(service)

    @cached_property
    def _parents(self) -> dict[int, int | None]:
        return dict(Service.objects.values_list("pk", "parent_id"))


def _grouped(key: str, versions: Iterable[V]) -> dict[int, list[V]]:
    groups: dict[int, list[V]] = defaultdict(list)
    for version in versions:
        groups[getattr(version, key)].append(version)
    return dict(groups)
