"""What the clocks of a ticket look like: chips, bars, ledgers in words, promises to requesters."""

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from sla.models import SINCE_EVER, CalendarVersion, Policy, PolicyVersion
from sla.panel import panel
from sla.promises import expected_answer, next_promise
from sla.summary import sla_summary
from tests.sla.oracle import at, brussels
from tickets.actions.assigning import assign
from tickets.actions.classifying import set_category
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status, reopen
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

MONDAY = "2025-11-03 "
TUESDAY = "2025-11-04 "


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def story(asked, agent, requester):
    """The ticket of the mock-up: answered and waiting on Monday, going on since Tuesday."""
    ticket = asked(MONDAY + "09:18")
    with at(MONDAY + "10:00"):
        reply(ticket, Text("Mag ik het actor-ID?"), by=agent, then="pending")
    with at(TUESDAY + "09:31"):
        reply(ticket, Text("40012345"), by=requester)
    return ticket


def faces(ticket):
    return {face.clock.metric: face for face in panel(ticket, now=timezone.now()).faces}


def lines(face):
    return [(line.when, line.text) for line in face.lines]


def chip(ticket, **context):
    ticket = Ticket.objects.get(pk=ticket.pk)
    request = RequestFactory().get("/")
    template = Template("{% load sla %}{% sla_chip ticket %}")
    return template.render(Context({"ticket": ticket, "request": request, **context}))


class TestPanel:
    def test_the_ledger_in_words(self, story):
        with at(TUESDAY + "10:06"):
            shown = faces(story)
        assert shown["first_response"].chip.text == "in 42 min"
        assert shown["first_response"].chip.state == "met"
        resolution = shown["resolution"]
        assert (resolution.chip.state, resolution.chip.text) == ("ok", "6 h 43 left")
        assert lines(resolution) == [
            ("Mon 9:18–10:00", "ran 42 min"),
            ("Mon 10:00–17:00", "waited for requester"),
            ("Mon 17:00–Tue 9:00", "outside office hours"),
            ("Tue 9:00–9:31", "waited for requester"),
            ("Tue 9:31–now", "running, 35 min"),
        ]

    def test_a_fraction_of_a_second_is_no_night(self, story):
        with time_machine.travel(brussels(TUESDAY + "10:06:00.500"), tick=False):
            assert lines(faces(story)["resolution"])[-1] == ("Tue 9:31–now", "running, 35 min")

    def test_dutch_says_it_as_people_do(self, story):
        with translation.override("nl"), at(TUESDAY + "10:06"):
            when = [line.when for line in faces(story)["resolution"].lines]
        assert when[1:4] == ["ma 10.00–17.00 u.", "ma 17–di 9 u.", "di 9.00–9.31 u."]

    def test_the_bar_is_to_scale(self, story):
        with at(TUESDAY + "10:06"):
            bar = faces(story)["resolution"].bar
        assert [kind for kind, _length in bar] == [
            "ran",
            "paused",
            "closed",
            "paused",
            "ran",
            "left",
        ]
        assert [length for kind, length in bar if kind in ("ran", "left")] == [
            42 * 60,
            35 * 60,
            403 * 60,
        ]

    def test_a_late_clock_shows_by_how_much(self, asked):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "13:12"):
            face = faces(ticket)["first_response"]
        assert (face.chip.state, face.chip.text) == ("late", "12 min late")
        assert face.bar == [("ran", 4 * 3600.0), ("over", 12 * 60.0)]

    def test_a_promise_broken_stays_so_in_the_chip(self, asked, agent):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "13:12"):
            reply(ticket, Text("Sorry."), by=agent)
            face = faces(ticket)["first_response"]
        assert (face.chip.state, face.chip.text) == ("missed", "12 min late")

    def test_a_waiting_clock_says_for_whom(self, asked, agent):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "10:00"):
            change_status(ticket, "pending", by=agent)
            face = faces(ticket)["resolution"]
        assert (face.chip.state, face.chip.text) == ("hold", "waiting for requester")

    def test_the_time_a_ticket_was_solved_is_shown(self, asked, agent, bug):
        ticket = asked(MONDAY + "09:00")
        set_category(ticket, bug, by=agent)
        with at(MONDAY + "10:00"):
            change_status(ticket, "solved", by=agent)
        with at(MONDAY + "11:00"):
            reopen(ticket, by=agent)
        with at(MONDAY + "11:30"):
            assert lines(faces(ticket)["resolution"]) == [
                ("Mon 9:00–10:00", "ran 1 h"),
                ("Mon 10:00–11:00", "was solved"),
                ("Mon 11:00–now", "running, 30 min"),
            ]

    def test_a_long_wait_is_one_line(self, asked, agent):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "10:00"):
            change_status(ticket, "pending", by=agent)
        with at("2025-12-15 10:00"):
            shown = faces(ticket)["resolution"]
        assert lines(shown) == [
            ("3 Nov 9:00–10:00", "ran 1 h"),
            ("3 Nov 10:00–now", "waiting for requester"),
        ]
        assert dict(shown.bar)["ran"] > 0.05 * sum(length for _kind, length in shown.bar)

    def test_two_queries_and_a_page_without_promise(self, story, asked, django_assert_num_queries):
        template = Template("{% load sla %}{% sla_panel ticket %}")
        with at(TUESDAY + "10:06"), django_assert_num_queries(3):
            page = template.render(Context({"ticket": story}))
        assert "6 h 43 left" in page
        assert "style=" not in page
        Policy.objects.update(is_active=False)
        page = template.render(Context({"ticket": asked(MONDAY + "09:00")}))
        assert "Nothing is promised" in page


