"""Monitors against a real server: what is down, since when, and what is never taken for up."""

import datetime as dt
from functools import partial

import pytest
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from servicedesk.audit.models import AuditEntry
from sla.availability.actions import NewOutage, Work, announce_maintenance, open_outage
from sla.availability.forms.monitors import FIELDS, MonitorForm
from sla.availability.models import AvailabilityTarget, Monitor, Outage, Silence
from sla.availability.monitors import probing
from sla.availability.monitors.probing import Answer
from sla.availability.monitors.rounds import run_due
from sla.availability.monitors.watching import miss_beat, record_answer
from sla.availability.status.building import build, silent_services
from sla.availability.tasks import run_monitors

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
OK, FAILS = Answer(ok=True, milliseconds=12), Answer(ok=False, error="timeout")


@pytest.fixture
def monitor(websites) -> Monitor:
    return Monitor.objects.create(name="Startpagina", service=websites, target="https://x.example/")


@pytest.fixture
def answers(monitor):
    """`answers("++--")`: one answer a minute, the last one now; gives the moment of each."""

    def answers(signs: str, *, of: Monitor = monitor, until=None) -> list[dt.datetime]:
        last = until or timezone.now().replace(microsecond=0)
        moments = [last - MINUTE * back for back in range(len(signs) - 1, -1, -1)]
        for sign, moment in zip(signs, moments, strict=True):
            record_answer(of.pk, OK if sign == "+" else FAILS, at=moment)
        of.refresh_from_db()
        return moments

    return answers


def test_an_outage_begins_at_the_first_failure_and_ends_at_the_first_success(answers, monitor):
    moments = answers("++---++")
    outage = Outage.objects.get()
    assert (outage.started_at, outage.ended_at) == (moments[2], moments[5])
    assert (outage.source, outage.reported_by, outage.service) == (
        "monitor", None, monitor.service,
    )  # fmt: skip
    assert [update.text for update in outage.updates.all()] == [
        "Onze bewaking ziet dat Bibliotheekwebsites niet antwoordt. We kijken het na.",
        "Onze bewaking ziet dat Bibliotheekwebsites weer antwoordt.",
    ]
    assert (monitor.is_down, monitor.outage) == (False, None)


def test_a_flapping_monitor_makes_one_outage_or_none(answers):
    answers("+-+-+-+-+-")
    assert Outage.objects.count() == 0


def test_an_unconfirmed_success_does_not_end_it(answers):
    answers("---+-+-+")
    assert Outage.objects.get().is_open


def test_two_monitors_of_a_service_are_one_outage_that_ends_with_the_last(answers, websites):
    other = Monitor.objects.create(name="Zoeken", service=websites, target="https://y.example/")
    now = timezone.now().replace(microsecond=0)
    answers("---", until=now - MINUTE * 20)
    answers("---", of=other, until=now - MINUTE * 15)
    answers("++", until=now - MINUTE * 10)
    assert Outage.objects.get().is_open
    moments = answers("++", of=other)
    assert Outage.objects.get().ended_at == moments[0]


def test_an_outage_that_people_opened_is_ended_by_people(answers, agent, websites, monitor):
    start = timezone.now() - MINUTE * 30
    mine = open_outage(NewOutage(service=websites, started_at=start), by=agent)
    answers("---")
    assert monitor.outage == mine
    answers("++", until=timezone.now() + MINUTE * 5)
    mine.refresh_from_db()
    assert mine.is_open
    assert monitor.outage is None


def test_failures_during_announced_maintenance_are_none(answers, websites, manager):
    now = timezone.now()
    work = Work("Nieuwe versie", [websites], now - MINUTE * 30, now + MINUTE * 30)
    announce_maintenance(work, by=manager, reason="Afgesproken")
    answers("-----")
    assert Outage.objects.count() == 0


def test_a_gap_is_no_data_and_never_joins_two_rows(answers, monitor):
    now = timezone.now().replace(microsecond=0)
    answers("+--", until=now - MINUTE * 60)
    answers("-", until=now)
    assert Outage.objects.count() == 0
    gap = Silence.objects.get()
    assert (gap.started_at, gap.ended_at) == (now - MINUTE * 60, now)


