"""The verbs: the only ways to change a ticket.

Each verb is one transaction: it locks the ticket, guards (raises `TicketError`, a sentence for
the user), writes its rows and records its events. `by` is who does it. A verb gives back the
ticket, or what it made, as it is afterwards.
"""
