"""What the audit trail keeps of coming in and going out."""

from django.test import Client

from servicedesk.accounts.actions import deactivate, set_role
from servicedesk.audit.models import AuditEntry
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


def trail() -> list[tuple]:
    entries = AuditEntry.objects.order_by("pk")
    return [(one.action, one.actor_id, one.about_id, one.data) for one in entries]


def test_coming_in_and_going_out(requester):
    browser, me = Client(REMOTE_ADDR="203.0.113.7"), str(requester.pk)
    browser.post(LOGIN, {"login": requester.email, "password": PASSWORD})
    browser.post("/accounts/logout/")

    assert trail() == [
        ("signed_in", requester.pk, me, {"method": ["password"], "network": "203.0.113.0/24"}),
        ("signed_out", requester.pk, me, {}),
    ]


def test_failing_names_the_person_if_there_is_one_and_no_address(requester):
    browser = Client(REMOTE_ADDR="203.0.113.7")
    browser.post(LOGIN, {"login": requester.email, "password": "geraden"})
    browser.post(LOGIN, {"login": "niemand@heidedal.example", "password": "geraden"})

    assert trail() == [
        ("sign_in_failed", None, str(requester.pk), {"network": "203.0.113.0/24"}),
        ("sign_in_failed", None, "", {"network": "203.0.113.0/24"}),
    ]


def test_a_new_password(client, requester):
    client.force_login(requester)
    new = "een-ander-lang-wachtwoord"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/change/", form)

    assert trail()[-1] == ("password_changed", requester.pk, str(requester.pk), {})


def test_a_new_password_by_an_administrator(signed_in_now, administrator, requester):
    new = "een-ander-lang-wachtwoord"
    path = f"/admin/accounts/user/{requester.pk}/password/"
    answer = signed_in_now(administrator).post(path, {"password1": new, "password2": new})

    assert answer.status_code == 302
    assert trail()[-1] == ("password_changed", administrator.pk, str(requester.pk), {})


def test_asking_for_a_link_names_the_person_if_there_is_one_and_no_address(requester):
    browser = Client(REMOTE_ADDR="203.0.113.7")
    for email in (requester.email, "niemand@heidedal.example"):
        browser.post("/accounts/password/reset/", {"email": email})

    assert trail() == [
        ("password_link_asked", None, str(requester.pk), {"network": "203.0.113.0/24"}),
        ("password_link_asked", None, "", {"network": "203.0.113.0/24"}),
    ]


def test_leaving_the_teams_by_losing_the_role_or_being_switched_off(
    agent, second_line, administrator
):
    set_role(agent, "requester", by=administrator)
    deactivate(second_line, by=administrator)

    assert [entry for entry in trail() if entry[0] == "teams_changed"] == [
        ("teams_changed", administrator.pk, str(agent.pk), {"from": ["eerste-lijn"], "to": []}),
        ("teams_changed", administrator.pk, str(second_line.pk), {"from": ["websites"], "to": []}),
    ]


def test_ending_sessions(as_user, requester):
    browser = as_user(requester)
    browser.post("/profile/sessions/end-others/")

    assert trail()[-1] == ("sessions_ended", requester.pk, str(requester.pk), {})
