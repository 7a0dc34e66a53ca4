"""Suppliers, contracts and compensations on their pages, for those who may read them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.audit.models import AuditEntry
from servicedesk.catalogue.models import Supplier
from sla.availability.models import Outage, OutagePhase
from sla.contracts import alerts
from sla.contracts.agreeing import agree
from sla.contracts.levels import Level
from sla.contracts.models import Compensation, Contract, ContractDocument, MonthReview
from sla.contracts.promising import Frame
from sla.contracts.reviewing import review_months
from sla.contracts.templatetags.suppliers import supplier_panel
from sla.reports.months import Month
from tests.sla.oracle import at, brussels
from tickets.case import with_suppliers
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
AFTER = brussels("2025-12-02 00:00")


def url(name: str, *args) -> str:
    return reverse(f"contracts:{name}", args=args)


@pytest.fixture
def down(websites):
    """Eight hours of the websites in November 2025."""
    made = Outage.objects.create(
        service=websites, title="Websites onbereikbaar", severity="down", stage="ended",
        source="hand", started_at=brussels("2025-11-04 10:00"),
        ended_at=brussels("2025-11-04 18:00"),
    )  # fmt: skip
    OutagePhase.objects.create(outage=made, severity="down", started_at=made.started_at)
    return made


@pytest.fixture
def claim(contract, down):
    review_months(now=AFTER)
    return Compensation.objects.get()


def typed(service, **other) -> dict:
    """What a manager types for a whole contract, in Dutch."""
    fields = {
        "name": "Hosting", "reference": "WN-12", "starts_on": "2026-01-01",
        "ends_on": "2026-12-31", "notice_days": "90", "services": [service.pk],
        "level_1_name": "Normaal", "level_1_priority": "low", "level_1_response": "4 u.",
        "level_1_resolution": "24 u.", "availability_percent": "99,50",
        "response_percent": "90", "availability_rule": "any", "monthly_fee": "1250,50",
        "scale_availability_1_below": "99,5", "scale_availability_1_percent": "5",
        "scale_availability_2_below": "99", "scale_availability_2_percent": "12,5",
    }  # fmt: skip
    return {name: value for name, value in (fields | other).items() if value is not None}


class TestEditor:
    def test_a_contract_is_entered_whole(self, as_user, manager, supplier, websites):
        answer = as_user(manager).post(url("contract-create", supplier.pk), typed(websites))
        assert answer.headers["Location"] == url("supplier-detail", supplier.pk)
        contract = Contract.objects.get()
        terms = contract.versions.get()
        assert (contract.notice_on, terms.monthly_fee) == (
            dt.date(2026, 10, 2), Decimal("1250.50"),
        )  # fmt: skip
        assert terms.levels == [Level("Normaal", "low", 240, 1440)]
        assert [(step.below, step.percent) for step in terms.steps("availability")] == [
            (Decimal("99.50"), 5), (Decimal("99.00"), Decimal("12.50")),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"ends_on": "2025-12-31"}, "eindigt voor het begint"),
            ({"starts_on": "0001-01-01"}, "Kies een dag tussen 2000 en 2100."),
            ({"ends_on": "9999-12-31"}, "Kies een dag tussen 2000 en 2100."),
            ({"services": None}, "minstens één dienst"),
            ({"level_1_response": "0 min"}, "minstens één minuut"),
            ({"level_1_name": None}, "Geef dit niveau een naam"),
            ({"level_1_priority": None}, "vanaf welke prioriteit"),
            ({"scale_availability_1_below": "99,6"}, "boven het doel"),
            ({"scale_availability_2_percent": "5"}, "lager liggen"),
            ({"scale_availability_2_percent": None}, "beide getallen"),
            ({"availability_percent": "0"}, "belooft niets"),
            ({"availability_percent": "101"}, "100"),
            ({"monthly_fee": None}, "maandbedrag nodig"),
            ({"name": "x" * 121}, "120"),
        ],
    )
    def test_what_cannot_be_gets_a_sentence_and_keeps_what_was_typed(
        self, as_user, manager, supplier, websites, wrong, sentence
    ):
        data = typed(websites, reference="Kenmerk van ons", **wrong)
        answer = as_user(manager).post(url("contract-create", supplier.pk), data)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "Kenmerk van ons" in answer.text
        assert not Contract.objects.exists()

    def test_what_stands_there_is_what_was_typed(self, as_user, manager, supplier, websites):
        browser = as_user(manager)
        browser.post(url("contract-create", supplier.pk), typed(websites))
        page = browser.get(url("contract-edit", Contract.objects.get().pk)).text
        for value in ("99,50", "12,50", "1250,50", "4 u.", "24 u.", "2026-12-31"):
            assert f'value="{value}"' in page

    def test_saving_again_makes_no_version(self, as_user, manager, supplier, websites):
        browser = as_user(manager)
        browser.post(url("contract-create", supplier.pk), typed(websites))
        contract = Contract.objects.get()
        browser.post(url("contract-edit", contract.pk), typed(websites, since="2026-12"))
        assert contract.versions.count() == 1
        other = typed(websites, since="2026-12", monthly_fee="1300")
        browser.post(url("contract-edit", contract.pk), other)
        months = contract.versions.values_list("valid_from", flat=True)
        assert list(months) == [dt.date(2026, 12, 1), dt.date(2026, 1, 1)]


class TestDocuments:
    def add(self, browser, contract, name="contract.pdf", content=b"%PDF-1.7\n%%EOF"):
        upload = SimpleUploadedFile(name, content, "application/pdf")
        return browser.post(url("document-add", contract.pk), {"file": upload}, follow=True)

    def test_come_back_byte_for_byte_and_leave_a_trace(self, as_user, manager, contract):
        browser = as_user(manager)
        assert "is bewaard bij het contract" in self.add(browser, contract).text
        document = ContractDocument.objects.get()
        assert "contract.pdf" not in document.file.name
        answer = browser.get(url("document-download", document.pk))
        assert answer.getvalue() == b"%PDF-1.7\n%%EOF"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="contract.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert AuditEntry.objects.filter(action="contract_document_read").count() == 1

    def test_whose_file_is_gone_is_not_found_and_stands_in_the_log(
        self, as_user, manager, contract, caplog
    ):
        browser = as_user(manager)
        self.add(browser, contract)
        document = ContractDocument.objects.get()
        document.file.storage.delete(document.file.name)
        assert browser.get(url("document-download", document.pk)).status_code == 404
        assert document.file.name in caplog.text
        assert not AuditEntry.objects.filter(action="contract_document_read").exists()

    def test_programs_and_empty_files_are_refused(self, as_user, manager, contract):
        browser = as_user(manager)
        assert "is een programma" in self.add(browser, contract, "x.exe", b"MZ\x90\0").text
        assert self.add(browser, contract, "leeg.pdf", b"").status_code == 200
        assert not ContractDocument.objects.exists()

    def test_are_removed_with_their_file(
        self, as_user, manager, contract, django_capture_on_commit_callbacks
    ):
        browser = as_user(manager)
        self.add(browser, contract)
        document = ContractDocument.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(url("document-remove", document.pk))
        assert not document.file.storage.exists(document.file.name)
        assert browser.get(url("document-download", document.pk)).status_code == 404


class TestWhoReadsWhat:
    def test_agents_read_what_they_need_for_tickets(self, as_user, agent, contract, claim):
        page = as_user(agent).get(url("supplier-detail", contract.supplier_id)).text
        assert "Normaal: reactie 4 u., oplossing 24 u." in page
        for hidden in ("Maandbedrag", "1 000,00", "Compensaties", "Documenten", "98,89"):
            assert hidden not in page

    def test_managers_read_all_of_it(self, as_user, manager, contract, claim):
        with at("2025-12-10 09:00"):
            page = as_user(manager).get(url("supplier-detail", contract.supplier_id)).text
        for shown in ("€\u00a01\u00a0000,00", "98,89", "€\u00a050,00", "Voorgesteld"):
            assert shown in page


class TestClaim:
    def test_shows_its_evidence_and_its_course(self, as_user, manager, claim, down):
        browser = as_user(manager)
        page = browser.get(claim.get_absolute_url()).text
        assert down.get_absolute_url() in page
        assert "28\u00a0800" in page
        moved = {"to": "sent", "on": "2025-12-03", "reason": "Brief 114"}
        page = browser.post(url("compensation-move", claim.pk), moved, follow=True).text
        assert "Brief 114" in page
        claim.refresh_from_db()
        assert claim.state == "sent"

    def test_a_refusal_of_the_desk_keeps_what_was_typed(self, as_user, manager, claim):
        wrong = {"to": "refused", "on": "2025-12-03", "reason": "Overmacht"}
        answer = as_user(manager).post(url("compensation-move", claim.pk), wrong)
        assert answer.status_code == 422
        assert "dat kan niet" in answer.text
        assert "Overmacht" in answer.text

    def test_exports_are_harmless(self, as_user, manager, claim):
        Supplier.objects.update(name="=1+1")
        table = as_user(manager).get(url("compensation-list") + "?format=csv").getvalue().decode()
        assert """"'=1+1";"Hosting websites";"2025-11";"Beschikbaarheid";98.89;99.00""" in table


class TestChain:
    def test_from_the_outage_to_the_compensation(self, as_user, manager, agent, claim, down):
        page = as_user(manager).get(down.get_absolute_url()).text
        month = url("month-detail", claim.contract_id, "2025-11")
        assert month in page
        assert claim.get_absolute_url() in as_user(manager).get(month).text
        assert month not in as_user(agent).get(down.get_absolute_url()).text

    def test_a_month_that_changed_says_so_and_is_reviewed_again(
        self, as_user, manager, claim, down
    ):
        Outage.objects.update(ended_at=brussels("2025-11-04 10:30"))
        browser, month = as_user(manager), url("month-detail", claim.contract_id, "2025-11")
        assert "Er is iets veranderd" in browser.get(month).text
        again = url("month-review", claim.contract_id, "2025-11")
        assert browser.post(again, {"reason": ""}).status_code == 422
        page = browser.post(again, {"reason": "Einde verbeterd"}, follow=True).text
        assert "Einde verbeterd" in page
        assert not Compensation.objects.exists()
        assert MonthReview.objects.get(first_day="2025-11-01").made_by == manager

    def test_figures_lead_to_as_many_tickets(self, as_user, manager, contract, forwarded):
        for answered in ("2025-11-03 12:00", "2025-11-03 16:00", ""):
            forwarded("2025-11-03 10:00", answered=answered)
        alerts.check()  # notices that one was never answered
        Ticket.objects.update(subject="=cmd()")
        browser = as_user(manager)
        month = browser.get(url("month-detail", contract.pk, "2025-11"))
        figure = next(line for line in month.context["told"] if line["url"].endswith("response/"))
        everything, late = browser.get(figure["url"]), browser.get(figure["late_url"])
        assert everything.context["count"] == figure["figure"].counted == 3
        assert late.context["count"] == figure["figure"].lost == 2
        table = browser.get(figure["url"] + "?format=csv").getvalue().decode()
        assert table.count("'=cmd()") == 3


class TestTicketPage:
    def test_shows_the_suppliers_clocks_beside_ours(self, as_user, agent, contract, forwarded):
        forwarding = forwarded("2025-11-03 10:00")
        with at("2025-11-03 12:00"):
            page = as_user(agent).get(forwarding.ticket.get_absolute_url()).text
        panel = page[page.index('id="supplier-panel"') :]
        assert "Antwoord van de leverancier" in panel
        assert "nog 2 u." in panel

    def test_without_a_forwarding_there_is_none(self, as_user, agent, contract, ticket):
        assert 'id="supplier-panel"' not in as_user(agent).get(ticket.get_absolute_url()).text

    def test_costs_the_same_for_one_forwarding_and_for_three(
        self, as_user, agent, contract, forwarded
    ):
        first = forwarded("2025-11-03 10:00", ended="2025-11-03 11:00")
        ticket = first.ticket

        def queries():
            with CaptureQueriesContext(connection) as captured:
                supplier_panel(with_suppliers(ticket))
            return len(captured)

        one = queries()
        for _more in range(2):
            other = forwarded("2025-11-03 10:00", ended="2025-11-03 11:00")
            type(other).objects.filter(pk=other.pk).update(ticket=ticket)
            other.clocks.update(ticket=ticket)
        assert queries() == one == 2


def test_the_list_costs_the_same_for_one_supplier_and_for_three(
    as_user, manager, contract, says, forwarded, websites
):
    browser = as_user(manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(url("supplier-list"))
        return len(captured)

    forwarded("2025-11-03 10:00")
    one = queries()
    for name in ("Leesplank", "Kaartpunt"):
        other = Supplier.objects.create(name=name, email="x@x.example")
        agree(other, Frame("Nog een", dt.date(2025, 1, 1)), says(), by=manager)
    assert queries() == one


def test_a_suppliers_page_costs_the_same_for_one_ticket_and_for_three(
    as_user, manager, contract, forwarded
):
    browser = as_user(manager)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(url("supplier-detail", contract.supplier_id))
        return len(captured)

    forwarded("2025-11-03 10:00")
    one = queries()
    for _more in range(2):
        forwarded("2025-11-03 10:00")
    assert queries() == one


class TestForwardDialog:
    def test_offers_the_promises_of_the_supplier(self, as_user, agent, contract, ticket):
        page = as_user(agent).get(reverse("tickets:ticket-forward", args=[ticket.pk])).text
        normal = f'<option value="{contract.pk}.low" selected>'
        assert f"{normal}Normaal: reactie 4 u., oplossing 24 u.</option>" in page
        assert f'<option value="{contract.pk}.urgent">' in page

    def test_proposes_that_of_the_priority(self, as_user, agent, contract, ticket):
        Ticket.objects.update(priority="urgent")
        page = as_user(agent).get(reverse("tickets:ticket-forward", args=[ticket.pk])).text
        assert f'<option value="{contract.pk}.urgent" selected>' in page

    def test_offers_nothing_without_a_contract(self, as_user, agent, supplier, ticket):
        page = as_user(agent).get(reverse("tickets:ticket-forward", args=[ticket.pk])).text
        assert 'id="act-promise"' not in page


def test_many_claims_are_paged(as_user, manager, contract, claim):
    fields = {
        name: getattr(claim, name)
        for name in (
            "contract", "attained", "target", "below", "percent", "fee", "amount", "evidence",
        )
    }  # fmt: skip
    months = Month(2024, 12).series(30)
    for month in months:
        review = MonthReview.objects.create(
            contract=contract, first_day=month.first_day, terms=contract.versions.get()
        )
        Compensation.objects.create(
            review=review, first_day=month.first_day, measure="response", **fields
        )
    browser, seen, after = as_user(manager), [], ""
    while True:
        page = browser.get(url("compensation-list"), {"after": after}).context["page"]
        seen += [one.first_day for one in page]
        after = page.next_cursor
        if not after:
            break
    assert seen == [claim.first_day, *(month.first_day for month in months)]
