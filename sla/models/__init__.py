"""The rows of sla: calendars, policies and promises, clocks and alerts."""

from sla.models.calendars import SINCE_EVER, BusinessCalendar, CalendarVersion
from sla.models.clocks import Alert, Clock, MetricChoices
from sla.models.policies import Policy, PolicyVersion, TicketPromise

__all__ = [
    "SINCE_EVER",
    "Alert",
    "BusinessCalendar",
    "CalendarVersion",
    "Clock",
    "MetricChoices",
    "Policy",
    "PolicyVersion",
    "TicketPromise",
]
