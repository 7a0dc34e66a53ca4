"""The agent's lists without scripts: who sees them, what stands there, what is news in them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.accounts.models import Organisation
from tickets import news
from tickets.actions.assigning import assign, take
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.reading import mark_read
from tickets.actions.replying import Text, add_note, reply
from tickets.actions.transitions import change_status
from tickets.models import Ticket, TicketEvent

ADDRESSES = [
    "/queue/",
    "/queue/dispatch/",
    "/queue/mine/",
    "/queue/my-teams/",
    "/queue/team-eerste-lijn/",
    "/queue/at-risk/",
    "/queue/waiting-requester/",
    "/queue/waiting-supplier/",
    "/queue/call-back/",
    "/queue/solved-today/",
    "/queue/dispatch/news/",
    "/queue/dispatch/filter/",
    "/queue/search/",
    "/queue/search/?q=website",
    "/queue/search/filter/",
    "/queue/change/",
    "/queue/log/",
    "/queue/log/questions/",
    "/queue/people/?person=sofie",
    "/queue/people/organisation/?new_email=a@heidedal.example",
]
CHANGES = ["assign", "take", "category", "service", "priority", "status"]


@pytest.fixture
def page_of(as_user):
    def read(user, address: str, status: int = 200, **headers) -> str:
        answer = as_user(user).get(address, **headers)
        assert answer.status_code == status
        return answer.content.decode()

    return read


def asked(requester, subject="Vraag", **fields) -> Ticket:
    return open_ticket(
        NewTicket(requester=requester, subject=subject, body="Tekst", **fields), by=requester
    )


def rows(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="ticket-(\d+)"', page)]


# --- who may -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["requester", "colleague", "stranger"])
def test_the_lists_of_the_desk_do_not_exist_for_others(request, ticket, as_user, role):
    client = as_user(request.getfixturevalue(role))
    for address in [*ADDRESSES, f"/queue/preview/{ticket.pk}/"]:
        assert client.get(address).status_code == 404, address
    for name in CHANGES:
        data = {"ticket": f"{ticket.pk}.new.", "status": "solved"}
        assert client.post(f"/queue/change/{name}/", data).status_code == 404, name
    assert client.post("/queue/log/", {"subject": "x"}).status_code == 404
    ticket.refresh_from_db()
    assert (ticket.status, Ticket.objects.count(), ticket.events.count()) == ("new", 1, 1)


def test_not_signed_in_means_the_sign_in_page(ticket, client):
    posts = [f"/queue/change/{name}/" for name in CHANGES] + ["/queue/log/"]
    answers = [client.get(address) for address in [*ADDRESSES, f"/queue/preview/{ticket.pk}/"]]
    for answer in answers + [client.post(address) for address in posts]:
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", ["agent", "second_line", "manager", "administrator"])
def test_whoever_works_at_the_desk_sees_them(request, ticket, as_user, role):
    client = as_user(request.getfixturevalue(role))
    for address in [*ADDRESSES[1:], f"/queue/preview/{ticket.pk}/"]:
        assert client.get(address).status_code in {200, 204}, address


@pytest.mark.parametrize("slug", ["nothing", "team-nothing", "news", "x" * 300])
def test_a_queue_that_does_not_exist(agent, as_user, slug):
    for address in (f"/queue/{slug}/", f"/queue/{slug}/news/", f"/queue/{slug}/filter/"):
        assert as_user(agent).get(address).status_code == 404


@pytest.mark.parametrize("name", ["nothing", "delete"])
def test_a_change_that_does_not_exist(agent, as_user, ticket, name):
    answer = as_user(agent).post(f"/queue/change/{name}/", {"ticket": ticket.pk})
    assert answer.status_code == 404


def test_reading_changes_nothing(ticket, agent, as_user):
    before = (TicketEvent.objects.count(), ticket.read_marks.count())
    for address in [*ADDRESSES, f"/queue/preview/{ticket.pk}/"]:
        as_user(agent).get(address)
    assert (TicketEvent.objects.count(), ticket.read_marks.count()) == before


# --- what stands there ---------------------------------------------------------------------


def test_a_row_says_what_an_agent_needs(ticket, agent, page_of):
    page = page_of(agent, "/queue/dispatch/")
    row = page.split(f'<tr id="ticket-{ticket.pk}"')[1].split("</tr>")[0]
    for words in (
        ticket.subject,
        str(ticket.pk),
        "Bibliotheek Heidedal",
        "Bibliotheekwebsites",
        "Websites",
        "Niet toegewezen",
        "Ongelezen",
        f"/tickets/{ticket.pk}/?queue=dispatch",
    ):
        assert words in row, words
    assert "Dispatch (1)" in page
    assert "1 ticket</span>" in page


def test_unread_is_what_this_agent_has_not_read(ticket, agent, second_line, requester, page_of):
    newest = reply(ticket, Text("Nog iets"), by=requester)
    mark_read(ticket, newest.pk, by=agent)
    assert "Ongelezen" not in page_of(agent, "/queue/dispatch/")
    assert "Ongelezen" in page_of(second_line, "/queue/dispatch/")


def test_nothing_that_people_type_becomes_markup(requester, agent, web_team, page_of):
    evil = "<script>alert(1)</script>"
    Organisation.objects.update(name=evil)
    web_team.name = evil
    web_team.save()
    type(requester).objects.update(name=evil)
    ticket = asked(
        requester, evil, callback_when=evil, intake={"sort": "disruption", "steps": evil}
    )
    assign(ticket, team=web_team, assignee=None, by=agent)
    for address in (
        "/queue/my-teams/",
        "/queue/team-websites/",
        f"/queue/search/?q={evil}",
        "/queue/search/?q=alert",
        f"/queue/search/?organisation={ticket.organisation_id}",
        f"/queue/preview/{ticket.pk}/",
        "/queue/people/?person=alert",
        f"/queue/people/?person={evil}",
        f"/queue/log/?subject={evil}&requester={requester.pk}",
        f"/queue/change/?ticket={ticket.pk}.open.",
    ):
        assert evil not in page_of(agent, address), address


@pytest.mark.parametrize(
    "address",
    [
        "/queue/dispatch/",
        "/queue/mine/",
        "/queue/my-teams/",
        "/queue/at-risk/",
        "/queue/solved-today/",
        "/queue/search/?q=vraag",
        "/queue/dispatch/?priority=normal",
        "/queue/dispatch/news/?since=0",
    ],
)
def test_one_row_or_three_take_the_same_queries(
    agent, second_line, requester, stranger, websites, bug, as_user, address
):
    def fill(count: int) -> None:
        for number in range(count):
            asked(requester if number else stranger, "Vraag", service=websites if number else None)
            take(asked(stranger, "Vraag", service=websites), by=agent)
            done = asked(requester, "Vraag", service=websites)
            change_status(done, "solved", by=second_line, category=bug)
        Ticket.objects.unsolved().update(at_risk_at="2026-01-01T00:00Z")

    client = as_user(agent)
    fill(1)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    fill(3)
    with CaptureQueriesContext(connection) as many:
        assert len(rows(client.get(address).content.decode())) >= 3 or "news" in address
    assert len(few) == len(many) <= 14


def test_a_page_is_followed_by_the_next(agent, requester, page_of, monkeypatch):
    monkeypatch.setattr("tickets.queues.PAGE", 2)
    tickets = [asked(requester, str(number)) for number in range(3)]
    first = page_of(agent, "/queue/dispatch/")
    assert rows(first) == [tickets[0].pk, tickets[1].pk]
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert rows(page_of(agent, f"/queue/dispatch/{following}")) == [tickets[2].pk]


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "before=W10",
        "after=WzEsMl0",
        "after=W3sidCI6ICJ4In0sIDFd",
        "after=WyJ4IiwgInkiXQ&before=WyJ4IiwgInkiXQ",
        "service=%00",
        "organisation=99999999999999999999",
        "created_from=0000-00-00",
        "status=new&status=open",
        "page=5&order_by=-x",
    ],
)
def test_an_address_typed_by_hand_is_never_an_error(ticket, agent, as_user, query):
    for address in ("/queue/dispatch/", "/queue/mine/", "/queue/solved-today/", "/queue/search/"):
        for words in ("", "&q=website"):
            answer = as_user(agent).get(f"{address}?{query}{words}")
            assert answer.status_code in {200, 400}, (address, query)


def test_filters_are_kept_in_the_address_and_said_in_words(ticket, requester, agent, page_of):
    asked(requester, "zonder dienst")
    page = page_of(agent, "/queue/dispatch/?service=websites&priority=normal")
    assert rows(page) == [ticket.pk]
    assert "1 van 2 tickets" in page
    assert 'href="?priority=normal"' in page
    assert 'href="?service=websites"' in page
    assert "zonder dienst" not in page
    form = page_of(agent, "/queue/dispatch/filter/?service=websites")
    assert '<option value="websites" selected>' in form
    assert 'name="status"' not in form  # all of them are new


def test_filters_that_leave_nothing_say_so(ticket, agent, page_of):
    page = page_of(agent, "/queue/dispatch/?priority=urgent")
    assert "Geen tickets met deze filters" in page
    assert "Alles is verdeeld" not in page


def test_an_empty_dispatch_tells_how_the_day_went(agent, requester, page_of, time_machine):
    time_machine.move_to("2026-03-03T10:00:00+01:00", tick=False)
    tickets = [asked(requester, str(number)) for number in range(3)]
    for minutes, ticket in zip((2, 6, 40), tickets, strict=True):
        time_machine.move_to(f"2026-03-03T10:{minutes:02}:00+01:00", tick=False)
        take(ticket, by=agent)
    page = page_of(agent, "/queue/dispatch/")
    assert "Alles is verdeeld" in page
    assert "minder dan 6 minuten in dispatch" in page
    assert "Naar mijn tickets (3)" in page


def test_an_empty_dispatch_without_a_day_promises_no_figure(
    agent, requester, page_of, time_machine
):
    time_machine.move_to("2026-03-02T10:00:00+01:00", tick=False)
    take(asked(requester), by=agent)
    time_machine.move_to("2026-03-03T10:00:00+01:00", tick=False)
    page = page_of(agent, "/queue/dispatch/")
    assert "Alles is verdeeld" in page
    assert "De helft van" not in page


def test_a_new_desk_shows_an_administrator_where_to_begin(administrator, agent, page_of):
    assert "Zeg welke diensten je ondersteunt" in page_of(administrator, "/queue/dispatch/")
    assert "Zeg welke diensten je ondersteunt" not in page_of(agent, "/queue/dispatch/")


def test_what_came_in_overnight_stands_apart(agent, requester, page_of, time_machine):
    time_machine.move_to("2026-03-02T22:00:00+01:00", tick=False)
    late = asked(requester, "laat")
    time_machine.move_to("2026-03-03T09:30:00+01:00", tick=False)
    early = asked(requester, "vroeg")
    page = page_of(agent, "/queue/dispatch/")
    assert "Sinds gisteren 17.00 u." in page
    assert "1 ticket, klok gestart om 9.00 u." in page
    assert page.index("Sinds gisteren") < page.index(f"ticket-{late.pk}")
    assert page.index("Vandaag <span") < page.index(f"ticket-{early.pk}")
    assert "Sinds gisteren" not in page_of(agent, "/queue/team-eerste-lijn/")


def test_groups_of_a_list_of_more_pages_are_not_counted(
    agent, requester, page_of, time_machine, monkeypatch
):
    monkeypatch.setattr("tickets.queues.PAGE", 1)
    time_machine.move_to("2026-03-02T22:00:00+01:00", tick=False)
    asked(requester, "laat")
    time_machine.move_to("2026-03-03T09:30:00+01:00", tick=False)
    asked(requester, "vroeg")
    page = page_of(agent, "/queue/dispatch/")
    assert "Sinds gisteren 17.00 u." in page
    assert "· klok gestart om 9.00 u." in page
    assert "1 ticket," not in page


# --- the preview ---------------------------------------------------------------------------


def test_the_preview_shows_the_question_and_no_note(ticket, agent, page_of):
    add_note(ticket, Text("Interne gedachte"), by=agent)
    page = page_of(agent, f"/queue/preview/{ticket.pk}/?queue=dispatch")
    assert "op de website staan nog de oude" in page
    assert "Sofie Vermeer" in page
    assert f"/tickets/{ticket.pk}/?queue=dispatch" in page
    assert "Interne gedachte" not in page


def test_a_preview_of_what_is_not_there(agent, as_user):
    assert as_user(agent).get("/queue/preview/999999/").status_code == 404


# --- search --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{}", "#{}", "[#{}]", "  {} "])
def test_a_number_jumps_to_its_ticket(ticket, agent, as_user, typed):
    answer = as_user(agent).get("/queue/search/", {"q": typed.format(ticket.pk)})
    assert answer.status_code == 302
    assert answer["Location"] == f"/tickets/{ticket.pk}/"


def test_a_number_that_is_no_ticket_is_searched(requester, agent, websites, page_of):
    ticket = asked(requester, "actor", service=websites, intake={"number_actor": "40012345"})
    assert rows(page_of(agent, "/queue/search/?q=40012345")) == [ticket.pk]


def test_what_is_found_is_marked_and_filters_stay(ticket, agent, page_of):
    page = page_of(agent, "/queue/search/?q=openingsuren&status=new")
    assert rows(page) == [ticket.pk]
    assert "<mark>openingsuren</mark>" in page
    assert 'href="?q=openingsuren"' in page


def test_an_organisation_is_offered(ticket, agent, heidedal, page_of):
    page = page_of(agent, "/queue/search/?q=heidedal")
    assert f'href="?organisation={heidedal.pk}"' in page
    assert rows(page_of(agent, f"/queue/search/?organisation={heidedal.pk}")) == [ticket.pk]


def test_nothing_found_repeats_the_words(ticket, agent, page_of):
    page = page_of(agent, "/queue/search/?q=kanariepiet")
    assert "Niets gevonden voor “kanariepiet”" in page
    assert "/queue/log/?subject=kanariepiet" in page


# --- news ----------------------------------------------------------------------------------


def told(as_user, agent, since: int, slug="dispatch", **query):
    address = f"/queue/{slug}/news/"
    answer = as_user(agent).get(address, {"since": since, **query})
    return answer.status_code, answer.content.decode()


def test_no_news_is_one_query_and_no_content(ticket, agent, as_user):
    since = news.newest()
    client = as_user(agent)
    client.get("/queue/dispatch/news/", {"since": since})
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/queue/dispatch/news/", {"since": since})
    assert (answer.status_code, answer.content) == (204, b"")
    # Besides who asks, and the teams that make the queues.
    assert len([q for q in queries if "ticketevent" in q["sql"]]) == 1
    assert len(queries) <= 4


def test_a_new_ticket_is_counted_and_not_pushed_in(ticket, agent, requester, as_user):
    since = news.newest()
    new = asked(requester, "Nieuwe vraag")
    status, page = told(as_user, agent, since, shown=str(ticket.pk))
    assert status == 200
    assert f'data-fresh="{new.pk} "' in page
    assert rows(page) == []
    assert "Nieuwe vraag" not in page


def test_a_row_on_screen_that_changed_comes_anew(ticket, agent, second_line, as_user):
    since = news.newest()
    take(ticket, by=second_line)
    _status, page = told(as_user, agent, since, shown=str(ticket.pk))
    assert rows(page) == [ticket.pk]
    assert "Bram Jacobs" in page
    assert 'class=" left"' in page or "left" in page.split("<tr ")[1].split(">")[0]
    assert 'data-fresh=""' in page


def test_what_is_assigned_to_me_is_news_in_my_queue(ticket, agent, second_line, as_user):
    since = news.newest()
    assign(ticket, team=None, assignee=agent, by=second_line)
    _status, page = told(as_user, agent, since, slug="mine")
    assert f'data-fresh="{ticket.pk} "' in page


def test_news_elsewhere_moves_the_counts_only(ticket, agent, second_line, as_user):
    since = news.newest()
    add_note(ticket, Text("x"), by=second_line)
    _status, page = told(as_user, agent, since, slug="mine")
    assert 'data-fresh=""' in page
    assert 'id="rail"' in page


def test_filters_hold_for_news_too(ticket, agent, requester, as_user):
    since = news.newest()
    asked(requester)
    _status, page = told(as_user, agent, since, service="websites")
    assert 'data-fresh=""' in page


def test_rows_come_anew_when_asked_for(ticket, agent, as_user):
    status, page = told(as_user, agent, news.newest(), shown=str(ticket.pk), again="yes")
    assert (status, rows(page)) == (200, [ticket.pk])


def test_an_event_that_was_slow_to_be_written_is_not_missed(
    ticket, agent, requester, as_user, time_machine
):
    since = news.newest()
    time_machine.move_to("2030-01-01T10:00:00+01:00", tick=False)
    new = asked(requester)
    _status, page = told(as_user, agent, since)
    assert f'data-since="{since}"' in page  # told again, until nothing can slip in before it
    time_machine.move_to("2030-01-01T10:01:00+01:00", tick=False)
    _status, page = told(as_user, agent, since)
    assert f'data-since="{new.events.last().pk}"' in page


@pytest.mark.parametrize("query", ["since=x", "since=-1", "since=" + "9" * 40, "shown=x,,1,%00"])
def test_nonsense_is_no_news(ticket, agent, as_user, query):
    assert as_user(agent).get(f"/queue/dispatch/news/?{query}").status_code in {200, 204, 400}