def test_a_silent_service_is_never_shown_as_up(answers, websites, monitor):
    now = timezone.now()
    assert silent_services(now) == {websites.pk}
    answers("+")
    assert silent_services(now) == set()
    assert silent_services(now + MINUTE * 10) == {websites.pk}


def test_an_older_answer_is_left_aside(answers, monitor):
    answers("+")
    record_answer(monitor.pk, FAILS, at=timezone.now() - MINUTE * 5)
    monitor.refresh_from_db()
    assert monitor.last_ok is True


def test_a_clock_that_was_set_back_makes_no_monitor_deaf(answers, monitor):
    now = timezone.now().replace(microsecond=0)
    answers("+--", until=now + dt.timedelta(hours=2))
    Monitor.objects.update(next_check_at=now + dt.timedelta(hours=2))
    assert Monitor.objects.due(now).get() == monitor
    moments = answers("---")
    assert Outage.objects.get().started_at == moments[0]
    assert Silence.objects.count() == 0


def test_a_paused_monitor_hears_nothing(monitor):
    Monitor.objects.update(is_active=False)
    assert record_answer(monitor.pk, FAILS, at=timezone.now()) is None
    assert run_due() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("private")
def test_a_real_server_is_killed_and_comes_back(service, websites):
    monitor = Monitor.objects.create(
        name="Echt", service=websites, target=service.url, expected_text="werkt", timeout=2,
        retries=0, failures_to_confirm=2,
    )  # fmt: skip

    def round_() -> None:
        Monitor.objects.update(next_check_at=timezone.now())
        assert run_monitors() == 1

    round_()
    assert run_monitors() == 0  # its turn comes in a minute
    service.kill()
    before = timezone.now()
    round_()
    assert Outage.objects.count() == 0
    round_()
    outage = Outage.objects.get()
    assert before - MINUTE < outage.started_at <= timezone.now()
    monitor.refresh_from_db()
    assert (monitor.is_down, monitor.last_error, monitor.outage) == (True, "refused", outage)

    service.start()
    round_()
    round_()
    outage.refresh_from_db()
    assert not outage.is_open
    assert outage.started_at < outage.ended_at
    monitor.refresh_from_db()
    assert (monitor.is_down, monitor.last_ok) == (False, True)
    assert monitor.last_milliseconds is not None


@pytest.mark.usefixtures("private")
def test_a_monitor_that_cannot_ask_keeps_no_other_from_its_answer(service, websites, monkeypatch):
    def ask(question):
        if question.target == "kapot":
            raise RuntimeError
        return probing.ask(question)

    monkeypatch.setattr("sla.availability.monitors.rounds.ask", ask)
    make = partial(Monitor.objects.create, service=websites, retries=0)
    broken, well = make(name="A", target="kapot"), make(name="B", target=service.url)
    assert run_monitors() == 2
    for monitor in (broken, well):
        monitor.refresh_from_db()
    assert (well.last_ok, broken.last_ok) == (True, None)


# --- heartbeats -----------------------------------------------------------------------------


@pytest.fixture
def heartbeat(websites) -> Monitor:
    return Monitor.objects.create(
        name="Nachtverwerking", service=websites, kind="heartbeat", interval=3600, timeout=30
    )


def test_a_sign_of_life_by_get_or_post(client, heartbeat):
    url = reverse("availability:heartbeat", args=[heartbeat.token])
    assert client.get(url).status_code == 200
    first = Monitor.objects.get(pk=heartbeat.pk).last_checked_at
    assert client.post(url).status_code == 200
    assert Monitor.objects.get(pk=heartbeat.pk).last_checked_at > first
    assert client.get(url.replace(heartbeat.token, "x" * 32)).status_code == 404


def test_a_missed_sign_of_life_is_an_outage_from_when_it_was_due(client, heartbeat):
    now = timezone.now().replace(microsecond=0)
    miss_beat(heartbeat, now=now)
    assert Outage.objects.count() == 0  # before the first one nothing is known

    last = now - dt.timedelta(hours=2)
    record_answer(heartbeat.pk, OK, at=last)
    heartbeat.refresh_from_db()
    miss_beat(heartbeat, now=now)
    outage = Outage.objects.get()
    assert outage.started_at == last + dt.timedelta(seconds=3630)

    client.get(reverse("availability:heartbeat", args=[heartbeat.token]))
    outage.refresh_from_db()
    assert not outage.is_open


