"""A manager enters a contract, sees a month that was missed, and claims what it costs."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from servicedesk.catalogue.models import Service, Supplier
from sla.availability.models import Outage, OutagePhase
from sla.contracts.models import Compensation, Contract
from sla.contracts.reviewing import review_by_hand
from sla.reports.months import Month
from tests.browser import fits, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_from_the_contract_to_an_accepted_compensation(
    context_of, policy_reports, manager, width, theme
):
    supplier = Supplier.objects.create(name="Webatelier Noord", email="help@webatelier.example")
    service = Service.objects.create(name="Websites", slug="websites", supplier=supplier)
    # Not `page_of`: a browser complains of each form that was refused.
    page = context_of(
        manager, viewport={"width": width, "height": 900}, color_scheme=theme
    ).new_page()

    def look():
        assert violations(page) == []
        assert fits(page)

    page.goto("/reports/")
    page.get_by_role("link", name="Leveranciers").click()
    look()
    page.get_by_role("link", name="Webatelier Noord").click()
    page.get_by_role("link", name="Nieuw contract").click()
    page.locator("#id_name").fill("Hosting")
    last = Month.last_full()
    page.locator("#id_starts_on").fill(last.before(3).first_day.isoformat())
    page.get_by_label("Niveau 1: naam").fill("Normaal")
    page.get_by_label("Niveau 1: vanaf prioriteit").select_option("low")
    page.get_by_label("Niveau 1: antwoord binnen").fill("4 u.")
    page.get_by_label("Beschikbaar (%)").fill("99,5")
    page.get_by_label("Beschikbaarheid, trap 1: onder (%)").fill("99,9")
    page.get_by_label("Beschikbaarheid, trap 1: deel van het bedrag (%)").fill("10")
    page.get_by_label("Maandbedrag in euro").fill("1000")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("boven het doel").first).to_be_visible()
    look()
    page.get_by_label("Beschikbaarheid, trap 1: onder (%)").fill("99,5")
    page.get_by_role("button", name="Bewaar").click()
    expect(page.get_by_text("“Hosting” is bewaard.")).to_be_visible()
    look()

    start = timezone.localtime(last.start) + dt.timedelta(days=5)
    down = Outage.objects.create(
        service=service, title="Alles plat", severity="down", stage="ended", source="hand",
        started_at=start, ended_at=start + dt.timedelta(hours=12),
    )  # fmt: skip
    OutagePhase.objects.create(outage=down, severity="down", started_at=start)
    review_by_hand(Contract.objects.get(), last, by=manager)
    page.goto(down.get_absolute_url())
    look()
    page.get_by_role("link", name="Webatelier Noord, ").click()
    expect(page.get_by_text("Deze maand is afgerekend.")).to_be_visible()
    look()
    page.get_by_role("link", name="€").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("100,00")
    look()
    page.get_by_label("Notitie").fill("Brief 114")
    page.get_by_role("button", name="Verstuurd naar de leverancier").click()
    expect(page.get_by_text("De compensatie is verstuurd.")).to_be_visible()
    page.get_by_role("button", name="Geweigerd").click()
    expect(page.get_by_text("Zeg waarom de leverancier weigert.").first).to_be_visible()
    look()
    page.get_by_role("button", name="Aanvaard").click()
    expect(page.get_by_text("De compensatie is aanvaard.")).to_be_visible()
    assert Compensation.objects.get().state == "accepted"
    assert policy_reports == []
