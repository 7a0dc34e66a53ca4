"""What an agent reads on the page of a ticket, and who never sees that page."""

import hashlib
import html

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from knowledgebase.models import Article
from servicedesk.accounts.models import Branch
from tickets.actions.assigning import take
from tickets.actions.following import add_follower
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, log_call, reply, thank
from tickets.actions.transitions import change_status
from tickets.conversation import MOST_EVENTS, WINDOW
from tickets.models import Attachment, Macro, Message, ReadMark, Ticket, TicketEvent

CANARY = "kanarie-in-een-interne-nota"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def page_of(as_user):
    """`page_of(agent, ticket)`: what that person reads there."""

    def read(user, ticket, query="") -> str:
        answer = as_user(user).get(f"/tickets/{ticket.pk}/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def attach(message: Message, filename: str, content_type: str = "text/plain") -> Attachment:
    content = b"inhoud"
    return Attachment.objects.create(
        message=message,
        uploaded_by=message.author,
        filename=filename,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        file=ContentFile(content, name="x"),
    )


DOORS = [
    ("post", "tickets:answer-send", {}),
    ("post", "tickets:note-add", {}),
    ("post", "tickets:ticket-take", {}),
    *[
        ("post", "tickets:property-set", {"name": name})
        for name in ("status", "team", "assignee", "service", "category", "kwis", "priority")
    ],
    ("post", "tickets:requester-set", {}),
    ("post", "tickets:follower-add", {}),
    ("post", "tickets:follower-remove", {"user": 1}),
    ("get", "tickets:conversation", {}),
    ("get", "tickets:ticket-articles", {}),
    ("get", "tickets:ticket-history", {}),
]


@pytest.mark.parametrize(("method", "name", "more"), DOORS)
@pytest.mark.parametrize("role", ["requester", "colleague", "stranger"])
def test_doors_of_the_desk_do_not_exist_for_others(
    request, ticket, as_user, role, method, name, more
):
    client = as_user(request.getfixturevalue(role))
    address = reverse(name, kwargs={"number": ticket.pk, **more})
    data = {"body": "x", "status": "solved", "kwis": "wish", "person": "noor@desk.example"}
    assert getattr(client, method)(address, data).status_code == 404
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count(), ticket.events.count()) == ("new", 1, 1)


@pytest.mark.parametrize(("method", "name", "more"), DOORS)
def test_not_signed_in_means_the_sign_in_page(ticket, client, method, name, more):
    address = reverse(name, kwargs={"number": ticket.pk, **more})
    answer = getattr(client, method)(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("method", "name", "more"), DOORS)
def test_a_ticket_that_does_not_exist(agent, as_user, method, name, more):
    address = reverse(name, kwargs={"number": 999_999, **more})
    assert getattr(as_user(agent), method)(address).status_code == 404


def test_a_note_reaches_no_requester(ticket, requester, colleague, agent, page_of):
    add_note(ticket, Text(CANARY), by=agent)
    assert CANARY in page_of(agent, ticket)
    for user in (requester, colleague):
        assert CANARY not in page_of(user, ticket)


def test_reply_note_and_question_look_different(ticket, agent, page_of):
    answer = reply(ticket, Text("Een antwoord"), by=agent)
    note = add_note(ticket, Text("Een nota"), by=agent)
    page = page_of(agent, ticket)
    question = ticket.messages.first()
    assert f'<article class="msg" id="message-{question.pk}">' in page
    assert f'<article class="msg team" id="message-{answer.pk}">' in page
    assert f'<article class="msg internal" id="message-{note.pk}">' in page
    assert page.count("Niet zichtbaar voor de melder") == 1
    assert "Interne nota van Noor Peeters" in page


def test_a_call_and_thanks_are_named(ticket, agent, requester, page_of):
    log_call(ticket, Text("Uitgelegd aan de telefoon"), by=agent)
    thank(ticket, Text("Bedankt"), by=requester)
    page = page_of(agent, ticket)
    assert "Gesprek met de melder" in page
    assert "Alleen bedankt" in page


