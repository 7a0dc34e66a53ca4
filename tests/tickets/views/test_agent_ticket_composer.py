"""Sending from the composer: nothing is lost, nothing is sent twice, no note is ever a reply."""

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from servicedesk.outbox.models import OutgoingEmail
from tickets.actions.attaching import attach
from tickets.actions.drafting import draft_of, keep
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, reply
from tickets.actions.transitions import change_status
from tickets.models import Attachment, Draft, Macro, Message, Ticket


def fields(page: str, form: str) -> dict[str, str]:
    """The hidden fields of one form, as a browser would post them."""
    part = page.split(f'id="{form}-form"')[1].split("</form>")[0]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.fixture
def composer(ticket, as_user):
    """`composer(agent)`: opens the page, then `send(body=…)` posts the reply of that moment."""

    def open_page(user, form="reply", of=ticket):
        client = as_user(user)
        hidden = fields(client.get(of.get_absolute_url()).content.decode(), form)
        door = "answer" if form == "reply" else "note"

        def send(**typed):
            return client.post(f"/tickets/{of.pk}/{door}/", {**hidden, **typed})

        return send

    return open_page


def test_an_answer_takes_a_new_ticket(composer, ticket, agent):
    answer = composer(agent)(body="Dag Sofie, we **zoeken** het uit.")
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", agent)
    message = ticket.messages.last()
    assert (message.kind, message.side) == ("public_reply", "desk")
    assert "<strong>zoeken</strong>" in message.body_html


def test_an_answer_may_move_the_status(composer, ticket, agent):
    composer(agent)(body="Welk nummer?", then="pending")
    ticket.refresh_from_db()
    assert ticket.status == "pending"


def test_a_note_stays_inside_and_takes_nothing(composer, ticket, agent):
    composer(agent, "note")(body="Alleen voor ons")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("new", None)
    assert ticket.messages.last().kind == "internal_note"
    assert not OutgoingEmail.objects.filter(body_text__contains="Alleen voor ons").exists()


@pytest.mark.parametrize(
    "typed", [{"kind": "public_reply"}, {"side": "requester"}, {"then": "open"}]
)
def test_nothing_typed_makes_a_note_a_reply(composer, ticket, agent, typed):
    composer(agent, "note")(body="Alleen voor ons", **typed)
    assert ticket.messages.last().kind == "internal_note"


def test_a_logged_call_counts_as_contact_and_ends_the_call_back(composer, requester, agent):
    ticket = open_ticket(
        NewTicket(
            requester=requester,
            subject="Bel me",
            body="x",
            wants_callback=True,
            callback_phone="0470 12 34 56",
        ),
        by=requester,
    )
    composer(agent, "note", ticket)(body="Uitgelegd", call="on", then="pending")
    ticket.refresh_from_db()
    assert not ticket.callback_open
    assert ticket.status == "pending"
    assert ticket.messages.last().kind == "internal_note"
    assert ticket.events.filter(kind="call_logged").count() == 1


def test_solving_without_category_asks_for_one_and_keeps_the_text(composer, ticket, agent):
    answer = composer(agent)(body="Het werkt weer.", then="solved")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Kies een categorie: een opgelost ticket heeft er een nodig." in page
    assert "Het werkt weer." in page
    assert ticket.messages.count() == 1


def test_category_and_solve_go_with_the_answer(composer, ticket, agent, bug):
    composer(agent)(body="Het werkt weer.", then="solved", category=bug.pk)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.category) == ("solved", bug)
    assert ticket.messages.count() == 2


def test_a_category_alone_is_set_too(composer, ticket, agent, bug):
    composer(agent, "note")(body="Een bug", category=bug.pk)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.category) == ("new", bug)


def test_nothing_is_sent_for_nothing(composer, ticket, agent):
    answer = composer(agent)(body="  \n ")
    assert answer.status_code == 422
    assert "Schrijf eerst iets." in answer.content.decode()
    assert ticket.messages.count() == 1


def test_a_closed_ticket_takes_notes_only(composer, ticket, agent, as_user, bug):
    send = composer(agent)
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", solved_at=ticket.created_at, closed_at=ticket.created_at
    )
    answer = send(body="Te laat geschreven")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Dit ticket is afgesloten." in page
    assert "Te laat geschreven" in page
    assert 'id="reply-form"' not in as_user(agent).get(ticket.get_absolute_url()).content.decode()
    assert composer(agent, "note")(body="Nog een nota").status_code == 302
    assert ticket.messages.last().body_text == "Nog een nota"


