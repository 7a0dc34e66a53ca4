"""Outages of the library websites, for every story of availability."""

import pytest

from servicedesk.catalogue.models import Service
from sla.availability.actions import NewOutage, open_outage
from sla.availability.models import Outage


@pytest.fixture
def wise(db) -> Service:
    return Service.objects.create(name="Bibliotheeksysteem Wise", slug="wise", position=1)


@pytest.fixture
def outage(websites, agent) -> Outage:
    """An open outage of the library websites, reported by Noor."""
    return open_outage(NewOutage(service=websites, title="Websites laden traag"), by=agent)
