"""A whole story, and not a word of it in the log."""

import io
import logging

import pytest
from django.test import Client
from django.urls import reverse

from servicedesk.lib import logs
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import send_waiting
from tests.conftest import PASSWORD
from tickets.intake.asking import NO_IDEA
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter("json"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_the_log_of_a_story_names_nobody_and_quotes_nothing(log, sink, requester, agent, settings):
    browser = Client(raise_request_exception=False)
    login = {"login": requester.email, "password": PASSWORD}
    browser.post(reverse("account_login"), {**login, "password": "verkeerd-wachtwoord"})
    browser.post(reverse("account_reset_password"), {"email": requester.email})
    browser.post(reverse("account_login"), login)
    browser.get(reverse("search"), {"q": "zoekwoord van Sofie"})
    question = {"subject": "Onderwerpwoord", "body": "Tekstwoord voor de servicedesk, sinds 9 uur"}
    fields = {"kind": "information", "service": NO_IDEA, **question}
    browser.post(reverse("tickets:ticket-create"), fields)
    ticket = Ticket.objects.get()
    browser.force_login(agent)
    answer = reverse("tickets:answer-send", args=[ticket.pk])
    seen = ticket.messages.latest("pk").pk
    browser.post(answer, {"body": "Antwoordwoord", "seen": seen})
    browser.get("/accounts/password/reset/key/1-sleutelwoord/")
    browser.get("/Padwoord/")
    sink.script.data = [f"451 no room for {requester.email}"] * 9
    send_waiting()

    lines = log.getvalue()
    assert OutgoingEmail.objects.count() >= 3
    assert '"route": "tickets:ticket-create"' in lines
    assert "attempt 1" in lines
    said = lines.lower()
    secrets = [
        requester.email, requester.name, "sofie", "noor", PASSWORD, "verkeerd-wachtwoord",
        "zoekwoord", "onderwerpwoord", "tekstwoord", "antwoordwoord", "sleutelwoord", "padwoord",
        browser.cookies[settings.SESSION_COOKIE_NAME].value,
    ]  # fmt: skip
    assert [word for word in secrets if word.lower() in said] == []
