"""Another promise for one ticket: with a reason, from the beginning, counted and listed."""

import pytest
from django.urls import reverse

from sla.models import BusinessCalendar, Policy, PolicyVersion
from sla.overriding import counted, override_policy, overrides
from tests.sla.oracle import at, brussels
from tests.sla.test_replay import check_clocks
from tickets.actions.classifying import set_priority
from tickets.actions.setting_aside import set_aside
from tickets.exceptions import TicketError

pytestmark = pytest.mark.django_db
MONDAY = "2025-11-03 "


@pytest.fixture
def swift():
    """A policy that promises an answer within an hour."""
    policy = Policy.objects.create(name="Snel", position=30_000)
    PolicyVersion.objects.create(
        policy=policy,
        valid_from=brussels("2025-01-01 00:00"),
        calendar=BusinessCalendar.objects.get(name="Kantooruren"),
        first_response=60,
        resolution=120,
    )
    return policy


def test_the_clocks_count_by_it_from_the_beginning(asked, agent, swift):
    ticket = asked(MONDAY + "09:00")
    with at(MONDAY + "09:30"):
        override_policy(ticket, swift, by=agent, reason="  Directie kijkt mee. ")
    due = dict(ticket.clocks.values_list("metric", "due_at"))
    assert due["first_response"] == brussels(MONDAY + "10:00")
    assert due["resolution"] == brussels(MONDAY + "11:00")
    ticket.refresh_from_db()
    assert ticket.next_due_at == brussels(MONDAY + "10:00")
    event = ticket.events.get(kind="policy_changed")
    assert (event.data["to"], event.data["reason"]) == (swift.pk, "Directie kijkt mee.")
    check_clocks(ticket)


def test_a_reason_is_needed_and_the_same_again_changes_nothing(asked, agent, requester, swift):
    ticket = asked(MONDAY + "09:00")
    with pytest.raises(TicketError, match="reden"):
        override_policy(ticket, swift, by=agent, reason=" ")
    with pytest.raises(TicketError):
        override_policy(ticket, swift, by=requester, reason="Ik wil het.")
    override_policy(ticket, swift, by=agent, reason="Dringend.")
    override_policy(ticket, swift, by=agent, reason="Dringend.")
    assert ticket.events.filter(kind="policy_changed").count() == 1


def test_not_for_what_counts_in_no_figure_nor_by_an_empty_policy(asked, agent, swift):
    ticket = asked(MONDAY + "09:00")
    empty = Policy.objects.create(name="Leeg", position=30_001)
    with pytest.raises(TicketError, match="belooft nog niets"):
        override_policy(ticket, empty, by=agent, reason="Zomaar.")
    set_aside(ticket, "test", by=agent)
    with pytest.raises(TicketError, match="geen enkel cijfer"):
        override_policy(ticket, swift, by=agent, reason="Zomaar.")


def test_priorities_and_promises_are_counted(asked, agent, second_line, swift):
    ticket = asked(MONDAY + "09:00")
    with at(MONDAY + "10:00"):
        set_priority(ticket, "urgent", by=agent, reason="Examen.")
        override_policy(ticket, swift, by=agent, reason="Directie.")
        set_priority(ticket, "low", by=second_line, reason="Toch niet.")
    november = overrides(start=brussels("2025-11-01 00:00"), end=brussels("2025-12-01 00:00"))
    counts = counted(november)
    assert (counts.priorities, counts.policies, counts.whole) == (2, 1, november.count())
    assert counts.by_agent == [("Noor Peeters", 2), ("Bram Jacobs", 1)]
    assert not overrides(start=brussels("2025-12-01 00:00"), end=brussels("2026-01-01 00:00"))


class TestPages:
    def test_the_dialog_and_the_list(self, as_user, asked, agent, manager, swift):
        with at(MONDAY + "09:00"):
            ticket = asked(MONDAY + "09:00")
            page = reverse("sla:policy-override", args=[ticket.pk])
            desk = as_user(agent)
            assert "Snel" in desk.get(page).content.decode()
            refused = desk.post(page, {"policy": swift.pk, "reason": ""})
            assert (refused.status_code, "reden" in refused.content.decode()) == (422, True)
            assert desk.post(page, {"policy": swift.pk, "reason": "Directie."}).status_code == 302
        shown = as_user(manager).get(reverse("sla:override-list") + "?month=2025-11")
        text = shown.content.decode()
        assert "Met de hand beslist in november 2025: 1" in text
        assert "Noor Peeters wijzigde het SLA-beleid" in text
        assert "“Directie.”" in text

    def test_a_quiet_month(self, as_user, manager):
        shown = as_user(manager).get(reverse("sla:override-list") + "?month=2024-01")
        assert "Niets is met de hand beslist" in shown.content.decode()
