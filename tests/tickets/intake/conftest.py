"""Questions that are being asked."""

import pytest

from servicedesk.catalogue.models import IntakeQuestion, Service
from tickets.intake.asking import Asking


@pytest.fixture
def wise(db) -> Service:
    service = Service.objects.create(name="Wise", slug="wise", access_name="Wise")
    IntakeQuestion.objects.create(service=service, key="actor", text="Actor-ID", kind="number")
    IntakeQuestion.objects.create(
        service=service, key="log", text="Logregel", only_disruptions=True, position=2
    )
    return service


@pytest.fixture
def asking(requester, wise, websites):
    """`asking(kind="disruption", body="…")`: what Sofie has typed so far."""

    def ask(*, files: int = 0, **typed) -> Asking:
        return Asking.read(requester, typed, files=files)

    return ask
