"""The rows of sla: calendars, policies and promises, clocks and alerts, published figures."""

from sla.models.calendars import SINCE_EVER, BusinessCalendar, CalendarVersion
from sla.models.clocks import (
    Alert,
    AlertMail,
    Clock,
    ClockState,
    MailLine,
    MeasuredLeg,
    MetricChoices,
)
from sla.models.policies import Policy, PolicyVersion, TicketPromise
from sla.models.publishing import FrozenMonth, Statement
from sla.models.recomputing import Recompute, RecomputedTicket

__all__ = [
    "SINCE_EVER",
    "Alert",
    "AlertMail",
    "BusinessCalendar",
    "CalendarVersion",
    "Clock",
    "ClockState",
    "FrozenMonth",
    "MailLine",
    "MeasuredLeg",
    "MetricChoices",
    "Policy",
    "PolicyVersion",
    "Recompute",
    "RecomputedTicket",
    "Statement",
    "TicketPromise",
]
