"""Whether people were satisfied: asked once, changeable for fourteen days, the last one counts."""

import datetime as dt
import re

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from servicedesk.outbox.models import Notification, OutgoingEmail
from tickets.actions.anonymising import anonymise
from tickets.actions.classifying import set_requester
from tickets.actions.following import add_follower, remove_follower
from tickets.actions.rating import check_thanks, follow_up_rating, rate
from tickets.actions.replying import Text, reply, thank
from tickets.actions.transitions import close_solved, reopen
from tickets.exceptions import TicketError
from tickets.feedback import opinions, thanks_to_check
from tickets.mail.links import SALT, answer_link
from tickets.models import Rating, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def solved(ticket, agent, bug) -> Ticket:
    """Answered and solved by Noor, who handles it."""
    reply(ticket, Text("Opgelost."), by=agent, then="solved", category=bug)
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def path(solved) -> str:
    """Where the link of the solved mail leads."""
    return answer_link(solved, [solved.requester]).removeprefix("http://127.0.0.1:8000")


def test_satisfied_is_shown_to_who_handled_it(solved, requester, agent):
    rating = rate(solved, "positive", by=requester, comment=" Snel! ")
    assert (rating.verdict, rating.comment, rating.via) == ("positive", "Snel!", "portal")
    assert not rating.follow_up_open
    line = Notification.objects.get(kind="rated_positive")
    assert (line.user_id, line.ticket) == (agent.pk, solved.pk)


def test_not_satisfied_is_a_task_of_the_team_until_somebody_did_it(
    solved, requester, agent, second_line, web_team
):
    rate(solved, "negative", by=requester)
    told = Notification.objects.filter(kind="rated_negative").values_list("user_id", flat=True)
    assert sorted(told) == sorted([agent.pk, second_line.pk])
    assert [one.ticket_id for one in opinions(agent, "open")] == [solved.pk]
    for _twice in range(2):
        follow_up_rating(solved, by=second_line)
    assert not opinions(agent, "open").exists()
    assert solved.events.filter(kind="rating_followed_up").count() == 1


def test_another_answer_takes_the_place_of_the_first(solved, requester, time_machine):
    rate(solved, "negative", by=requester)
    first = timezone.now()
    time_machine.move_to(first + dt.timedelta(days=13), tick=False)
    rating = rate(solved, "positive", by=requester)
    assert Rating.objects.count() == 1
    assert rating.answered_at - rating.first_answered_at >= dt.timedelta(days=12, hours=23)
    assert not rating.follow_up_open
    assert [event.data for event in solved.events.filter(kind="rated")] == [
        {"verdict": "negative", "via": "portal"},
        {"verdict": "positive", "via": "portal"},
    ]


def test_the_same_again_changes_nothing(solved, requester):
    for _twice in range(2):
        rate(solved, "negative", by=requester, comment="Traag")
    rate(solved, "negative", by=requester)
    assert solved.events.filter(kind="rated").count() == 1
    assert Rating.objects.get().comment == "Traag"


def test_fourteen_days_and_not_longer(solved, requester, time_machine):
    rate(solved, "negative", by=requester)
    first = Rating.objects.get().first_answered_at
    time_machine.move_to(first + dt.timedelta(days=14, seconds=1), tick=False)
    with pytest.raises(TicketError):
        rate(solved, "positive", by=requester)


def test_given_on_the_last_day_it_can_be_changed_when_the_ticket_is_closed(
    solved, requester, time_machine
):
    time_machine.move_to(solved.solved_at + dt.timedelta(days=13), tick=False)
    rate(solved, "negative", by=requester)
    time_machine.move_to(solved.solved_at + dt.timedelta(days=20), tick=False)
    assert close_solved() == 1
    assert rate(solved, "positive", by=requester).is_positive


@pytest.mark.parametrize("when", ["before it is solved", "reopened", "closed"])
def test_only_a_solved_ticket_is_rated(solved, requester, time_machine, when):
    if when == "closed":
        time_machine.move_to(solved.solved_at + dt.timedelta(days=20), tick=False)
        close_solved()
    else:
        reopen(solved, by=requester)
    with pytest.raises(TicketError):
        rate(solved, "positive", by=requester)


def test_the_desk_does_not_rate_itself(solved, agent):
    with pytest.raises(TicketError):
        rate(solved, "positive", by=agent)


