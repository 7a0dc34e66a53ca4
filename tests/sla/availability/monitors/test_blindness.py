"""Our own network is away: monitors that fail prove nothing, and the desk is told once."""

import datetime as dt

import pytest
from django.utils import timezone

from servicedesk.outbox.models import Notification
from sla.availability.models import BlindSpell, Monitor, Outage, Silence
from sla.availability.monitors.rounds import run_due

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("private"),
]


@pytest.fixture
def reference(settings, service):
    """The web server of this test stands for what is always there."""
    settings.DESK_MONITORS_REFERENCES = [f"127.0.0.1:{service.port}", service.url]
    return service


@pytest.fixture
def monitor(websites) -> Monitor:
    """Nothing listens there."""
    return Monitor.objects.create(
        name="Startpagina", service=websites, target="http://127.0.0.1:9/", timeout=2, retries=0,
        failures_to_confirm=1, successes_to_confirm=1,
    )  # fmt: skip


def round_() -> None:
    Monitor.objects.update(next_check_at=timezone.now())
    run_due()


def test_a_failure_counts_while_the_world_is_there(reference, monitor):
    round_()
    assert Outage.objects.count() == 1
    assert BlindSpell.objects.count() == 0


def test_while_the_world_is_away_nothing_is_down_and_the_desk_hears_it_once(
    reference, monitor, agent
):
    reference.kill()
    for _round in range(3):
        round_()
    assert Outage.objects.count() == 0
    monitor.refresh_from_db()
    assert monitor.last_checked_at is None
    assert monitor.is_silent(timezone.now())
    assert BlindSpell.objects.get().ended_at is None
    assert Notification.objects.filter(user=agent, kind="monitors_blind").count() == 1
    reference.start()
    round_()
    assert BlindSpell.objects.get().ended_at is not None
    assert Outage.objects.count() == 1, "now it proves something"


def test_what_it_saw_before_and_after_has_a_gap_between(reference, monitor):
    before = timezone.now().replace(microsecond=0) - dt.timedelta(minutes=20)
    Monitor.objects.update(last_checked_at=before, last_ok=True, target=reference.url)
    reference.kill()
    round_()
    assert Silence.objects.count() == 0
    reference.start()
    round_()
    assert Silence.objects.get().started_at == before
    assert Outage.objects.count() == 0


def test_the_page_says_so(reference, monitor, as_user, administrator):
    reference.kill()
    round_()
    page = as_user(administrator).get("/monitors/").text
    assert "Ons eigen netwerk bereikt niets buiten" in page


def test_without_references_nobody_is_asked(settings, monitor, service):
    settings.DESK_MONITORS_REFERENCES = []
    round_()
    assert Outage.objects.count() == 1
    assert service.asked == 0