def test_markdown_of_the_desk_is_rendered_and_that_of_requesters_not(
    ticket, agent, requester, page_of
):
    reply(ticket, Text("Dit is **belangrijk**\n\n- een\n- twee"), by=agent)
    reply(ticket, Text("Ik typ **sterretjes**"), by=requester)
    page = page_of(agent, ticket)
    assert "<strong>belangrijk</strong>" in page
    assert "<li>een</li>" in page
    assert "**sterretjes**" in page


def test_nothing_that_people_type_becomes_markup(requester, agent, web_team, bug, page_of):
    type(requester).objects.filter(pk=requester.pk).update(
        name=EVIL, job_title=EVIL, phone='"><script>alert(3)</script>'
    )
    requester.refresh_from_db()
    type(requester.organisation).objects.update(name=EVIL, notes=EVIL)
    Macro.objects.create(name=EVIL, body=EVIL + "{requester}")
    Article.objects.create(
        title=f"{EVIL} vraag", slug="evil", summary=EVIL, body="vraag", status="published"
    )
    web_team.name = EVIL
    web_team.save()
    evil = open_ticket(
        NewTicket(
            requester=requester,
            subject=f"{EVIL} vraag",
            body=EVIL,
            intake={"sort": "disruption", "steps": EVIL, "number_x": EVIL, "version": EVIL},
            callback_phone=EVIL[:40],
            callback_when=EVIL,
            wants_callback=True,
        ),
        by=requester,
    )
    attach(evil.messages.first(), EVIL + ".png", "image/png")
    attach(add_note(evil, Text(EVIL), by=agent), EVIL + ".txt")
    reply(evil, Text(f"{EVIL} [x](javascript:alert(4)) ![x](http://a.example/x.png)"), by=agent)
    page = page_of(agent, evil)
    assert html.escape(EVIL) in page
    for harm in ("<script>alert", "onerror=alert(2)>", 'javascript:alert(4)"', '<img src="http'):
        assert harm not in page.replace(html.escape(EVIL), "")


def test_queries_do_not_grow_with_what_is_on_the_ticket(
    ticket, agent, second_line, colleague, stranger, requester, as_user
):
    browser, page = as_user(agent), ticket.get_absolute_url()
    take(ticket, by=agent)
    add_follower(ticket, colleague, by=agent)
    attach(reply(ticket, Text("een"), by=agent), "a.txt")
    browser.get(page)  # the read mark
    with CaptureQueriesContext(connection) as few:
        browser.get(page)
    add_follower(ticket, stranger, by=second_line)
    for number in range(3):
        attach(reply(ticket, Text(f"{number}"), by=requester), "b.png", "image/png")
        attach(add_note(ticket, Text(f"{number}"), by=second_line), "c.txt")
        Macro.objects.create(name=f"{number}", body="x")
        Branch.objects.create(organisation=ticket.organisation, name=f"{number}")
    browser.get(page)
    with CaptureQueriesContext(connection) as many:
        browser.get(page)
    assert len(few) == len(many) <= 32


def test_a_long_conversation_comes_in_windows(ticket, agent, requester, page_of, as_user):
    for number in range(2 * WINDOW):
        reply(ticket, Text(f"bericht {number}."), by=agent)
    newest = page_of(agent, ticket)
    assert newest.count('<article class="msg') == WINDOW
    assert f"bericht {2 * WINDOW - 1}." in newest
    first = ticket.messages.order_by("-pk")[WINDOW - 1].pk
    address = f"/tickets/{ticket.pk}/conversation/?before={first}"
    assert address in newest
    earlier = as_user(agent).get(address).content.decode()
    assert earlier.count('<article class="msg') == WINDOW
    assert "We pasten de openingsuren aan" not in earlier
    last = as_user(agent).get(earlier.split('hx-get="')[1].split('"')[0]).content.decode()
    assert last.count('<article class="msg') == 1
    assert "We pasten de openingsuren aan" in last
    assert "?before=" not in last
    without_script = page_of(agent, ticket, f"?before={first}")
    assert "Naar de nieuwste berichten" in without_script


