"""Which promise a ticket gets: the first policy that matches, in the versions of its creation."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

from servicedesk.catalogue.models import Service
from sla.models import CalendarVersion, Policy, PolicyVersion


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

    def terms_for(self, opened: Mapping[str, Any], at: dt.datetime) -> Terms | None:
        """What is promised to a ticket with this `opened` data, created then; None: nothing.

        A policy or calendar that is younger than the ticket holds in its first version.
        """
        for policy in self.policies:
            version = _valid(self.policy_versions.get(policy.pk, []), at)
            if version is None or not self._matches(policy, opened):
                continue
            calendar = _valid(self.calendar_versions.get(version.calendar_id, []), at)
            return Terms(version, calendar) if calendar else None
        return None

    def _matches(self, policy: Policy, opened: Mapping[str, Any]) -> bool:
        if policy.service_id and policy.service_id not in self._with_wholes(opened.get("service")):
            return False
        asked = {
            "category": policy.category_id,
            "organisation": policy.organisation_id,
            "priority": policy.priority,
            "channel": policy.channel,
        }
        return all(not wanted or wanted == opened.get(key) for key, wanted in asked.items())

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


def _valid(versions: list[V], at: dt.datetime) -> V | None:
    """The last version that began by then, or the first one of all."""
    begun = [version for version in versions if version.valid_from <= at]
    return begun[-1] if begun else next(iter(versions), None)
