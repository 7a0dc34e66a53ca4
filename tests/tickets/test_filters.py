"""Filters in an address: what they leave, in which words, and that nonsense does no harm."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from servicedesk.accounts.models import Team
from servicedesk.catalogue.models import Service
from tickets.actions.assigning import take
from tickets.actions.classifying import set_category
from tickets.actions.opening import NewTicket, open_ticket
from tickets.filters import NAMES, narrowed
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(requester, stranger, agent, websites, bug):
    """A ticket with everything, and one with nothing."""
    rich = open_ticket(
        NewTicket(
            requester=requester,
            subject="rijk",
            body="x",
            service=websites,
            impact="blocked",
            kwis="complaint",
        ),
        by=requester,
    )
    take(rich, by=agent)
    set_category(rich, bug, by=agent)
    open_ticket(NewTicket(requester=stranger, subject="arm", body="x", channel="mail"), by=stranger)
    return Ticket.objects.all()


def left(tickets, query: str, **options) -> list[str]:
    found, _chips = narrowed(tickets, QueryDict(query), **options)
    return sorted(ticket.subject for ticket in found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["arm", "rijk"]),
        ("service=websites", ["rijk"]),
        ("category=bug", ["rijk"]),
        ("category=none", ["arm"]),
        ("team=eerste-lijn", ["rijk"]),
        ("team=none", ["arm"]),
        ("assignee=none", ["arm"]),
        ("priority=high", ["rijk"]),
        ("kwis=complaint", ["rijk"]),
        ("channel=mail", ["arm"]),
        ("status=new", ["arm"]),
        ("status=open&priority=high&service=websites", ["rijk"]),
        ("status=open&channel=mail", []),
    ],
)
def test_each_filter_leaves_what_it_names(tickets, query, expected):
    assert left(tickets, query) == expected


def test_people_and_organisations_go_by_number(tickets, agent, heidedal, elsewhere):
    assert left(tickets, f"assignee={agent.pk}") == ["rijk"]
    assert left(tickets, f"organisation={heidedal.pk}") == ["rijk"]
    assert left(tickets, f"organisation={elsewhere.pk}") == ["arm"]


def test_a_service_includes_its_parts(tickets, websites):
    above = Service.objects.create(name="Digitaal", slug="digitaal")
    middle = Service.objects.create(name="Web", slug="web", parent=above)
    Service.objects.filter(pk=websites.pk).update(parent=middle)
    assert left(tickets, "service=digitaal") == ["rijk"]


def test_days_are_those_of_the_desk_and_the_last_one_counts_whole(tickets, time_machine):
    Ticket.objects.filter(subject="arm").update(
        created_at=timezone.datetime.fromisoformat("2026-03-02T23:59:59+01:00")
    )
    Ticket.objects.filter(subject="rijk").update(
        created_at=timezone.datetime.fromisoformat("2026-03-03T00:00:00+01:00")
    )
    assert left(tickets, "created_from=2026-03-03") == ["rijk"]
    assert left(tickets, "created_to=2026-03-02") == ["arm"]
    assert left(tickets, "created_from=2026-03-02&created_to=2026-03-03") == ["arm", "rijk"]


GARBAGE = [
    "x",
    "-1",
    "0",
    "9" * 30,
    "٣",
    "' OR 1=1 --",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "none",
    "null",
]


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_is_left_aside(tickets, name):
    for value in GARBAGE:
        address = QueryDict(mutable=True)
        address[name] = value
        found, chips = narrowed(tickets, address)
        if value in {"x", "-1", "9" * 30, "0001-01-01", "2026-02-30", "null"}:
            assert (len(found), chips) == (2, []), value
        assert len(found) <= 2, value


def test_names_that_are_no_filter_do_nothing(tickets):
    query = "pk=1&requester=1&subject__contains=x&order_by=-pk&created_at__gte=2026-01-01"
    assert left(tickets, query) == ["arm", "rijk"]


def test_a_filter_that_means_nothing_in_a_list_is_left_aside(tickets):
    hides = frozenset({"status"})
    found, chips = narrowed(tickets, QueryDict("status=solved&team=none"), hides=hides)
    assert [ticket.subject for ticket in found] == ["arm"]
    assert [chip.name for chip in chips] == ["team"]


def test_filters_that_are_on_say_so_and_can_be_taken_off_one_by_one(tickets, agent):
    address = QueryDict(f"q=wise&status=open&assignee={agent.pk}&category=none&after=abc")
    _found, chips = narrowed(tickets, address)
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Status", "In behandeling"),
        ("Categorie", "Nog geen"),
        ("Toegewezen aan", "Noor Peeters"),
    ]
    assert chips[0].without == f"?q=wise&assignee={agent.pk}&category=none"


def test_no_filter_costs_no_query(tickets, django_assert_num_queries):
    with django_assert_num_queries(0):
        narrowed(tickets, QueryDict("q=wise&after=x"))


def test_a_team_that_is_gone_can_still_be_asked_for(tickets):
    Team.objects.update(is_active=False)
    assert left(tickets, "team=eerste-lijn") == ["rijk"]
