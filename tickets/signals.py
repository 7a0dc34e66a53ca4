"""The one signal of the house: the log need not know its readers."""

from django.dispatch import Signal

#: Sent once for each verb and ticket, inside the verb's transaction, after its last row.
#: Gives `ticket_id`: int and `events`: list[TicketEvent], oldest first.
events_recorded = Signal()
