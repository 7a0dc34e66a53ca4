"""The rows of availability: what happened, what was announced, what was promised."""

from sla.availability.models.log import AvailabilityEvent
from sla.availability.models.maintenance import MaintenanceWindow
from sla.availability.models.outages import (
    Outage,
    OutageFollower,
    OutagePhase,
    OutageTicket,
    OutageUpdate,
)
from sla.availability.models.targets import AvailabilityTarget

__all__ = [
    "AvailabilityEvent",
    "AvailabilityTarget",
    "MaintenanceWindow",
    "Outage",
    "OutageFollower",
    "OutagePhase",
    "OutageTicket",
    "OutageUpdate",
]
