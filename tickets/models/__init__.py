"""The rows of a ticket, by what they are about."""

from tickets.models.event import TicketEvent
from tickets.models.forwarding import Forwarding
from tickets.models.handover import Handover
from tickets.models.incoming import IncomingEmail, MailPolicy, Newcomer, UndeliverableAddress
from tickets.models.letter import LetterText
from tickets.models.macro import Deflection, Macro
from tickets.models.mailbox import Mailbox
from tickets.models.message import Attachment, Draft, Message
from tickets.models.priority import PriorityRule
from tickets.models.rating import Rating, ThanksToCheck
from tickets.models.reading import Follower, ReadMark
from tickets.models.retention import RetentionRule, RetentionRun
from tickets.models.search_document import SearchDocument
from tickets.models.ticket import REOPEN_DAYS, Ticket, urgency

__all__ = [
    "REOPEN_DAYS",
    "Attachment",
    "Deflection",
    "Draft",
    "Follower",
    "Forwarding",
    "Handover",
    "IncomingEmail",
    "LetterText",
    "Macro",
    "MailPolicy",
    "Mailbox",
    "Message",
    "Newcomer",
    "PriorityRule",
    "Rating",
    "ReadMark",
    "RetentionRule",
    "RetentionRun",
    "SearchDocument",
    "ThanksToCheck",
    "Ticket",
    "TicketEvent",
    "UndeliverableAddress",
    "urgency",
]
