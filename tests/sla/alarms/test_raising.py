"""One outage, one alarm; when it rings, who is told, who takes it."""

import datetime as dt
import threading

import pytest
from django.db import connection

from servicedesk.outbox.models import Notification, OutgoingEmail
from sla.alarms.actions import SiteDown, mark_site_down, report_site_down, ring_now, take
from sla.alarms.exceptions import AlarmError
from sla.alarms.models import Alarm, Delivery
from sla.alarms.picture import alarms_on_pages
from sla.alarms.raising import raise_missing
from sla.alarms.sending import send_waiting
from sla.alarms.steps import take_steps
from sla.availability.actions import Ending, NewOutage, change_severity, end_outage, open_outage
from sla.availability.models import Outage
from tests.sla.alarms.conftest import EVENING, NIGHT, OFFICE, SATURDAY
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def report(service, by, subject="Witte pagina") -> tuple[Ticket, Outage]:
    return report_site_down(SiteDown(service, subject, "Niemand kan erin."), by=by)


def told(alarm: Alarm) -> list[tuple[int, str]]:
    rows = Delivery.objects.filter(alarm=alarm).order_by("pk")
    return [(row.step, row.person.first_name) for row in rows]


def test_a_report_is_an_urgent_ticket_of_an_outage_that_rings(
    critical, requester, agent, time_machine
):
    time_machine.move_to(OFFICE, tick=False)
    ticket, outage = report(critical, requester)
    alarm = Alarm.objects.get(outage=outage)
    assert (ticket.priority, ticket.kwis) == ("urgent", "disruption")
    assert outage.ticket_links.get().ticket == ticket
    assert (alarm.raised_at, alarm.rings_at, alarm.is_late) == (OFFICE, OFFICE, False)
    (shown,) = alarms_on_pages(OFFICE)
    assert shown["rings"]
    assert shown["text"] == "SITE DOWN · Bibliotheekwebsites: Witte pagina"
    assert Notification.objects.filter(kind="site_down").count() == 1


