"""Letters to send."""

import pytest

from servicedesk.outbox.writing import Letter


@pytest.fixture
def letter():
    """`letter("1", to=[…])`: one that only differs in what is named."""

    def make(key: str, **fields) -> Letter:
        defaults = {"thread": "ticket:1", "subject": "Onderwerp", "to": ["a@b.example"]}
        return Letter(key=key, body_text="Dag", **{**defaults, **fields})

    return make
