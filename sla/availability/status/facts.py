"""What a snapshot of all services says: plain data that can be written to a file and read back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from servicedesk.lib.translated import in_readers_language
from sla.availability.wording import DEGRADED, DOWN, MAINTENANCE, NO_DATA, WORKS

#: How many days the bars show, today included.
DAYS = 90


@dataclass(frozen=True)
class Told:
    """One update of an outage."""

    at: dt.datetime
    stage: str
    text: str
    text_en: str = ""

    @property
    def words(self) -> str:
        return in_readers_language(self.text, self.text_en)


@dataclass(frozen=True)
class OutageFact:
    """An outage as everybody may read it."""

    pk: int
    title: tuple[str, str]
    services: list[tuple[str, str]]
    severity: str
    stage: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    has_report: bool
    updates: list[Told] = field(default_factory=list)

    @property
    def label(self) -> str:
        return in_readers_language(*self.title)

    @property
    def names(self) -> str:
        return ", ".join(in_readers_language(*name) for name in self.services)

    @property
    def lasted(self) -> dt.timedelta | None:
        return self.ended_at - self.started_at if self.ended_at else None


@dataclass(frozen=True)
class MaintenanceFact:
    """Announced work."""

    pk: int
    title: tuple[str, str]
    text: tuple[str, str]
    services: list[tuple[str, str]]
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def label(self) -> str:
        return in_readers_language(*self.title)

    @property
    def words(self) -> str:
        return in_readers_language(*self.text)

    @property
    def names(self) -> str:
        return ", ".join(in_readers_language(*name) for name in self.services)


@dataclass(frozen=True)
class Day:
    """The worst of one local day, and how many seconds of each state it had."""

    date: dt.date
    state: str
    down: int = 0
    degraded: int = 0
    maintenance: int = 0


@dataclass(frozen=True)
class ServiceFact:
    """A service now and in the last days, beside what was promised."""

    slug: str
    name: tuple[str, str]
    state: str
    days: list[Day]
    percent: Decimal | None = None
    target: Decimal | None = None
    window: tuple[str, str] = ("", "")

    @property
    def label(self) -> str:
        return in_readers_language(*self.name)

    @property
    def window_label(self) -> str:
        return in_readers_language(*self.window)

    @property
    def is_missed(self) -> bool:
        return self.percent is not None and self.target is not None and self.percent < self.target

    def days_in(self, state: str) -> int:
        return sum(day.state == state for day in self.days)


@dataclass(frozen=True)
class Snapshot:
    """Everything the page shows, and when it was put together."""

    made_at: dt.datetime
    services: list[ServiceFact]
    open: list[OutageFact]
    past: list[OutageFact]
    maintenance: list[MaintenanceFact]

    @property
    def counts(self) -> Counter[str]:
        return Counter(service.state for service in self.services)

    @property
    def worst(self) -> str:
        """The worst state of any service; works only if that is known of all."""
        counts = self.counts
        for state in (DOWN, DEGRADED, MAINTENANCE, NO_DATA):
            if counts[state]:
                return state
        return WORKS if self.services else NO_DATA

    def service(self, slug: str) -> ServiceFact | None:
        return next((one for one in self.services if one.slug == slug), None)

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON; `Snapshot.of` reads it back."""
        return {
            "made_at": self.made_at.isoformat(),
            "services": [_service_data(service) for service in self.services],
            "open": [_outage_data(outage) for outage in self.open],
            "past": [_outage_data(outage) for outage in self.past],
            "maintenance": [
                {
                    **vars(window),
                    "starts_at": window.starts_at.isoformat(),
                    "ends_at": window.ends_at.isoformat(),
                }
                for window in self.maintenance
            ],
        }

    @classmethod
    def of(cls, data: dict[str, Any]) -> Snapshot:
        """Raises KeyError, TypeError or ValueError for what is no snapshot."""
        return cls(
            made_at=_moment(data["made_at"]),
            services=[_service(service) for service in data["services"]],
            open=[_outage(outage) for outage in data["open"]],
            past=[_outage(outage) for outage in data["past"]],
            maintenance=[
                MaintenanceFact(
                    **{
                        **window,
                        "title": tuple(window["title"]),
                        "text": tuple(window["text"]),
                        "services": [tuple(name) for name in window["services"]],
                        "starts_at": _moment(window["starts_at"]),
                        "ends_at": _moment(window["ends_at"]),
                    }
                )
                for window in data["maintenance"]
            ],
        )


def _service_data(service: ServiceFact) -> dict[str, Any]:
    return {
        **vars(service),
        "percent": None if service.percent is None else str(service.percent),
        "target": None if service.target is None else str(service.target),
        "days": [[day.state, day.down, day.degraded, day.maintenance] for day in service.days],
        "first_day": service.days[0].date.isoformat() if service.days else None,
    }


def _service(data: dict[str, Any]) -> ServiceFact:
    first = dt.date.fromisoformat(data["first_day"]) if data["first_day"] else dt.date.min
    return ServiceFact(
        slug=data["slug"],
        name=tuple(data["name"]),
        state=data["state"],
        percent=None if data["percent"] is None else Decimal(data["percent"]),
        target=None if data["target"] is None else Decimal(data["target"]),
        window=tuple(data["window"]),
        days=[
            Day(first + dt.timedelta(days=number), *day) for number, day in enumerate(data["days"])
        ],
    )


def _outage_data(outage: OutageFact) -> dict[str, Any]:
    return {
        **vars(outage),
        "started_at": outage.started_at.isoformat(),
        "ended_at": outage.ended_at.isoformat() if outage.ended_at else None,
        "updates": [
            [told.at.isoformat(), told.stage, told.text, told.text_en] for told in outage.updates
        ],
    }


def _outage(data: dict[str, Any]) -> OutageFact:
    return OutageFact(
        **{
            **data,
            "title": tuple(data["title"]),
            "services": [tuple(name) for name in data["services"]],
            "started_at": _moment(data["started_at"]),
            "ended_at": _moment(data["ended_at"]) if data["ended_at"] else None,
            "updates": [Told(_moment(at), *words) for at, *words in data["updates"]],
        }
    )


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
