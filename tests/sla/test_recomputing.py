"""Other versions for tickets that exist: looked at first, then done by somebody, with a reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from sla import recomputing
from sla.clocks import replay
from sla.exceptions import PromiseError
from sla.models import Alert, Clock, PolicyVersion, Recompute, TicketPromise
from sla.recomputing import apply, ask, discard, walk
from sla.rounds import check_and_sweep
from sla.versions import Edit, edit_policy
from tests.sla.oracle import at, brussels
from tickets.actions.classifying import set_category
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status

pytestmark = pytest.mark.django_db

WHY = "De gemeenteraad besliste het."


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def due(ticket, metric="first_response"):
    return Clock.objects.get(ticket=ticket, metric=metric).due_at


def promise_less(by, *, moment="2025-11-03 12:00", **targets):
    """Another version of the desk's only policy, from then on."""
    version = PolicyVersion.objects.latest("valid_from")
    says = {
        "calendar_id": version.calendar_id,
        "by_priority": {},
        "first_response": 60,
        "resolution": 480,
        "next_response": 480,
        **targets,
    }
    edit_policy(version.policy, Edit(version.policy.name, says, brussels(moment)), by=by)


def walk_all(recompute):
    while walk(recompute.pk):
        pass
    recompute.refresh_from_db()
    return recompute


def preview(by, moment="2025-11-03 12:30", **scope):
    with at(moment):
        return walk_all(ask(by=by, **scope))


def carry_out(recompute, by, moment="2025-11-03 12:30"):
    with at(moment):
        return walk_all(apply(recompute, by=by, reason=WHY))


def test_a_preview_tells_what_would_change_and_changes_nothing(asked, administrator):
    ticket = asked("2025-11-03 09:00")
    promise_less(administrator)
    before = list(Clock.objects.order_by("pk").values())
    recompute = preview(administrator)
    assert (recompute.state, recompute.total, recompute.looked_at, recompute.moved) == (
        "previewed", 1, 1, 1,
    )  # fmt: skip
    row = recompute.tickets.get()
    assert row.ticket == ticket
    assert row.changes == [
        {
            "metric": "first_response",
            "leg": 1,
            "before": {"state": "running", "at": brussels("2025-11-03 13:00").isoformat()},
            "after": {"state": "broken", "at": brussels("2025-11-03 10:00").isoformat()},
        }
    ]
    assert list(Clock.objects.order_by("pk").values()) == before
    assert due(ticket) == brussels("2025-11-03 13:00")


def test_what_was_previewed_is_what_comes_out(asked, administrator):
    tickets = [asked(f"2025-11-03 09:{minute:02d}") for minute in range(4)]
    promise_less(administrator)
    recompute = preview(administrator)
    foreseen = dict(recompute.tickets.values_list("ticket", "changes"))
    done = carry_out(recompute, administrator)
    assert (done.state, done.decided_by, done.reason, done.moved) == (
        "done", administrator, WHY, 4,
    )  # fmt: skip
    assert dict(done.tickets.values_list("ticket", "changes")) == foreseen
    assert [due(ticket) for ticket in tickets] == [
        brussels(f"2025-11-03 10:{minute:02d}") for minute in range(4)
    ]


def test_afterwards_the_clocks_are_a_replay_of_the_log(asked, administrator, agent, requester):
    ticket = asked("2025-11-03 09:00")
    with at("2025-11-03 09:30"):
        reply(ticket, Text("Welke printer?"), by=agent, then="pending")
    with at("2025-11-03 11:00"):
        reply(ticket, Text("Die aan de balie."), by=requester)
        change_status(ticket, "on_hold", by=agent)
    promise_less(administrator, pause_on_hold=True, resolution=120)
    carry_out(preview(administrator), administrator)
    stored = {(c.metric, c.leg): c for c in ticket.clocks.all()}
    with at("2025-11-03 12:30"):
        for then in replay([ticket.pk]):
            now = stored.pop((then.metric, then.leg))
            for name in ("state", "used_seconds", "target_seconds", "due_at", "ledger"):
                assert getattr(then, name) == getattr(now, name), name
    assert stored == {}


