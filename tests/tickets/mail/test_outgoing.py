"""Letters about a ticket: one for each event, with everybody in it, that find their way back."""

import pytest

from servicedesk.accounts.models import User
from servicedesk.lib import html
from servicedesk.outbox.delivery import as_message
from tests.conftest import person
from tickets.actions import drafting
from tickets.actions.assigning import assign, take
from tickets.actions.attaching import attach
from tickets.actions.following import add_follower
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, reply, thank
from tickets.actions.transitions import change_status
from tickets.events import record_event, verb
from tickets.mail.tokens import read_address
from tickets.models import Draft, Message, ThanksToCheck, Ticket

pytestmark = pytest.mark.django_db


def test_the_receipt_says_the_number_and_what_happens_next(ticket, requester, mails):
    (mail,) = mails(ticket, "receipt")
    assert (mail.to, mail.cc) == ([requester.email], [])
    assert mail.subject == f"[#{ticket.pk}] {ticket.subject}"
    assert f"Je vraag heeft nummer #{ticket.pk}." in mail.body_text
    assert "Je krijgt vóór " in mail.body_text
    assert f"http://127.0.0.1:8000/tickets/{ticket.pk}/" in mail.body_text
    assert "##- Schrijf je antwoord boven deze lijn -##" in mail.body_text.splitlines()[0]
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert mail.headers["X-Auto-Response-Suppress"] == "All"
    # Nothing of what came is sent back: whoever forged the sender would mail it to them.
    assert "oude" not in mail.body_text


def test_an_answer_is_one_mail_with_everybody_in_it(ticket, requester, colleague, agent, mails):
    add_follower(ticket, colleague, by=agent)
    message = reply(ticket, Text("Kijk *nog* eens."), by=agent)
    (mail,) = mails(ticket, "reply")
    assert (mail.to, mail.cc) == ([requester.email], [colleague.email])
    assert mail.names == {requester.email: "Sofie Vermeer", colleague.email: "Wout Claes"}
    assert mail.from_email == "Noor · Servicedesk <servicedesk@desk.example>"
    assert "Auto-Submitted" not in mail.headers
    assert "<em>nog</em>" in mail.body_html
    assert "In dit gesprek: Sofie Vermeer, Wout Claes" in mail.body_text
    message.refresh_from_db()
    assert message.mail_message_id == mail.message_id


def test_who_is_alone_gets_an_address_that_proves_it_who_is_not_gets_the_plain_one(
    ticket, requester, colleague, agent, mails
):
    reply(ticket, Text("Eerste"), by=agent)
    add_follower(ticket, colleague, by=agent)
    reply(ticket, Text("Tweede"), by=agent)
    alone, together = (read_address(mail.headers["Reply-To"]) for mail in mails(ticket, "reply"))
    assert (alone.ticket, alone.person) == (ticket.pk, requester.pk)
    assert (together.ticket, together.person) == (ticket.pk, None)


def test_an_answer_names_the_mails_before_it(ticket, requester, agent, mails):
    root = f"<ticket.{ticket.pk}@desk.example>"
    (receipt,) = mails(ticket, "receipt")
    assert receipt.headers["References"] == root
    asked = reply(ticket, Text("En nu?"), by=requester)
    Message.objects.filter(pk=asked.pk).update(mail_message_id="<x1@heidedal.example>\r\nBcc: y")
    reply(ticket, Text("Zo."), by=agent)
    (answer,) = mails(ticket, "reply")
    assert answer.headers["References"] == f"{root} <x1@heidedal.example>"
    assert answer.headers["In-Reply-To"] == "<x1@heidedal.example>"
    reply(ticket, Text("Nog iets."), by=agent)
    assert mails(ticket, "reply")[1].headers["In-Reply-To"] == answer.message_id


def test_people_in_cc_of_an_answer_read_along_and_get_one_mail(
    ticket, requester, agent, stranger, mails
):
    reply(ticket, Text("Zo.", cc=[stranger, requester]), by=agent)
    assert [user.pk for user in User.objects.filter(following__ticket=ticket)] == [stranger.pk]
    assert [mail.cc for mail in mails(ticket, "reply")] == [[stranger.email]]
    assert mails(ticket, "following") == []


def test_a_requester_cannot_put_people_in_cc(ticket, requester, stranger):
    reply(ticket, Text("Zo.", cc=[stranger]), by=requester)
    assert not stranger.following.exists()


def test_who_reads_along_gets_what_the_requester_writes(ticket, requester, colleague, agent, mails):
    add_follower(ticket, colleague, by=agent)
    take(ticket, by=agent)
    reply(ticket, Text("Nog iets"), by=requester)
    (copy,) = mails(ticket, "copy")
    (answered,) = mails(ticket, "answered")
    assert (copy.to, answered.to) == ([colleague.email], [agent.email])
    assert copy.headers["Auto-Submitted"] == "auto-generated"
    assert read_address(answered.headers["Reply-To"]).person == agent.pk


def test_the_solved_mail_holds_the_four_answers(ticket, agent, bug, mails):
    reply(ticket, Text("Opgelost."), by=agent, then="solved", category=bug)
    (mail,) = mails(ticket, "solved")
    for word in ("#solved", "#not-yet", "#thanks", "#opinion"):
        assert mail.body_html.count(f'{word}"') == 1
        assert word in mail.body_text
    assert "http://127.0.0.1:8000/answer/" in mail.body_text
    assert mails(ticket, "reply") == []


