"""The vocabulary of availability: word, tone and icon of each state."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from servicedesk.lib.pills import Pill

WORKS, DEGRADED, DOWN = "works", "degraded", "down"
MAINTENANCE, NO_DATA = "maintenance", "no_data"

#: The state of a service, or of one of its days.
STATES = {
    WORKS: Pill("ok", "check-circle-fill", pgettext_lazy("state of a service", "Works")),
    DEGRADED: Pill(
        "warn", "exclamation-triangle-fill", pgettext_lazy("state of a service", "Degraded")
    ),
    DOWN: Pill("bad", "x-octagon-fill", pgettext_lazy("state of a service", "Unavailable")),
    MAINTENANCE: Pill("hold", "tools", pgettext_lazy("state of a service", "Maintenance")),
    NO_DATA: Pill("line", "dash-circle", pgettext_lazy("state of a service", "No data")),
}

#: How far the desk is with an outage: tone and icon; the words are those of the stage.
STAGES = {
    "reported": ("warn", "broadcast"),
    "investigating": ("warn", "search"),
    "identified": ("warn", "lightbulb"),
    "repairing": ("warn", "wrench"),
    "watching": ("info", "clock-history"),
    "ended": ("ok", "check-circle-fill"),
}
