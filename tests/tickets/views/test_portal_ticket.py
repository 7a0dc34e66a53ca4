"""The requester's page of a ticket: what it says, what it never says, what one can do there."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from knowledgebase.models import Article
from servicedesk.accounts.models import User
from tickets.actions.assigning import assign, take
from tickets.actions.classifying import set_category, set_priority
from tickets.actions.following import add_follower
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, log_call, reply
from tickets.actions.transitions import change_status
from tickets.exceptions import TicketError
from tickets.models import Attachment, Draft, Follower, Message, Ticket

pytestmark = pytest.mark.django_db

CANARY = "kanarievogel"


def page(browser, ticket) -> str:
    answer = browser.get(ticket.get_absolute_url())
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def act(browser, ticket, name, **fields):
    return browser.post(f"{ticket.get_absolute_url()}{name}/", fields)


@pytest.fixture
def solved(ticket, agent, bug) -> Ticket:
    reply(ticket, Text(body="Dat is nu juist gezet."), by=agent)
    set_category(ticket, bug, by=agent)
    return change_status(ticket, "solved", by=agent)


@pytest.fixture
def closed(solved) -> Ticket:
    Ticket.objects.filter(pk=solved.pk).update(status="closed", closed_at=timezone.now())
    return Ticket.objects.get(pk=solved.pk)


# --- who sees it -----------------------------------------------------------------------------


def test_a_stranger_finds_nothing_to_see_or_do(as_user, stranger, ticket):
    browser = as_user(stranger)
    assert browser.get(ticket.get_absolute_url()).status_code == 404
    for name in ("reply", "confirm", "reopen", "thank", "colleagues"):
        assert act(browser, ticket, name, body="x").status_code == 404
    assert act(browser, ticket, f"colleagues/{stranger.pk}/remove").status_code == 404
    assert ticket.messages.count() == 1


def test_the_desk_does_not_answer_from_the_requesters_page(as_user, agent, ticket):
    browser = as_user(agent)
    for name in ("reply", "confirm", "reopen", "thank", "colleagues"):
        assert act(browser, ticket, name, body="x").status_code == 404


def test_a_colleague_sees_it_only_where_that_was_granted(as_user, colleague, ticket):
    assert as_user(colleague).get(ticket.get_absolute_url()).status_code == 200
    User.objects.filter(pk=colleague.pk).update(sees="own")
    assert as_user(colleague).get(ticket.get_absolute_url()).status_code == 404


def test_a_follower_from_elsewhere_sees_exactly_this_ticket(as_user, agent, stranger, ticket):
    add_follower(ticket, stranger, by=agent)
    assert as_user(stranger).get(ticket.get_absolute_url()).status_code == 200


def test_nothing_of_the_desks_inside_reaches_the_requester(
    as_user, requester, colleague, agent, second_line, web_team, first_line, ticket
):
    assign(ticket, team=first_line, assignee=None, by=agent)
    add_note(ticket, Text(body=f"Intern: {CANARY}"), by=agent)
    log_call(ticket, Text(body=f"Gebeld over {CANARY}"), by=agent)
    set_priority(ticket, "urgent", by=agent, reason=CANARY)
    assign(ticket, team=web_team, assignee=second_line, by=agent)
    addresses = [ticket.get_absolute_url(), "/", "/tickets/", "/tickets/?of=organisation"]
    for who in (requester, colleague):
        for address in addresses:
            shown = as_user(who).get(address).content.decode().lower()
            inside = rf"{CANARY}|dispatch|websites terecht|urgent|eerste lijn|\bsla\b"
            assert not re.search(inside, shown)
        found = as_user(who).get(f"/search/?q={CANARY}").content.decode()
        assert ticket.subject not in found


def test_the_first_line_is_the_service_desk_to_requesters_and_other_teams_have_names(
    as_user, requester, agent, web_team, first_line, ticket
):
    assign(ticket, team=web_team, assignee=None, by=agent)
    assert page(as_user(requester), ticket).count("eam Websites") == 2
    ticket_elsewhere = open_ticket(
        NewTicket(requester=requester, subject="V", body="x"), by=requester
    )
    assign(ticket_elsewhere, team=first_line, assignee=None, by=agent)
    assert first_line.name not in page(as_user(requester), ticket_elsewhere)


# --- what it says ----------------------------------------------------------------------------


def test_it_says_what_happens_next_and_by_when(as_user, requester, agent, ticket):
    fresh = page(as_user(requester), ticket)
    assert "We hebben je vraag goed ontvangen" in fresh or "We have your question" in fresh
    assert "<strong><time" in fresh
    take(ticket, by=agent)
    assert "Noor" in page(as_user(requester), ticket)


def test_a_late_answer_is_admitted_without_a_time(as_user, requester, ticket):
    browser = as_user(requester)
    assert "<strong><time" in page(browser, ticket)
    with time_machine.travel(timezone.now() + dt.timedelta(days=10)):
        assert "<strong><time" not in page(browser, ticket)


def test_messages_tell_whose_they_are(as_user, requester, colleague, agent, ticket):
    reply(ticket, Text(body="Dag Sofie, ik **kijk** het na."), by=agent)
    reply(ticket, Text(body="Ik ook"), by=colleague)
    shown = page(as_user(requester), ticket)
    assert "<strong>kijk</strong>" in shown
    assert "Wout Claes" in shown
    assert "Noor" in shown
    assert "Peeters" not in shown


def test_a_long_conversation_comes_in_windows(as_user, requester, ticket, queries):
    for number in range(60):
        Message.objects.create(
            ticket=ticket, kind="public_reply", side="requester", author=requester,
            channel="portal", body_text=str(number), body_html=f"<p>bericht-{number}.</p>",
        )  # fmt: skip
    browser = as_user(requester)
    newest = page(browser, ticket)
    assert "bericht-59." in newest
    assert "bericht-5." not in newest
    earlier = re.search(r'href="(\?before=\d+)"', newest).group(1)
    oldest = browser.get(ticket.get_absolute_url() + earlier).content.decode()
    assert "bericht-5." in oldest
    assert "bericht-59." not in oldest


def test_related_articles_stand_beside_it(as_user, requester, ticket):
    Article.objects.create(
        title="Openingsuren aanpassen", slug="uren", summary="s", body="openingsuren website",
        body_html="", status="published",
    )  # fmt: skip
    assert "/articles/uren/" in page(as_user(requester), ticket)


# --- answering -------------------------------------------------------------------------------


def test_an_answer_wakes_the_ticket_and_takes_its_files_along(
    as_user, requester, agent, ticket, screenshot
):
    reply(ticket, Text(body="Welk adres?"), by=agent, then="pending")
    browser = as_user(requester)
    answer = act(browser, ticket, "reply", body="heidedal.example", files=[screenshot()])
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == "open"
    last = ticket.messages.last()
    assert (last.body_text, last.attachments.count()) == ("heidedal.example", 1)
    assert not Draft.objects.exists()


def test_an_answer_sent_twice_is_one_message(as_user, requester, ticket):
    browser, token = as_user(requester), str(uuid.uuid4())
    for _ in range(2):
        assert act(browser, ticket, "reply", body="Hallo", token=token).status_code == 302
    assert ticket.messages.count() == 2


def test_an_empty_answer_is_refused_and_a_bad_file_loses_no_text(as_user, requester, ticket):
    browser = as_user(requester)
    assert act(browser, ticket, "reply", body="  ").status_code == 422
    bad = SimpleUploadedFile("x.png", b"<html>")
    answer = act(browser, ticket, "reply", body="Zie bijlage", files=[bad])
    assert answer.status_code == 422
    assert "Zie bijlage" in answer.content.decode()
    assert ticket.messages.count() == 1
    assert not Attachment.objects.exists()


def test_a_draft_of_an_answer_is_found_again(as_user, requester, ticket):
    as_user(requester).post(f"/drafts/public_reply/{ticket.pk}/", {"body": "Half af"})
    assert "Half af" in page(as_user(requester), ticket)


def test_my_question_is_solved(as_user, requester, ticket):
    act(as_user(requester), ticket, "confirm", body="Het is in orde gekomen")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.category) == ("solved", None)
    assert ticket.messages.last().body_text == "Het is in orde gekomen"
    kinds = list(ticket.events.values_list("kind", flat=True))
    assert kinds.count("confirmed") == 1
    act(as_user(requester), ticket, "confirm")
    assert ticket.events.filter(kind="confirmed").count() == 1


def test_a_solved_ticket_says_until_when_it_can_be_reopened(as_user, requester, solved):
    shown = page(as_user(requester), solved)
    assert f"{solved.get_absolute_url()}reopen/" in shown
    assert f"{solved.get_absolute_url()}thank/" in shown
    act(as_user(requester), solved, "confirm")
    assert f"{solved.get_absolute_url()}confirm/" not in page(as_user(requester), solved)


def test_not_solved_yet_reopens_with_or_without_words(as_user, requester, solved):
    act(as_user(requester), solved, "reopen")
    solved.refresh_from_db()
    assert (solved.status, solved.solved_at) == ("open", None)
    assert solved.messages.count() == 2


def test_a_reply_on_a_solved_ticket_reopens_it(as_user, requester, solved):
    act(as_user(requester), solved, "reply", body="Zandhoek klopt nog niet")
    solved.refresh_from_db()
    assert solved.status == "open"


@pytest.mark.parametrize(("words", "kept"), [("Dank je, Noor", "Dank je, Noor"), ("", None)])
def test_only_thanks_never_reopens(as_user, requester, solved, words, kept):
    act(as_user(requester), solved, "thank", body=words)
    solved.refresh_from_db()
    assert solved.status == "solved"
    assert solved.events.filter(kind="thanked").count() == 1
    assert kept is None or solved.messages.last().body_text == kept


def test_a_closed_ticket_takes_no_answer_but_offers_a_follow_up(as_user, requester, closed):
    browser = as_user(requester)
    shown = page(browser, closed)
    assert f"/tickets/new/?follows={closed.pk}" in shown
    assert 'class="composer"' not in shown
    for name in ("reply", "confirm", "reopen", "thank"):
        assert act(browser, closed, name, body="Nog iets").status_code == 422
    closed.refresh_from_db()
    assert closed.status == "closed"


def test_follow_ups_know_each_other(as_user, requester, closed):
    new = NewTicket(requester=requester, subject="Vervolg", body="x", follows_up=closed)
    follow_up = open_ticket(new, by=requester)
    assert f"#{closed.pk}" in page(as_user(requester), follow_up)
    assert f"#{follow_up.pk}" in page(as_user(requester), closed)


# --- who reads along -------------------------------------------------------------------------


def test_who_follows_from_another_house_lets_nobody_else_in(
    as_user, requester, stranger, elsewhere, agent, ticket
):
    other = User.objects.create_user("jan@devlier.example", "Jan", organisation=elsewhere)
    add_follower(ticket, stranger, by=agent)
    browser = as_user(stranger)

    page = browser.get(ticket.get_absolute_url())

    assert page.status_code == 200
    assert "/colleagues/" not in page.content.decode().replace(f"/colleagues/{stranger.pk}/", "")
    assert act(browser, ticket, "colleagues", user=other.pk).status_code == 422
    with pytest.raises(TicketError):
        add_follower(ticket, other, by=stranger)
    add_follower(ticket, other, by=agent)
    assert ticket.followers.count() == 2


def test_whoever_is_let_in_again_and_again_is_told_once(
    as_user, requester, colleague, ticket, mails
):
    browser = as_user(requester)
    for _time in range(3):
        act(browser, ticket, "colleagues", user=colleague.pk)
        act(browser, ticket, f"colleagues/{colleague.pk}/remove")
    assert len(mails(ticket, "following")) == 1


def test_a_colleague_is_added_and_taken_off(as_user, requester, colleague, ticket):
    browser = as_user(requester)
    assert "Wout Claes" in page(browser, ticket)
    act(browser, ticket, "colleagues", user=colleague.pk)
    assert Follower.objects.get(ticket=ticket).user == colleague
    act(browser, ticket, f"colleagues/{colleague.pk}/remove")
    assert not Follower.objects.exists()


def test_nobody_from_elsewhere_can_be_added_or_even_looked_up(
    as_user, requester, stranger, agent, ticket
):
    browser = as_user(requester)
    for person in (stranger, agent):
        assert person.name not in page(browser, ticket)
        assert act(browser, ticket, "colleagues", user=person.pk).status_code == 422
    assert not Follower.objects.exists()


def test_whoever_leaves_a_ticket_of_others_comes_back_in_the_list(as_user, agent, stranger, ticket):
    add_follower(ticket, stranger, by=agent)
    answer = act(as_user(stranger), ticket, f"colleagues/{stranger.pk}/remove")
    assert (answer.status_code, answer["Location"]) == (302, "/tickets/")


# --- cost ------------------------------------------------------------------------------------


def test_the_page_costs_the_same_with_more_of_everything(
    as_user, requester, agent, ticket, queries, screenshot
):
    def grow(count: int) -> None:
        for number in range(count):
            person = User.objects.create_user(
                f"p{count}{number}@x.example", "P", organisation=requester.organisation
            )
            add_follower(ticket, person, by=requester)
            reply(ticket, Text(body="Antwoord"), by=agent)
            act(browser, ticket, "reply", body="Dank", files=[screenshot()])

    browser = as_user(requester)
    grow(1)
    few = queries(browser.get, ticket.get_absolute_url())
    grow(3)
    assert queries(browser.get, ticket.get_absolute_url()) == few <= 26
