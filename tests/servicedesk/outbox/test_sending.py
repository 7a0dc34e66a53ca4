"""Sending to a real mail server that refuses, hangs and breaks off."""

import datetime as dt
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import connection, connections, transaction
from django.utils import timezone

from servicedesk.outbox.forgetting import forget_reader
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.retrying import try_again, what_to_do
from servicedesk.outbox.senders import SPACE, a_round
from servicedesk.outbox.sending import LEFT_BEHIND_AFTER, claim, deliver, send_waiting
from servicedesk.outbox.tasks import send_outgoing_mail
from servicedesk.outbox.writing import post
from tests.servicedesk.local.desk import eventually
from tests.smtp_sink import BREAK, HANG

pytestmark = pytest.mark.django_db

NOON = "2026-03-02T12:00:00Z"


def result(email: OutgoingEmail) -> tuple[str, int]:
    email.refresh_from_db()
    return email.state, email.attempts


def due_now(email: OutgoingEmail) -> None:
    OutgoingEmail.objects.filter(pk=email.pk).update(next_attempt_at=timezone.now())


def test_a_mail_arrives_with_its_people_and_its_names(sink, letter):
    email = post(
        letter(
            "1",
            to=["sofie@heidedal.example"],
            cc=["wout@heidedal.example"],
            names={"sofie@heidedal.example": "Sofie Vermeer, bib"},
            headers={"In-Reply-To": "<0@desk.example>"},
            body_html="<p>Dag</p>",
        )
    )
    assert send_waiting() == 1
    (taken,) = sink.taken
    assert taken.recipients == ["sofie@heidedal.example", "wout@heidedal.example"]
    assert taken.message["To"] == '"Sofie Vermeer, bib" <sofie@heidedal.example>'
    assert taken.message["Cc"] == "wout@heidedal.example"
    assert taken.message["Message-ID"] == email.message_id
    assert taken.message["In-Reply-To"] == "<0@desk.example>"
    assert [part.get_content_type() for part in taken.message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


def test_a_picture_of_the_text_stands_in_the_mail(sink, letter):
    path = default_storage.save("attachments/ab/x", ContentFile(b"\x89PNG\r\n\x1a\n"))
    picture = {"path": path, "filename": "é.png", "content_type": "image/png", "cid": "1@d"}
    post(letter("1", body_html='<img src="cid:1@d">', files=[picture]))
    log = {"path": path, "filename": "log.txt", "content_type": "text/plain"}
    post(letter("2", body_html="x", files=[log, {**log, "path": "attachments/no/such"}]))
    assert send_waiting() == 2
    first, second = (taken.message for taken in sink.taken)
    assert first.get_content_type() == "multipart/related"
    part = list(first.iter_parts())[1]
    assert (part["Content-ID"], part.get_content_disposition()) == ("<1@d>", "inline")
    assert part.get_filename() == "é.png"
    (attached,) = second.iter_attachments()
    assert (attached.get_filename(), attached.get_content_disposition()) == (
        "log.txt", "attachment",
    )  # fmt: skip


def test_not_now_is_tried_again_with_longer_pauses_up_to_an_hour(sink, letter, time_machine):
    time_machine.move_to(NOON, tick=False)
    sink.script.data += ["451 later"] * 9
    email, pauses = post(letter("1")), []
    for _attempt in range(9):
        assert send_waiting() == 0
        email.refresh_from_db()
        pauses.append((email.next_attempt_at - timezone.now()).total_seconds())
        assert send_waiting() == 0  # not before it is due
        time_machine.move_to(email.next_attempt_at, tick=False)
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert send_waiting() == 1
    assert result(email) == ("sent", 10)
    assert email.error == ""


def test_after_three_days_it_gives_up_and_says_so(sink, letter, time_machine):
    time_machine.move_to(NOON, tick=False)
    sink.script.data += ["451 later"] * 2
    email = post(letter("1"))
    time_machine.shift(dt.timedelta(hours=72))
    send_waiting()
    assert result(email) == ("waiting", 1)
    time_machine.shift(dt.timedelta(hours=1))
    send_waiting()
    assert result(email) == ("failed", 2)
    assert email.failed_at == timezone.now()
    assert what_to_do(email).startswith("Geen mailserver nam hem drie dagen lang aan.")


@pytest.mark.parametrize("where", ["sender", "data"])
def test_never_is_failed_at_once(sink, letter, where):
    getattr(sink.script, where).append("554 5.7.1 go away")
    email = post(letter("1"))
    assert send_waiting() == 0
    assert result(email) == ("failed", 1)
    assert "554" in email.error
    assert "weigert onze mail" in what_to_do(email)


def test_one_of_two_does_not_exist(sink, letter):
    sink.script.recipient["weg@b.example"] = ["550 5.1.1 unknown"]
    email = post(letter("1", to=["er@b.example"], cc=["weg@b.example"]))
    assert send_waiting() == 0
    assert result(email) == ("failed", 1)
    assert email.delivered_to == ["er@b.example"]
    assert email.refused == {"weg@b.example": "550 5.1.1 unknown"}
    assert [taken.recipients for taken in sink.taken] == [["er@b.example"]]
    assert what_to_do(email).startswith("Dit adres neemt geen mail aan.")


def test_who_has_it_does_not_get_it_again(sink, letter):
    sink.script.recipient["later@b.example"] = ["451 greylisted"]
    email = post(letter("1", to=["er@b.example", "later@b.example"]))
    assert send_waiting() == 0
    assert result(email) == ("waiting", 1)
    due_now(email)
    assert send_waiting() == 1
    assert [taken.recipients for taken in sink.taken] == [["er@b.example"], ["later@b.example"]]
    assert len({taken.message["Message-ID"] for taken in sink.taken}) == 1
    assert {taken.message["To"] for taken in sink.taken} == {"er@b.example, later@b.example"}


def test_broken_off_after_the_dot_is_sent_again_with_the_same_name(sink, letter):
    sink.script.data.append(BREAK)
    email = post(letter("1"))
    assert send_waiting() == 0
    assert result(email) == ("waiting", 1)
    due_now(email)
    assert send_waiting() == 1
    assert [t.message["Message-ID"] for t in sink.taken] == [email.message_id] * 2
    assert len({taken.message["Date"] for taken in sink.taken}) == 1


def test_a_server_that_hangs_does_not_keep_the_others_waiting_for_ever(sink, letter):
    sink.script.data += [HANG] * 2
    emails = [post(letter(str(n), thread=f"ticket:{n}")) for n in range(4)]
    assert send_waiting() == 0
    # After two of them the round is over: the server is ill, not the mail.
    assert [result(email) for email in emails] == [("waiting", 1)] * 2 + [("waiting", 0)] * 2
    assert send_waiting() == 2


@pytest.mark.django_db(transaction=True)
def test_a_server_that_hangs_holds_one_process_of_the_workers_and_not_all(sink, letter, settings):
    sink.script.data += [HANG] * 2
    for number in range(4):
        post(letter(str(number), thread=f"ticket:{number}"))

    def one_round() -> None:
        send_outgoing_mail()
        connections.close_all()

    first = threading.Thread(target=one_round)
    first.start()
    assert eventually(lambda: OutgoingEmail.objects.filter(state="sending").exists())
    assert send_outgoing_mail() == 0
    assert OutgoingEmail.objects.filter(attempts=0).count() == 3
    settings.DESK_MAIL_ROUNDS = 2
    with a_round() as is_ours:
        assert is_ours
    first.join()


JAN = "jan@b.example"


@pytest.mark.parametrize("answer", ["250 ok", "550 no", "450 later"])
@pytest.mark.parametrize("others", [[], ["c@b.example"]])
def test_who_is_erased_while_a_mail_is_being_sent_stands_nowhere_on_it(
    sink, letter, answer, others
):
    sink.script.recipient[JAN] = [answer]
    email = post(letter("1", to=[JAN, *others], names={JAN: "Jan"}))
    taken = claim()
    forget_reader(JAN)
    deliver(taken, get_connection())
    left = OutgoingEmail.objects.filter(pk=email.pk).first()
    assert left is None or JAN not in str(vars(left))


def test_what_was_left_unsent_after_a_restore_is_not_said_to_have_been_tried(letter):
    email = post(letter("1"))
    email.state, email.error = "failed", "not sent: restored"
    assert "back-up" in what_to_do(email)


@pytest.mark.parametrize("greeting", ["421 too busy", "554 no", HANG, BREAK])
def test_a_server_that_does_not_let_us_in_is_tried_later(sink, letter, greeting):
    sink.script.greeting.append(greeting)
    email = post(letter("1"))
    assert send_waiting() == 0
    assert result(email) == ("waiting", 1)


def test_no_server_at_all_is_tried_later(sink, letter):
    sink.stop()
    email = post(letter("1"))
    assert send_waiting() == 0
    assert result(email) == ("waiting", 1)


def test_a_line_that_broke_between_two_mails_is_opened_anew(sink, letter):
    sink.script.recipient["a@b.example"] = ["421 closing"]
    post(letter("1", thread="ticket:1"))
    second = post(letter("2", thread="ticket:2", to=["c@b.example"]))
    assert send_waiting() == 1
    assert result(second) == ("sent", 1)


def test_an_address_that_cannot_be_written_fails_alone(sink, letter):
    wrong = post(letter("1", to=["spatie in@b.example\nBcc: x@y"], thread="ticket:1"))
    right = post(letter("2", thread="ticket:2"))
    assert send_waiting() == 1
    assert result(wrong) == ("failed", 1)
    assert result(right) == ("sent", 1)


def test_mails_of_one_ticket_keep_their_order(sink, letter):
    sink.script.data.append("451 later")
    first, second = post(letter("1")), post(letter("2"))
    other = post(letter("3", thread="ticket:2"))
    assert send_waiting() == 1
    assert result(other) == ("sent", 1)
    assert result(second) == ("waiting", 0)
    due_now(first)
    assert send_waiting() == 2
    assert [taken.message["Message-ID"] for taken in sink.taken] == [
        f"<{n}@desk.example>" for n in (3, 1, 2)
    ]


def test_what_failed_does_not_hold_up_what_follows(sink, letter):
    sink.script.recipient["weg@b.example"] = ["550 unknown"]
    post(letter("1", to=["weg@b.example"]))
    second = post(letter("2"))
    assert send_waiting() == 1
    assert result(second) == ("sent", 1)


def test_what_a_dead_worker_left_is_sent_by_another(sink, letter, time_machine):
    time_machine.move_to(NOON, tick=False)
    email = post(letter("1"))
    assert claim() == email
    assert claim() is None
    time_machine.shift(LEFT_BEHIND_AFTER + dt.timedelta(seconds=1))
    assert send_waiting() == 1
    assert result(email) == ("sent", 2)
    assert sink.taken[0].message["Message-ID"] == email.message_id


@pytest.mark.django_db(transaction=True)
def test_what_a_slow_worker_has_in_its_hands_is_left_to_it(sink, letter, time_machine):
    time_machine.move_to(NOON, tick=False)
    email = post(letter("1"))
    assert claim() == email
    time_machine.shift(LEFT_BEHIND_AFTER + dt.timedelta(seconds=1))
    slow = connections.create_connection("default")
    try:
        with slow.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SPACE, email.pk])
        assert send_waiting() == 0
    finally:
        slow.close()  # as when it dies
    assert eventually(lambda: send_waiting() == 1)
    assert result(email) == ("sent", 2)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_while_a_mail_is_sent(sink, letter):
    """What the server took is noted as sent when the database is back, and does not go twice."""
    email = post(letter("1"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()[0]
    sink.script.data.append(lambda: end_connection(ours))
    assert send_waiting() == 1
    assert result(email) == ("sent", 1)
    assert send_waiting() == 0
    assert len(sink.taken) == 1


def end_connection(number: int) -> str:
    """What an administrator or a stopping server does; then the mail server says that it has it."""
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    other.close()
    return "250 taken"


def test_trying_again_reaches_only_who_does_not_have_it(sink, letter):
    sink.script.recipient["weg@b.example"] = ["550 unknown"]
    email = post(letter("1", to=["er@b.example", "weg@b.example"]))
    send_waiting()
    assert try_again(email) is True
    assert send_waiting() == 1
    assert result(email) == ("sent", 1)
    assert sink.taken[1].recipients == ["weg@b.example"]
    assert try_again(email) is False


def test_who_sent_it_back_gets_it_again(sink, letter):
    email = post(letter("1", to=["er@b.example", "terug@b.example"]))
    send_waiting()
    OutgoingEmail.objects.filter(pk=email.pk).update(
        state="failed", failed_at=timezone.now(), refused={"terug@b.example": "550 5.2.2 full"}
    )
    assert try_again(email) is True
    assert send_waiting() == 1
    assert [taken.recipients for taken in sink.taken][1:] == [["terug@b.example"]]


def test_at_once_does_not_wait_for_a_pause_and_tries_each_once(sink, letter):
    sink.script.data += ["451 later"] * 3
    email, other = post(letter("1")), post(letter("2", thread="ticket:2"))
    send_waiting()
    assert send_waiting() == 0
    assert send_waiting(at_once=True) == 1
    assert [result(email), result(other)] == [("waiting", 2), ("sent", 2)]


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_each_mail_once_and_in_order(sink, letter):
    with transaction.atomic():
        for n in range(40):
            post(letter(str(n), thread=f"ticket:{n % 8}", subject=str(n)))

    def work() -> None:
        while send_waiting():
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while send_waiting():
        pass
    subjects = [int(taken.message["Subject"]) for taken in sink.taken]
    assert sorted(subjects) == list(range(40))
    for thread in range(8):
        ours = [n for n in subjects if n % 8 == thread]
        assert ours == sorted(ours)
