"""An outage from its report to its end, in a real browser, and the status page for everybody."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sla.availability.actions import NewOutage, open_outage
from sla.availability.models import AvailabilityTarget, Outage
from sla.availability.status import serving
from tests.browser import fits, violations

# Another thread serves the pages; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def target(websites) -> AvailabilityTarget:
    made = AvailabilityTarget.objects.create(
        name="Websites", percent="99.00", measured_from=dt.date(2024, 1, 1), on_status_page=True
    )
    made.services.add(websites)
    return made


def test_reported_joined_told_and_ended(page_of, agent, requester, target, websites):
    desk = page_of(agent)
    desk.goto("/outages/new/")
    desk.get_by_label("Dienst").select_option(str(websites.pk))
    desk.get_by_label("Wat merken mensen ervan?").fill("Websites laden traag")
    desk.get_by_label("Eerste bericht").fill("We kijken het na.")
    assert violations(desk) == []
    desk.get_by_role("button", name="Meld de storing").click()
    expect(desk.get_by_role("heading", name="Websites laden traag")).to_be_visible()
    assert violations(desk) == []

    portal = page_of(requester)
    portal.goto("/tickets/new/")
    portal.get_by_label("Dienst").select_option("websites")
    notice = portal.locator("#known-outages")
    expect(notice.get_by_text("Websites laden traag")).to_be_visible()
    assert violations(portal) == []
    notice.get_by_role("button", name="Ja, hou me op de hoogte").click()
    expect(notice.get_by_text("Je hoeft niets te melden")).to_be_visible()
    assert Outage.objects.get().followers.get().user == requester

    desk.get_by_label("Wat weten we?").fill("Een server is overbelast.")
    desk.get_by_role("button", name="Verstuur het bericht").click()
    expect(desk.get_by_text("Een server is overbelast.").first).to_be_visible()
    desk.get_by_text("De dienst werkt weer: beëindig de storing").click()
    desk.get_by_label("Wat vertellen we iedereen?").fill("Alles werkt weer.")
    desk.get_by_role("button", name="Beëindig de storing").click()
    expect(desk.get_by_text("Voorbij").first).to_be_visible()
    assert violations(desk) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_status_page_for_everybody(page_of, agent, target, websites, width, theme):
    start = timezone.now() - dt.timedelta(minutes=20)
    open_outage(
        NewOutage(service=websites, title="Websites plat", text="We zoeken.", started_at=start),
        by=agent,
    )
    serving.refresh()
    page = page_of(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.goto("/status/")
    expect(page.get_by_role("heading", name="Status van onze diensten")).to_be_visible()
    expect(page.get_by_text("1 dienst is niet beschikbaar.")).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    # the bars say in words what they show, and lead to the same day by day
    page.get_by_role("link", name="Bibliotheekwebsites: 1 dag met uitval in 90 dagen").click()
    expect(page.get_by_role("heading", name="Bibliotheekwebsites")).to_be_visible()
    assert violations(page) == []
    assert fits(page)


def test_subscribing_by_mail(page_of, db):
    page = page_of()
    page.goto("/status/subscribe/")
    page.get_by_label("E-mailadres").fill("lezer@elders.example")
    assert violations(page) == []
    page.get_by_role("button", name="Schrijf me in").click()
    expect(page.get_by_role("heading", name="Kijk in je mailbox")).to_be_visible()


def test_monitors_maintenance_and_a_figure(page_of, administrator, target, websites):
    page = page_of(administrator)
    for path in ("/monitors/", "/monitors/new/", "/maintenance/", "/maintenance/new/", "/outages/",
                 f"/reports/availability/{target.pk}/"):  # fmt: skip
        page.goto(path)
        assert violations(page) == [], path
        assert fits(page), path
