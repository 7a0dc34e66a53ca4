"""Mail of monitoring systems: what it says, and what a rule makes of it."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from servicedesk.outbox.models import OutgoingEmail
from sla.availability.actions import NewOutage, open_outage
from sla.availability.models import Monitor, MonitoringMailRule, Outage, OutageTicket
from sla.availability.monitors.mails import Alert, apply_alert, read_alert
from sla.availability.monitors.probing import Answer
from sla.availability.monitors.watching import record_answer
from tests.tickets.mail.letters import mail
from tickets.actions.opening import NewTicket, open_ticket

SENDER = "nagios@monitor.example"
MILD = Alert("web01/Load", False, "degraded")
NAGIOS_DOWN = "** PROBLEM Service Alert: web01/HTTP is CRITICAL **"
PRTG_DOWN = "[PRTG Network Monitor (DESK)] web01 HTTP (HTTP) Down (Timeout (code: PE018))"
NAGIOS_UP = "** RECOVERY Service Alert: web01/HTTP is OK **"


@pytest.mark.parametrize(
    ("subject", "body", "alert"),
    [
        (NAGIOS_DOWN, "", Alert("web01/HTTP", False)),
        (NAGIOS_UP, "", Alert("web01/HTTP", True)),
        ("** PROBLEM Host Alert: web01 is DOWN **", "", Alert("web01", False)),
        ("** RECOVERY Host Alert: web01 is UP **", "", Alert("web01", True)),
        ("** PROBLEM Service Alert: web01/Load is WARNING **", "", MILD),
        ("PROBLEM - web01 is DOWN", "", Alert("web01", False)),
        ("Problem: web01/Load", "Severity: High", Alert("web01/Load", False)),
        ("Problem: web01/Load", "Host: web01\nSeverity: Warning", MILD),
        ("Resolved: High CPU", "", Alert("High CPU", True)),
        ("Resolved in 5m 3s: High CPU", "", Alert("High CPU", True)),
        ("PROBLEM: web01 down", "", Alert("web01 down", False)),
        ("OK: web01 down", "", Alert("web01 down", True)),
        ("[Websites] [🔴 Down] connect ECONNREFUSED 10.0.0.1:443", "", Alert("Websites", False)),
        ("[Websites] [✅ Up] 200 - OK", "", Alert("Websites", True)),
        ("[PROBLEM] HTTP on web01 is CRITICAL!", "", Alert("HTTP on web01", False)),
        ("[RECOVERY] HTTP on web01 is OK!", "", Alert("HTTP on web01", True)),
        ("[PROBLEM] Host web01 is DOWN!", "", Alert("Host web01", False)),
        (PRTG_DOWN, "", Alert("web01 HTTP (HTTP)", False)),
        ("[PRTG] web01 HTTP (HTTP) Down ended (now: Up)", "", Alert("web01 HTTP (HTTP)", True)),
        ("[PRTG] web01 HTTP (HTTP) Up (OK)", "", Alert("web01 HTTP (HTTP)", True)),
        ("[PRTG] web01 CPU (x) Warning (91 %)", "", Alert("web01 CPU (x)", False, "degraded")),
        ("[PRTG] web01 CPU (SNMP) Down ended (now: Warning)", "", None),
        ("[PRTG] web01 HTTP (HTTP) Down (Acknowledged) (maintenance)", "", None),
        ("[ACKNOWLEDGEMENT] HTTP on web01 is CRITICAL!", "", None),
        ("** ACKNOWLEDGEMENT Service Alert: web01/HTTP is CRITICAL **", "", None),
        ("** FLAPPINGSTART Service Alert: web01/HTTP is CRITICAL **", "", None),
        ("** DOWNTIMESTART Host Alert: web01 is UP **", "", None),
        ("Updated problem in 5m: High CPU", "", None),
        ("Probleem met de catalogus", "", None),
        ("", "", None),
        ("Re: " * 20_000 + "PROBLEM", "", None),
    ],
)  # fmt: skip
def test_what_a_mail_says(subject, body, alert):
    assert read_alert(subject, body) == alert


@pytest.fixture
def rule(websites) -> MonitoringMailRule:
    return MonitoringMailRule.objects.create(
        sender="monitor.example", words="web01", service=websites
    )


@pytest.mark.django_db
def test_a_mail_opens_and_another_one_ends(rule):
    start = timezone.now().replace(microsecond=0) - dt.timedelta(hours=1)
    outage = apply_alert(NAGIOS_DOWN, "", SENDER, at=start)
    assert (outage.source, outage.started_at, outage.service) == ("monitor", start, rule.service)
    assert apply_alert(NAGIOS_DOWN, "", SENDER) == outage
    end = start + dt.timedelta(minutes=9)
    assert apply_alert(NAGIOS_UP, "", SENDER, at=end).ended_at == end
    assert apply_alert(NAGIOS_UP, "", SENDER) is None
    assert Outage.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "sender"),
    [
        (NAGIOS_DOWN, "nagios@elders.example"),
        (NAGIOS_DOWN.replace("web01", "web02"), SENDER),
        ("Vraag over web01", SENDER),
        (NAGIOS_DOWN, "nagios@eenmonitor.example"),
    ],
)
def test_what_no_rule_is_about_opens_nothing(rule, subject, sender):
    assert apply_alert(subject, "", sender) is None
    assert Outage.objects.count() == 0


@pytest.mark.django_db
def test_what_people_opened_people_end(rule, agent):
    outage = open_outage(NewOutage(service=rule.service), by=agent)
    assert apply_alert(NAGIOS_UP, "", SENDER) is None
    outage.refresh_from_db()
    assert outage.is_open


@pytest.mark.django_db
def test_a_ticket_made_of_such_a_mail_is_linked_to_the_outage(rule, stranger):
    stranger.email = SENDER
    stranger.save()
    ticket = open_ticket(
        NewTicket(stranger, NAGIOS_DOWN, "State: CRITICAL", channel="mail"), by=stranger
    )
    outage = Outage.objects.get()
    assert OutageTicket.objects.get().ticket == ticket
    open_ticket(NewTicket(stranger, NAGIOS_UP, "State: OK", channel="mail"), by=stranger)
    outage.refresh_from_db()
    assert not outage.is_open


@pytest.fixture
def alerted(rule, stranger):
    """`alerted(subject)`: a ticket made of such a mail; gives the outage as it is then."""
    stranger.email = SENDER
    stranger.save()

    def make(subject):
        open_ticket(NewTicket(stranger, subject, "…", channel="mail"), by=stranger)
        return Outage.objects.get()

    return make


@pytest.mark.django_db
def test_the_last_of_what_is_down_ends_it(alerted):
    alerted("[PROBLEM] HTTP on web01 is CRITICAL!")
    alerted("[PROBLEM] Host web01 is DOWN!")
    assert alerted("[RECOVERY] HTTP on web01 is OK!").is_open
    assert not alerted("[RECOVERY] Host web01 is UP!").is_open


@pytest.mark.django_db
def test_a_monitor_and_a_mail_wait_for_each_other(alerted, rule):
    watched = Monitor.objects.create(
        name="Start", service=rule.service, target="https://x.example/"
    )
    alerted(NAGIOS_DOWN)
    fails = Answer(ok=False, error="timeout")
    now = timezone.now()
    for second in (1, 2, 3):
        record_answer(watched.pk, fails, at=now + dt.timedelta(seconds=second))
    watched.refresh_from_db()
    assert watched.outage == Outage.objects.get()
    assert alerted(NAGIOS_UP).is_open
    for second in (4, 5, 6):
        record_answer(watched.pk, Answer(ok=True), at=now + dt.timedelta(seconds=second))
    assert not Outage.objects.get().is_open


@pytest.mark.django_db
def test_a_warning_that_becomes_critical_is_an_alarm(alerted):
    assert alerted("** PROBLEM Service Alert: web01/HTTP is WARNING **").severity == "degraded"
    outage = alerted(NAGIOS_DOWN)
    assert (outage.severity, outage.alarm.is_waiting) == ("down", True)


@pytest.mark.django_db
def test_a_portal_ticket_with_such_a_subject_opens_nothing(rule, stranger):
    stranger.email = SENDER
    stranger.save()
    open_ticket(NewTicket(stranger, NAGIOS_DOWN, "Kijk eens."), by=stranger)
    assert Outage.objects.count() == 0


# --- as the mail server hands it over ---------------------------------------------------------

SYSTEMS = {
    "nagios": (
        (NAGIOS_DOWN, "***** Nagios *****\n\nNotification Type: PROBLEM\nState: CRITICAL"),
        (NAGIOS_UP, "***** Nagios *****\n\nNotification Type: RECOVERY\nState: OK"),
    ),
    "zabbix": (
        ("Problem: web01: HTTP is down", "Problem started at 10:00:00\nSeverity: High\n"),
        ("Resolved in 4m 0s: web01: HTTP is down", "Problem has been resolved\n"),
    ),
    "icinga": (
        ("[PROBLEM] HTTP on web01 is CRITICAL!", "***** Icinga *****\n\nState: CRITICAL"),
        ("[RECOVERY] HTTP on web01 is OK!", "***** Icinga *****\n\nState: OK"),
    ),
    "prtg": (
        (PRTG_DOWN, "Sensor: HTTP (HTTP)\nStatus: Down"),
        ("[PRTG Network Monitor (DESK)] web01 HTTP (HTTP) Down ended (now: Up)", "Status: Up"),
    ),
    "uptime kuma": (
        ("[web01] [🔴 Down] connect ECONNREFUSED 10.0.0.1:443", "[web01] [🔴 Down] connect"),
        ("[web01] [✅ Up] 200 - OK", "[web01] [✅ Up] 200 - OK"),
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("system", SYSTEMS)
def test_through_the_real_intake(system, rule, tmp_path):
    """Both belong to one event that was never a mail, as Zabbix threads them."""
    outcomes = []
    for number, (subject, body) in enumerate(SYSTEMS[system]):
        file = tmp_path / f"{number}.eml"
        file.write_bytes(
            mail(body, sender=SENDER, subject=subject, auto_submitted="auto-generated",
                 in_reply_to="<event.17@monitor.example>")
        )  # fmt: skip
        said = io.StringIO()
        call_command("receive_mail", str(file), stdout=said)
        outcomes.append(json.loads(said.getvalue())["outcome"])
        outage = Outage.objects.get()
        assert outage.is_open is (number == 0)
    assert outcomes == ["created", "created"]
    assert outage.ticket_links.count() == 2
    assert (outage.source, outage.reported_by) == ("monitor", None)
    assert not OutgoingEmail.objects.filter(to=[SENDER]).exists(), "machines get no answer"