# --- pages ----------------------------------------------------------------------------------

FORM = {
    "name": "Startpagina", "kind": "http", "target": "https://x.example/", "tls_days": 14,
    "interval": 60, "timeout": 2, "retries": 0, "failures_to_confirm": 3,
    "successes_to_confirm": 2, "severity": "down", "is_active": "on",
}  # fmt: skip


def test_an_administrator_makes_changes_and_removes_a_monitor(as_user, administrator, websites):
    browser = as_user(administrator)
    form = FORM | {"service": websites.pk}
    assert browser.post(reverse("availability:monitor-create"), form).status_code == 302
    monitor = Monitor.objects.get()
    edit = reverse("availability:monitor-edit", args=[monitor.pk])
    browser.post(edit, form | {"interval": 300})
    monitor.refresh_from_db()
    assert monitor.interval == 300
    assert "Startpagina" in browser.get(reverse("availability:monitor-list")).text
    browser.post(reverse("availability:monitor-delete", args=[monitor.pk]))
    assert Monitor.objects.count() == 0
    trail = AuditEntry.objects.filter(about_kind="availability.monitor").order_by("pk")
    assert [(entry.action, entry.data) for entry in trail] == [
        ("configuration_added", {}),
        ("configuration_changed", {"fields": ["interval"]}),
        ("configuration_deleted", {}),
    ]


@pytest.mark.parametrize(
    ("kind", "target", "sentence"),
    [
        ("http", "ftp://x.example", "Geef een webadres dat begint met https:// of http://."),
        ("tcp", "x.example", "Geef een host en een poort, zoals mail.example.org:25."),
    ],
)
def test_a_target_that_cannot_be_meant(as_user, administrator, websites, kind, target, sentence):
    form = FORM | {"service": websites.pk, "kind": kind, "target": target}
    answer = as_user(administrator).post(reverse("availability:monitor-create"), form)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.usefixtures("private")
def test_the_test_button_asks_and_keeps_nothing(as_user, administrator, websites, service):
    form = FORM | {"service": websites.pk, "target": service.url, "test": "1"}
    browser, url = as_user(administrator), reverse("availability:monitor-create")
    assert "Er komt antwoord." in browser.post(url, form).text
    service.status = 503
    assert "onverwachte status 503" in browser.post(url, form).text
    assert Monitor.objects.count() == 0


def test_the_test_button_asks_no_private_address(as_user, administrator, websites, service):
    form = FORM | {"service": websites.pk, "target": service.url, "test": "1"}
    page = as_user(administrator).post(reverse("availability:monitor-create"), form).text
    assert "een privé-adres" in page
    assert service.asked == 0


def test_a_monitored_service_without_answers_has_no_data(websites, monitor):
    target = AvailabilityTarget.objects.create(
        name="Websites", percent="99.00", measured_from=dt.date(2024, 1, 1), on_status_page=True
    )
    target.services.add(websites)
    assert [service.state for service in build(now=timezone.now()).services] == ["no_data"]
    record_answer(monitor.pk, OK, at=timezone.now())
    assert [service.state for service in build(now=timezone.now()).services] == ["works"]


def test_an_edit_takes_back_nothing_that_the_round_wrote_meanwhile(monitor, answers, administrator):
    begun = Monitor.objects.get(pk=monitor.pk)
    form = MonitorForm(
        {**model_to_dict(begun, FIELDS), "expected_status": "", "retries": 3}, instance=begun
    )
    assert form.is_valid()
    answers("---")
    form.saved(by=administrator)
    kept = Monitor.objects.get(pk=monitor.pk)
    assert (kept.retries, kept.is_down, kept.outage) == (3, True, Outage.objects.get())
    assert (kept.last_ok, kept.last_checked_at) == (False, monitor.last_checked_at)