def test_the_second_agent_is_shown_what_arrived_and_decides_again(
    composer, ticket, agent, second_line
):
    noor, bram = composer(agent), composer(second_line)
    noor(body="Ik was eerst.")
    refused = bram(body="Ik ook.")
    assert refused.status_code == 409
    page = refused.content.decode()
    assert ticket.messages.count() == 2
    assert "Ik was eerst." in page
    assert "Ik ook." in page
    assert "Nieuw bericht" in page
    assert "Lees het nieuwe bericht hierboven" in page
    assert "Verstuur toch naar Sofie" in page
    again = {**fields(page, "reply"), "body": "Ik ook, na het lezen."}
    client = Client()
    client.force_login(second_line)
    assert client.post(f"/tickets/{ticket.pk}/answer/", again).status_code == 302
    assert [m.body_text for m in ticket.messages.all()[1:]] == [
        "Ik was eerst.",
        "Ik ook, na het lezen.",
    ]


def test_the_requester_who_writes_meanwhile_is_heard(composer, ticket, agent, requester):
    send = composer(agent)
    reply(ticket, Text("Het is al opgelost!"), by=requester)
    refused = send(body="Dag Sofie")
    assert refused.status_code == 409
    assert "Het is al opgelost!" in refused.content.decode()


def test_a_note_meanwhile_counts_too(composer, ticket, agent, second_line):
    send = composer(agent)
    add_note(ticket, Text("Wacht met antwoorden"), by=second_line)
    assert send(body="Dag Sofie").status_code == 409


def test_a_status_that_moved_meanwhile_is_not_moved_again(
    composer, ticket, agent, second_line, bug
):
    send, keep_on = composer(agent), composer(agent)
    change_status(ticket, "pending", by=second_line)
    refused = send(body="Wacht op de leverancier", then="on_hold")
    assert refused.status_code == 409
    assert "Iemand anders wijzigde dit ticket intussen." in refused.content.decode()
    assert ticket.messages.count() == 1
    assert keep_on(body="Zonder andere status").status_code == 302


def test_a_text_sent_twice_is_one_message(composer, ticket, agent):
    send = composer(agent)
    assert [send(body="Eén keer").status_code for _ in range(3)] == [302, 302, 302]
    assert ticket.messages.count() == 2


def test_a_text_that_solves_sent_twice_is_one_message(composer, ticket, agent, bug):
    send = composer(agent)
    sent = [send(body="Klaar", then="solved", category=bug.pk).status_code for _ in range(2)]
    assert sent == [302, 302]
    assert ticket.messages.count() == 2


def test_a_draft_that_was_posted_strangely_breaks_nothing(ticket, agent, as_user):
    keep(draft_of(agent, "public_reply", ticket), {"body": ["a", "b"], "then": ["x"]})
    assert as_user(agent).get(f"{ticket.get_absolute_url()}?macro=1").status_code == 200


def test_files_of_the_draft_go_along_and_the_draft_is_gone(composer, ticket, agent, as_user):
    draft = keep(draft_of(agent, "public_reply", ticket), {"body": "Zie bijlage"})
    attach(SimpleUploadedFile("uitleg.txt", b"zo gaat het"), draft=draft, by=agent)
    page = as_user(agent).get(ticket.get_absolute_url()).content.decode()
    assert "Zie bijlage" in page
    assert "uitleg.txt" in page
    composer(agent)(body="Zie bijlage")
    file = Attachment.objects.get()
    assert (file.message, file.draft) == (ticket.messages.last(), None)
    assert not Draft.objects.exists()


def test_a_file_without_words_is_a_message(composer, ticket, agent):
    draft = keep(draft_of(agent, "public_reply", ticket), {})
    attach(SimpleUploadedFile("uitleg.txt", b"zo gaat het"), draft=draft, by=agent)
    send = composer(agent)
    assert [send(body="").status_code for _ in range(2)] == [302, 302]
    assert ticket.messages.count() == 2


def test_files_in_the_form_itself_as_without_scripts(composer, ticket, agent):
    sent = composer(agent)(
        body="Hierbij", files=[SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]
    )
    assert sent.status_code == 302
    names = [file.filename for file in ticket.messages.last().attachments.all()]
    assert names == ["a.txt", "b.txt"]


