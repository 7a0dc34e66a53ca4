"""The editors in a real browser: what is typed is drawn while it is typed, at both widths."""

import re

import pytest
from playwright.sync_api import expect

from sla.models import BusinessCalendar, CalendarVersion, PolicyVersion
from tests.browser import fits, violations

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [1440, 390]


@pytest.fixture
def page_at(page_of, administrator):
    """`page_at(390)`: a page of the administrator, in Dutch, of that width."""

    def open_page(width, **options):
        return page_of(administrator, viewport={"width": width, "height": 900}, **options)

    return open_page


@pytest.mark.parametrize("width", WIDTHS)
def test_a_calendar_is_drawn_while_it_is_typed_and_saved(page_at, width):
    page = page_at(width)
    page.goto("/promises/calendars/")
    page.get_by_role("link", name="Kantooruren").click()
    expect(page.locator("#picture")).to_contain_text("40 uur per week")
    monday = page.locator("#rows-mon")
    monday.get_by_role("button", name="Maandag: voeg een blok toe").click()
    expect(monday.locator("input[name=mon_from]")).to_have_count(2)
    monday.locator("input[name=mon_from]").nth(1).fill("18")
    monday.locator("input[name=mon_to]").nth(1).fill("20.30")
    page.get_by_label("Gevraagd op").fill("2026-11-30T16:00")
    page.get_by_label("Doel").fill("2 u. 30")
    page.get_by_label("Doel").blur()
    expect(page.locator("#picture")).to_contain_text("42 uur en 30 minuten per week")
    expect(page.locator("#answer-title")).to_have_text(re.compile("ma 30 nov, 19.30 u."))
    monday.locator("input[name=mon_to]").nth(0).fill("19")
    monday.locator("input[name=mon_to]").nth(0).blur()
    expect(page.locator("#picture")).to_contain_text("overlappen")
    assert violations(page) == []
    monday.locator("input[name=mon_to]").nth(0).fill("17")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Bestaande tickets houden wat hun beloofd is.")).to_be_visible()
    blocks = CalendarVersion.objects.latest("valid_from").hours["mon"]
    assert blocks == [["09:00", "17:00"], ["18:00", "20:30"]]
    assert fits(page)
    assert violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_policy_says_its_sentence_while_it_is_typed_and_is_tried_on_a_ticket(
    page_at, width, ticket
):
    page = page_at(width)
    page.goto("/promises/new/")
    page.locator("#id_name").fill("Dringend")
    page.get_by_label("Prioriteit", exact=True).select_option("urgent")
    page.get_by_label("Eerste reactie", exact=True).fill("1 u.")
    page.get_by_label("Eerste reactie", exact=True).blur()
    expect(page.locator("#sentence")).to_contain_text(
        re.compile("Een ticket met prioriteit .* krijgt binnen 1 uur een eerste antwoord")
    )
    page.get_by_label("Oplossing", exact=True).fill("0 min")
    page.get_by_label("Oplossing", exact=True).blur()
    expect(page.locator("#sentence")).to_contain_text("minstens één minuut")
    page.get_by_label("Oplossing", exact=True).fill("")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("heading", name="Dringend", exact=True)).to_be_visible()
    assert PolicyVersion.objects.get(policy__name="Dringend").first_response == 60
    assert (fits(page), violations(page)) == (True, [])
    page.goto("/promises/")
    page.get_by_label("Nummer van het ticket").fill(str(ticket.pk))
    page.get_by_role("button", name="Probeer", exact=True).click()
    expect(page.locator("#trial")).to_contain_text("past niet")
    expect(page.locator("#trial")).to_contain_text("Dat is wat dit ticket beloofd is.")
    page.get_by_role("button", name="Dringend: later aan de beurt").click()
    expect(page.locator(".policy h2").first).to_have_text("Standaard")
    assert (fits(page), violations(page)) == (True, [])


@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_all_of_it_works_too(page_at, width):
    page = page_at(width, java_script_enabled=False)
    calendar = BusinessCalendar.objects.get(name="Kantooruren")
    page.goto(f"/promises/calendars/{calendar.pk}/")
    page.locator("#rows-sat").get_by_role("button").click()
    saturday = page.locator("#rows-sat")
    expect(saturday.locator("input[name=sat_from]")).to_have_count(2)
    saturday.locator("input[name=sat_from]").nth(0).fill("10")
    saturday.locator("input[name=sat_to]").nth(0).fill("12")
    page.get_by_role("button", name="Reken uit").click()
    expect(page.locator("#picture")).to_contain_text("42 uur per week")
    page.get_by_role("button", name="Het jaar erna").click()
    expect(page.get_by_role("region", name="januari")).to_be_visible()
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("Bestaande tickets houden wat hun beloofd is.")).to_be_visible()
    assert CalendarVersion.objects.latest("valid_from").hours["sat"] == [["10:00", "12:00"]]


@pytest.mark.parametrize("width", WIDTHS)
def test_other_versions_are_looked_at_before_they_are_given(page_at, width, ticket):
    page = page_at(width)
    page.goto("/promises/recomputes/")
    assert (fits(page), violations(page)) == (True, [])
    page.get_by_role("button", name="Bekijk wat er zou veranderen").click()
    expect(page.get_by_text("er valt niets te herrekenen")).to_be_visible()
    assert (fits(page), violations(page)) == (True, [])
    page.get_by_role("button", name="Berg op").click()
    expect(page.get_by_text("besliste om dit niet te doen")).to_be_visible()
