"""The vocabulary of availability: word, tone and icon of each state."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
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

#: Why a monitor fails, by the code in its answer; the part after a colon is the detail.
FAILURES = {
    "": _("answers"),
    "timeout": _("no answer in time"),
    "refused": _("the connection is refused"),
    "unknown_host": _("there is no such host"),
    "private": _("a private address, which monitors may not ask"),
    "scheme": _("neither http nor https"),
    "redirects": _("too many redirects"),
    "status": _("unexpected status %s"),
    "text": _("the text is not on the page"),
    "tls": _("the certificate is not good: %s"),
    "broken": _("the connection broke (%s)"),
    "no_beat": _("no sign of life in time"),
}


def failure_words(error: str) -> str:
    """What the code of an answer means, in the language of the reader."""
    code, _colon, detail = error.partition(":")
    words = str(FAILURES.get(code, error))
    return words % detail if "%s" in words else words


#: How far the desk is with an outage: tone and icon; the words are those of the stage.
STAGES = {
    "reported": ("warn", "broadcast"),
    "investigating": ("warn", "search"),
    "identified": ("warn", "lightbulb"),
    "repairing": ("warn", "wrench"),
    "watching": ("info", "clock-history"),
    "ended": ("ok", "check-circle-fill"),
}