def test_the_portal_asks_and_nothing_is_preselected(solved, requester, as_user):
    browser = as_user(requester)
    page = browser.get(solved.get_absolute_url()).content.decode()
    assert "Was je tevreden over onze hulp?" in page
    url = reverse("tickets:rating-give", args=[solved.pk])
    refused = browser.post(url, {"comment": "Wel vriendelijk"})
    assert refused.status_code == 422
    assert "Wel vriendelijk" in refused.content.decode()
    assert browser.post(url, {"verdict": "negative", "comment": "Traag"}).status_code == 302
    assert (
        "Je zei dat je niet tevreden was."
        in browser.get(solved.get_absolute_url()).content.decode()
    )


def test_the_agent_sees_it_on_the_ticket_and_ticks_it_off(solved, requester, agent, as_user):
    rate(solved, "negative", by=requester, comment="Te traag")
    browser = as_user(agent)
    page = browser.get(solved.get_absolute_url()).content.decode()
    assert "Te traag" in page
    url = reverse("tickets:rating-follow-up", args=[solved.pk])
    assert url in page
    assert browser.post(url)["Location"] == solved.get_absolute_url()
    assert url not in browser.get(solved.get_absolute_url()).content.decode()


def test_the_words_of_an_opinion_go_with_the_people_of_the_ticket(solved, requester, administrator):
    rate(solved, "negative", by=requester, comment="Noor was kortaf")
    anonymise(solved, by=administrator, cause="retention")
    assert Rating.objects.values_list("verdict", "comment").get() == ("negative", "")


# --- the link in the solved mail ------------------------------------------------------------


def test_opening_the_link_changes_nothing(solved, path, client):
    before = solved.events.count()
    for _scanner in range(3):
        assert client.get(path).status_code == client.head(path).status_code == 200
    assert (solved.events.count(), Rating.objects.count()) == (before, 0)


def test_the_page_tells_nothing_that_was_written(solved, path, client):
    answer = client.get(path)
    page = answer.content.decode()
    assert f"#{solved.pk}" in page
    for secret in (solved.subject, "Opgelost.", "Sofie", "Heidedal", "Noor"):
        assert secret not in page
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_an_opinion_without_signing_in(solved, path, client):
    assert client.post(path, {"verdict": "negative", "comment": "Traag"}).status_code == 302
    rating = Rating.objects.get()
    assert (rating.ticket, rating.verdict, rating.via) == (solved, "negative", "link")
    assert "Traag" not in client.get(path).content.decode()


def test_solved_not_yet_and_thanks(solved, path, client):
    client.post(path, {"choice": "thanks"})
    client.post(path, {"choice": "solved"})
    solved.refresh_from_db()
    assert (solved.status, solved.events.filter(kind="confirmed").count()) == ("solved", 1)
    client.post(path, {"choice": "not-yet", "body": "Het is er weer."})
    solved.refresh_from_db()
    assert solved.status == "open"
    assert solved.messages.latest("pk").body_text == "Het is er weer."
    chosen = [e.data["choice"] for e in solved.events.filter(kind="answered_by_link")]
    assert chosen == ["thanks", "solved", "not_yet"]


def test_not_yet_without_a_word_reopens(solved, path, client):
    client.post(path, {"choice": "not-yet"})
    solved.refresh_from_db()
    assert solved.status == "open"


@pytest.mark.parametrize("data", [{}, {"choice": "x"}, {"verdict": "x"}, {"verdict": ""}])
def test_nonsense_is_refused_with_a_sentence(path, client, data):
    answer = client.post(path, data)
    assert answer.status_code == 422
    assert "Kies" in answer.content.decode()


def test_a_closed_ticket_takes_no_answer_by_link(solved, path, client, time_machine):
    time_machine.move_to(solved.solved_at + dt.timedelta(days=20), tick=False)
    close_solved()
    assert client.post(path, {"choice": "not-yet", "body": "Toch niet"}).status_code == 422
    assert "Toch niet" not in [message.body_text for message in solved.messages.all()]


def test_links_of_others_and_old_ones(solved, path, client, time_machine):
    said = [solved.pk, 14, [solved.requester_id]]
    forged = signing.dumps(said, key="een andere sleutel", salt=SALT)
    other = signing.dumps(said, salt="another page")
    for_nobody = [signing.dumps(one, salt=SALT) for one in (solved.pk, [solved.pk, 14])]
    for token in (forged, other, *for_nobody, path.split("/")[2][:-1] + "x", "x"):
        assert client.get(reverse("tickets:answer-link", args=[token])).status_code == 404
    time_machine.move_to(timezone.now() + dt.timedelta(days=29, minutes=1), tick=False)
    assert client.get(path).status_code == 410


