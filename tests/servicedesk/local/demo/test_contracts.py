"""The suppliers of the demo: what they promised, what they were asked, what they owe."""

import pytest

from servicedesk.local.demo.filling import Wish
from sla.contracts import soundness
from sla.contracts.models import Compensation, Contract, MonthReview, SupplierClock
from tests.servicedesk.local.demo.conftest import TUESDAY, filled, taken_back
from tickets.models import Forwarding, Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk_of_months")]


@pytest.fixture(scope="module")
def desk_of_months(django_db_setup, django_db_blocker, _files):
    """A small desk with all of its published months."""
    with django_db_blocker.unblock(), taken_back():
        yield filled(Wish(tickets=800, now=TUESDAY))


def test_tickets_are_with_suppliers_and_were():
    unended = Forwarding.objects.unended()
    assert unended.filter(ticket__status="on_hold").exists()
    assert not unended.exclude(ticket__status__in=Ticket.UNSOLVED).exists()
    assert Forwarding.objects.filter(how="solved", answered_at__isnull=False).exists()
    letters = Message.objects.filter(kind__startswith="supplier")
    assert letters.filter(kind="supplier_in").count() <= letters.filter(kind="supplier_out").count()
    assert not letters.filter(forwarding=None).exists()


def test_their_clocks_are_those_of_the_log():
    assert SupplierClock.objects.unfinished().exists()
    assert soundness.supplier_clocks_unlike_their_log().count == 0


def test_every_month_was_reviewed_and_most_claims_were_settled():
    assert MonthReview.objects.count() == 13 * Contract.objects.count()
    states = list(Compensation.objects.order_by("-first_day", "-amount").values_list("state"))
    assert states[:2] == [("proposed",), ("sent",)]
    assert {state for (state,) in states[2:]} <= {"accepted", "refused"}
    assert soundness.compensations_without_evidence().count == 0


def test_the_missed_months_of_the_library_system_cost_its_supplier():
    missed = Compensation.objects.filter(measure="availability", contract__reference="BW-2024-017")
    found = missed.order_by("first_day").values_list("first_day", "attained", "amount")
    assert [(f"{day:%Y-%m}", str(part), str(amount)) for day, part, amount in found] == [
        ("2025-01", "99.34", "370.00"),
        ("2025-02", "99.52", "370.00"),
        ("2025-03", "96.89", "1850.00"),
    ]
