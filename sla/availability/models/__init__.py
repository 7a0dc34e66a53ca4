"""The rows of availability: what happened, what was announced, what was promised."""

from sla.availability.models.log import AvailabilityEvent
from sla.availability.models.maintenance import MaintenanceWindow
from sla.availability.models.monitors import BlindSpell, Monitor, MonitoringMailRule, Silence
from sla.availability.models.outages import (
    Outage,
    OutageFollower,
    OutagePhase,
    OutageTicket,
    OutageUpdate,
)
from sla.availability.models.subscribers import StatusSubscriber
from sla.availability.models.targets import AvailabilityTarget, FormerPercent

__all__ = [
    "AvailabilityEvent",
    "AvailabilityTarget",
    "BlindSpell",
    "FormerPercent",
    "MaintenanceWindow",
    "Monitor",
    "MonitoringMailRule",
    "Outage",
    "OutageFollower",
    "OutagePhase",
    "OutageTicket",
    "OutageUpdate",
    "Silence",
    "StatusSubscriber",
]
