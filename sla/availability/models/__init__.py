"""The rows of availability: what happened, what was announced, what was promised."""

from sla.availability.models.log import AvailabilityEvent
from sla.availability.models.maintenance import MaintenanceWindow
from sla.availability.models.monitors import Monitor, MonitoringMailRule, Silence
from sla.availability.models.outages import (
    Outage,
    OutageFollower,
    OutagePhase,
    OutageTicket,
    OutageUpdate,
)
from sla.availability.models.subscribers import StatusSubscriber
from sla.availability.models.targets import AvailabilityTarget

__all__ = [
    "AvailabilityEvent",
    "AvailabilityTarget",
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
