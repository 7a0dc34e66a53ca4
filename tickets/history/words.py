"""What every sentence of the history is made with."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets.models import TicketEvent
from tickets.names import Names

#: The sentence of each kind of event, and its icon.
Sentences = dict[str, tuple[Callable[[TicketEvent, Names], str], str]]


def actor(event: TicketEvent, names: Names) -> str:
    """Who did it; the desk itself where nobody did."""
    return names.get(User, event.actor_id) if event.actor_id else _("The service desk")