def test_windows_cost_the_same(ticket, agent, as_user):
    for number in range(2 * WINDOW):
        reply(ticket, Text(f"bericht {number}."), by=agent)
    counts = []
    for place in (WINDOW - 1, 2 * WINDOW - 1):
        before = ticket.messages.order_by("-pk")[place].pk
        with CaptureQueriesContext(connection) as queries:
            as_user(agent).get(f"/tickets/{ticket.pk}/conversation/?before={before}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "٣", "1.5"])
def test_a_window_that_makes_no_sense_is_the_newest(ticket, agent, page_of, number):
    assert "We pasten de openingsuren aan" in page_of(agent, ticket, f"?before={number}")


def test_lines_between_messages_say_nothing_twice(ticket, agent, requester, page_of):
    reply(ticket, Text("Welk nummer?"), by=agent, then="pending")
    reply(ticket, Text("Nummer 7"), by=requester)
    talk = page_of(agent, ticket).split('id="conversation"')[1].split("<desk-composer")[0]
    assert "Noor Peeters nam het ticket" in talk
    assert "op “Wacht op melder”" in talk
    assert "stelde deze vraag" not in talk
    assert "antwoordde de melder" not in talk
    assert "Een bericht van" not in talk
    assert talk.index("Noor Peeters nam het ticket") < talk.index("op “Wacht op melder”")


def test_the_whole_history_folds_out(ticket, agent, requester, page_of):
    reply(ticket, Text("Antwoord"), by=agent)
    history = page_of(agent, ticket).split('id="history"')[1]
    assert "Sofie Vermeer stelde deze vraag · Portaal" in history
    assert "Noor Peeters antwoordde de melder" in history


def test_the_page_of_the_history(ticket, agent, as_user):
    reply(ticket, Text("Antwoord"), by=agent)
    page = as_user(agent).get(f"/tickets/{ticket.pk}/history/").content.decode()
    assert page.index("antwoordde de melder") < page.index("stelde deze vraag")


def test_a_very_long_history_has_pages_of_its_own(ticket, agent, page_of, as_user):
    TicketEvent.objects.bulk_create(
        TicketEvent(ticket=ticket, kind="confirmed", at=timezone.now(), actor=agent)
        for _ in range(MOST_EVENTS + 5)
    )
    page = page_of(agent, ticket)
    assert "Toon de hele geschiedenis" in page
    assert page.split('id="history"')[1].count('class="event"') == MOST_EVENTS
    address = f"/tickets/{ticket.pk}/history/"
    newest = as_user(agent).get(address).content.decode()
    assert newest.count('class="event"') == MOST_EVENTS
    after = html.unescape(newest).split("?after=")[1].split('"')[0]
    assert "stelde deze vraag" in as_user(agent).get(f"{address}?after={after}").content.decode()


def test_looking_marks_as_read_for_who_looked(ticket, agent, second_line, requester, page_of):
    page_of(agent, ticket)
    newest = reply(ticket, Text("Nog iets"), by=requester)
    assert Ticket.objects.with_unread(agent).get(pk=ticket.pk).unread
    page_of(agent, ticket)
    assert not Ticket.objects.with_unread(agent).get(pk=ticket.pk).unread
    assert Ticket.objects.with_unread(second_line).get(pk=ticket.pk).unread
    assert ReadMark.objects.get(user=agent).message == newest.pk


def test_an_earlier_window_does_not_take_the_mark_back(ticket, agent, requester, page_of):
    newest = reply(ticket, Text("Nog iets"), by=requester)
    page_of(agent, ticket)
    page_of(agent, ticket, f"?before={newest.pk}")
    assert ReadMark.objects.get(user=agent).message == newest.pk


def test_contacts_are_replies_and_calls_of_the_desk(ticket, agent, requester, page_of):
    reply(ticket, Text("een"), by=agent)
    reply(ticket, Text("twee"), by=requester)
    add_note(ticket, Text("nota"), by=agent)
    log_call(ticket, Text("gebeld"), by=agent)
    assert "<dt>Contacten</dt><dd>2</dd>" in page_of(agent, ticket)


def test_who_asks_and_for_whom(ticket, requester, agent, page_of):
    type(requester).objects.update(phone="+32 470 12 34 56", job_title="balie")
    Branch.objects.create(organisation=ticket.organisation, name="Noord", number="1011")
    type(ticket.organisation).objects.update(notes="Bel na 14 u.")
    page = page_of(agent, ticket)
    assert 'href="tel:+32470123456"' in page
    assert "Bel na 14 u." in page
    assert "Bibliotheek Heidedal" in page


def test_the_count_of_open_tickets_leads_to_just_those(
    ticket, requester, stranger, agent, bug, as_user, page_of
):
    for person in (requester, requester, stranger):
        open_ticket(NewTicket(requester=person, subject="Ander", body="x"), by=person)
    change_status(ticket, "solved", by=agent, category=bug)
    address = f"/queue/search/?organisation={ticket.organisation_id}&amp;status=unsolved"
    page = page_of(agent, ticket)
    assert f'<a href="{address}">2</a> · 3 in 12 maanden' in page
    found = as_user(agent).get(html.unescape(address)).content.decode()
    assert found.count('class="subj"') == 2
    assert f"/tickets/{ticket.pk}/" not in found


def test_a_call_back_is_asked_on_top(requester, agent, page_of):
    ticket = open_ticket(
        NewTicket(
            requester=requester,
            subject="Bel me",
            body="x",
            wants_callback=True,
            callback_phone="0470 12 34 56",
            callback_when="na 14 u.",
        ),
        by=requester,
    )
    assert "Sofie vraagt om teruggebeld te worden" in page_of(agent, ticket)
    log_call(ticket, Text("gebeld"), by=agent)
    assert "vraagt om teruggebeld te worden" not in page_of(agent, ticket)


def test_the_checklist_says_what_was_left_open(requester, websites, agent, page_of):
    ticket = open_ticket(
        NewTicket(
            requester=requester,
            subject="Stuk",
            body="x",
            service=websites,
            impact=Ticket.Impact.ALONE,
            intake={"sort": "disruption", "frequency": "constant", "steps": "herstart"},
            completeness=62,
        ),
        by=requester,
    )
    page = page_of(agent, ticket)
    assert "<dd>herstart</dd>" in page
    assert "niet ingevuld" in page
    assert "62\u00a0%" in page


def test_articles_that_may_answer(ticket, agent, as_user, page_of):
    Article.objects.create(
        title="Openingsuren op de website", slug="uren", summary="Zo", body="x", status="published"
    )
    Article.objects.create(
        title="Openingsuren achter de schermen",
        slug="intern",
        summary="Zo",
        body="x",
        status="published",
        audience="agents",
    )
    Article.objects.create(title="Openingsuren klad", slug="klad", summary="Zo", body="x")
    page = page_of(agent, ticket)
    assert "[Openingsuren op de website](http://127.0.0.1:8000/articles/uren/)" in page
    assert "Openingsuren achter de schermen" in page
    assert "/articles/intern/)" not in page  # never into an answer
    assert "Openingsuren klad" not in page
    found = as_user(agent).get(f"/tickets/{ticket.pk}/articles/?articles=schermen")
    assert "Openingsuren op de website" not in found.content.decode()


def test_follow_ups_link_to_each_other(ticket, requester, agent, page_of):
    second = open_ticket(
        NewTicket(requester=requester, subject="Vervolg", body="x", follows_up=ticket),
        by=requester,
    )
    assert f"vervolgd in #{second.pk}" in page_of(agent, ticket)
    assert f"vervolg op #{ticket.pk}" in page_of(agent, second)


def test_a_reader_of_english_reads_english(ticket, agent, page_of):
    type(agent).objects.update(language="en")
    page = page_of(agent, ticket)
    assert "Internal note" in page
    assert "Sofie Vermeer asked this question · Portal" in page
