"""The verbs of availability. Each is one transaction and writes its row of the log."""

from sla.availability.actions.correcting import (
    Correction,
    confirm_outage,
    correct_outage,
    withdraw_outage,
)
from sla.availability.actions.ending import Ending, end_outage
from sla.availability.actions.following import join, leave, link_ticket, unlink_ticket
from sla.availability.actions.maintenance import (
    Work,
    announce_maintenance,
    cancel_maintenance,
    change_maintenance,
)
from sla.availability.actions.opening import NewOutage, open_outage, report_outage
from sla.availability.actions.updating import News, change_severity, post_update

__all__ = [
    "Correction",
    "Ending",
    "NewOutage",
    "News",
    "Work",
    "announce_maintenance",
    "cancel_maintenance",
    "change_maintenance",
    "change_severity",
    "confirm_outage",
    "correct_outage",
    "end_outage",
    "join",
    "leave",
    "link_ticket",
    "open_outage",
    "post_update",
    "report_outage",
    "unlink_ticket",
    "withdraw_outage",
]
