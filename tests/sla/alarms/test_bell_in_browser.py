"""The bell in real browsers: an agent hears it within two seconds, wherever the page is."""

import time

import pytest
from playwright.sync_api import expect

from servicedesk.lib import live
from sla.alarms.actions import SiteDown, report_site_down
from sla.alarms.models import Alarm
from sla.availability.actions import Ending, end_outage
from sla.availability.models import Outage
from tests.browser import fits, violations

pytestmark = pytest.mark.django_db(transaction=True)

#: Counts how often the page's own sound element began to play.
HEARD = """() => {
    window.heard = 0;
    document.querySelector("desk-bell audio").addEventListener("playing", () => window.heard++);
}"""


@pytest.fixture(autouse=True)
def _office_hours_around_the_clock():
    """These stories run whenever the tests do."""
    from sla.models import CalendarVersion

    week = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    CalendarVersion.objects.filter(calendar__name="Kantooruren").update(hours=week, holidays=[])
    live.forget()
    live._redis().delete(live.COUNT, live.PICTURE)


def at_the_desk(page_of, person, address: str):
    """A page whose sound was switched on by a click, as at the start of a shift."""
    page = page_of(person)
    page.goto(address)
    page.locator("desk-bell button").click()
    expect(page.locator("desk-bell[data-audible]")).to_have_count(1)
    page.wait_for_timeout(1500)  # the sound of the test ends
    page.evaluate(HEARD)
    return page


def heard_once(page) -> None:
    for _tenth in range(100):
        if page.evaluate("window.heard"):
            return
        page.wait_for_timeout(100)
    pytest.fail("no sound was played")


def test_two_agents_hear_it_one_takes_it_both_know(
    page_of, agent, second_line, requester, critical
):
    noor = at_the_desk(page_of, agent, "/queue/dispatch/")
    bram = at_the_desk(page_of, second_line, "/articles/")
    began = time.monotonic()
    report_site_down(SiteDown(critical, "Witte pagina", "Niemand kan erin."), by=requester)
    for page in (noor, bram):
        expect(page.locator(".alarm")).to_contain_text("Witte pagina")
        heard_once(page)
        assert page.title().startswith("(!) ")
    print(f"both rang after {time.monotonic() - began:.2f} s")
    assert "0 min" in noor.locator(".alarm [data-since]").inner_text()
    assert violations(noor) == []
    noor.get_by_role("button", name="Ik neem dit op").click()
    noor.wait_for_url(f"**{Outage.objects.get().get_absolute_url()}")
    expect(bram.locator(".alarm.taken")).to_contain_text("Noor Peeters nam dit op")
    assert not bram.title().startswith("(!)")
    assert Alarm.objects.get().taken_by == agent


def test_pages_of_one_browser_ring_once(context_of, agent, requester, critical):
    context = context_of(agent)
    pages = [context.new_page() for _number in range(3)]
    for page, address in zip(pages, ["/queue/dispatch/", "/articles/", "/alarms/"], strict=True):
        page.goto(address)
        page.locator("desk-bell button").click()
        page.wait_for_timeout(1500)
        page.evaluate(HEARD)
    report_site_down(SiteDown(critical, "Plat", "Plat."), by=requester)
    for page in pages:
        expect(page.locator(".alarm")).to_have_count(1)
    pages[0].wait_for_timeout(1000)
    assert sum(page.evaluate("window.heard") for page in pages) == 1


def test_a_silenced_alarm_stays_silent_and_ends_with_its_outage(
    page_of, agent, requester, critical
):
    page = at_the_desk(page_of, agent, "/queue/dispatch/")
    _ticket, outage = report_site_down(SiteDown(critical, "Plat", "Plat."), by=requester)
    page.get_by_role("button", name="Geluid uit").click()
    assert page.locator("desk-bell audio").evaluate("sound => sound.paused")
    end_outage(outage, Ending("Alles werkt weer."), by=agent)
    expect(page.locator(".alarm")).to_have_count(0)


def test_a_requester_reports_in_one_confirming_step(page_of, requester, critical):
    page = page_of(requester, viewport={"width": 390, "height": 844})
    page.goto("/")
    page.get_by_role("link", name="Site down melden").click()
    page.get_by_role("link", name="Bibliotheekwebsites").click()
    page.get_by_label("Wat zie je?").fill("Witte pagina na het aanmelden")
    page.get_by_label("Niemand kan deze dienst nog gebruiken").check()
    assert violations(page) == []
    assert fits(page)
    page.get_by_role("button", name="Sla alarm").click()
    expect(page.get_by_text("Het alarm gaat af")).to_be_visible()
    assert Alarm.objects.get().is_waiting
    page.goto("/site-down/?service=websites")
    page.get_by_role("button", name="Ja, hou me op de hoogte").click()
    assert Outage.objects.get().followers.get().user == requester


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_the_roster(page_of, administrator, agent, critical, width, theme):
    page = page_of(administrator, viewport={"width": width, "height": 900}, color_scheme=theme)
    for address in ("/on-call/", "/on-call/plan/", "/on-call/channels/", "/alarms/"):
        page.goto(address)
        assert violations(page) == [], address
        assert fits(page), address
