"""One outage from its report to what a supplier owes for it, through the doors people use."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from servicedesk.outbox.models import OutgoingEmail
from sla.alarms.models import Alarm
from sla.alarms.picture import alarms_on_pages
from sla.availability.models import AvailabilityTarget, Outage
from sla.availability.status import serving
from sla.availability.tasks import tell_outage_updates
from sla.contracts.models import Compensation
from sla.contracts.reviewing import review_months
from sla.reports.months import Month
from tests.sla.oracle import at, brussels
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
TUESDAY, NOVEMBER = "2025-11-04 ", Month(2025, 11)


@pytest.fixture
def target(websites) -> AvailabilityTarget:
    made = AvailabilityTarget.objects.create(
        name="Websites", percent="99.00", measured_from=dt.date(2025, 1, 1), on_status_page=True
    )
    made.services.add(websites)
    return made


def told(person) -> list[str]:
    mails = OutgoingEmail.objects.filter(to=[person.email]).order_by("pk")
    return [text for mail in mails if "server" in (text := mail.body_text)]


def test_reported_taken_told_ended_measured_and_claimed(
    contract, target, websites, requester, stranger, colleague, agent, manager, as_user
):
    words = {"service": "websites", "body": "Sinds vanmorgen.", "sure": "on"}
    with at(TUESDAY + "10:00"):
        reporter = as_user(requester)
        for browser, subject in ((reporter, "Witte pagina"), (as_user(stranger), "Alles plat")):
            token = browser.get("/site-down/?service=websites").context["form"]["token"].value()
            answer = browser.post("/site-down/", words | {"subject": subject, "token": token})
            assert answer.status_code == 302
        outage = Outage.objects.get()
        as_user(colleague).post(f"/outages/{outage.pk}/join/")
        (rings,) = alarms_on_pages(brussels(TUESDAY + "10:00"))
        assert (rings["rings"], rings["reports"]) == (True, 2)
        assert rings["text"] == "SITE DOWN · Bibliotheekwebsites: Witte pagina"
    with at(TUESDAY + "10:02"):
        desk = as_user(agent)
        assert "2 organisaties" in desk.get("/alarms/banner/").text
        desk.post(f"/alarms/{Alarm.objects.get().pk}/take/")
        assert "Noor Peeters nam dit op om 10.02 u." in desk.get("/alarms/banner/").text
        assert (
            "Noor Peeters nam het op vandaag 10.02 u." in desk.get(outage.get_absolute_url()).text
        )
        news = {"stage": "identified", "text": "Een server is stuk."}
        assert desk.post(f"/outages/{outage.pk}/update/", news).status_code == 302
        tell_outage_updates()
        for person in (requester, stranger, colleague):
            assert len(told(person)) == 1
        serving.refresh()
        page = Client().get("/status/").text
        assert "Een server is stuk." in page
        assert "Witte pagina" not in page
    with at(TUESDAY + "18:05"):
        desk = as_user(agent)
        end = {
            "at": "2025-11-04T18:00:00", "text": "De server is vervangen.", "cause": "Schijf stuk.",
            "solves_tickets": "on",
        }  # fmt: skip
        assert desk.post(f"/outages/{outage.pk}/end/", end).status_code == 302
        tell_outage_updates()
        assert {ticket.status for ticket in Ticket.objects.all()} == {"solved"}
        for person in (requester, stranger, colleague):
            assert len(told(person)) == 2
        assert alarms_on_pages(brussels(TUESDAY + "18:05")) == []
    with at("2025-12-02 09:00"):
        review_months()
        reader = as_user(manager)
        page = reader.get(f"/reports/availability/{target.pk}/?month=2025-11")
        month = page.context["measurement"]
        assert (month.down_minutes, month.percent) == (Decimal(480), Decimal("98.89"))
        assert outage.get_absolute_url() in page.text
        claim = Compensation.objects.get(first_day=NOVEMBER.first_day)
        assert (claim.state, claim.attained, claim.amount) == (
            "proposed", Decimal("98.89"), Decimal("50.00"),
        )  # fmt: skip
        assert [line["id"] for line in claim.evidence["outages"]] == [outage.pk]
        assert "€ 50,00" in reader.get(claim.get_absolute_url()).text.replace("\xa0", " ")
