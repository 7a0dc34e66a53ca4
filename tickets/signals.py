"""What rooms above hear of without being known here: the log, and what is held of a person."""

from django.dispatch import Signal

#: Sent once for each verb and ticket, inside the verb's transaction, after its last row.
#: Gives `ticket_id`: int and `events`: list[TicketEvent], oldest first.
events_recorded = Signal()

#: Sent inside the transaction that forgets somebody. Gives `person`: User as it still is.
person_forgotten = Signal()
#: Asks for what else is held of `person`: User; receivers return a dict for the copy of it.
person_data_asked = Signal()
