"""An authenticator app and a passkey, set up and used in a real browser."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser import fits, violations
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = "/accounts/second-step/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.DESK_MFA_REQUIRED = True


@pytest.fixture
def page(page_of, agent) -> Page:
    """A page of nobody yet."""
    return page_of(reduced_motion="reduce")


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_role("textbox", name=re.compile("^Wachtwoord")).fill(PASSWORD)
    page.get_by_role("button", name="Meld je aan", exact=True).click()


def confirm(page: Page) -> None:
    page.get_by_role("textbox", name=re.compile("^Wachtwoord")).fill(PASSWORD)
    page.get_by_role("button", name="Bevestig").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Meld je af").click()


def is_fine(page: Page) -> None:
    """No rule of accessibility is broken and nothing sticks out, wide and narrow, dark too."""
    for theme, width in (("light", 1440), ("dark", 390)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        assert violations(page) == []
        assert fits(page)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_an_app_is_set_up_and_then_asked_for(page, agent):
    sign_in(page, agent.email)
    expect(page.get_by_text("Je rol vraagt een tweede stap.").first).to_be_visible()
    is_fine(page)

    page.get_by_role("link", name="Stel een app in").click()
    is_fine(page)
    confirm(page)
    secret = page.locator("[data-secret]").text_content() or ""
    is_fine(page)
    page.get_by_role("textbox", name=re.compile("^Code")).fill(code(secret))
    page.get_by_role("button", name="Zet aan").click()

    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    assert len(page.locator(".codes code").all()) == 10
    is_fine(page)
    page.goto("/queue/dispatch/")
    expect(page).to_have_title(re.compile("Te verdelen|Dispatch"))

    sign_out(page)
    sign_in(page, agent.email)
    expect(page.get_by_role("heading", name="Nog één stap")).to_be_visible()
    is_fine(page)
    page.get_by_role("textbox", name=re.compile("^Code")).fill(code(secret, later=1))
    page.get_by_role("button", name="Meld je aan", exact=True).click()
    expect(page).to_have_url(re.compile("/queue/dispatch/"))


def code(secret: str, later: int = 0) -> str:
    """What the app shows; `later` for the next half minute, as a code works once."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def with_authenticator(page: Page) -> None:
    """Gives the browser a machine that knows its owner by a finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_and_opens_the_desk_with_and_without_password(page, agent):
    with_authenticator(page)
    sign_in(page, agent.email)
    page.get_by_role("link", name="Voeg een passkey toe").click()
    confirm(page)
    is_fine(page)
    page.get_by_role("textbox", name=re.compile("^Naam")).fill("Laptop op het werk")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Laptop op het werk"

    sign_out(page)
    sign_in(page, agent.email)
    is_fine(page)
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect(page).to_have_url(re.compile("/queue/dispatch/"))

    sign_out(page)
    is_fine(page)
    page.get_by_role("button", name="Meld je aan met een passkey").click()
    expect(page).to_have_url(re.compile("/queue/dispatch/"))

    page.goto(STEPS)
    expect(page.get_by_text("Laptop op het werk")).to_be_visible()
    is_fine(page)


def test_a_passkey_of_another_machine_is_refused_with_a_sentence(page_of, page, agent):
    with_authenticator(page)
    sign_in(page, agent.email)
    page.get_by_role("link", name="Voeg een passkey toe").click()
    confirm(page)
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()

    elsewhere = page_of(reduced_motion="reduce")
    sign_in(elsewhere, agent.email)
    elsewhere.context.new_cdp_session(elsewhere).send("WebAuthn.enable")  # and no authenticator
    elsewhere.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()); }")
    elsewhere.get_by_role("button", name="Gebruik een passkey").click()

    expect(elsewhere.get_by_text("De passkey is niet gebruikt.")).to_be_visible()
