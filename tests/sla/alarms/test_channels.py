"""Real messages to a web hook on this machine, with failures."""

import datetime as dt
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from servicedesk.accounts.actions import activate, deactivate
from servicedesk.audit.models import AuditEntry
from servicedesk.lib.sealing import CannotUnseal, seal, unseal
from servicedesk.outbox.models import OutgoingEmail
from sla.alarms.channels import add_channel, delete_channel
from sla.alarms.exceptions import AlarmError
from sla.alarms.links import feed_link, read_take_link, take_link
from sla.alarms.models import Alarm, Channel, Delivery
from sla.alarms.sending import push, send_waiting
from sla.alarms.steps import take_steps
from tests.sla.alarms.conftest import EVENING
from tests.sla.alarms.test_raising import report

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def hook(settings):
    """A web hook that keeps what it gets; `answer` is the status it gives."""
    settings.DESK_ALARM_SCHEMES = ["json"]
    settings.DESK_MONITORS_PRIVATE = True
    got = []

    class Hook(BaseHTTPRequestHandler):
        answer, location = 200, ""

        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(type(self).answer)
            if self.location:
                self.send_header("Location", self.location)
            self.end_headers()

        def do_GET(self) -> None:
            got.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/", got, Hook
    server.shutdown()


def test_who_is_on_call_is_told_and_takes_it_by_the_link(
    hook, critical, requester, on_roster, time_machine, client
):
    address, got, _hook = hook
    add_channel(name="gsm", address=address, by=on_roster[0])
    time_machine.move_to(EVENING, tick=False)
    report(critical, requester)
    take_steps(now=EVENING)
    assert send_waiting(now=EVENING) == 1
    (message,) = got
    assert message["title"] == "SITE DOWN: Bibliotheekwebsites"
    link = message["message"].rpartition(" ")[2]
    path = link.partition("8000")[2]
    shown = client.get(path)
    assert shown.status_code == 200
    assert Alarm.objects.get().is_waiting, "looking takes nothing"
    client.post(path)
    assert Alarm.objects.get().taken_by == on_roster[0]
    assert "Noor Peeters" in client.get(path).content.decode()


def test_a_channel_that_fails_is_tried_again_and_then_the_next_is_not_kept_waiting(
    hook, critical, requester, on_roster, time_machine
):
    address, got, handler = hook
    handler.answer = 500
    add_channel(name="gsm", address=address, by=on_roster[0])
    time_machine.move_to(EVENING, tick=False)
    report(critical, requester)
    take_steps(now=EVENING)
    for second, sent in ((0, 0), (31, 0), (62, 1)):  # at last a mail
        time_machine.move_to(EVENING + dt.timedelta(seconds=second), tick=False)
        assert send_waiting(now=EVENING + dt.timedelta(seconds=second)) == sent
    first = Delivery.objects.get(channel__isnull=False)
    assert (first.state, first.attempts, len(got)) == ("failed", 3, 3)
    assert [result for _at, result in first.tries] == [first.error] * 3
    assert first.tries[1][0] == EVENING + dt.timedelta(seconds=31)
    assert address not in first.error
    assert Alarm.objects.get().next_step_at <= EVENING + dt.timedelta(seconds=62)
    take_steps(now=EVENING + dt.timedelta(seconds=62))
    assert Delivery.objects.filter(step=2).get().person == on_roster[1]
    by_mail = Delivery.objects.get(step=1, channel=None)
    assert by_mail.person == on_roster[0], "who cannot be reached otherwise gets a mail"


def test_when_every_channel_fails_there_are_mails_and_no_storm(
    hook, critical, requester, manager, time_machine
):
    address, _got, handler = hook
    handler.answer = 500
    for name in ("gsm", "tablet"):
        add_channel(name=name, address=address, by=manager)
    time_machine.move_to(EVENING, tick=False)
    report(critical, requester)
    for minute in range(10):
        now = EVENING + minute * MINUTE
        time_machine.move_to(now, tick=False)
        take_steps(now=now)
        send_waiting(now=now)
    mails = OutgoingEmail.objects.filter(to=["karin@desk.example"], subject__startswith="SITE DOWN")
    assert 1 <= mails.count() <= 3
    assert Delivery.objects.filter(channel=None, state="sent").count() == mails.count()


