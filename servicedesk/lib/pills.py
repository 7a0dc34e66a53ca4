"""The vocabulary of states: word, tone and icon of each. Colour never says it alone."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Pill:
    """How one state is shown."""

    tone: str
    icon: str
    label: str | Promise = ""


#: Statuses in the words of the desk.
STATUSES = {
    "new": Pill("line", "inbox", pgettext_lazy("ticket status", "New")),
    "open": Pill("info", "folder2-open", pgettext_lazy("ticket status", "Open")),
    "pending": Pill("hold", "reply", pgettext_lazy("ticket status", "Waiting for requester")),
    "on_hold": Pill(
        "hold", "box-arrow-up-right", pgettext_lazy("ticket status", "Waiting for supplier")
    ),
    "solved": Pill("ok", "check-circle-fill", pgettext_lazy("ticket status", "Solved")),
    "closed": Pill("", "archive", pgettext_lazy("ticket status", "Closed")),
}

#: The same in the words of who asked.
REQUESTER_STATUSES = {
    "new": Pill("line", "inbox", pgettext_lazy("status for requester", "Received")),
    "open": Pill(
        "info", "person-workspace", pgettext_lazy("status for requester", "We are working on it")
    ),
    "pending": Pill("warn", "reply-fill", pgettext_lazy("status for requester", "Waiting for you")),
    "on_hold": Pill(
        "hold", "box-arrow-up-right", pgettext_lazy("status for requester", "With supplier")
    ),
    "solved": Pill("ok", "check-circle-fill", pgettext_lazy("status for requester", "Solved")),
    "closed": Pill("", "archive", pgettext_lazy("status for requester", "Closed")),
}

#: How a promise stands. The words come from who knows the clock.
PROMISES = {
    "ok": Pill("ok", "clock"),
    "warn": Pill("warn", "hourglass-split"),
    "late": Pill("late", "exclamation-octagon-fill"),
    "hold": Pill("hold", "pause-circle"),
    "idle": Pill("line", "moon-stars"),
    "met": Pill("ok", "check-circle"),
    "missed": Pill("bad", "x-octagon-fill"),
    "none": Pill("line", "dash-circle"),
}

#: The tone and icon of a notice, by the level of Django's messages.
NOTICES = {
    "debug": Pill("", "info-circle"),
    "info": Pill("info", "info-circle-fill"),
    "success": Pill("ok", "check-circle-fill"),
    "warning": Pill("warn", "exclamation-triangle-fill"),
    "error": Pill("bad", "exclamation-octagon-fill"),
}