class TestChip:
    def test_time_left_then_soon_then_late(self, asked):
        ticket = asked(MONDAY + "09:00")
        for moment, state, words in (
            (MONDAY + "10:06", "ok", "2 h 54 left"),
            (MONDAY + "12:42", "warn", "18 min left"),
            (MONDAY + "13:12", "late", "12 min late"),
        ):
            with at(moment):
                page = chip(ticket)
            assert words in page
            assert f'class="chip {state}"' in page

    def test_time_left_is_business_time(self, asked):
        ticket = asked("2025-11-07 16:00")
        with at("2025-11-08 12:00"):
            assert "3 h left" in chip(ticket)
        with at("2025-11-10 09:30"):
            assert "2 h 30 left" in chip(ticket)

    def test_due_at_closing_is_not_late_until_the_desk_opens(self, asked):
        ticket = asked(MONDAY + "13:00")
        with at(MONDAY + "20:00"):
            assert "0 min left" in chip(ticket)
        with at(TUESDAY + "09:05"):
            assert "5 min late" in chip(ticket)

    def test_asked_at_night_starts_in_the_morning(self, asked):
        ticket = asked("2025-11-03 20:00")
        with at("2025-11-03 21:00"):
            assert "starts Tue 9:00" in chip(ticket)
        with at("2025-11-04 08:00"):
            assert "starts at 9:00" in chip(ticket)
        with at("2025-11-04 09:10"):
            assert "3 h 50 left" in chip(ticket)

    @pytest.mark.parametrize(
        ("status", "words"),
        [("pending", "waiting for requester"), ("on_hold", "waiting for supplier")],
    )
    def test_all_clocks_standing_still(self, asked, agent, status, words):
        PolicyVersion.objects.update(pause_on_hold=True)
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "10:00"):
            reply(ticket, Text("Even wachten."), by=agent, then=status)
            assert words in chip(ticket)

    def test_a_solved_ticket_shows_its_status(self, asked, agent, bug):
        ticket = asked(MONDAY + "09:00")
        set_category(ticket, bug, by=agent)
        with at(MONDAY + "10:00"):
            change_status(ticket, "solved", by=agent)
            assert "Solved" in chip(ticket)

    def test_one_query_for_a_page_of_rows(self, asked, django_assert_num_queries):
        asked(MONDAY + "09:00")
        asked(MONDAY + "09:10")
        rows = list(Ticket.objects.all())
        template = Template(
            "{% load sla %}{% for ticket in rows %}{% sla_chip ticket %}{% endfor %}"
        )
        context = Context({"rows": rows, "request": RequestFactory().get("/")})
        with at(MONDAY + "10:00"), django_assert_num_queries(1):
            template.render(context)

    def test_the_hours_of_the_promise_when_they_came_with_the_row(
        self, asked, django_assert_num_queries
    ):
        CalendarVersion.objects.update(hours={"mon": [["09:00", "12:00"], ["14:00", "18:00"]]})
        ticket = asked(MONDAY + "09:00")
        CalendarVersion.objects.update(hours={})
        row = Ticket.objects.select_related("promise__calendar_version").get(pk=ticket.pk)
        row.promise.calendar_version.hours = {"mon": [["09:00", "12:00"], ["14:00", "18:00"]]}
        context = Context({"ticket": row, "request": RequestFactory().get("/")})
        template = Template("{% load sla %}{% sla_chip ticket %}")
        with at(MONDAY + "11:00"), django_assert_num_queries(0):
            assert "2 h left" in template.render(context)


