"""The rows of alarms: what rang, who was told how, who is on call when."""

from sla.alarms.models.alarm import Alarm
from sla.alarms.models.delivery import Channel, Delivery
from sla.alarms.models.roster import OnCallPlan, RosterFeed, Shift

__all__ = ["Alarm", "Channel", "Delivery", "OnCallPlan", "RosterFeed", "Shift"]
