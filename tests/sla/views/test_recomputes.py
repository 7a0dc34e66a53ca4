"""From a preview to a decision, on the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.audit.models import AuditEntry
from sla import recomputing
from sla.models import Recompute
from sla.tasks import walk_recomputes
from tests.sla.oracle import at
from tests.sla.test_recomputing import promise_less

pytestmark = pytest.mark.django_db
LIST = reverse("promises:recompute-list")


@pytest.fixture
def late(asked, administrator):
    ticket = asked("2025-11-03 09:00")
    promise_less(administrator)
    return ticket


def asked_for(desk, **form):
    answer = desk.post(LIST, {"scope": "open", "rules": "now", **form})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer["Location"]


def test_a_small_desk_sees_at_once_what_would_change_and_decides(desk, late, administrator):
    with at("2025-11-03 12:30"):
        url = asked_for(desk)
        shown = desk.get(url).content.decode()
        assert "One ticket would get another result" in shown
        assert "too late since" in shown
        assert late.subject in shown
        refused = desk.post(url, {"reason": " "})
        assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
        desk.post(url, {"reason": "Kortere termijn."})
        assert "Being carried out in the background." in desk.get(url).content.decode()
        assert walk_recomputes() is False
        shown = desk.get(url).content.decode()
    assert "One ticket got another result" in shown
    assert "Kortere termijn." in shown
    recompute = Recompute.objects.get()
    assert (recompute.state, recompute.decided_by) == ("done", administrator)
    assert AuditEntry.objects.get(action="recompute_applied").data == {"tickets": 1}


def test_progress_is_a_fragment_until_it_is_done(desk, late, administrator):
    recompute = recomputing.ask(by=administrator)
    url = reverse("promises:recompute-detail", args=[recompute.pk])
    working = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "0 of 1" in working
    assert 'hx-trigger="every 2s"' in working
    walk_recomputes()
    done = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Done." in done
    assert "hx-trigger" not in done


def test_deciding_against_it_changes_nothing(desk, late):
    with at("2025-11-03 12:30"):
        url = asked_for(desk)
        desk.post(url, {"discard": "1"})
        assert "decided not to do this" in desk.get(url).content.decode()
        answer = desk.post(url, {"reason": "Toch wel."})
    assert answer.status_code == 422
    assert "This was decided already" in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"scope": "since"}, "Choose the day."),
        ({"scope": "since", "since": "2999-01-01"}, "Choose a day in the past."),
        ({"scope": "since", "since": "gisteren"}, "Enter a valid date."),
        ({"rules": "mine"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_asked_is_said(desk, form, words):
    answer = desk.post(LIST, {"scope": "open", "rules": "now", **form})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Recompute.objects.exists()


def test_pages_cost_the_same_for_one_and_for_three(desk, asked, administrator, late):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url).status_code == 200
        return len(captured)

    with at("2025-11-03 12:30"):
        one = [queries(asked_for(desk)), queries(LIST)]
        for minute in (10, 20):
            asked(f"2025-11-03 09:{minute}")
            Recompute.objects.update(state="discarded")
        promise_less(administrator, moment="2025-11-03 12:20", first_response=30)
        three = [queries(asked_for(desk)), queries(LIST)]
    assert three == one
