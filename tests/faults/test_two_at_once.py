"""Two agents answer one ticket at the same moment, again and again: each answer is there once."""

import random
import threading
import time
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from servicedesk.accounts.models import User
from servicedesk.operations.doctor import examine
from tests.faults.rounds import rounds
from tickets.actions.replying import Text, reply
from tickets.models import Message, Ticket, TicketEvent

REPLIES = rounds(20, 200)


def by_the_verb(ticket: Ticket, who: User, text: str) -> None:
    reply(ticket, Text(text, token=uuid.uuid4()), by=who)


def by_the_page(ticket: Ticket, who: User, text: str) -> None:
    browser = Client()
    browser.force_login(who)
    typed = {"body": text, "seen": 10**9, "token": str(uuid.uuid4())}
    answer = browser.post(reverse("tickets:answer-send", args=[ticket.pk]), typed)
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.parametrize("answers", [by_the_verb] * rounds(1, 20) + [by_the_page] * rounds(0, 1))
@pytest.mark.django_db(transaction=True)
def test_two_agents_answer_at_once(ticket, agent, second_line, answers):
    start = threading.Barrier(2)
    wrong: list[BaseException] = []

    def answer(who) -> None:
        try:
            for number in range(REPLIES):
                start.wait(60)
                time.sleep(random.choice([0, 0, random.uniform(0, 0.02)]))
                answers(ticket, who, f"{who.pk} {number}")
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
