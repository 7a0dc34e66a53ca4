"""Coming in and going out."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from servicedesk.accounts.models import User
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def errors_of(response) -> list[str]:
    return response.context["form"].non_field_errors()


def test_signs_in_with_the_address_in_any_case(client, requester):
    response = sign_in(client, "Sofie@Heidedal.EXAMPLE")

    assert response.status_code == 302
    assert response.url == reverse("home")
    assert client.session["_auth_user_id"] == str(requester.pk)


def test_a_session_that_somebody_knew_before_is_not_the_one_that_is_signed_in(client, requester):
    sign_in(client, requester.email, "verkeerd")
    session = client.session
    session["known"] = "before"
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before

    sign_in(client, requester.email)

    assert is_signed_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_passwords_are_typed_unseen_and_known_to_password_managers(client, db):
    page = client.get(LOGIN).content.decode()
    (field,) = re.findall(r'<input type="password"[^>]*>', page)
    assert 'autocomplete="current-password"' in field


def test_goes_on_to_the_page_that_was_asked_for(client, requester):
    asked = client.get("/profile/")
    assert asked.url == "/accounts/login/?next=/profile/"

    assert sign_in(client, requester.email, next="/profile/").url == "/profile/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_never_goes_on_to_another_site(client, requester, elsewhere):
    assert sign_in(client, requester.email, next=elsewhere).url == reverse("home")


def test_every_refusal_has_the_same_words(client, requester, colleague, settings):
    """A wrong password, an address nobody has, and somebody who was switched off."""
    User.objects.filter(pk=colleague.pk).update(is_active=False)

    refused = [
        sign_in(client, requester.email, "iets-anders"),
        sign_in(client, "niemand@heidedal.example"),
        sign_in(client, colleague.email),
    ]

    assert [response.status_code for response in refused] == [200, 200, 200]
    said = [errors_of(response) for response in refused]
    assert said[0] == ["Dit e-mailadres en dit wachtwoord horen niet bij elkaar."]
    assert said[1] == said[2] == said[0]
    assert not is_signed_in(client)


def test_an_unknown_address_costs_as_much_work_as_a_known_one(client, requester, monkeypatch):
    """Without hashing a password for an unknown address, the time of the answer would tell."""
    hashed = []
    monkeypatch.setattr(
        "django.contrib.auth.base_user.make_password", lambda raw: hashed.append(raw) or "!"
    )

    sign_in(client, "niemand@heidedal.example")

    assert hashed == [PASSWORD]


def test_who_is_switched_off_is_out_at_once(client, requester):
    sign_in(client, requester.email)
    assert client.get("/profile/").status_code == 200

    User.objects.filter(pk=requester.pk).update(is_active=False)

    assert client.get("/profile/").url == "/accounts/login/?next=/profile/"


def test_after_five_wrong_passwords_the_right_one_waits(client, requester):
    for _attempt in range(5):
        sign_in(client, requester.email, "geraden")

    assert errors_of(sign_in(client, requester.email)) == [
        "Te veel pogingen. Wacht vijf minuten en probeer opnieuw."
    ]
    assert not is_signed_in(client)


def test_guesses_of_a_stranger_do_not_lock_out_the_owner(client, requester):
    for _attempt in range(6):
        client.post(
            LOGIN,
            {"login": requester.email, "password": "geraden"},
            REMOTE_ADDR="203.0.113.7",
        )

    assert sign_in(client, requester.email).status_code == 302


def test_another_host_name_gives_no_new_guesses(client, requester, settings):
    settings.ALLOWED_HOSTS = ["*"]
    for attempt in range(5):
        client.post(
            LOGIN,
            {"login": requester.email, "password": "geraden"},
            HTTP_HOST=f"host{attempt}.example",
        )

    assert "Te veel pogingen" in errors_of(sign_in(client, requester.email))[0]


def test_signs_out_only_by_post(client, requester):
    client.force_login(requester)

    asked = client.get("/accounts/logout/")
    assert asked.status_code == 200
    assert is_signed_in(client)

    assert client.post("/accounts/logout/").url == LOGIN
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "inactive/", "login/code/", "second-step/trust/"]
)
def test_the_doors_that_are_not_ours_do_not_exist(client, requester, path):
    assert client.get(f"/accounts/{path}").status_code == 404
    client.force_login(requester)
    assert client.get(f"/accounts/{path}").status_code == 404


class TestDemo:
    @pytest.fixture
    def sofie(self, heidedal):
        return User.objects.create_user(
            "melder@demo.example", "Sofie Vermeer", "demo-servicedesk", organisation=heidedal
        )

    def test_offers_its_logins_and_fills_one_in(self, client, sofie, requester, settings):
        settings.DESK_DEMO = True

        page = client.get(LOGIN).content.decode()
        assert "melder%40demo.example" in page.replace("@", "%40")
        assert requester.name in page  # the same name
        assert requester.email not in page

        filled = client.get(LOGIN, {"as": sofie.email}).content.decode()
        assert 'value="melder@demo.example"' in filled
        assert 'value="demo-servicedesk"' in filled
        assert sign_in(client, sofie.email, "demo-servicedesk").status_code == 302

    def test_fills_in_nobody_else(self, client, sofie, requester, settings):
        settings.DESK_DEMO = True

        page = client.get(LOGIN, {"as": requester.email}).content.decode()

        assert requester.email not in page
        assert "demo-servicedesk" not in page

    def test_is_silent_outside_the_demo(self, client, sofie, settings):
        settings.DESK_DEMO = False

        page = client.get(LOGIN, {"as": sofie.email}).content.decode()

        assert sofie.name not in page
        assert 'value="melder@demo.example"' not in page
        assert "demo-servicedesk" not in page