def test_by_the_rules_of_its_day_an_older_ticket_stays_as_it_is(asked, administrator):
    old = asked("2025-11-03 09:00")
    new = asked("2025-11-03 12:10")
    promise_less(administrator)
    recompute = preview(administrator, rules=Recompute.Rules.ASKED)
    assert [row.ticket for row in recompute.tickets.all()] == [new]
    carry_out(recompute, administrator)
    assert due(old) == brussels("2025-11-03 13:00")
    assert due(new) == brussels("2025-11-03 13:10")


def test_solved_tickets_take_part_only_since_a_day(asked, administrator, agent, bug):
    ticket = asked("2025-11-03 09:00")
    with at("2025-11-03 11:00"):
        set_category(ticket, bug, by=agent)
        reply(ticket, Text("Klaar."), by=agent, then="solved")
    promise_less(administrator)
    assert preview(administrator).total == 0
    recompute = preview(administrator, since=brussels("2025-11-03 00:00").date())
    assert [change["after"]["state"] for change in recompute.tickets.get().changes] == ["broken"]
    carry_out(recompute, administrator)
    assert Clock.objects.get(ticket=ticket, metric="first_response").met is False
    with at("2025-11-03 12:40"):
        assert list(check_and_sweep()) == []  # nobody is told of a ticket that is solved


def test_what_rang_does_not_ring_again_and_what_is_late_now_rings_once(asked, administrator):
    ticket = asked("2025-11-03 09:00")
    with at("2025-11-03 12:10"):
        assert [alert.point for alert in check_and_sweep()] == ["75%"]
    promise_less(administrator)
    carry_out(preview(administrator), administrator)
    with at("2025-11-03 12:31"):
        assert sorted(a.point for a in check_and_sweep() if a.metric == "first_response") == [
            "15min", "due",
        ]  # fmt: skip
        assert list(check_and_sweep()) == []
    assert Alert.objects.filter(promise=ticket.pk, metric="first_response").count() == 3


def test_it_goes_on_after_the_last_whole_batch(asked, administrator, monkeypatch):
    monkeypatch.setattr(recomputing, "BATCH", 2)
    tickets = [asked(f"2025-11-03 09:{minute:02d}") for minute in range(5)]
    promise_less(administrator)
    recompute = preview(administrator)
    with at("2025-11-03 12:30"):
        apply(recompute, by=administrator, reason=WHY)
        assert walk(recompute.pk)
        recompute.refresh_from_db()
        assert (recompute.looked_at, recompute.last_ticket) == (2, tickets[1].pk)
        walk_all(recompute)
    assert recompute.looked_at == recompute.moved == recompute.tickets.count() == 5
    assert TicketPromise.objects.values("policy_version").distinct().count() == 1


def test_it_needs_a_preview_a_reason_and_one_decision(asked, administrator):
    asked("2025-11-03 09:00")
    with at("2025-11-03 12:30"):
        recompute = ask(by=administrator)
        with pytest.raises(PromiseError, match="preview is not ready"):
            apply(recompute, by=administrator, reason=WHY)
        walk_all(recompute)
        with pytest.raises(PromiseError, match="Say why"):
            apply(recompute, by=administrator, reason="  ")
        other = walk_all(ask(by=administrator))
        apply(recompute, by=administrator, reason=WHY)
        with pytest.raises(PromiseError, match="Another recompute"):
            apply(other, by=administrator, reason=WHY)
        discard(other, by=administrator)
        with pytest.raises(PromiseError, match="decided already"):
            discard(other, by=administrator)
    assert not walk(other.pk)


def test_a_batch_costs_the_same_for_two_and_for_more(asked, administrator):
    for minute in range(2):
        asked(f"2025-11-03 09:{minute:02d}")
    promise_less(administrator)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            preview(administrator)
        return len(captured)

    two = queries()
    for minute in range(3):
        asked(f"2025-11-03 10:{minute:02d}")
    assert queries() == two
