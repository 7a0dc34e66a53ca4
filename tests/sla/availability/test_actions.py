"""The life of an outage, verb by verb: what holds, what is refused, what stays in the log."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from sla.availability.actions import (
    Correction,
    Ending,
    NewOutage,
    News,
    Work,
    announce_maintenance,
    cancel_maintenance,
    change_maintenance,
    change_severity,
    confirm_outage,
    correct_outage,
    end_outage,
    join,
    leave,
    link_ticket,
    open_outage,
    post_update,
    report_outage,
    unlink_ticket,
    withdraw_outage,
)
from sla.availability.exceptions import OutageError
from sla.availability.models import AvailabilityEvent, Outage, OutagePhase
from tests.sla.oracle import at, brussels
from tickets.models import TicketEvent

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DOWN, DEGRADED = Outage.Severity.DOWN, Outage.Severity.DEGRADED


def log_of(about) -> list[tuple[str, str]]:
    return [(event.kind, event.reason) for event in about.events.all()]


def phases_of(outage) -> list[tuple[dt.datetime, str]]:
    return list(outage.phases.values_list("started_at", "severity"))


def now() -> dt.datetime:
    return timezone.now().replace(microsecond=0)


# --- opening --------------------------------------------------------------------------------


def test_an_agent_reports_an_outage(websites, agent):
    with at("2025-11-04 09:12"):
        outage = open_outage(
            NewOutage(service=websites, severity=DEGRADED, text="We kijken het na."), by=agent
        )
    assert (outage.title, outage.stage, outage.is_open) == (
        "Bibliotheekwebsites werkt niet zoals het hoort", "reported", True,
    )  # fmt: skip
    assert phases_of(outage) == [(brussels("2025-11-04 09:12"), "degraded")]
    assert [update.text for update in outage.updates.all()] == ["We kijken het na."]
    assert log_of(outage) == [("opened", "")]


def test_a_requester_may_not(websites, requester):
    with pytest.raises(OutageError):
        open_outage(NewOutage(service=websites), by=requester)


def test_times_that_cannot_be_are_refused_with_a_sentence(websites, agent):
    for start, end, sentence in (
        (now() + HOUR, None, "De storing kan niet in de toekomst beginnen."),
        (now() - HOUR, now() + HOUR, "De storing kan niet in de toekomst eindigen."),
        (now(), now() - HOUR, "De storing eindigt voor ze begint: kijk beide tijdstippen na."),
    ):
        with pytest.raises(OutageError, match=sentence):
            open_outage(NewOutage(service=websites, started_at=start, ended_at=end), by=agent)


def test_a_second_open_outage_of_a_service_is_refused_by_verb_and_database(outage, agent):
    with pytest.raises(OutageError, match="Deze dienst heeft al een open storing"):
        open_outage(NewOutage(service=outage.service), by=agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outage.objects.create(
            service=outage.service, title="Nog een", severity=DOWN, source="hand",
            started_at=now() + HOUR,
        )  # fmt: skip


def test_outages_of_a_service_may_touch_but_not_overlap(websites, wise, agent):
    start = now() - 5 * HOUR
    open_outage(NewOutage(service=websites, started_at=start, ended_at=start + HOUR), by=agent)
    open_outage(
        NewOutage(service=websites, started_at=start + HOUR, ended_at=start + 2 * HOUR), by=agent
    )
    open_outage(NewOutage(service=wise, started_at=start, ended_at=start + HOUR), by=agent)
    half = dt.timedelta(minutes=30)
    with pytest.raises(OutageError, match="In die tijd ligt al een andere storing"):
        open_outage(
            NewOutage(service=websites, started_at=start - half, ended_at=start + half), by=agent
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Outage.objects.create(
            service=websites, title="Nog een", severity=DOWN, source="hand",
            started_at=start + half, ended_at=start + HOUR + half,
        )  # fmt: skip


def test_an_outage_that_runs_backwards_is_refused_by_the_database(websites):
    with pytest.raises(IntegrityError), transaction.atomic():
        Outage.objects.create(
            service=websites, title="Terug", severity=DOWN, source="hand",
            started_at=now(), ended_at=now() - HOUR,
        )  # fmt: skip


def test_a_report_joins_the_open_outage(outage, requester):
    found, is_new = report_outage(NewOutage(service=outage.service, source="ticket"), by=requester)
    assert (found, is_new) == (outage, False)


def test_a_report_right_after_an_outage_begins_where_that_ended(websites, agent):
    end = now() - HOUR
    open_outage(NewOutage(service=websites, started_at=end - HOUR, ended_at=end), by=agent)
    outage, is_new = report_outage(
        NewOutage(service=websites, source="monitor", started_at=end - 5 * dt.timedelta(minutes=1)),
        by=None,
    )
    assert (outage.started_at, is_new) == (end, True)


@pytest.mark.django_db(transaction=True)
def test_many_reports_at_one_instant_are_one_outage(websites, requester):
    def report(_number: int) -> tuple[int, bool]:
        try:
            outage, is_new = report_outage(NewOutage(service=websites), by=requester)
            return outage.pk, is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(report, range(12)))
    assert len({pk for pk, _new in found}) == 1
    assert sum(is_new for _pk, is_new in found) == 1


# --- telling, worse and better, the end -----------------------------------------------------


def test_an_update_moves_the_stage_and_the_same_token_is_the_same_update(outage, agent):
    news = News("Een server is overbelast.", Outage.Stage.IDENTIFIED, token=uuid.uuid4())
    first, again = (post_update(outage, news, by=agent) for _try in range(2))
    outage.refresh_from_db()
    assert (first, outage.stage) == (again, "identified")
    assert log_of(outage) == [("opened", ""), ("update_posted", "")]


def test_an_update_needs_words_and_an_open_outage(outage, agent):
    with pytest.raises(OutageError, match="Schrijf in een zin wat je weet"):
        post_update(outage, News("  "), by=agent)
    end_outage(outage, Ending("Alles werkt weer.", at=now() + dt.timedelta(seconds=2)), by=agent)
    with pytest.raises(OutageError, match="Deze storing is voorbij"):
        post_update(outage, News("Nog iets."), by=agent)


def test_severity_changes_in_phases(websites, agent):
    start = now() - 3 * HOUR
    outage = open_outage(NewOutage(service=websites, severity=DEGRADED, started_at=start), by=agent)
    change_severity(outage, DOWN, by=agent, at=start + HOUR)
    change_severity(outage, DOWN, by=agent)
    with pytest.raises(OutageError, match="Voor dat moment"):
        change_severity(outage, DEGRADED, by=agent, at=start + HOUR / 2)
    outage = change_severity(outage, DEGRADED, by=agent, at=start + 2 * HOUR)
    assert outage.severity == "degraded"
    assert phases_of(outage) == [
        (start, "degraded"), (start + HOUR, "down"), (start + 2 * HOUR, "degraded"),
    ]  # fmt: skip


def test_the_end_is_told_once_and_fixes_the_downtime(websites, agent):
    start = now() - 2 * HOUR
    outage = open_outage(NewOutage(service=websites, started_at=start), by=agent)
    outage = end_outage(
        outage, Ending("Weer in orde.", at=start + HOUR, cause="Volle schijf."), by=agent
    )
    end_outage(outage, Ending("Nog eens.", at=start + HOUR), by=agent)
    assert (outage.ended_at, outage.stage, outage.cause) == (
        start + HOUR, "ended", "Volle schijf.",
    )  # fmt: skip
    assert outage.lasted() == HOUR
    assert [kind for kind, _why in log_of(outage)] == ["opened", "update_posted", "ended"]


def test_an_end_before_the_start_or_in_the_future_is_refused(outage, agent):
    for moment in (outage.started_at, outage.started_at - HOUR, now() + HOUR):
        with pytest.raises(OutageError):
            end_outage(outage, Ending("Klaar.", at=moment), by=agent)


# --- followers and tickets ------------------------------------------------------------------


def test_joining_and_leaving(outage, requester, agent):
    assert join(outage, requester) == join(outage, requester)
    leave(outage, requester)
    assert outage.followers.count() == 0
    end_outage(outage, Ending("Klaar.", at=now() + dt.timedelta(seconds=2)), by=agent)
    outage.refresh_from_db()
    with pytest.raises(OutageError):
        join(outage, requester)


def test_linking_a_ticket_is_in_both_logs_once(outage, ticket, requester, stranger, agent):
    assert link_ticket(outage, ticket, by=requester) == link_ticket(outage, ticket, by=agent)
    with pytest.raises(OutageError):
        link_ticket(outage, ticket, by=stranger)
    unlink_ticket(outage, ticket, by=agent)
    assert [kind for kind, _why in log_of(outage)][1:] == ["ticket_linked", "ticket_unlinked"]
    told = TicketEvent.objects.filter(ticket=ticket, kind__startswith="outage")
    assert [(event.kind, event.data) for event in told.order_by("pk")] == [
        ("outage_linked", {"outage": outage.pk}), ("outage_unlinked", {"outage": outage.pk}),
    ]  # fmt: skip


# --- setting right --------------------------------------------------------------------------


def correction(outage, **changes) -> Correction:
    facts = {
        "title": outage.title, "started_at": outage.started_at, "ended_at": outage.ended_at,
        "severity": None, "is_planned": outage.is_planned, "cause": outage.cause,
    }  # fmt: skip
    return Correction(**{**facts, **changes})


@pytest.fixture
def past(websites, agent) -> Outage:
    start = now() - 5 * HOUR
    return open_outage(
        NewOutage(service=websites, started_at=start, ended_at=start + HOUR), by=agent
    )


def test_a_manager_corrects_with_a_reason(past, manager):
    confirm_outage(past, by=manager)
    start = past.started_at + HOUR / 4
    right = correction(past, started_at=start, severity=DEGRADED, cause="Trage databank.")
    corrected = correct_outage(past, right, by=manager, reason="Volgens de leverancier.")
    assert (corrected.started_at, corrected.severity, corrected.is_confirmed) == (
        start, "degraded", False,
    )  # fmt: skip
    assert phases_of(past) == [(start, "degraded")]
    event = past.events.get(kind="corrected")
    assert (event.actor, event.reason) == (manager, "Volgens de leverancier.")
    assert event.data["changes"]["cause"] == ["", "Trage databank."]
    assert set(event.data["changes"]) == {"started_at", "phases", "cause"}


def test_correcting_needs_a_manager_a_reason_and_possible_times(past, agent, manager):
    with pytest.raises(OutageError):
        correct_outage(past, correction(past), by=agent, reason="Zomaar")
    with pytest.raises(OutageError, match="Zeg waarom"):
        correct_outage(past, correction(past), by=manager, reason=" ")
    backwards = correction(past, ended_at=past.started_at - HOUR)
    with pytest.raises(OutageError, match="eindigt voor ze begint"):
        correct_outage(past, backwards, by=manager, reason="Fout")


def test_a_correction_without_a_change_leaves_no_trace(past, manager):
    correct_outage(past, correction(past), by=manager, reason="Nagekeken")
    assert [kind for kind, _why in log_of(past)] == ["opened"]


def test_a_later_start_keeps_the_phases_after_it(websites, agent, manager):
    start = now() - 5 * HOUR
    outage = open_outage(NewOutage(service=websites, severity=DEGRADED, started_at=start), by=agent)
    change_severity(outage, DOWN, by=agent, at=start + HOUR)
    change_severity(outage, DEGRADED, by=agent, at=start + 3 * HOUR)
    right = correction(outage, started_at=start + 2 * HOUR, ended_at=start + 4 * HOUR)
    correct_outage(outage, right, by=manager, reason="Later begonnen")
    assert phases_of(outage) == [(start + 2 * HOUR, "down"), (start + 3 * HOUR, "degraded")]


def test_a_withdrawn_outage_is_for_nobody_but_the_desk(past, agent, manager, requester):
    with pytest.raises(OutageError):
        withdraw_outage(past, by=agent, reason="Vals alarm")
    withdraw_outage(past, by=manager, reason="Vals alarm")
    assert log_of(past)[-1] == ("withdrawn", "Vals alarm")
    assert list(Outage.objects.visible_to(requester)) == []
    assert list(Outage.objects.visible_to(agent)) == [past]
    # its time is free again
    open_outage(
        NewOutage(service=past.service, started_at=past.started_at, ended_at=past.ended_at),
        by=agent,
    )


def test_an_open_outage_cannot_be_confirmed(outage, manager):
    with pytest.raises(OutageError):
        confirm_outage(outage, by=manager)


def test_the_log_is_append_only(outage):
    with pytest.raises(IntegrityError), transaction.atomic():
        AvailabilityEvent.objects.filter(outage=outage).update(kind="ended")
    with pytest.raises(IntegrityError), transaction.atomic():
        AvailabilityEvent.objects.filter(outage=outage).delete()


def test_each_phase_begins_once(outage):
    with pytest.raises(IntegrityError), transaction.atomic():
        OutagePhase.objects.create(outage=outage, severity=DOWN, started_at=outage.started_at)


# --- maintenance ----------------------------------------------------------------------------


def work(service, start, end, **fields) -> Work:
    return Work("Nieuwe versie", [service], start, end, **fields)


def test_maintenance_is_announced_changed_and_cancelled(wise, agent):
    start = now() + HOUR
    window = announce_maintenance(work(wise, start, start + HOUR), by=agent)
    window = change_maintenance(window, work(wise, start, start + 2 * HOUR), by=agent)
    window = cancel_maintenance(window, by=agent)
    assert window.cancelled_at is not None
    assert [kind for kind, _why in log_of(window)] == ["announced", "changed", "cancelled"]


def test_maintenance_that_has_begun_is_a_managers_with_a_reason(wise, agent, manager):
    start = now() - HOUR
    with pytest.raises(OutageError, match="alleen een manager"):
        announce_maintenance(work(wise, start, start + 2 * HOUR), by=agent)
    with pytest.raises(OutageError, match="Zeg waarom"):
        announce_maintenance(work(wise, start, start + 2 * HOUR), by=manager)
    window = announce_maintenance(
        work(wise, start, start + 2 * HOUR), by=manager, reason="Afgesproken met de leverancier"
    )
    with pytest.raises(OutageError):
        cancel_maintenance(window, by=agent)
    cancel_maintenance(window, by=manager, reason="Ging niet door")
    assert log_of(window)[-1] == ("cancelled", "Ging niet door")


def test_maintenance_backwards_or_of_nothing_is_refused(wise, agent):
    start = now() + HOUR
    with pytest.raises(OutageError, match="eindigt voor het begint"):
        announce_maintenance(work(wise, start, start), by=agent)
    with pytest.raises(OutageError, match="Kies minstens één dienst"):
        announce_maintenance(Work("Leeg", [], start, start + HOUR), by=agent)