def test_without_a_channel_it_comes_by_mail(critical, requester, on_roster, time_machine):
    time_machine.move_to(EVENING, tick=False)
    report(critical, requester)
    take_steps(now=EVENING)
    assert send_waiting(now=EVENING) == 1
    mail = OutgoingEmail.objects.get(to=["noor@desk.example"])
    assert "http://127.0.0.1:8000/alarms/link/" in mail.body_text
    (link,) = re.findall(r'class="action" href="([^"]+)"', mail.body_html)
    assert link in mail.body_text
    assert mail.secret == link, "no copy shows it: it takes the alarm in her name"


@pytest.mark.parametrize(
    "address", ["http://evil.example/", "json://", "file:///etc/passwd", "", "json://127.0.0.1"]
)
def test_other_kinds_of_address_are_refused(address, agent):
    with pytest.raises(AlarmError):
        add_channel(name="x", address=address, by=agent)
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "169.254.169.254", "10.1.2.3", "[::1]"],
)
def test_nobody_makes_the_desk_call_inside(host, hook, agent, settings):
    settings.DESK_MONITORS_PRIVATE = False
    address, got, _hook = hook
    port = address.rstrip("/").rpartition(":")[2]
    with pytest.raises(AlarmError, match="privénetwerk"):
        add_channel(name="x", address=f"json://{host}:{port}/", by=agent)
    inside = Channel(person=agent, name="x", scheme="json", address=seal(f"json://{host}:{port}/"))
    assert "privénetwerk" in push(inside, title="x", body="x")
    assert got == []


@pytest.mark.parametrize("asked", ["", "?redirect=yes"])
def test_nobody_is_sent_on_to_another_place(hook, agent, asked):
    """What a channel answers could lead inside, where its own address may not."""
    address, got, handler = hook
    handler.answer, handler.location = 302, "/geheim"
    channel = Channel(person=agent, name="x", scheme="json", address=seal(address + asked))
    assert push(channel, title="x", body="x")
    assert [said["title"] for said in got] == ["x"]


def test_a_key_is_not_taken_for_a_host(settings, agent, monkeypatch):
    """Nor asked for by name: the servers of names would learn it."""
    settings.DESK_ALARM_SCHEMES = ["tgram"]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **options: pytest.fail("asked"))
    add_channel(
        name="x", address="tgram://123456789:abcdefghij_klmnopqrstuvwxyzabcdef/1/", by=agent
    )


def test_the_address_is_not_in_the_database_in_clear(hook, agent):
    channel = add_channel(name="gsm", address=hook[0] + "geheim", by=agent)
    assert b"geheim" not in bytes(Channel.objects.get(pk=channel.pk).address)
    assert unseal(channel.address).endswith("geheim")
    delete_channel(channel)
    trail = AuditEntry.objects.filter(about_id=str(agent.pk)).order_by("pk")
    assert [(entry.action, entry.data) for entry in trail] == [
        ("channel_added", {"scheme": "json"}), ("channel_deleted", {"scheme": "json"}),
    ]  # fmt: skip


def test_sealed_with_another_key_it_stays_closed(settings):
    sealed = seal("woord")
    settings.DESK_MAIL_KEYS = ["een andere sleutel"]
    with pytest.raises(CannotUnseal):
        unseal(sealed)


def test_links_end_with_everything_else_of_who_leaves(
    client, critical, requester, on_roster, administrator
):
    noor = on_roster[0]
    report(critical, requester)
    links = [take_link(Alarm.objects.get(), noor), feed_link(noor)]
    paths = [link.partition("8000")[2] for link in links]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    deactivate(noor, by=administrator)
    activate(noor, by=administrator)
    assert [client.get(path).status_code for path in paths] == [404, 404]


@pytest.mark.parametrize("token", ["x", "W10:1:2", "::", "a" * 500])
def test_forged_links_lead_nowhere(token, client):
    assert read_take_link(token) is None
    assert client.get(f"/alarms/link/{token}/").status_code == 404
    assert client.get(f"/on-call/feed/{token}.ics").status_code == 404