def test_what_a_report_says_stays_at_the_desk(critical, requester, client, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    _ticket, outage = report(critical, requester, "Jan De Smet kan er niet in")
    assert (outage.title, outage.title_en) == (
        "Bibliotheekwebsites is niet beschikbaar", "Library websites is unavailable",
    )  # fmt: skip
    for path in (
        "/status/",
        "/status/atom.xml",
        "/status/status.json",
        f"/status/outages/{outage.pk}/",
    ):
        assert "Jan" not in client.get(path).text, path


def test_thirty_reports_are_one_outage_and_one_alarm(critical, requester, stranger, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    for number in range(30):
        report(critical, [requester, stranger][number % 2], f"Melding {number}")
    outage = Outage.objects.get()
    alarm = Alarm.objects.for_rows().get()
    assert outage.ticket_links.count() == 30
    assert (alarm.reports, alarm.organisations) == (30, 2)
    assert Notification.objects.values("user", "key").distinct().count() == (
        Notification.objects.filter(kind="site_down").count()
    )


def test_the_report_is_confirmed_and_nothing_typed_is_lost(critical, requester, as_user):
    typed = {"service": "websites", "subject": "Witte pagina", "body": "Overal"}
    answer = as_user(requester).post("/site-down/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Vink dit alleen aan als het voor iedereen plat ligt." in page
    assert 'value="Witte pagina"' in page
    assert not Alarm.objects.exists()


@pytest.mark.parametrize(
    ("moment", "taken", "sentence"),
    [
        (OFFICE, False, "Het alarm gaat af. We houden je hier op de hoogte."),
        (OFFICE, True, "We weten ervan en werken eraan."),
        (NIGHT, False, "Je melding is bewaard; het alarm gaat af morgen 9.00 u."),
    ],
)
def test_the_reporter_reads_what_applies_now(
    critical, requester, stranger, agent, as_user, time_machine, moment, taken, sentence
):
    time_machine.move_to(moment, tick=False)
    if taken:
        report(critical, stranger)
        take(Alarm.objects.get(), by=agent)
    browser = as_user(requester)
    token = browser.get("/site-down/?service=websites").context["form"]["token"].value()
    form = {"service": "websites", "subject": "Plat", "body": "", "sure": "on", "token": token}
    assert sentence in browser.post("/site-down/", form, follow=True).text


def test_sent_twice_it_is_one_report(critical, requester, time_machine):
    import uuid

    time_machine.move_to(OFFICE, tick=False)
    same = SiteDown(critical, "Plat", "Plat", token=uuid.uuid4())
    first, again = (report_site_down(same, by=requester) for _ in range(2))
    assert first == again
    assert Ticket.objects.count() == 1


def test_an_agent_marks_a_ticket_of_a_call(ticket, agent, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    outage = mark_site_down(ticket, by=agent)
    ticket.refresh_from_db()
    assert ticket.priority == "urgent"
    assert outage.alarm.is_waiting


def test_what_only_hinders_does_not_ring_until_it_is_down(critical, agent, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    outage = open_outage(NewOutage(critical, severity="degraded"), by=agent)
    assert not Alarm.objects.exists()
    time_machine.move_to(OFFICE + MINUTE, tick=False)
    change_severity(outage, "down", by=agent)
    assert Alarm.objects.get().is_waiting


def test_planned_work_does_not_ring(critical, agent, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    open_outage(NewOutage(critical, is_planned=True), by=agent)
    assert not Alarm.objects.exists()


def test_the_end_of_the_outage_ends_the_alarm(critical, requester, agent, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    _ticket, outage = report(critical, requester)
    time_machine.move_to(OFFICE + 4 * MINUTE, tick=False)
    end_outage(outage, Ending("Alles werkt weer."), by=agent)
    alarm = Alarm.objects.get()
    assert (alarm.is_waiting, alarm.next_step_at) == (False, None)
    assert alarms_on_pages(OFFICE + 4 * MINUTE) == []


def test_the_first_who_takes_it_has_it(critical, requester, agent, second_line, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    report(critical, requester)
    alarm = Alarm.objects.get()
    assert take(alarm, by=agent)
    assert take(alarm, by=agent)
    assert not take(alarm, by=second_line)
    alarm.refresh_from_db()
    assert (alarm.taken_by, alarm.next_step_at) == (agent, None)
    (shown,) = alarms_on_pages(OFFICE)
    assert (shown["rings"], shown["taken_by"]) == (False, agent.pk)
    assert alarms_on_pages(OFFICE + 16 * MINUTE) == []


def test_in_office_hours_the_bells_come_first(critical, requester, on_roster, time_machine):
    time_machine.move_to(OFFICE, tick=False)
    report(critical, requester)
    alarm = Alarm.objects.get()
    assert take_steps(now=OFFICE + 4 * MINUTE) == 0
    assert take_steps(now=OFFICE + 5 * MINUTE) == 1
    assert {name for _step, name in told(alarm)} == {"Noor", "Bram", "Karin"}


def test_on_call_one_after_another_then_everyone(critical, requester, on_roster, time_machine):
    time_machine.move_to(EVENING, tick=False)
    report(critical, requester)
    alarm = Alarm.objects.get()
    for minute in range(0, 12):
        take_steps(now=EVENING + minute * MINUTE)
    assert told(alarm) == [
        (1, "Noor"), (2, "Bram"), (3, "Noor"), (3, "Bram"), (3, "Karin"),
    ]  # fmt: skip


def test_a_roster_without_anyone_reaches_the_managers(critical, requester, manager, time_machine):
    time_machine.move_to(SATURDAY, tick=False)
    report(critical, requester)
    take_steps(now=SATURDAY)
    assert told(Alarm.objects.get()) == [(1, "Karin")]


def test_at_night_there_is_a_mail_and_it_rings_at_the_next_block(
    critical, requester, on_roster, time_machine
):
    time_machine.move_to(NIGHT, tick=False)
    report(critical, requester)
    alarm = Alarm.objects.get()
    morning = NIGHT + dt.timedelta(hours=10)  # Wednesday 9.00
    assert alarm.rings_at == morning
    assert [row["rings"] for row in alarms_on_pages(NIGHT)] == [False]
    mail = OutgoingEmail.objects.get(thread=f"alarm:{alarm.pk}")
    assert set(mail.to) == {"noor@desk.example", "bram@desk.example", "karin@desk.example"}
    assert f'class="action" href="http://127.0.0.1:8000{alarm.outage.get_absolute_url()}"' in (
        mail.body_html
    )
    assert take_steps(now=morning - MINUTE) == 0
    assert [row["rings"] for row in alarms_on_pages(morning)] == [True]


def test_an_agent_who_is_still_there_lets_it_ring_now(
    critical, requester, agent, as_user, time_machine
):
    time_machine.move_to(NIGHT, tick=False)
    report(critical, requester)
    alarm = Alarm.objects.get()
    browser = as_user(agent)
    banner = browser.get("/alarms/banner/").text
    assert "Buiten de uren: het alarm gaat af" in banner
    browser.post(f"/alarms/{alarm.pk}/ring/")
    assert [row["rings"] for row in alarms_on_pages(NIGHT)] == [True]
    assert not ring_now(alarm, by=agent)
    with pytest.raises(AlarmError):
        ring_now(alarm, by=requester)


def test_a_service_that_is_not_critical_waits_for_the_office(websites, requester, time_machine):
    time_machine.move_to(EVENING, tick=False)
    report(websites, requester)
    assert Alarm.objects.get().rings_at == EVENING + dt.timedelta(hours=15)


def test_an_alarm_that_was_missed_is_raised_late_and_says_so(
    critical, agent, time_machine, monkeypatch
):
    from sla.alarms import receivers

    time_machine.move_to(OFFICE, tick=False)
    with monkeypatch.context() as broken:
        broken.setattr(receivers, "TURNS", frozenset())
        open_outage(NewOutage(critical), by=agent)
    assert not Alarm.objects.exists()
    (alarm,) = raise_missing(now=OFFICE + 3 * MINUTE)
    assert alarm.is_late
    assert raise_missing(now=OFFICE + 4 * MINUTE) == []


def test_sending_waits_for_nobody_who_was_taken_off(critical, requester, on_roster, time_machine):
    time_machine.move_to(EVENING, tick=False)
    report(critical, requester)
    take_steps(now=EVENING)
    take(Alarm.objects.get(), by=on_roster[1])
    assert send_waiting(now=EVENING) == 0
    assert Delivery.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_reports_and_steps_at_one_instant_ring_once(critical, requester, stranger, agent):
    """Real threads: ten reports, four rounds of steps, three agents who take it."""

    def work(act) -> None:
        try:
            act()
        finally:
            connection.close()

    def at_once(*acts) -> None:
        threads = [threading.Thread(target=work, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    at_once(*[lambda by=by: report(critical, by) for by in [requester, stranger] * 5])
    alarm = Alarm.objects.get()
    assert alarm.outage.ticket_links.count() == 10
    Alarm.objects.update(next_step_at=alarm.raised_at, rings_at=alarm.raised_at - 9 * MINUTE)
    at_once(*[take_steps] * 4)
    alarm.refresh_from_db()
    assert alarm.step <= 1
    won = []
    at_once(*[lambda: won.append(take(alarm, by=agent))] * 3)
    assert any(won)
    alarm.refresh_from_db()
    assert alarm.taken_by == agent
