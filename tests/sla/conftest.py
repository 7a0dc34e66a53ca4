"""Tickets at chosen moments, for the stories of clocks."""

import pytest

from tests.sla.oracle import at
from tickets.actions.opening import NewTicket, open_ticket


@pytest.fixture
def asked(requester):
    """`asked(moment, **fields)`: a ticket that the requester opened then, Brussels time."""

    def ask(moment, *, by=requester, **fields):
        with at(moment):
            new = NewTicket(requester, "Printer", "Hij print niet.", **fields)
            return open_ticket(new, by=by)

    return ask