class TestPromises:
    def test_by_when_a_question_asked_now_is_answered(
        self, websites, django_assert_max_num_queries
    ):
        now = brussels("2025-11-08 12:00")
        with django_assert_max_num_queries(4):
            assert expected_answer(now=now) == brussels("2025-11-10 13:00")
        calendar = PolicyVersion.objects.get().calendar
        PolicyVersion.objects.create(
            policy=Policy.objects.create(name="Websites"),
            calendar=calendar,
            valid_from=SINCE_EVER,
            service=websites,
            first_response=60,
        )
        assert expected_answer(now=now, service=websites) == brussels("2025-11-10 10:00")
        Policy.objects.update(is_active=False)
        assert expected_answer(now=now) is None

    def test_the_next_promised_moment_of_a_ticket(self, asked, agent, requester):
        ticket = asked(MONDAY + "09:00")
        promise = next_promise(ticket, now=brussels(MONDAY + "10:00"))
        assert (promise.at, promise.is_answer, promise.is_late) == (
            brussels(MONDAY + "13:00"),
            True,
            False,
        )
        assert next_promise(ticket, now=brussels(MONDAY + "14:00")).is_late
        with at(MONDAY + "10:00"):
            reply(ticket, Text("We kijken."), by=agent)
        promise = next_promise(ticket, now=brussels(MONDAY + "11:00"))
        assert (promise.metric, promise.at) == ("resolution", brussels(MONDAY + "17:00"))
        with at(MONDAY + "11:00"):
            change_status(ticket, "pending", by=agent)
        assert next_promise(ticket, now=brussels(MONDAY + "12:00")) is None

    def test_on_the_page(self, asked):
        ticket = asked(MONDAY + "09:00")
        template = Template(
            "{% load sla ui %}{% expected_answer as at %}{{ at|moment }}; "
            "{% next_promise ticket as promise %}{{ promise.at|moment }}"
        )
        with at(MONDAY + "10:00"):
            assert template.render(Context({"ticket": ticket})) == "today 14:00; today 13:00"


def test_the_summary_for_support(story):
    with at(TUESDAY + "10:06"):
        summary = sla_summary(story, now=timezone.now())
    assert summary["resolution_due"] == brussels(TUESDAY + "16:49").isoformat()
    assert summary["first_response_due"] == brussels(MONDAY + "13:18").isoformat()
    assert (summary["breached"], summary["paused"]) == ([], False)
    rows = [row for row in summary["ledger"] if row["kind"] == "resolution"]
    assert [(row["state"], row["seconds"], row["to"] is None) for row in rows] == [
        ("running", 42 * 60, False),
        ("paused", (7 * 60 + 31) * 60, False),
        ("running", 35 * 60, True),
    ]
    (clock,) = [clock for clock in summary["clocks"] if clock["kind"] == "resolution"]
    assert clock["used_seconds"] == 77 * 60


def test_the_summary_of_a_paused_clock_has_no_due_moment(asked, agent):
    ticket = asked(MONDAY + "09:00")
    with at(MONDAY + "10:00"):
        change_status(ticket, "pending", by=agent)
    summary = sla_summary(ticket, now=brussels(MONDAY + "11:00"))
    assert (summary["resolution_due"], summary["paused"]) == (None, True)


def test_the_summary_says_what_is_broken_before_any_round_noticed(asked):
    ticket = asked(MONDAY + "09:00")
    due = brussels(MONDAY + "13:00")
    at_due = sla_summary(ticket, now=due)
    assert at_due["breached"] == []
    late = sla_summary(ticket, now=brussels(MONDAY + "13:00:01"))
    assert late["breached"] == ["first_response"]
    broken = {clock["kind"]: clock["breached_at"] for clock in late["clocks"]}
    assert broken == {"first_response": due.isoformat(), "resolution": None}


def test_how_a_ticket_was_dispatched(asked, agent, second_line, web_team):
    """After how much business time it was first assigned, and to whom it belongs now."""
    ticket = asked(MONDAY + "16:00")
    assert sla_summary(ticket, now=brussels(MONDAY + "16:30"))["dispatch"] is None
    for moment, person, team in (
        (MONDAY + "16:30", agent, None),
        (TUESDAY + "09:30", second_line, web_team),
        (TUESDAY + "10:00", agent, None),
    ):
        with at(moment):
            assign(ticket, team=team, assignee=person, by=agent)
    with at(TUESDAY + "10:06"):
        told = sla_summary(ticket, now=timezone.now())["dispatch"]
        page = Template("{% load sla %}{% sla_panel ticket %}").render(Context({"ticket": ticket}))
    assert told == {
        "first_assigned_at": brussels(MONDAY + "16:30").isoformat(),
        "first_assigned_seconds": 30 * 60,
        "last_assigned_at": brussels(TUESDAY + "10:00").isoformat(),
        "last_assigned_seconds": 2 * 3600,
        "hops": 2,
    }
    assert "First assigned after 30 min, where it is now after 2 h: 2 hops" in page
