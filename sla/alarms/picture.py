"""What open pages of the desk are shown of alarms, each second, as plain data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sla.alarms.models import Alarm


def alarms_on_pages(now: dt.datetime) -> list[dict[str, Any]]:
    """One query. `rings`: now, nobody took it yet; what else differs makes pages draw it anew."""
    shown = Alarm.objects.on_pages(now).for_rows()
    return [
        {
            "id": alarm.pk,
            "rings": alarm.rings_by(now),
            "taken_by": alarm.taken_by_id,
            "reports": alarm.reports,
            "text": f"SITE DOWN · {alarm.words}",
            "url": alarm.outage.get_absolute_url(),
        }
        for alarm in shown
    ]
