"""The policy editor: one sentence, an order, other versions, and trying them on a ticket."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from sla.models import BusinessCalendar, Policy, PolicyVersion
from tests.sla.oracle import at, brussels

pytestmark = pytest.mark.django_db
LIST = reverse("promises:policy-list")


@pytest.fixture
def policy():
    return Policy.objects.get()


def page(policy):
    return reverse("promises:policy-edit", args=[policy.pk])


def form(**changes):
    return {
        "name": "Standaard",
        "is_active": "on",
        "calendar": BusinessCalendar.objects.get(name="Kantooruren").pk,
        "first_response": "1 h",
        "resolution": "8 h",
        "remind_after": "2",
        "solve_after": "10",
        "close_after": "21",
        "valid_from": "2025-01-06T00:00",
        **changes,
    }


def make(desk, name, **changes):
    answer = desk.post(reverse("promises:policy-create"), form(name=name, **changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Policy.objects.get(name=name)


def test_a_policy_says_in_one_sentence_what_it_promises(desk, policy):
    assert (
        "Every ticket gets a first answer within 4 hours, gets each next answer within 8 hours and "
        "is solved within 8 hours, counted in Kantooruren (mon–fri 9:00–17:00)."
    ) in desk.get(LIST).content.decode()


def test_saving_makes_a_version_from_a_moment_on(desk, policy, websites, administrator):
    typed = form(
        service=websites.pk, channel="mail", pause_on_hold="on", urgent_resolution="4 h",
        urgent_first_response="none",
    )  # fmt: skip
    assert desk.post(page(policy), typed).status_code == 302
    version = policy.versions.latest("valid_from")
    assert (version.valid_from, version.made_by) == (brussels("2025-01-06 00:00"), administrator)
    assert (version.service, version.channel, version.pause_on_hold) == (websites, "mail", True)
    assert (version.first_response, version.next_response, version.resolution) == (60, None, 480)
    assert version.by_priority == {"urgent": {"first_response": None, "resolution": 240}}
    assert (version.remind_after, version.remind_again_after, version.solve_after) == (2, None, 10)
    assert version.close_after == 21
    shown = desk.get(LIST).content.decode()
    assert "Once solved it can be reopened for 21 days; then it closes." in shown
    assert "a reminder after 2 and solved after 10 business days" in shown
    assert "A ticket about Library websites by way of mail gets a first answer within 1 hour" in (
        shown
    )
    assert "With priority Urgent it is solved within 4 hours and has no target" in shown
    editor = desk.get(page(policy)).content.decode()
    assert 'name="urgent_first_response" value="none"' in editor
    assert 'name="urgent_resolution" value="4 h"' in editor


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_response": "0 min"}, "A target needs at least one minute."),
        ({"resolution": "8"}, "Say whether these are hours or minutes: 8 h or 8 min."),
        ({"urgent_resolution": "gauw"}, "Write it as 4 h, 4 h 30 or 45 min."),
        ({"remind_after": "12"}, "The steps of waiting come one after the other"),
        ({"solve_after": "0"}, "greater than or equal to 1"),
        ({"close_after": "0"}, "greater than or equal to 1"),
        ({"close_after": ""}, "This field is required"),
        ({"close_after": "91"}, "less than or equal to 90"),
        ({"calendar": "999"}, "Select a valid choice."),
        ({"priority": "panic"}, "Select a valid choice."),
        ({"name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_is_no_promise_is_said_and_nothing_typed_is_lost(desk, policy, changes, words):
    answer = desk.post(page(policy), form(assignment="12 min", **changes))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert escape(words) in shown
    assert 'value="12 min"' in shown
    assert PolicyVersion.objects.count() == 1


def test_what_is_typed_is_told_and_not_saved(desk, policy):
    typed = form(draw="1", priority="urgent", resolution="")
    fragment = desk.post(page(policy), typed, headers={"HX-Request": "true"}).content.decode()
    assert "A ticket with priority urgent gets a first answer within 1 hour, counted" in fragment
    wrong = desk.post(
        page(policy), form(draw="1", resolution="8"), headers={"HX-Request": "true"}
    ).content.decode()
    assert "hours or minutes" in wrong
    assert PolicyVersion.objects.count() == 1


def test_the_order_is_changed_by_buttons(desk, policy):
    quick = make(desk, "Dringend", priority="urgent")
    assert list(Policy.objects.all()) == [quick, policy]
    desk.post(reverse("promises:policy-move", args=[quick.pk]), {"down": "1"})
    assert list(Policy.objects.all()) == [policy, quick]
    desk.post(reverse("promises:policy-move", args=[quick.pk]), {"up": "1"})
    assert list(Policy.objects.all()) == [quick, policy]


def test_trying_them_on_a_ticket_tells_which_matches_and_why_others_do_not(
    desk, policy, asked, websites
):
    web = make(desk, "Web", service=websites.pk, first_response="30 min")
    make(desk, "Post", channel="post")
    ticket = asked("2025-11-03 09:00", service=websites)
    with at("2025-11-03 09:10"):
        shown = desk.get(LIST, {"ticket": f"#{ticket.pk}"})
        trial = shown.context["trial"]
        assert [(v.policy.name, v.state, v.why) for v in trial.verdicts] == [
            ("Post", "missed", "channel is portal, not post"),
            ("Web", "matches", ""),
            ("Standaard", "not asked", "an earlier one matches"),
        ]
        due = {clock.metric: clock.due_at for clock in trial.clocks}
        assert due["first_response"] == brussels("2025-11-03 09:30")
        assert trial.is_held
        assert "That is what this ticket was promised." in shown.content.decode()
        Policy.objects.filter(pk=web.pk).update(is_active=False)
        held = desk.get(LIST, {"ticket": ticket.pk}, headers={"HX-Request": "true"})
        assert "rests on another version, of “Web”" in held.content.decode()
        Policy.objects.update(is_active=False)
        assert "No policy matches" in desk.get(LIST, {"ticket": ticket.pk}).content.decode()


@pytest.mark.parametrize("number", ["99", "tien", "9" * 30, "²"])
def test_a_ticket_that_is_not_there_is_said(desk, policy, number):
    shown = desk.get(LIST, {"ticket": number})
    assert f"There is no ticket {number}." in shown.content.decode()


def test_pages_cost_the_same_for_one_and_for_three(desk, policy, ticket):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(url).status_code == 200
        return len(captured)

    urls = [LIST, page(policy)]
    desk.get(urls[0])  # the first visit of a session writes that down
    one = [queries(url) for url in urls]
    for number in range(2):
        make(desk, f"Nog {number}", channel="mail")
        moment = f"2025-02-0{number + 1}T00:00"
        desk.post(page(policy), form(valid_from=moment, resolution=f"{number + 1} h"))
    assert policy.versions.count() == 3
    desk.get(urls[0])  # what the forms said waits in the session for the next page
    assert [queries(url) for url in urls] == one


class TestTryingWhatIsTyped:
    """In the editor, before anything is saved."""

    def tried(self, desk, policy, ticket, **typed):
        asked = form(**typed) | {"draw": "1", "ticket": str(ticket)}
        return desk.post(page(policy), asked).context["trial"]

    def test_what_is_typed_counts_and_is_not_stored(self, desk, policy, asked):
        ticket = asked("2025-11-03 09:00")
        with at("2025-11-03 09:05"):
            trial = self.tried(desk, policy, ticket.pk, first_response="2 h")
        assert [(one.policy, one.state) for one in trial.verdicts] == [(policy, "matches")]
        due = {clock.metric: clock.due_at for clock in trial.clocks}
        assert due["first_response"] == brussels("2025-11-03 11:00")
        assert policy.versions.count() == 1
        assert ticket.clocks.get(metric="first_response").due_at == brussels("2025-11-03 13:00")

    def test_why_it_does_not_match(self, desk, policy, asked):
        ticket = asked("2025-11-03 09:00")
        trial = self.tried(desk, policy, ticket.pk, channel="phone")
        assert [(one.state, one.why) for one in trial.verdicts] == [
            ("missed", "channel is portal, not phone")
        ]
        assert trial.clocks == []

    def test_a_new_one_comes_first_and_one_out_of_use_is_not_asked(self, desk, policy, asked):
        ticket = asked("2025-11-03 09:00")
        typed = form(name="Snel") | {"draw": "1", "ticket": f"#{ticket.pk}"}
        asked_of = [one.policy.name for one in self.new(desk, typed).verdicts]
        assert asked_of == ["Snel", "Standaard"]
        del typed["is_active"]
        assert [one.policy.name for one in self.new(desk, typed).verdicts] == ["Standaard"]

    def new(self, desk, typed):
        return desk.post(reverse("promises:policy-create"), typed).context["trial"]

    def test_while_typing_sentence_and_trial_come_together(self, desk, policy, asked):
        ticket = asked("2025-11-03 09:00")
        typed = form() | {"draw": "1", "ticket": str(ticket.pk)}
        shown = desk.post(page(policy), typed, headers={"hx-request": "true"}).content.decode()
        assert shown.count('hx-swap-oob="true"') == 1
        assert f"#{ticket.pk} " in shown
        wrong = typed | {"first_response": "0 min"}
        shown = desk.post(page(policy), wrong, headers={"hx-request": "true"}).content.decode()
        assert "A target needs at least one minute" in shown
        assert "There is no ticket" not in shown

    def test_without_javascript_what_is_saved_is_tried(self, desk, policy, asked):
        ticket = asked("2025-11-03 09:00")
        shown = desk.get(page(policy), {"ticket": ticket.pk}).content.decode()
        assert f'value="{ticket.pk}"' in shown
        assert "That is what this ticket was promised." in shown
        assert "There is no ticket 99" in desk.get(page(policy), {"ticket": 99}).content.decode()
