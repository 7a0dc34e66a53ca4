"""The rows of a ticket, by what they are about."""

from tickets.models.event import TicketEvent
from tickets.models.handover import Handover
from tickets.models.macro import Deflection, Macro
from tickets.models.message import Attachment, Draft, Message
from tickets.models.ticket import Follower, PriorityRule, ReadMark, SearchDocument, Ticket, urgency

__all__ = [
    "Attachment",
    "Deflection",
    "Draft",
    "Follower",
    "Handover",
    "Macro",
    "Message",
    "PriorityRule",
    "ReadMark",
    "SearchDocument",
    "Ticket",
    "TicketEvent",
    "urgency",
]
