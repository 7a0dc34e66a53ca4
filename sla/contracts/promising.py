"""What a manager enters: the frame of a contract, and what a version of it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from servicedesk.catalogue.models import Service
from sla.contracts.levels import Level, in_order
from sla.contracts.scale import Step
from sla.contracts.scale import in_order as steps_in_order
from sla.models import BusinessCalendar


@dataclass(frozen=True)
class Frame:
    """Which contract it is, and how long it lasts."""

    name: str
    starts_on: dt.date
    ends_on: dt.date | None = None
    reference: str = ""
    notice_days: int | None = None


@dataclass(frozen=True)
class Says:
    """What a version promises."""

    services: Sequence[Service]
    levels: Sequence[Level] = ()
    calendar: BusinessCalendar | None = None
    response_percent: Decimal | None = None
    resolution_percent: Decimal | None = None
    availability_percent: Decimal | None = None
    availability_calendar: BusinessCalendar | None = None
    availability_rule: str = "any"
    monthly_fee: Decimal = Decimal(0)
    scale: dict[str, list[Step]] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """The columns of `Terms`, without its services."""
        return {
            "calendar": self.calendar,
            "stored_levels": [level.as_json() for level in in_order(self.levels)],
            "response_percent": self.response_percent,
            "resolution_percent": self.resolution_percent,
            "availability_percent": self.availability_percent,
            "availability_calendar": self.availability_calendar,
            "availability_rule": self.availability_rule,
            "monthly_fee": self.monthly_fee,
            "stored_scale": {
                measure: [step.as_json() for step in steps_in_order(steps)]
                for measure, steps in self.scale.items()
                if steps
            },
        }
