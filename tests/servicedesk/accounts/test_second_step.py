"""The second step: who must have one, setting one up, and signing in with it."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from servicedesk.accounts import second_step
from servicedesk.accounts.models import User
from servicedesk.audit.models import AuditEntry
from servicedesk.outbox.models import OutgoingEmail
from tests.conftest import PASSWORD
from tests.servicedesk.accounts.passkeys import credential

STEPS = reverse("mfa_index")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str = SECRET, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


@pytest.fixture
def app(agent) -> Authenticator:
    """The authenticator app of the agent."""
    return TOTP.activate(agent, SECRET).instance


def sign_in(user: User) -> tuple[Client, object]:
    browser = Client()
    return browser, browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def type_code(browser: Client, code: str):
    return browser.post(reverse("mfa_authenticate"), {"code": code})


def confirmed(user: User) -> Client:
    """Signed in, and just asked for the password again."""
    browser, _answer = sign_in(user)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


class TestRequired:
    @pytest.fixture(autouse=True)
    def _required(self, settings):
        settings.DESK_MFA_REQUIRED = True

    @pytest.mark.parametrize("who", ["agent", "manager", "administrator"])
    def test_who_works_at_the_desk_sets_one_up_first(self, as_user, request, who):
        browser = as_user(request.getfixturevalue(who))

        assert browser.get("/queue/dispatch/").url == f"{STEPS}?next=/queue/dispatch/"
        assert browser.post("/profile/").url == f"{STEPS}?next=/"
        assert browser.get("/admin/").status_code == 302
        page = browser.get(f"{STEPS}?next=/queue/dispatch/").content.decode()
        assert "Je rol vraagt een tweede stap." in page

    def test_what_happens_at_the_desk_is_not_told_before(self, as_user, agent):
        browser = as_user(agent)
        browser.get(STEPS)

        assert browser.get("/live/").status_code == 403

    def test_a_fragment_is_not_filled_with_that_page(self, as_user, agent):
        answer = as_user(agent).get("/queue/dispatch/", HTTP_HX_REQUEST="true")

        assert (answer.status_code, answer["HX-Redirect"]) == (204, STEPS)

    def test_language_theme_and_the_way_out_stay_open(self, as_user, agent):
        browser = as_user(agent)

        assert browser.post("/profile/theme/", {"theme": "dark"}).url == "/"
        assert browser.post("/accounts/logout/").url == "/accounts/login/"

    def test_requesters_come_in_with_a_password(self, as_user, requester):
        assert as_user(requester).get("/profile/").status_code == 200

    def test_is_off_where_the_setting_says_so(self, as_user, agent, settings):
        settings.DESK_MFA_REQUIRED = False

        assert as_user(agent).get("/queue/dispatch/").status_code == 200

    def test_signing_in_with_it_opens_the_desk(self, agent, app):
        browser, answer = sign_in(agent)
        assert answer.url == reverse("mfa_authenticate")
        assert browser.get("/queue/dispatch/").url == "/accounts/login/?next=/queue/dispatch/"

        assert type_code(browser, code_of()).status_code == 302

        assert browser.get("/queue/dispatch/").status_code == 200

    def test_the_last_one_cannot_be_taken_away(self, agent, app):
        browser, _answer = sign_in(agent)
        type_code(browser, code_of())
        browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

        page = browser.post(reverse("mfa_deactivate_totp"))

        assert "Voeg eerst een andere toe" in page.content.decode()
        assert Authenticator.objects.filter(pk=app.pk).exists()

    def test_nor_the_last_passkey(self, agent):
        passkey = passkey_of(agent)
        browser = confirmed_with_step(agent)

        page = browser.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))

        assert "Voeg eerst een andere toe" in page.content.decode()
        assert Authenticator.objects.filter(pk=passkey.pk).exists()


def passkey_of(user: User) -> Authenticator:
    """A row as a passkey leaves it; the browser tests make real ones."""
    data = {"name": "Laptop", "credential": credential()}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def confirmed_with_step(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["second_step_set_up_here"] = True
    session.save()
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


class TestSigningIn:
    def test_a_wrong_code_is_said_and_lets_nobody_in(self, agent, app):
        browser, _answer = sign_in(agent)

        page = type_code(browser, "000000")

        assert "Deze code klopt niet" in page.content.decode()
        assert browser.get("/profile/").status_code == 302

    def test_a_code_works_once(self, agent, app):
        type_code(sign_in(agent)[0], code_of())

        page = type_code(sign_in(agent)[0], code_of())

        assert page.status_code == 200
        assert "Deze code klopt niet" in page.content.decode()

    def test_guessing_codes_is_stopped(self, agent, app):
        browser, _answer = sign_in(agent)
        for guess in range(5):
            type_code(browser, f"{guess:06}")

        assert "Te veel pogingen" in type_code(browser, code_of()).content.decode()

    def test_a_recovery_code_works_once(self, agent, app):
        codes = RecoveryCodes.activate(agent).get_unused_codes()

        assert type_code(sign_in(agent)[0], codes[0]).status_code == 302
        assert type_code(sign_in(agent)[0], codes[0]).status_code == 200

    def test_who_has_none_comes_in_with_a_password(self, agent):
        assert sign_in(agent)[1].url == "/"


class TestManaging:
    def test_asks_for_the_password_again(self, as_user, agent):
        browser = as_user(agent)
        for name in ("mfa_activate_totp", "mfa_add_webauthn"):
            assert browser.get(reverse(name)).url.startswith("/accounts/reauthenticate/?next=")

    def test_the_owner_is_told_by_mail_and_it_stands_in_the_trail(
        self, agent, django_capture_on_commit_callbacks
    ):
        browser = confirmed(agent)
        secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

        email = OutgoingEmail.objects.get()
        assert (email.to, email.subject) == (
            [agent.email],
            "De manier waarop je je aanmeldt is gewijzigd",
        )
        kinds = AuditEntry.objects.filter(action="second_step_added", actor=agent)
        assert {entry.data["kind"] for entry in kinds} == {"totp", "recovery_codes"}

    def test_secrets_are_sealed_in_the_database(self, agent, app):
        RecoveryCodes.activate(agent)

        for kept in Authenticator.objects.all():
            assert SECRET not in repr(kept.data)
            assert str(next(iter(kept.data.values()))).startswith("gAAAA")

    def test_codes_are_shown_after_confirming_and_can_be_downloaded(self, agent, app):
        RecoveryCodes.activate(agent)
        browser = confirmed_with_step(agent)
        codes = RecoveryCodes.activate(agent).get_unused_codes()

        page = browser.get(reverse("mfa_view_recovery_codes")).content.decode()
        text = browser.get(reverse("mfa_download_recovery_codes")).content.decode()

        assert len(codes) == 10
        assert [code for code in codes if code not in page or code not in text] == []

    def test_removing_the_app_takes_the_codes_along(self, agent, app):
        RecoveryCodes.activate(agent)
        browser = confirmed_with_step(agent)

        assert browser.post(reverse("mfa_deactivate_totp")).url == STEPS

        assert not Authenticator.objects.exists()
        assert AuditEntry.objects.filter(action="second_step_removed").count() == 2

    def test_nobody_touches_the_passkey_of_somebody_else(self, agent, second_line):
        passkey = passkey_of(second_line)
        browser = confirmed_with_step(agent)

        for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
            assert browser.get(reverse(name, args=[passkey.pk])).status_code == 404
            assert browser.post(reverse(name, args=[passkey.pk])).status_code == 404

    def test_every_page_speaks_dutch(self, agent, app):
        RecoveryCodes.activate(agent)
        passkey = passkey_of(agent)
        browser = confirmed_with_step(agent)
        pages = {
            STEPS: "Een tweede stap bij het aanmelden",
            reverse("mfa_deactivate_totp"): "Authenticator-app verwijderen?",
            reverse("mfa_view_recovery_codes"): "Herstelcodes",
            reverse("mfa_generate_recovery_codes"): "Nieuwe herstelcodes maken?",
            reverse("mfa_edit_webauthn", args=[passkey.pk]): "Passkey hernoemen",
            reverse("mfa_remove_webauthn", args=[passkey.pk]): "Passkey verwijderen?",
        }

        assert [
            url for url, words in pages.items() if words not in browser.get(url).content.decode()
        ] == []


@pytest.fixture(autouse=True)
def _no_used_codes(db):
    """Codes that were used are remembered in the cache, which outlives a test."""
    cache.clear()


class TestReset:
    """Somebody lost phone and codes; an administrator makes sure, and takes the step away."""

    @pytest.fixture
    def page(self, agent) -> str:
        return f"/people/{agent.pk}/second-step/reset/"

    def test_sessions_end_the_person_is_told_and_the_trail_knows(
        self, app, agent, administrator, as_user, page, settings
    ):
        RecoveryCodes.activate(agent)
        there = as_user(agent)
        admin = as_user(administrator)
        assert page in admin.get(f"/people/{agent.pk}/access/").content.decode()
        assert "Ga na dat het echt Noor Peeters is" in admin.get(page).content.decode()

        assert admin.post(page).url == f"/people/{agent.pk}/access/"

        assert not Authenticator.objects.filter(user=agent).exists()
        assert there.get("/profile/").status_code == 302
        mail = OutgoingEmail.objects.get()
        assert (mail.to, mail.subject) == ([agent.email], "Je tweede stap is weggenomen")
        entry = AuditEntry.objects.get(action="second_step_reset")
        assert (entry.actor_id, entry.about_id) == (administrator.pk, str(agent.pk))
        settings.DESK_MFA_REQUIRED = True
        browser, _answer = sign_in(agent)
        assert browser.get("/queue/dispatch/").url.startswith(STEPS)

    def test_nobody_resets_the_own_one_there(self, administrator, as_user):
        url = f"/people/{administrator.pk}/second-step/reset/"
        assert as_user(administrator).post(url).status_code == 404

    def test_without_a_second_step_there_is_nothing_to_reset(
        self, agent, administrator, as_user, page
    ):
        text = as_user(administrator).get(f"/people/{agent.pk}/access/").content.decode()
        assert page not in text

    def test_only_administrators_reset(self, app, agent, manager):
        with pytest.raises(PermissionDenied):
            second_step.reset(agent, by=manager)
        assert Authenticator.objects.filter(user=agent).exists()
