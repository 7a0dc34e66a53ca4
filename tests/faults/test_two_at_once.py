"""Two agents answer one ticket at the same moment, again and again: each answer is there once."""

import random
import threading
import time
import uuid

import pytest
from django.db import connection

from servicedesk.operations.doctor import examine
from tests.faults.rounds import rounds
from tickets.actions.replying import Text, reply
from tickets.models import Message, TicketEvent

REPLIES = rounds(20, 200)


@pytest.mark.parametrize("turn", range(rounds(1, 20)))
@pytest.mark.django_db(transaction=True)
def test_two_agents_answer_at_once(ticket, agent, second_line, turn):
    start = threading.Barrier(2)
    wrong: list[BaseException] = []

    def answer(who) -> None:
        try:
            for number in range(REPLIES):
                start.wait(60)
                time.sleep(random.choice([0, 0, random.uniform(0, 0.02)]))
                reply(ticket, Text(f"{who.pk} {number}", token=uuid.uuid4()), by=who)
        except BaseException as error:
            wrong.append(error)
            start.abort()
        finally:
            connection.close()

    agents = [threading.Thread(target=answer, args=(who,)) for who in (agent, second_line)]
    for thread in agents:
        thread.start()
    for thread in agents:
        thread.join()
    assert wrong == []
    said = Message.objects.filter(author__in=[agent, second_line]).values_list(
        "body_text", flat=True
    )
    assert sorted(said) == sorted(
        f"{who.pk} {n}" for who in (agent, second_line) for n in range(REPLIES)
    )
    noted = TicketEvent.objects.filter(kind="public_reply_added", actor__in=[agent, second_line])
    assert noted.count() == 2 * REPLIES
    wrong_here = {check.name for check, finding in examine() if finding.count}
    assert wrong_here <= {"tasks_heard_of"}  # nobody keeps the timetable here
