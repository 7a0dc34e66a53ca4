"""A supplier of the websites, its contract, and tickets that were forwarded to it."""

import datetime as dt
from decimal import Decimal

import pytest

from servicedesk.catalogue.models import Supplier
from sla.contracts.agreeing import agree
from sla.contracts.levels import Level
from sla.contracts.promising import Frame, Says
from sla.contracts.scale import Step
from sla.models import BusinessCalendar
from tests.sla.oracle import at
from tickets.actions.forwarding import Question, end_forwarding, forward, take_in_supplier_answer
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text


@pytest.fixture
def supplier(db, websites) -> Supplier:
    """Webatelier, behind the websites."""
    made = Supplier.objects.create(name="Webatelier Noord", email="helpdesk@webatelier.example")
    websites.supplier = made
    websites.save()
    return made


@pytest.fixture
def says(websites):
    """`says(**other)`: what the contract promises, with something else instead."""

    def promise(**other):
        fields = {
            "services": [websites],
            "levels": [
                Level("Normaal", "low", 4 * 60, 24 * 60),
                Level("Kritiek", "urgent", 60, 4 * 60),
            ],
            "calendar": BusinessCalendar.objects.get(name="Kantooruren"),
            "availability_percent": Decimal("99.00"),
            "response_percent": Decimal("90.00"),
            "resolution_percent": Decimal("80.00"),
            "monthly_fee": Decimal("1000.00"),
            "scale": {
                "availability": [
                    Step(Decimal("99.00"), Decimal("5.00")),
                    Step(Decimal("98.00"), Decimal("10.00")),
                ],
                "response": [Step(Decimal("90.00"), Decimal("2.50"))],
            },
        }
        return Says(**fields | other)

    return promise


@pytest.fixture
def contract(supplier, says, manager):
    """In force since 2025, entered on its first day."""
    with at("2025-01-01 09:00"):
        return agree(supplier, Frame("Hosting websites", dt.date(2025, 1, 1)), says(), by=manager)


@pytest.fixture
def forwarded(requester, agent, supplier, websites):
    """`forwarded(moment, answered=…, ended=…, **fields)`: a ticket about the websites that was
    forwarded then, in Brussels time.
    """

    def make(moment, *, answered="", ended="", how="solved", promise="", **fields):
        with at(moment):
            asked = {"service": websites, **fields}
            new = NewTicket(requester, "Website traag", "Sinds gisteren.", **asked)
            ticket = open_ticket(new, by=requester)
            question = Question(supplier, Text("Willen jullie kijken?"), promise=promise)
            forwarding = forward(ticket, question, by=agent)
        if answered:
            with at(answered):
                take_in_supplier_answer(forwarding, Text("We kijken ernaar."))
        if ended:
            with at(ended):
                end_forwarding(forwarding, how, by=agent)
        forwarding.refresh_from_db()
        return forwarding

    return make