def test_solved_without_a_word_is_a_machine_speaking(ticket, agent, bug, mails):
    change_status(ticket, "solved", by=agent, category=bug)
    (mail,) = mails(ticket, "solved")
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert "Je vraag is opgelost" in mail.body_text


def test_the_team_and_the_agent_sign(ticket, agent, first_line, mails):
    first_line.mail_name, first_line.mail_address = "Bibliotheekhulp", "helpdesk@desk.example"
    first_line.signature = "Team eerste lijn"
    first_line.save()
    assign(ticket, team=first_line, assignee=agent, by=agent)
    reply(Ticket.objects.get(pk=ticket.pk), Text("Een"), by=agent)
    agent.signature = "Noor\n<b>vet</b>"
    agent.save()
    reply(ticket, Text("Twee"), by=agent)
    first, second = mails(ticket, "reply")
    assert first.from_email == "Noor · Bibliotheekhulp <helpdesk@desk.example>"
    assert "Team eerste lijn" in first.body_text
    assert "Team eerste lijn" not in second.body_text
    assert "<p>Noor<br>&lt;b&gt;vet&lt;/b&gt;</p>" in second.body_html


def test_a_picture_of_an_answer_stands_in_the_mail_and_a_file_goes_along(
    ticket, agent, screenshot, mails
):
    draft = drafting.keep(drafting.draft_of(agent, Draft.Kind.PUBLIC_REPLY, ticket), {"body": "x"})
    picture = attach(screenshot("scherm.png"), draft=draft, by=agent)
    reply(ticket, Text("Zie hier.", attachments=[picture]), by=agent)
    (mail,) = mails(ticket, "reply")
    assert f'src="cid:file.{picture.pk}@desk.example"' in mail.body_html
    part = [p for p in as_message(mail).message().walk() if p["Content-ID"]]
    assert [p["Content-ID"] for p in part] == [f"<file.{picture.pk}@desk.example>"]


def test_a_reminder_shows_the_question(ticket, requester, agent, mails):
    reply(ticket, Text("Welke bibliotheek?"), by=agent, then="pending")
    ticket.refresh_from_db()
    waits = ticket.events.latest("pk")
    verb(record_event)(ticket, "reminded", by=None, step=1, since=waits.pk)
    (mail,) = mails(ticket, "reminder")
    assert (mail.to, mail.headers["Auto-Submitted"]) == ([requester.email], "auto-generated")
    assert "Welke bibliotheek?" in mail.body_text
    assert "Noor vroeg je iets (vandaag" in mail.body_text


def test_each_reads_the_language_of_the_first_reader(heidedal, websites, agent, mails):
    anna = person("anna@heidedal.example", "Anna", organisation=heidedal, language="en")
    ticket = open_ticket(
        NewTicket(requester=anna, subject="Hello", body="x", service=websites), by=anna
    )
    (mail,) = mails(ticket, "receipt")
    assert "Your question has number" in mail.body_text
    assert "antwoord" not in mail.body_html


def test_what_people_write_is_no_template_and_no_html(heidedal, requester, websites, agent, mails):
    nasty = "{link} {% now %} <script>alert(1)</script> {button}"
    ticket = open_ticket(
        NewTicket(requester=requester, subject=nasty, body=nasty, service=websites), by=requester
    )
    reply(ticket, Text(nasty), by=agent)
    for mail in mails(ticket):
        assert "<script" not in mail.body_html
        assert nasty in mail.subject
    assert nasty in mails(ticket, "reply")[0].body_text


def test_thanks_by_mail_wait_for_a_reader_those_of_the_portal_do_not(ticket, requester):
    thank(ticket, Text("Dank je"), by=requester)
    assert not ThanksToCheck.objects.exists()
    message = thank(ticket, Text("Bedankt!", channel="mail"), by=requester)
    assert ThanksToCheck.objects.get().message == message


def test_quoted_history_and_what_is_fetched_stay_out_of_letters(
    ticket, requester, colleague, agent, mails
):
    add_follower(ticket, colleague, by=agent)
    said = html.from_mail('<p>Het lukt.</p><img src="https://spy.example/x.png">')
    whole = Text(
        "Het lukt.\n\n> oud nieuws",
        channel="mail",
        html=f"{said}<blockquote>oud nieuws</blockquote>",
        visible_text="Het lukt.",
        visible_html=said,
    )
    reply(ticket, whole, by=requester)
    (copy,) = mails(ticket, "copy")
    for body in (copy.body_text, copy.body_html):
        assert "Het lukt." in body
        assert "oud nieuws" not in body
    assert "<img" not in copy.body_html
    assert 'href="https://spy.example/x.png"' in copy.body_html


def test_a_picture_that_is_folded_away_does_not_go_along(
    ticket, requester, colleague, agent, screenshot, mails
):
    add_follower(ticket, colleague, by=agent)
    draft = drafting.keep(
        drafting.draft_of(requester, Draft.Kind.PUBLIC_REPLY, ticket), {"body": "x"}
    )
    shown, folded = [attach(screenshot(f"{n}.png"), draft=draft, by=requester) for n in "12"]
    seen, old = (f'<p>x</p><img src="/files/{one.pk}/" alt="">' for one in (shown, folded))
    text = Text(
        "x", attachments=[shown, folded], html=f"{seen}{old}", visible_text="x", visible_html=seen
    )
    reply(ticket, text, by=requester)
    (copy,) = mails(ticket, "copy")
    assert [file["filename"] for file in copy.files] == ["1.png"]
    assert copy.body_html.count("<img") == 1
