"""Every component in a real browser: both themes, both widths, keys, and a network that fails."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import fits, violations

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gallery_of(page_of, settings):
    """`gallery_of(agent, …)`: the page of all components as that person sees it."""
    settings.ROOT_URLCONF = "tests.servicedesk.lib.gallery"

    def open_gallery(user, **options) -> Page:
        page = page_of(user, **options)
        page.goto("/gallery/")
        return page

    return open_gallery


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["requester", "agent"])
def test_components_are_accessible(request, gallery_of, role, theme, width):
    user = request.getfixturevalue(role)
    type(user).objects.filter(pk=user.pk).update(theme=theme)
    page = gallery_of(user, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    page.evaluate("scrollTo(0, 0)")
    assert violations(page) == []
    assert fits(page)


def test_keys_press_visible_controls(gallery_of, agent):
    page = gallery_of(agent)
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#global-search")).to_be_focused()
    page.keyboard.type("s?")
    expect(page.locator("#global-search")).to_have_value("s?")
    expect(page.locator("#region")).to_have_text("wacht")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#region")).to_have_text("klaar")
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    expect(page.locator("[data-keys-list]")).to_contain_text("Traag")


def test_keys_can_be_switched_off(gallery_of, agent):
    type(agent).objects.filter(pk=agent.pk).update(keyboard_shortcuts=False)
    page = gallery_of(agent)
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#global-search")).not_to_be_focused()


def test_ctrl_enter_sends_the_form_one_types_in(gallery_of, agent):
    page = gallery_of(agent)
    page.evaluate(
        """() => document.querySelector('.composer .btn')
            .addEventListener('click', () => { document.title = 'sent'; })"""
    )
    page.locator("#note").fill("nota")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title("sent")


def test_a_slow_region_says_it_is_busy(gallery_of, agent):
    page = gallery_of(agent)
    page.locator("#slow").click()
    expect(page.locator("#region")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#region")).to_have_text("klaar")
    expect(page.locator("#region")).not_to_have_attribute("aria-busy", "true")


def test_a_lost_connection_loses_no_text(context_of, settings, requester):
    settings.ROOT_URLCONF = "tests.servicedesk.lib.gallery"
    page = context_of(requester).new_page()  # the browser complains, and may
    page.goto("/gallery/")
    page.locator("#note").fill("mijn tekst")
    page.context.set_offline(True)
    page.locator("#slow").click()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#offline")).to_contain_text("Geen verbinding. Je tekst blijft bewaard.")
    expect(page.locator("#note")).to_have_value("mijn tekst")
    page.context.set_offline(False)
    page.locator("[data-retry]").click()
    expect(page.locator("#region")).to_have_text("klaar")
    expect(page.locator("#offline")).to_be_hidden()


def test_an_ended_session_leads_to_the_sign_in_page(gallery_of, requester):
    page = gallery_of(requester)
    page.context.clear_cookies()
    page.locator("#guarded").click()
    page.wait_for_url("**/accounts/login/?next=*")


def test_the_theme_switches_at_once_and_is_kept(gallery_of, agent):
    page = gallery_of(agent, color_scheme="light")
    with page.expect_response("**/profile/theme/"):
        page.locator("desk-theme button").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    agent.refresh_from_db()
    assert agent.theme == "dark"


def test_the_theme_of_the_device_is_followed(gallery_of, requester):
    page = gallery_of(requester, color_scheme="dark")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_without_scripts_the_menu_is_there(gallery_of, requester):
    page = gallery_of(requester, java_script_enabled=False, viewport={"width": 390, "height": 800})
    expect(page.get_by_role("link", name="Antwoorden")).to_be_visible()


def test_the_first_error_of_a_form_is_one_click_away(gallery_of, requester):
    page = gallery_of(requester)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary] a").nth(1).click()
    assert page.evaluate("document.activeElement.id") == "id_kind_0"
    described = page.locator("#id_subject").get_attribute("aria-describedby")
    assert described == "id_subject_helptext id_subject_error"
    for name in described.split():
        expect(page.locator(f"#{name}")).to_have_count(1)
