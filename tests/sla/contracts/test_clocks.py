"""The stored clocks of suppliers, their alerts and their audit."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.catalogue.models import Service
from servicedesk.outbox.models import Notification, OutgoingEmail
from servicedesk.outbox.sentences import sentence
from sla.contracts import alerts, soundness
from sla.contracts.agreeing import agree, change
from sla.contracts.alert_mail import mail_supplier_alerts
from sla.contracts.book import key_of
from sla.contracts.levels import Level
from sla.contracts.models import SupplierAlert, SupplierAlertMail, SupplierClock
from sla.contracts.promising import Frame
from sla.contracts.summary import supplier_summary
from sla.reports.months import Month
from tests.sla.oracle import at, brussels
from tickets.actions.forwarding import take_in_supplier_answer
from tickets.actions.merging import merge
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text
from tickets.actions.setting_aside import set_aside
from tickets.actions.transitions import change_status

MONDAY, TUESDAY = "2025-11-03 ", "2025-11-04 "


def clock(forwarding, metric):
    return SupplierClock.objects.get(forwarding=forwarding, metric=metric)


def test_forwarding_starts_both_clocks(contract, forwarded):
    forwarding = forwarded(MONDAY + "10:00")
    first, solved = clock(forwarding, "first_response"), clock(forwarding, "resolution")
    assert (first.due_at, solved.due_at) == (
        brussels(MONDAY + "14:00"), brussels("2025-11-06 10:00"),
    )  # fmt: skip
    assert (first.level, first.contract, first.target_seconds) == ("Normaal", contract, 4 * 3600)
    assert first.ticket_id == forwarding.ticket_id


def test_the_priority_of_then_chooses_the_level(contract, forwarded):
    forwarding = forwarded(MONDAY + "10:00", priority="urgent")
    assert clock(forwarding, "first_response").level == "Kritiek"
    assert clock(forwarding, "first_response").due_at == brussels(MONDAY + "11:00")


def test_a_level_that_was_chosen_comes_before_it(contract, forwarded):
    critical = contract.versions.get().levels[1]
    forwarding = forwarded(MONDAY + "10:00", promise=key_of(contract.pk, critical))
    assert clock(forwarding, "first_response").level == "Kritiek"


@pytest.mark.parametrize("key", ["x", "0.urgent", "999999.urgent", "-1.low", "²"])
def test_a_key_that_makes_no_sense_is_none(contract, forwarded, key):
    forwarding = forwarded(MONDAY + "10:00", promise=key)
    assert clock(forwarding, "first_response").level == "Normaal"


def test_an_answer_and_the_end_decide(contract, forwarded):
    forwarding = forwarded(MONDAY + "10:00", answered=MONDAY + "13:00", ended=TUESDAY + "16:00")
    first, solved = clock(forwarding, "first_response"), clock(forwarding, "resolution")
    assert (first.used_seconds, first.met) == (3 * 3600, True)
    assert (solved.used_seconds, solved.met) == (3 * 3600, True)
    assert solved.stopped_at == brussels(TUESDAY + "16:00")


def test_on_hold_again_is_the_suppliers_turn(contract, forwarded, agent):
    forwarding = forwarded(MONDAY + "10:00", answered=MONDAY + "11:00")
    assert clock(forwarding, "resolution").state == "paused"
    with at(MONDAY + "12:00"):
        change_status(forwarding.ticket, "on_hold", by=agent)
    assert clock(forwarding, "resolution").state == "running"


def test_what_the_desk_took_back_counts_only_when_it_was_late(contract, forwarded):
    early = forwarded(MONDAY + "10:00", ended=MONDAY + "12:00", how="taken_back")
    late = forwarded(MONDAY + "10:00", ended=MONDAY + "16:00", how="taken_back")
    assert clock(early, "first_response").counted_at is None
    assert clock(late, "first_response").counted_at == brussels(MONDAY + "14:00")
    assert clock(late, "resolution").counted_at is None


def test_without_a_contract_no_clock_runs(supplier, forwarded):
    forwarding = forwarded(MONDAY + "10:00")
    assert not SupplierClock.objects.filter(forwarding=forwarding).exists()


def test_a_contract_that_is_entered_later_counts_what_was_asked_in_it(
    supplier, forwarded, says, manager
):
    inside, before = forwarded(MONDAY + "10:00"), forwarded("2025-10-01 10:00")
    agree(supplier, Frame("Hosting", dt.date(2025, 11, 1)), says(), by=manager)
    assert clock(inside, "first_response").breached_at == brussels(MONDAY + "14:00")
    assert not SupplierClock.objects.filter(forwarding=before).exists()
    assert alerts.check() == 0  # of the past nobody is told


def test_another_version_holds_from_its_month_on(contract, forwarded, says, manager):
    before, after = forwarded("2025-10-31 10:00"), forwarded(MONDAY + "10:00")
    faster = says(levels=[Level("Snel", "low", 60, 120)])
    frame = Frame(contract.name, contract.starts_on)
    change(contract, frame, faster, since=Month(2025, 11), by=manager)
    assert clock(before, "first_response").level == "Normaal"
    assert clock(after, "first_response").level == "Snel"


def test_a_part_of_a_service_is_covered_with_it(contract, forwarded, websites):
    part = Service.objects.create(name="Agenda", slug="agenda", parent=websites)
    assert clock(forwarded(MONDAY + "10:00", service=part), "first_response").contract == contract


def test_another_service_is_not(contract, forwarded):
    other = Service.objects.create(name="E-boeken", slug="e-boeken")
    forwarding = forwarded(MONDAY + "10:00", service=other)
    assert not SupplierClock.objects.filter(forwarding=forwarding).exists()


def test_a_merge_takes_the_clocks_along(contract, forwarded, requester, agent, websites):
    forwarding = forwarded(MONDAY + "10:00")
    with at(MONDAY + "10:30"):
        other = open_ticket(NewTicket(requester, "Website", "Traag.", service=websites), by=agent)
        merge(forwarding.ticket, into=other, by=agent)
    forwarding.refresh_from_db()
    found = clock(forwarding, "first_response")
    assert found.ticket_id == other.pk == forwarding.ticket_id
    assert found.due_at == brussels(MONDAY + "14:00")
    assert soundness.supplier_clocks_unlike_their_log().count == 0


def test_spam_has_no_clocks(contract, forwarded, agent):
    forwarding = forwarded(MONDAY + "10:00")
    set_aside(forwarding.ticket, "spam", by=agent)
    assert not SupplierClock.objects.filter(forwarding=forwarding).exists()


class TestAlerts:
    def test_each_point_rings_once_at_the_assignee(self, contract, forwarded, agent):
        forwarding = forwarded(MONDAY + "10:00")
        raised = {
            moment: alerts.check(now=brussels(MONDAY + moment))
            for moment in ("12:00", "13:00", "13:01", "13:45", "14:00", "14:01", "16:00")
        }
        assert raised == {
            "12:00": 0, "13:00": 1, "13:01": 0, "13:45": 1, "14:00": 0, "14:01": 1, "16:00": 0,
        }  # fmt: skip
        told = Notification.objects.filter(kind__startswith="supplier_")
        assert {line.user for line in told} == {agent}
        assert [sentence(line) for line in told.order_by("pk")] == [
            f"Ticket #{forwarding.ticket_id}: {words}"
            for words in (
                "drie vierde van de tijd van de leverancier voor een antwoord is op.",
                "nog 15 minuten voor een antwoord van de leverancier.",
                "het antwoord van de leverancier is te laat.",
            )
        ]
        assert clock(forwarding, "first_response").breached_at == brussels(MONDAY + "14:00")

    def test_an_answer_stops_them(self, contract, forwarded):
        forwarded(MONDAY + "10:00", answered=MONDAY + "11:00")
        assert alerts.check(now=brussels(TUESDAY + "16:00")) == 0

    def test_what_was_noticed_together_is_one_line(self, contract, forwarded):
        forwarded(MONDAY + "10:00")
        assert alerts.check(now=brussels(MONDAY + "16:00")) == 3
        kinds = Notification.objects.filter(kind__startswith="supplier_").values_list("kind")
        assert list(kinds) == [("supplier_due_first_response",)]
        assert SupplierAlert.objects.count() == 3

    def test_the_mail_waits_for_office_hours_and_holds_all(self, contract, forwarded, agent):
        late, soon = forwarded(MONDAY + "10:00"), forwarded(MONDAY + "13:00")
        with at(MONDAY + "15:00"):
            assert alerts.check() > 0
            assert mail_supplier_alerts() == 1
            assert mail_supplier_alerts() == 0
        with at(MONDAY + "17:30"):  # noticed after closing
            assert alerts.check() == 2
            assert mail_supplier_alerts() == 0
        with at(TUESDAY + "09:00"):
            assert mail_supplier_alerts() == 1
        letters = OutgoingEmail.objects.filter(thread=f"supplier-alerts:{agent.pk}")
        first, second = letters.order_by("pk")
        assert (first.to, first.subject) == ([agent.email], "Leverancier: 1 ticket te laat")
        assert f"#{late.ticket_id} Website traag" in first.body_text
        assert "sinds maandag 3 november om 14.00 u." in first.body_text
        assert "/queue/waiting-supplier/" in first.body_text
        assert second.subject == f"Leverancier: ticket #{soon.ticket_id} vraagt aandacht"
        assert "tegen maandag 3 november om 17.00 u." in second.body_text

    def test_of_a_contract_that_is_gone_nothing_is_mailed(self, contract, forwarded):
        forwarded(MONDAY + "10:00")
        with at(MONDAY + "13:30"):
            alerts.check()
            SupplierClock.objects.all().delete()
            assert mail_supplier_alerts() == 0
        assert not SupplierAlertMail.objects.filter(mailed_at=None).exists()


def test_the_queue_says_by_when_the_supplier_must_act(contract, forwarded, as_user, agent):
    for moment in ("09:00", "10:30", "11:00"):
        forwarding = forwarded(MONDAY + moment)
    with at(MONDAY + "13:50"):
        take_in_supplier_answer(forwarding, Text("We kijken ernaar."))  # the desk’s turn again
        browser = as_user(agent)
        with CaptureQueriesContext(connection) as asked:
            page = browser.get("/queue/waiting-supplier/").text
        assert "te laat sinds vandaag 13.00 u." in page
        assert page.count("tegen vandaag 14.30 u.") == 1
        assert f"ticket-{forwarding.ticket_id}" not in page
    assert sum("contracts_supplierclock" in query["sql"] for query in asked) == 1


def test_the_audit_finds_a_clock_that_was_tampered_with(contract, forwarded):
    forwarding = forwarded(MONDAY + "10:00", ended=MONDAY + "12:00")
    assert soundness.supplier_clocks_unlike_their_log().count == 0
    SupplierClock.objects.filter(forwarding=forwarding).update(used_seconds=1)
    assert soundness.supplier_clocks_unlike_their_log().count == 1


def test_a_ticket_as_data_holds_them(contract, forwarded):
    forwarding = forwarded(MONDAY + "10:00", answered=MONDAY + "12:00")
    found = supplier_summary(forwarding.ticket, now=brussels(MONDAY + "13:00"))
    told = [
        (one["kind"], one["supplier"], one["level"], one["used_seconds"], one["state"], one["met"])
        for one in found
    ]
    assert told == [
        ("first_response", "Webatelier Noord", "Normaal", 2 * 3600, "stopped", True),
        ("resolution", "Webatelier Noord", "Normaal", 2 * 3600, "paused", None),
    ]
    assert [row["waiting"] for row in found[1]["ledger"]] == ["", "desk"]