def test_a_refused_file_holds_the_message_and_keeps_the_rest(composer, ticket, agent):
    program = SimpleUploadedFile("virus.exe", b"MZ" + b"\0" * 200)
    answer = composer(agent)(body="Hierbij", files=[SimpleUploadedFile("a.txt", b"a"), program])
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "virus.exe" in page
    assert "Hierbij" in page
    assert "a.txt" in page
    assert ticket.messages.count() == 1


def test_drafts_of_both_tabs_are_apart_and_personal(ticket, agent, second_line, as_user):
    keep(draft_of(agent, "public_reply", ticket), {"body": "half antwoord", "then": "pending"})
    keep(draft_of(agent, "internal_note", ticket), {"body": "halve nota"})
    page = as_user(agent).get(ticket.get_absolute_url()).content.decode()
    reply_form = page.split('id="reply-form"')[1].split("</form>")[0]
    note_form = page.split('id="note-form"')[1].split("</form>")[0]
    assert "half antwoord" in reply_form
    assert '<option value="pending" selected>' in reply_form
    assert "halve nota" in note_form
    assert "halve nota" not in reply_form
    assert (
        "half antwoord" not in as_user(second_line).get(ticket.get_absolute_url()).content.decode()
    )


def test_sending_one_tab_keeps_the_draft_of_the_other(composer, ticket, agent):
    keep(draft_of(agent, "public_reply", ticket), {"body": "half antwoord"})
    composer(agent, "note")(body="Een nota")
    assert Draft.objects.get().data == {"body": "half antwoord"}


def test_macros_and_articles_work_as_links(ticket, agent, as_user, bug):
    macro = Macro.objects.create(
        name="Opgelost", body="Dag {requester}, het werkt.", status="solved", category=bug
    )
    keep(draft_of(agent, "public_reply", ticket), {"body": "Eerst dit."})
    page = as_user(agent).get(f"{ticket.get_absolute_url()}?macro={macro.pk}").content.decode()
    form = page.split('id="reply-form"')[1].split("</form>")[0]
    assert "Eerst dit.\n\nDag Sofie, het werkt." in form
    assert '<option value="solved" selected>' in form
    assert f'<option value="{bug.pk}" selected>' in form


@pytest.mark.parametrize(
    "query", ["?macro=x", "?macro=99", "?article=geen", "?write=x", "?queue=<x>"]
)
def test_links_that_make_no_sense(ticket, agent, as_user, query):
    assert as_user(agent).get(ticket.get_absolute_url() + query).status_code == 200


def test_the_link_to_log_a_call_opens_the_note(ticket, agent, as_user):
    page = as_user(agent).get(f"{ticket.get_absolute_url()}?write=call").content.decode()
    note = page.split('id="note-form"')[1].split("</form>")[0]
    assert "data-active" in note.split(">")[0]
    assert "checked" in note


def test_after_sending_the_queue_is_kept_in_mind(ticket, agent, as_user):
    client = as_user(agent)
    page = client.get(f"/tickets/{ticket.pk}/?queue=mine").content.decode()
    answer = client.post(f"/tickets/{ticket.pk}/answer/", {**fields(page, "reply"), "body": "Dag"})
    assert answer["Location"] == f"/tickets/{ticket.pk}/?queue=mine"


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_no_way_out_of_the_desk(composer, ticket, agent, place):
    assert composer(agent)(body="Dag", next=place)["Location"] == ticket.get_absolute_url()


@pytest.mark.parametrize(
    "typed",
    [
        {"token": "x"},
        {"seen": "x"},
        {"seen": "9" * 40},
        {"then": "closed"},
        {"then": "new"},
        {"category": "999999"},
        {"body": "x" * 100_001},
    ],
)
def test_a_form_changed_by_hand_sends_nothing(composer, ticket, agent, typed):
    answer = composer(agent)(**{"body": "Dag", **typed})
    assert answer.status_code in {409, 422}
    assert ticket.messages.count() == 1


