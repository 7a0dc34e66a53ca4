"""Mailboxes on a real Dovecot: fetched once, marked after the commit, one that hangs stops none."""

import datetime as dt
import socket

import pytest
from django.utils import timezone

from servicedesk.lib.sealing import seal
from servicedesk.outbox.models import Notification
from tests.servicedesk.local.desk import free_port
from tests.tickets.mail.dovecot import Dovecot
from tests.tickets.mail.letters import mail
from tickets.mail import fetching, imap
from tickets.mail.fetching import alert_failing, lease_due, look_into
from tickets.models import IncomingEmail, Mailbox, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    dovecot = Dovecot()
    yield dovecot
    dovecot.stop()


@pytest.fixture
def dovecot(server, settings):
    settings.DESK_MAIL_CA = str(server.ca)
    with server.session() as box:
        for name in ("INBOX", "Verwerkt"):
            if box.folder.exists(name):
                box.folder.set(name)
                box.delete(box.uids())
    return server


@pytest.fixture
def box(dovecot):
    return Mailbox.objects.create(
        name="Servicedesk",
        host=dovecot.host,
        port=dovecot.port,
        username=dovecot.user,
        sealed_password=seal(dovecot.password),
        connected_at=timezone.now() - dt.timedelta(hours=1),
    )


def look(box: Mailbox) -> int:
    count = look_into(box.pk)
    box.refresh_from_db()
    assert box.error == ""
    return count


def test_new_mail_becomes_tickets_and_is_marked(dovecot, box, requester):
    for number in range(3):
        dovecot.deliver(mail(subject=f"Vraag {number}"))
    assert (look(box), look(box)) == (3, 0)
    assert [t.subject for t in Ticket.objects.order_by("pk")] == ["Vraag 0", "Vraag 1", "Vraag 2"]
    assert all("\\Seen" in flags for flags in dovecot.flags())
    assert IncomingEmail.objects.filter(mailbox=box, is_answered=True).count() == 3


def test_somebody_read_it_before_us(dovecot, box, requester):
    dovecot.deliver(mail(), flag_set=["\\Seen"])
    assert look(box) == 1


def test_moving_away(dovecot, box, requester):
    box.afterwards, box.move_to = "move", "Verwerkt"
    box.save()
    assert imap.probe(box) == ""
    dovecot.deliver(mail())
    look(box)
    assert dovecot.flags() == []
    with dovecot.session() as session:
        session.folder.set("Verwerkt")
        assert len(session.uids()) == 1


def test_the_time_is_that_of_our_mail_server(dovecot, box, requester):
    arrived = timezone.now().replace(microsecond=0) - dt.timedelta(minutes=30)
    dovecot.deliver(mail(), dt=arrived)
    look(box)
    assert Ticket.objects.get().created_at == arrived


def test_mail_from_before_the_connection_is_taken_in_and_not_answered(dovecot, box, requester):
    dovecot.deliver(mail(), dt=timezone.now() - dt.timedelta(days=3))
    look(box)
    ticket = Ticket.objects.get()
    assert timezone.now() - ticket.created_at < dt.timedelta(minutes=2)
    assert not IncomingEmail.objects.get().is_answered


def test_mail_that_lay_there_for_a_day_is_not_answered(dovecot, box, requester):
    box.connected_at = timezone.now() - dt.timedelta(days=9)
    box.save()
    dovecot.deliver(mail(), dt=timezone.now() - dt.timedelta(hours=25))
    look(box)
    assert not IncomingEmail.objects.get().is_answered


def test_broken_between_store_and_mark(dovecot, box, requester, monkeypatch):
    dovecot.deliver(mail())

    def cut(session, mailbox, uid):
        session.client.sock.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError("cut")

    with monkeypatch.context() as broken:
        broken.setattr(imap, "finish", cut)
        assert look_into(box.pk) == 0
    box.refresh_from_db()
    assert (box.last_uid, box.failures, Ticket.objects.count()) == (0, 1, 1)
    assert "\\Seen" not in dovecot.flags()[0]
    assert look(box) == 1
    assert Ticket.objects.count() == 1
    assert "\\Seen" in dovecot.flags()[0]


def test_numbered_anew(dovecot, box, requester):
    dovecot.deliver(mail(subject="Een"))
    look(box)
    dovecot.number_anew()
    dovecot.deliver(mail(subject="Twee"))
    assert look(box) == 2
    assert Ticket.objects.count() == 2


FAULTS = [
    ({"sealed_password": "wrong"}, "gebruikersnaam en wachtwoord"),
    ({"folder": "Nergens"}, "geen map"),
    ({"host": "nergens.invalid"}, "geen server"),
    ({"port": "closed"}, "Niets antwoordt"),
    ({"sealed_password": b"garbage"}, "DESK_MAIL_KEY"),
]


@pytest.mark.parametrize(("change", "said"), FAULTS, ids=[str(c) for c, _s in FAULTS])
def test_what_is_wrong_is_said(box, change, said):
    for name, value in change.items():
        value = free_port() if value == "closed" else seal("x") if value == "wrong" else value
        setattr(box, name, value)
    assert said in imap.probe(box)


def test_a_certificate_of_nobody_is_not_trusted(box, settings):
    settings.DESK_MAIL_CA = ""
    assert "certificaat" in imap.probe(box)


def test_a_mailbox_that_hangs_stops_no_other(dovecot, box, requester, monkeypatch):
    monkeypatch.setattr(imap, "TIMEOUT", 1)
    monkeypatch.setitem(imap.opened.__wrapped__.__kwdefaults__, "timeout", 1)
    with socket.create_server(("127.0.0.1", 0)) as hole:  # takes the connection and says nothing
        other = Mailbox.objects.create(name="Hangt", host="127.0.0.1", port=hole.getsockname()[1],
                                       username="x", sealed_password=seal("x"))  # fmt: skip
        dovecot.deliver(mail())
        assert set(lease_due()) == {box.pk, other.pk}
        assert lease_due() == []
        assert look_into(other.pk) == 0
        assert look_into(box.pk) == 1
    other.refresh_from_db()
    assert (other.failures, other.error) == (1, "De server antwoordt niet.")
    assert other.next_look_at > timezone.now() + dt.timedelta(seconds=90)


def test_a_lease_runs_out(box):
    assert lease_due() == [box.pk]
    later = timezone.now() + fetching.LEASE + dt.timedelta(seconds=1)
    assert lease_due(now=later) == [box.pk]


def test_two_that_lease_at_one_instant_share_out(box):
    got = [lease_due(), lease_due()]
    assert got == [[box.pk], []]


def test_after_a_quarter_of_an_hour_administrators_hear_of_it_once(box, administrator):
    box.port = free_port()
    box.save()
    look_into(box.pk)
    assert alert_failing() == 0
    later = timezone.now() + dt.timedelta(minutes=16)
    assert (alert_failing(now=later), alert_failing(now=later)) == (1, 0)
    assert Notification.objects.get(user=administrator).data == {"name": "Servicedesk"}


def test_passwords_are_encrypted(box, settings):
    assert b"geheim" not in bytes(Mailbox.objects.get().sealed_password)
    settings.DESK_MAIL_KEYS = ["another"]
    assert "DESK_MAIL_KEY" in imap.probe(box)
