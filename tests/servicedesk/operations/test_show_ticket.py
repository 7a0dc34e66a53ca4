"""`show_ticket`: the contract with support and other programs."""

import hashlib
import io
import json
import os
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.operations.management.commands.show_ticket import Command
from servicedesk.outbox.models import OutgoingEmail
from tickets.actions.attaching import attach
from tickets.actions.drafting import draft_of, files_of, keep
from tickets.actions.following import add_follower
from tickets.actions.forwarding import Question, forward, take_in_supplier_answer
from tickets.actions.replying import Text, add_note, log_call, reply
from tickets.actions.transitions import change_status


def show(*numbers) -> list[dict]:
    out = io.StringIO()
    call_command("show_ticket", "--json", *[str(n) for n in numbers], stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_what_a_new_ticket_holds(ticket):
    (shown,) = show(ticket.pk)
    assert shown["ticket"] == str(ticket.pk)
    assert shown["tag"] == f"[#{ticket.pk}]"
    assert shown["subject"] == ticket.subject
    assert (shown["status"], shown["category"], shown["assignee"]) == ("new", None, None)
    assert (shown["service"], shown["team"]) == ("Bibliotheekwebsites", "Websites")
    assert shown["organisation"] == "Bibliotheek Heidedal"
    assert shown["requester"] == {"email": "sofie@heidedal.example", "name": "Sofie Vermeer"}
    assert datetime.fromisoformat(shown["created_at"]) == ticket.created_at
    assert [event["kind"] for event in shown["events"]] == ["opened"]
    (message,) = shown["messages"]
    assert message["kind"] == "in"
    assert message["body_text"] == message["visible_text"] != ""
    assert message["body_html"].startswith("<p>")
    assert message["from_email"] == "sofie@heidedal.example"


def test_kinds_of_messages_oldest_first(ticket, requester, agent):
    reply(ticket, Text("Dag **Sofie**"), by=agent)
    add_note(ticket, Text("Nota"), by=agent)
    log_call(ticket, Text("Gebeld"), by=agent)
    reply(ticket, Text("Dank je"), by=requester)
    messages = show(ticket.pk)[0]["messages"]
    assert [m["kind"] for m in messages] == ["in", "out", "note", "note", "in"]
    assert [m["id"] for m in messages] == sorted(m["id"] for m in messages)
    assert messages[1]["body_text"] == "Dag **Sofie**"
    assert "<strong>Sofie</strong>" in messages[1]["body_html"]


def test_letters_to_and_from_a_supplier(ticket, agent, supplier):
    thread = forward(ticket, Question(supplier, Text("Kijk dit na.")), by=agent)
    take_in_supplier_answer(thread, Text("Hersteld.", channel="mail"))
    asked, answered = show(ticket.pk)[0]["messages"][1:]
    letter = OutgoingEmail.objects.get(to=["support@webbouwers.example"])
    assert (asked["kind"], answered["kind"]) == ("supplier_out", "supplier_in")
    assert (asked["to"], asked["message_id"]) == (letter.to, letter.message_id)
    assert (asked["supplier"], answered["supplier"]) == ("Webbouwers", "Webbouwers")
    assert show(ticket.pk)[0]["status"] == "open"


def test_an_agent_who_asks_for_himself_is_on_the_other_side(agent):
    from tickets.actions.opening import NewTicket, open_ticket

    own = open_ticket(NewTicket(requester=agent, subject="Vraag", body="x"), by=agent)
    assert show(own.pk)[0]["messages"][0]["kind"] == "in"


def test_an_answer_tells_the_mail_that_carried_it(ticket, agent, colleague):
    add_follower(ticket, colleague, by=agent)
    reply(ticket, Text("Antwoord"), by=agent)
    message = show(ticket.pk)[0]["messages"][1]
    mail = OutgoingEmail.objects.get(message_id=message["message_id"])
    assert "Antwoord" in mail.body_text
    assert message["to"] == mail.to == ["sofie@heidedal.example"]
    assert message["cc"] == ["wout@heidedal.example"]
    assert message["subject"] == f"[#{ticket.pk}] {ticket.subject}"


def test_attachments(ticket, agent):
    draft = keep(draft_of(agent, "public_reply", ticket), {})
    attach(SimpleUploadedFile("uitleg.txt", b"zo gaat het"), draft=draft, by=agent)
    reply(ticket, Text("Zie bijlage", attachments=files_of(draft)), by=agent)
    (file,) = show(ticket.pk)[0]["messages"][1]["attachments"]
    assert file == {
        "filename": "uitleg.txt",
        "content_type": file["content_type"],
        "size": 11,
        "sha256": hashlib.sha256(b"zo gaat het").hexdigest(),
        "inline": False,
    }


def test_clocks(ticket, agent):
    sla = show(ticket.pk)[0]["sla"]
    assert sla["first_response_due"]
    assert sla["resolution_due"]
    assert sla["breached"] == []
    assert {row["kind"] for row in sla["ledger"]} >= {"first_response", "resolution"}
    change_status(ticket, "pending", by=agent)
    paused = show(ticket.pk)[0]["sla"]
    assert paused["resolution_due"] is None
    assert paused["paused"] is True


def test_texts_are_decoded_and_on_one_line(ticket, requester):
    type(ticket).objects.filter(pk=ticket.pk).update(subject="Eén\r\ntwee\tdrie ‘’ 😀")
    type(requester).objects.filter(pk=requester.pk).update(name="Sofie\r\nBcc: x")
    (shown,) = show(ticket.pk)
    assert shown["subject"] == "Eén twee drie ‘’ 😀"
    assert shown["requester"]["name"] == "Sofie Bcc: x"


def test_several_numbers_in_every_way_of_writing(ticket, requester):
    from tickets.actions.opening import NewTicket, open_ticket

    other = open_ticket(NewTicket(requester=requester, subject="Ander", body="x"), by=requester)
    shown = show(other.pk, f"#{ticket.pk}", ticket.tag)
    assert [one["ticket"] for one in shown] == [str(other.pk), str(ticket.pk), str(ticket.pk)]


@pytest.mark.parametrize("missing", ["999999", "9" * 40, "0"])
def test_a_number_that_does_not_exist(ticket, missing):
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("show_ticket", "--json", missing, str(ticket.pk), stdout=out, stderr=err)
    assert stop.value.code == 1
    assert json.loads(out.getvalue())["ticket"] == str(ticket.pk)
    assert err.getvalue() == f"There is no ticket {missing}.\n"


@pytest.mark.parametrize("arguments", [[], ["abc"], ["--json"], ["--xml", "10001"], ["-5"]])
def test_wrong_arguments(db, arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        Command().run_from_argv(["manage.py", "show_ticket", *arguments])
    assert stop.value.code == os.EX_USAGE
    assert capsys.readouterr().out == ""


def test_the_number_of_queries_does_not_grow(ticket, agent):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            show(ticket.pk)
        return len(queries)

    reply(ticket, Text("Antwoord"), by=agent)
    before = count()
    for number in range(3):
        reply(ticket, Text(f"{number}"), by=agent)
    assert count() == before