def in_threads(*acts):
    """Runs the acts at the same moment; gives what they answered."""
    start = threading.Barrier(len(acts))

    def run(act):
        try:
            start.wait(10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_five_clicks_are_one_message(self, ticket, agent):
        data = {"body": "Eén keer", "token": str(uuid.uuid4()), "seen": ticket.messages.last().pk}

        def click():
            client = Client()
            client.force_login(agent)
            return client.post(f"/tickets/{ticket.pk}/answer/", data).status_code

        assert in_threads(*[click] * 5) == [302] * 5
        assert ticket.messages.filter(body_text="Eén keer").count() == 1
        assert ticket.events.filter(kind="public_reply_added").count() == 1

    def test_five_clicks_that_solve_are_one_message(self, ticket, agent):
        change_status(ticket, "open", by=agent)
        data = {
            "body": "Het werkt weer",
            "token": str(uuid.uuid4()),
            "seen": ticket.messages.last().pk,
            "seen_status": "open",
            "then": "solved",
            "category": Category.objects.get(slug="bug").pk,
        }

        def click():
            client = Client()
            client.force_login(agent)
            return client.post(f"/tickets/{ticket.pk}/answer/", data).status_code

        assert in_threads(*[click] * 5) == [302] * 5
        assert ticket.messages.count() == 2
        assert ticket.events.filter(kind="status_changed", data__to="solved").count() == 1

    def test_two_agents_answer_at_once_and_nothing_is_lost(self, ticket, agent, second_line):
        def write(user, number):
            client = Client()
            client.force_login(user)
            token = str(uuid.uuid4())
            while True:
                seen = ticket.messages.last().pk
                data = {"body": f"{user.name} {number}", "token": token, "seen": seen}
                answer = client.post(f"/tickets/{ticket.pk}/answer/", data)
                if answer.status_code == 302:
                    return
                assert answer.status_code == 409

        def many(user):
            return lambda: [write(user, number) for number in range(8)]

        in_threads(many(agent), many(second_line))
        texts = list(ticket.messages.values_list("body_text", flat=True)[1:])
        wanted = {f"{user.name} {number}" for user in (agent, second_line) for number in range(8)}
        assert set(texts) == wanted
        assert len(texts) == len(wanted)

    def test_of_two_who_solve_and_wait_at_once_one_is_told(self, ticket, agent, second_line):
        change_status(ticket, "open", by=agent)
        category = Category.objects.get(slug="bug")
        base = {"seen": ticket.messages.last().pk, "seen_status": "open"}

        def act(user, **typed):
            def post():
                client = Client()
                client.force_login(user)
                data = {**base, "body": "x", "token": str(uuid.uuid4()), **typed}
                return client.post(f"/tickets/{ticket.pk}/note/", data).status_code

            return post

        answers = in_threads(
            act(agent, then="solved", category=category.pk), act(second_line, then="pending")
        )
        assert sorted(answers) == [302, 409]
        assert Message.objects.filter(kind="internal_note").count() == 1


def test_who_chose_what_is_no_choice_any_more_is_told_who_was_first(ticket, agent, as_user):
    change_status(ticket, "open", by=agent)
    ticket.category = Category.objects.get(slug="bug")
    ticket.save()
    typed = {"body": "x", "seen": 10**9, "seen_status": "open", "then": "pending"}
    change_status(ticket, "solved", by=agent)
    browser, url = as_user(agent), reverse("tickets:note-add", args=[ticket.pk])
    answer = browser.post(url, typed)
    assert answer.status_code == 409
    assert "Iemand anders wijzigde dit ticket intussen." in answer.content.decode()
    assert browser.post(url, {**typed, "seen_status": "solved"}).status_code == 422
    assert browser.post(url, {**typed, "then": "new"}).status_code == 422
    assert not Message.objects.filter(kind="internal_note").exists()


def test_people_in_cc_get_the_answer_and_read_along(ticket, agent, colleague, as_user, mails):
    browser = as_user(agent)
    sent = {"body": "Zo.", "seen": 10**9, "cc": f"{colleague.email}; Nieuw <nieuw@elders.example>"}
    url = reverse("tickets:answer-send", args=[ticket.pk])
    wrong = browser.post(url, {**sent, "cc": "wout@"})
    assert wrong.status_code == 422
    assert "“wout@” is geen e-mailadres." in wrong.content.decode()
    assert browser.post(url, {**sent, "cc": "erased@desk.invalid"}).status_code == 422
    nested = browser.post(url, {**sent, "cc": "(" * 900})
    assert nested.status_code == 422
    assert f"“{'(' * 79}…” is geen e-mailadres." in nested.content.decode()
    assert browser.post(url, sent).status_code == 302
    (mail,) = mails(ticket, "reply")
    assert mail.cc == [colleague.email, "nieuw@elders.example"]
    assert User.objects.get(email="nieuw@elders.example").name == "Nieuw"
    assert ticket.followers.count() == 2


def test_the_desk_itself_is_no_reader(ticket, agent, as_user):
    url = reverse("tickets:answer-send", args=[ticket.pk])
    sent = {"body": "Zo.", "seen": 10**9, "cc": "servicedesk@desk.example"}
    assert as_user(agent).post(url, sent).status_code == 422
