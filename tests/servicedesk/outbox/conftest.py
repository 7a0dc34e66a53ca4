"""A mail server that fails on purpose, and letters to send to it."""

from collections.abc import Iterator

import pytest

from servicedesk.outbox.writing import Letter
from tests.smtp_sink import Sink


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    server = Sink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 0.4
    yield server
    server.stop()


@pytest.fixture
def letter():
    """`letter("1", to=[…])`: one that only differs in what is named."""

    def make(key: str, **fields) -> Letter:
        defaults = {"thread": "ticket:1", "subject": "Onderwerp", "to": ["a@b.example"]}
        return Letter(key=key, body_text="Dag", **{**defaults, **fields})

    return make
