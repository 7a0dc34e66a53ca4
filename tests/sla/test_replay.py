"""Whatever people do with tickets, the stored clocks are a replay of the log and add up.

Random walks over the verbs, each from a seed that a failure names; more of them with
DESK_TEST_THOROUGHNESS.
"""

import random
from datetime import timedelta

import pytest
import time_machine

from servicedesk.catalogue.models import Category
from sla.clocks import FOLDED_FIELDS, promised, replay
from sla.models import Clock, PolicyVersion
from sla.rounds import check_and_sweep, stale_tickets
from tests.sla.oracle import THOROUGHNESS, brussels
from tickets.actions.assigning import assign, take
from tickets.actions.classifying import set_category, set_priority
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, log_call, reply, thank
from tickets.actions.transitions import change_status, close_solved, confirm, reopen
from tickets.exceptions import TicketError
from tickets.models import Ticket

STEPS = 14


@pytest.fixture
def acts(agent, second_line, web_team, requester):
    """What may happen to a ticket: functions of the ticket and of the dice."""
    text = Text("Tekst")

    def status(ticket, dice):
        change_status(ticket, dice.choice(["open", "pending", "on_hold", "solved"]), by=agent)

    def answer(ticket, dice):
        reply(ticket, text, by=agent, then=dice.choice(["", "pending", "on_hold", "solved"]))

    def priority(ticket, dice):
        set_priority(ticket, dice.choice(["low", "high", "urgent"]), by=agent, reason="Zomaar.")

    return [
        status,
        status,
        answer,
        answer,
        priority,
        lambda ticket, dice: reply(ticket, text, by=requester),
        lambda ticket, dice: thank(ticket, text, by=requester),
        lambda ticket, dice: confirm(ticket, by=requester),
        lambda ticket, dice: reopen(ticket, by=requester),
        lambda ticket, dice: add_note(ticket, text, by=agent),
        lambda ticket, dice: log_call(ticket, text, by=second_line),
        lambda ticket, dice: take(ticket, by=agent),
        lambda ticket, dice: assign(ticket, team=web_team, assignee=None, by=agent),
        lambda ticket, dice: close_solved(),
        lambda ticket, dice: list(check_and_sweep()),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6 * THOROUGHNESS))
def test_random_lives(seed, acts, requester, agent):
    dice = random.Random(seed)
    PolicyVersion.objects.update(
        pause_on_hold=dice.random() < 0.5,
        assignment=60,
        by_priority={"urgent": {"first_response": 60, "resolution": None}},
    )
    with time_machine.travel(brussels("2025-10-24 15:00"), tick=False) as clock:
        new = NewTicket(requester, "Printer", "Hij print niet.")
        ticket = open_ticket(new, by=requester)
        set_category(ticket, Category.objects.first(), by=agent)
        for _step in range(STEPS):
            clock.shift(timedelta(seconds=dice.choice([0, 40, 3_000, 40_000, 300_000])))
            try:
                dice.choice(acts)(Ticket.objects.get(pk=ticket.pk), dice)
            except TicketError:
                continue
            check_clocks(ticket)


def check_clocks(ticket):
    stored = {(clock.metric, clock.leg): clock for clock in Clock.objects.filter(ticket=ticket)}
    replayed = {(clock.metric, clock.leg): clock for clock in replay([ticket.pk])}
    assert stored.keys() == replayed.keys()
    for leg, clock in stored.items():
        for name in set(FOLDED_FIELDS) - {"breached_at", "counted_at"}:
            assert getattr(clock, name) == getattr(replayed[leg], name), (leg, name)
        # A breach that no round has noticed yet is known to the replay only.
        assert clock.breached_at in (None, replayed[leg].breached_at)
        running = [row["seconds"] or 0 for row in clock.ledger if row["state"] == "running"]
        assert sum(running) == clock.used_seconds
    ticket.refresh_from_db()
    told = promised(ticket.promise, stored.values())
    assert (ticket.next_due_at, ticket.at_risk_at, ticket.reopen_days) == told
    assert stale_tickets() == set()
