"""What the demo writes is what the verbs would have written."""

import hashlib

import pytest
from django.db import connection
from django.db.models import Count, Max, Min, Model
from django.forms.models import model_to_dict

from servicedesk.accounts.models import Organisation, User
from servicedesk.lib import html
from servicedesk.local.demo.filling import Wish
from servicedesk.local.demo.people import LOGINS
from sla.clocks import replay
from sla.models import Alert, Clock, TicketPromise
from tests.servicedesk.local.demo.conftest import TUESDAY, filled
from tickets import search
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, reply
from tickets.events import KINDS
from tickets.models import (
    Attachment,
    Follower,
    Message,
    ReadMark,
    SearchDocument,
    Ticket,
    TicketEvent,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_desk")]

STORED = [
    field.name for field in Clock._meta.concrete_fields if field.name not in {"id", "next_alert_at"}
]


def as_the_log_tells(ticket: Ticket) -> dict:
    """The state of a ticket, from its events alone."""
    state: dict = {"solved_at": None, "closed_at": None, "callback_open": False}
    state |= {"assignee_id": None, "followers": set()}
    for event in ticket.events.order_by("pk"):
        data = event.data
        if event.kind == "opened":
            state |= {key: data[key] for key in ("status", "channel", "kwis", "priority")}
            keys = ("requester", "organisation", "service", "category", "team")
            state |= {f"{key}_id": data[key] for key in keys}
            state["created_at"] = event.at
        elif event.kind == "assigned":
            assert (data["from_team"], data["from_assignee"]) == (
                state["team_id"],
                state["assignee_id"],
            )
            state |= {"team_id": data["to_team"], "assignee_id": data["to_assignee"]}
        elif event.kind == "status_changed":
            assert data["from"] == state["status"]
            state["status"] = data["to"]
            if data["to"] == "solved":
                state["solved_at"] = event.at
            elif data["to"] != "closed":
                state["solved_at"] = None
            state["closed_at"] = event.at if data["to"] == "closed" else None
        elif event.kind in ("service_changed", "category_changed"):
            key = event.kind.removesuffix("_changed") + "_id"
            assert data["from"] == state[key]
            state[key] = data["to"]
            if key == "service_id" and state["status"] == "new":
                state["team_id"] = ticket.service.owner_team_id
        elif event.kind in ("priority_changed", "kwis_changed"):
            state[event.kind.removesuffix("_changed")] = data["to"]
        elif event.kind in ("callback_requested", "callback_done"):
            state["callback_open"] = event.kind == "callback_requested"
        elif event.kind == "follower_added":
            state["followers"].add(data["user"])
        state["updated_at"] = event.at
    return state


def test_the_log_tells_the_state_of_every_ticket():
    tickets = Ticket.objects.select_related("service").prefetch_related("followers")
    assert tickets.count() > 400
    for ticket in tickets:
        state = as_the_log_tells(ticket)
        followers = state.pop("followers")
        assert {name: getattr(ticket, name) for name in state} == state
        assert {follower.user_id for follower in ticket.followers.all()} == followers


def test_events_use_the_words_of_the_vocabulary():
    for kind, data in TicketEvent.objects.values_list("kind", "data"):
        assert KINDS[kind] == data.keys()


def test_every_reference_leads_somewhere():
    """The rows are brought in without the checks of the database."""
    for model in (Ticket, Message, TicketEvent, Follower, ReadMark, TicketPromise, Clock, Alert):
        for field in model._meta.concrete_fields:
            if field.is_relation:
                there = field.related_model.objects.values("pk")
                kept = model.objects.exclude(**{field.attname: None})
                assert not kept.exclude(**{f"{field.attname}__in": there}).exists(), field
    assert not Ticket.objects.filter(search_document=None).exists()


def test_messages_and_their_events_belong_together():
    told = {
        event.data["message"]: event
        for event in TicketEvent.objects.filter(data__has_key="message")
    }
    firsts = set(Ticket.objects.annotate(first=Min("messages")).values_list("first", flat=True))
    for message in Message.objects.all():
        if message.pk in firsts:
            assert message.side == "requester"
        else:
            event = told.pop(message.pk)
            assert (event.ticket_id, event.at) == (message.ticket_id, message.created_at)
            assert event.actor_id == message.author_id
    assert not told


def test_clocks_are_a_replay_of_the_log(small_desk):
    ids = list(Ticket.objects.values_list("pk", flat=True))
    replayed = {
        (c.ticket_id, c.metric, c.leg): model_to_dict(c, STORED)
        for c in replay(ids, now=small_desk.moment)
    }
    stored = {(c.ticket_id, c.metric, c.leg): model_to_dict(c, STORED) for c in Clock.objects.all()}
    assert stored == replayed


def test_queue_columns_and_promises_follow_the_clocks():
    last = TicketEvent.objects.filter(
        kind__in=["opened", "public_reply_added", "call_logged", "assigned", "status_changed"]
    )
    newest = dict(last.values("ticket").annotate(last=Max("pk")).values_list("ticket", "last"))
    for promise in TicketPromise.objects.select_related("ticket"):
        running = Clock.objects.filter(ticket=promise.ticket_id, state="running")
        found = running.aggregate(due=Min("due_at"), risk=Min("at_risk_at"))
        ticket = promise.ticket
        assert (ticket.next_due_at, ticket.at_risk_at) == (found["due"], found["risk"])
        assert promise.folded >= newest[promise.ticket_id]


def test_what_has_passed_was_raised_and_what_comes_waits(small_desk):
    now = small_desk.moment
    assert not Clock.objects.filter(next_alert_at__lte=now).exists()
    assert not Alert.objects.filter(raised_at__gt=now).exists()
    broken = Clock.objects.filter(breached_at__isnull=False)
    assert broken.exists()
    for clock in broken:
        points = Alert.objects.filter(
            promise=clock.ticket_id, metric=clock.metric, leg=clock.leg, point="due"
        )
        assert points.get().at == clock.breached_at


def test_nothing_lies_in_the_future(small_desk):
    now = small_desk.moment
    columns = [
        (Ticket, ["created_at", "updated_at", "solved_at", "closed_at"]),
        (TicketEvent, ["at"]),
        (Message, ["created_at"]),
        (Attachment, ["created_at"]),
        (Follower, ["at"]),
        (Clock, ["started_at", "stopped_at", "breached_at", "counted_at"]),
        (User, ["created_at"]),
    ]
    for model, names in columns:
        for name in names:
            assert not model.objects.filter(**{f"{name}__gt": now}).exists(), (model, name)


def test_html_is_what_the_verbs_make_of_the_text():
    for message in Message.objects.all():
        to_html = html.from_markdown if message.side == "desk" else html.from_plain_text
        assert message.body_html == to_html(message.body_text)
    assert not Message.objects.filter(body_text__regex=r"[{}]|%\(|zq[a-z]+qz|\\n").exists()


def test_search_documents_are_those_of_the_verbs():
    sample = Ticket.objects.order_by("?")[:60] | Ticket.objects.filter(
        messages__attachments__isnull=False
    )
    for ticket in Ticket.objects.filter(pk__in=[ticket.pk for ticket in sample]):
        before = SearchDocument.objects.get(ticket=ticket)
        search.refresh(ticket)
        after = SearchDocument.objects.get(ticket=ticket)
        assert (after.public, after.everything) == (before.public, before.everything)


def test_numbers_follow_the_order_of_creation():
    ids = list(Ticket.objects.order_by("created_at", "pk").values_list("pk", flat=True))
    assert ids[0] == 10001
    assert ids == list(range(10001, 10001 + len(ids)))


def test_solved_tickets_close_at_midnight_after_day_fourteen(small_desk):
    for ticket in Ticket.objects.filter(closed_at__isnull=False):
        assert 14 < (ticket.closed_at - ticket.solved_at).total_seconds() / 86400 < 15.1
    old = Ticket.objects.filter(status="solved")
    oldest = old.aggregate(at=Min("solved_at"))["at"]
    assert (small_desk.moment - oldest).days <= 15


def test_files_are_stored_whole_under_names_of_our_own():
    assert Attachment.objects.count() >= 6
    for attachment in Attachment.objects.all():
        content = attachment.file.read()
        assert len(content) == attachment.size
        assert hashlib.sha256(content).hexdigest() == attachment.sha256
        assert attachment.filename not in attachment.file.name
    kinds = set(Attachment.objects.values_list("content_type", flat=True))
    assert kinds == {"image/png", "text/plain"}


def test_there_are_some_sixty_members_with_staff_domains_and_branches():
    members = Organisation.objects.exclude(kind="internal")
    assert 55 <= members.count() <= 65
    counted = members.annotate(
        domains=Count("mail_domains", distinct=True),
        places=Count("branches", distinct=True),
        staff=Count("people", distinct=True),
    )
    assert all(m.domains == 1 and m.places and m.staff >= 3 for m in counted)
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert 250 < User.objects.filter(role="requester").count() < 600


def test_unknown_doors_stay_shut():
    """Only the people of the demo have a password."""
    logins = {login.email for login in LOGINS}
    for user in User.objects.all():
        assert user.has_usable_password() == (user.email in logins)
        assert user.check_password("demo-servicedesk") == (user.email in logins)


def test_the_desk_goes_on_from_here():
    """Verbs find the numbers that come after the demo's."""
    noor = User.objects.get(email="agent@demo.example")
    melder = User.objects.get(email="melder@demo.example")
    highest = Ticket.objects.aggregate(pk=Max("pk"))["pk"]
    ticket = open_ticket(NewTicket(requester=melder, subject="Nieuw", body="Nog iets."), by=melder)
    assert ticket.pk > highest
    assert reply(ticket, Text("Dag Sofie"), by=noor).pk
    old = Ticket.objects.filter(status="pending", requester=melder).first()
    assert reply(old, Text("Het actorID is 40012345."), by=melder).pk


def test_the_same_seed_gives_the_same_rows():
    """Filled a second time, for the same people."""
    once = [rows(table) for table in (Ticket, Message, TicketEvent)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE tickets_ticket CASCADE")
    filled(Wish(months=2, tickets=500, now=TUESDAY))
    assert [rows(table) for table in (Ticket, Message, TicketEvent)] == once


def test_another_seed_gives_others(small_desk):
    subjects = set(Ticket.objects.values_list("subject", "created_at"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE tickets_ticket CASCADE")
    filled(Wish(seed="2", months=1, tickets=200, now=TUESDAY))
    others = set(Ticket.objects.values_list("subject", "created_at"))
    assert len(others - subjects) > 100


def rows(table: type[Model]) -> list:
    names = [field.attname for field in table._meta.concrete_fields]
    return list(table.objects.order_by("pk").values_list(*names))
