"""One's own profile, language and theme."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.accounts.models import Membership, Team, User

PROFILE = "/profile/"


def save(client, **changes):
    typed = {"name": "Sofie Vermeer", "phone": "", "language": "nl", "theme": "auto"}
    return client.post(PROFILE, typed | changes)


def test_who_is_not_signed_in_signs_in_first(client):
    assert client.get(PROFILE).url == "/accounts/login/?next=/profile/"


def test_keeps_what_was_typed(as_user, requester):
    client = as_user(requester)

    response = save(client, name="Sofie Maes", phone="0470 12 34 56", theme="dark")

    assert response.url == PROFILE
    requester.refresh_from_db()
    assert (requester.name, requester.phone, requester.theme) == (
        "Sofie Maes",
        "0470 12 34 56",
        "dark",
    )
    assert "Je profiel is bewaard." in client.get(PROFILE).content.decode()


def test_nobody_changes_the_own_rights(as_user, requester, elsewhere):
    save(
        as_user(requester),
        role="administrator",
        sees="organisation",
        is_active="",
        email="beheerder@desk.example",
        organisation=elsewhere.pk,
    )

    before = (requester.role, requester.sees, requester.email, requester.organisation_id)
    requester.refresh_from_db()
    assert requester.is_active
    after = (requester.role, requester.sees, requester.email, requester.organisation_id)
    assert after == before


def test_a_refused_form_changes_nothing_and_says_why(as_user, requester):
    response = save(as_user(requester), name="", language="fr")

    assert response.status_code == 422
    page = response.content.decode()
    assert "Sofie Vermeer" in page
    assert set(response.context["form"].errors) == {"name", "language"}
    requester.refresh_from_db()
    assert requester.name == "Sofie Vermeer"


def test_answers_in_the_language_just_chosen(as_user, requester):
    client = as_user(requester)

    save(client, language="en")

    page = client.get(PROFILE).content.decode()
    assert "Your profile is saved." in page
    assert '<html lang="en"' in page


def test_only_agents_have_shortcuts_to_switch_off(as_user, requester, agent):
    assert "keyboard_shortcuts" not in as_user(requester).get(PROFILE).content.decode()

    client = as_user(agent)
    assert 'name="keyboard_shortcuts"' in client.get(PROFILE).content.decode()
    save(client, name=agent.name)
    agent.refresh_from_db()
    assert agent.keyboard_shortcuts is False
    assert 'data-keys="off"' in client.get(PROFILE).content.decode()


def test_shows_the_teams_of_an_agent_in_a_constant_number_of_queries(
    as_user, agent, web_team, django_assert_num_queries
):
    client = as_user(agent)
    client.get(PROFILE)
    with CaptureQueriesContext(connection) as one_team:
        client.get(PROFILE)
    for name in ("Kassa", "Leerplatform"):
        team = Team.objects.create(name=name, slug=name.lower())
        Membership.objects.create(user=agent, team=team)

    with django_assert_num_queries(len(one_team)):
        page = client.get(PROFILE).content.decode()

    assert "Eerste lijn, Kassa, Leerplatform" in page


class TestLanguage:
    def test_dutch_comes_first_whatever_the_browser_asks(self, client, db):
        response = client.get("/accounts/login/", HTTP_ACCEPT_LANGUAGE="en-US,en;q=0.9")

        assert "Wachtwoord vergeten?" in response.content.decode()
        assert response.headers["Content-Language"] == "nl"

    def test_who_is_not_signed_in_chooses_for_this_browser(self, client, db):
        response = client.post("/profile/language/", {"language": "en", "next": "/accounts/login/"})

        assert response.url == "/accounts/login/"
        assert "Forgot your password?" in client.get("/accounts/login/").content.decode()

    def test_who_is_signed_in_chooses_everywhere(self, as_user, requester):
        as_user(requester).post("/profile/language/", {"language": "en"})

        requester.refresh_from_db()
        assert requester.language == "en"
        assert "My profile" in as_user(requester).get(PROFILE).content.decode()

    def test_an_unknown_language_changes_nothing(self, as_user, requester):
        response = as_user(requester).post("/profile/language/", {"language": "xx"})

        assert response.status_code == 302
        requester.refresh_from_db()
        assert requester.language == "nl"

    def test_a_damaged_cookie_is_dutch(self, client, db):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"

        assert client.get("/accounts/login/").headers["Content-Language"] == "nl"


class TestTheme:
    def test_who_is_not_signed_in_chooses_for_this_browser(self, client, db):
        client.post("/profile/theme/", {"theme": "dark"})

        assert 'data-bs-theme="dark"' in client.get("/accounts/login/").content.decode()

    def test_who_is_signed_in_chooses_everywhere(self, as_user, requester):
        as_user(requester).post("/profile/theme/", {"theme": "dark"})

        requester.refresh_from_db()
        assert requester.theme == User.Theme.DARK
        assert 'data-bs-theme="dark"' in as_user(requester).get(PROFILE).content.decode()

    def test_an_unknown_theme_changes_nothing(self, client, db):
        response = client.post("/profile/theme/", {"theme": "<script>"})

        assert response.status_code == 302
        assert "theme" not in response.cookies


@pytest.mark.parametrize("path", ["/profile/language/", "/profile/theme/"])
class TestBothSwitches:
    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
    )
    def test_never_lead_to_another_site(self, client, db, path, elsewhere):
        assert client.post(path, {"next": elsewhere}).url == "/"

    def test_change_nothing_on_a_plain_visit(self, client, db, path):
        assert client.get(path).status_code == 405