def test_the_link_lives_as_long_as_the_policy_lets_the_ticket_be_reopened(
    solved, client, time_machine
):
    Ticket.objects.filter(pk=solved.pk).update(reopen_days=30)
    mailed = Ticket.objects.get(pk=solved.pk)
    path = answer_link(mailed, [mailed.requester]).removeprefix("http://127.0.0.1:8000")
    time_machine.move_to(timezone.now() + dt.timedelta(days=44, hours=23), tick=False)
    assert client.get(path).status_code == 200
    time_machine.move_to(timezone.now() + dt.timedelta(hours=2), tick=False)
    assert client.get(path).status_code == 410


def test_the_link_is_dead_for_who_left(solved, requester, path, client):
    requester.is_active = False
    requester.save()
    assert client.get(path).status_code == 404


def mailed_link(to: str) -> str:
    """Where the link of the latest mail to this address leads."""
    email = OutgoingEmail.objects.filter(to=[to]).latest("pk")
    return re.search(r"http://127\.0\.0\.1:8000(/answer/\S+)", email.body_text)[1]


def test_the_link_speaks_for_nobody_who_did_not_get_the_mail(
    ticket, requester, stranger, agent, bug, client
):
    reply(ticket, Text("Opgelost."), by=agent, then="solved", category=bug)
    path = mailed_link(requester.email)
    set_requester(ticket, stranger, by=agent)
    answer = client.post(path, {"choice": "not-yet", "body": "IK BEN NIET VERA"})
    assert answer.status_code == 404
    assert "leest dit ticket niet meer" in answer.content.decode()
    assert not ticket.messages.filter(body_text="IK BEN NIET VERA").exists()


def test_the_link_of_a_mail_to_several_ends_when_one_of_them_reads_no_more(
    ticket, requester, colleague, agent, bug, client
):
    add_follower(ticket, colleague, by=agent)
    reply(ticket, Text("Opgelost."), by=agent, then="solved", category=bug)
    path = mailed_link(requester.email)
    assert client.get(path).status_code == 200
    remove_follower(ticket, colleague, by=agent)
    assert client.get(path).status_code == 404
    assert client.post(path, {"verdict": "positive", "comment": ""}).status_code == 404
    assert not Rating.objects.exists()


def test_the_link_answers_nothing_once_the_ticket_is_open_again(solved, requester, path, client):
    reopen(solved, by=requester)
    before = solved.messages.count()
    for choice in ({"choice": "not-yet", "body": "Nog iets"}, {"choice": "thanks"}):
        answer = client.post(path, choice)
        assert answer.status_code == 422
        assert "niet meer opgelost" in answer.content.decode()
        assert choice.get("body", "") in answer.content.decode()  # nothing typed is lost
    assert solved.messages.count() == before
    assert not solved.events.filter(kind="answered_by_link").exists()


# --- the page of feedback -------------------------------------------------------------------


def test_thanks_by_mail_are_read_by_a_person(solved, requester, agent, as_user):
    thank(solved, Text("Bedankt! Nog een vraag: …", channel="mail"), by=requester)
    assert thanks_to_check(agent).count() == 1
    browser = as_user(agent)
    page = browser.get(reverse("tickets:feedback"), {"shown": "thanks"}).content.decode()
    assert "Nog een vraag" in page
    browser.post(reverse("tickets:thanks-reopen", args=[solved.pk]))
    solved.refresh_from_db()
    assert (solved.status, thanks_to_check(agent).count()) == ("open", 0)


def test_mere_thanks_are_ticked_off_once(solved, requester, agent):
    thank(solved, Text("Bedankt!", channel="mail"), by=requester)
    for _twice in range(2):
        check_thanks(solved, by=agent)
    solved.refresh_from_db()
    assert solved.status == "solved"
    assert solved.events.filter(kind="thanks_checked").count() == 1


def test_the_list_costs_the_same_for_one_and_for_three(
    solved, requester, agent, bug, as_user, queries
):
    browser, url = as_user(agent), reverse("tickets:feedback")
    rate(solved, "negative", by=requester)
    browser.get(url)  # the first page of a session costs more
    once = queries(browser.get, url)
    for _n in range(2):
        Rating.objects.create(
            ticket=Ticket.objects.create(
                requester=requester, subject="x", channel="portal", team=solved.team,
                assignee=agent, organisation=solved.organisation,
            ),
            verdict="negative", via="portal", follow_up_open=True,
        )  # fmt: skip
    assert queries(browser.get, url) == once


def test_a_follower_may_rate_a_stranger_may_not(solved, colleague, stranger, agent, as_user):
    url = reverse("tickets:rating-give", args=[solved.pk])
    add_follower(solved, colleague, by=agent)
    assert as_user(colleague).post(url, {"verdict": "positive"}).status_code == 302
    assert as_user(stranger).post(url, {"verdict": "negative"}).status_code == 404
    assert Rating.objects.get().is_positive
