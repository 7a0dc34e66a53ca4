"""Contracts are entered and changed; what cannot be meant, or was reviewed, is refused."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection

from servicedesk.audit.models import AuditEntry
from servicedesk.catalogue.models import Service
from sla.contracts.agreeing import agree, change
from sla.contracts.attainment import terms_in
from sla.contracts.exceptions import ContractError
from sla.contracts.levels import Level
from sla.contracts.models import Contract
from sla.contracts.promising import Frame
from sla.contracts.reviewing import review_months
from sla.contracts.scale import Step
from sla.reports.months import Month
from tests.sla.oracle import at, brussels

JANUARY = dt.date(2025, 1, 1)
FRAME = Frame("Hosting websites", JANUARY)


def refusal(act) -> str:
    """Where a verb puts its refusal."""
    with pytest.raises(ContractError) as refused:
        act()
    return refused.value.field


def step(below, percent):
    return Step(Decimal(below), Decimal(percent))


class TestWhatCannotBeMeant:
    @pytest.mark.parametrize(
        ("frame", "field"),
        [
            (Frame("x", JANUARY, ends_on=dt.date(2024, 12, 31)), "ends_on"),
            (Frame("x", JANUARY, notice_days=90), "ends_on"),
            (Frame("x", JANUARY, ends_on=dt.date(2025, 2, 1), notice_days=90), "notice_days"),
        ],
    )
    def test_a_frame(self, supplier, says, manager, frame, field):
        assert refusal(lambda: agree(supplier, frame, says(), by=manager)) == field

    @pytest.mark.parametrize(
        ("other", "field"),
        [
            ({"services": []}, "services"),
            ({"availability_percent": Decimal(0), "scale": {}}, "availability_percent"),
            ({"levels": [Level("x", "low", None, None)]}, "levels"),
            ({"levels": [Level("x", "low", 1, 1), Level("y", "low", 2, 2)]}, "levels"),
            ({"levels": []}, "response_percent"),
            ({"availability_percent": None}, "availability_percent"),
            (
                {"scale": {"availability": [step(99, 5), step(98, 5)]}},
                "scale_availability",
            ),
            ({"scale": {"availability": [step("99.5", 5)]}}, "scale_availability"),
            ({"scale": {"availability": [step(99, 0)]}}, "scale_availability"),
            ({"monthly_fee": Decimal(0)}, "monthly_fee"),
        ],
    )
    def test_a_promise(self, supplier, says, manager, other, field):
        assert refusal(lambda: agree(supplier, FRAME, says(**other), by=manager)) == field

    def test_nothing_at_all(self, supplier, says, manager):
        empty = says(
            levels=[], scale={}, availability_percent=None, response_percent=None,
            resolution_percent=None,
        )  # fmt: skip
        assert refusal(lambda: agree(supplier, FRAME, empty, by=manager)) == "availability_percent"


def test_agents_change_nothing(contract, says, agent, supplier):
    for act in (
        lambda: agree(supplier, FRAME, says(), by=agent),
        lambda: change(contract, FRAME, says(), since=None, by=agent),
    ):
        with pytest.raises(ContractError):
            act()
    assert Contract.objects.count() == 1


class TestOverlaps:
    def test_one_service_has_one_contract_of_a_supplier_at_a_time(
        self, contract, supplier, says, manager
    ):
        assert refusal(lambda: agree(supplier, FRAME, says(), by=manager)) == "services"
        assert Contract.objects.count() == 1

    def test_one_after_the_other_is_fine(self, contract, supplier, says, manager):
        ended = Frame(contract.name, JANUARY, ends_on=dt.date(2025, 6, 30))
        change(contract, ended, says(), since=None, by=manager)
        agree(supplier, Frame("Nieuw", dt.date(2025, 7, 1)), says(), by=manager)
        with pytest.raises(ContractError):
            change(contract, FRAME, says(), since=None, by=manager)

    def test_another_service_is_fine(self, contract, supplier, says, manager):
        other = Service.objects.create(name="E-boeken", slug="e-boeken")
        agree(supplier, FRAME, says(services=[other]), by=manager)

    def test_a_version_frees_a_service_from_its_month_on(
        self, contract, supplier, says, manager, websites
    ):
        other = Service.objects.create(name="E-boeken", slug="e-boeken")
        change(contract, FRAME, says(services=[other]), since=Month(2025, 6), by=manager)
        early = Frame("Nieuw", dt.date(2025, 5, 31))
        assert refusal(lambda: agree(supplier, early, says(), by=manager)) == "services"
        agree(supplier, Frame("Nieuw", dt.date(2025, 6, 1)), says(), by=manager)

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_are_one(self, supplier, says, manager):
        promise, kept = says(), []

        def enter():
            try:
                kept.append(agree(supplier, FRAME, promise, by=manager))
            except ContractError:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=enter) for _one in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(kept) == 1 == Contract.objects.count()


class TestVersions:
    def test_each_holds_from_its_month_on(self, contract, says, manager):
        change(contract, FRAME, says(monthly_fee=Decimal(1100)), since=Month(2025, 6), by=manager)
        again = Contract.objects.with_versions().get()
        fees = {
            str(month): terms_in(again, month).monthly_fee
            for month in (Month(2025, 5), Month(2025, 6), Month(2026, 1))
        }
        assert fees == {"2025-05": 1000, "2025-06": 1100, "2026-01": 1100}

    def test_the_same_month_again_replaces_it(self, contract, says, manager):
        for fee in (1100, 1200):
            other = says(monthly_fee=Decimal(fee))
            change(contract, FRAME, other, since=Month(2025, 6), by=manager)
        fees = contract.versions.order_by("valid_from").values_list("monthly_fee", flat=True)
        assert list(fees) == [1000, 1200]

    def test_nothing_new_makes_no_version(self, contract, says, manager):
        before = AuditEntry.objects.count()
        change(contract, FRAME, says(), since=Month(2025, 6), by=manager)
        assert contract.versions.count() == 1
        assert AuditEntry.objects.count() == before

    def test_the_trail_tells_what_changed(self, contract, says, manager):
        frame = Frame("Anders", JANUARY)
        change(contract, frame, says(monthly_fee=Decimal(1)), since=Month(2025, 6), by=manager)
        entry = AuditEntry.objects.filter(action="contract_changed").get()
        assert entry.data == {"fields": ["name", "terms"], "month": "2025-06"}

    def test_a_reviewed_month_keeps_its_version(self, contract, says, manager):
        review_months(now=brussels("2025-03-10 12:00"))  # January and February
        other = says(monthly_fee=Decimal(1))
        early = Month(2025, 2)
        assert refusal(lambda: change(contract, FRAME, other, since=early, by=manager)) == "since"
        later = Frame(contract.name, dt.date(2025, 2, 1))
        assert refusal(lambda: change(contract, later, other, since=None, by=manager)) == (
            "starts_on"
        )
        short = Frame(contract.name, JANUARY, ends_on=dt.date(2025, 2, 27))
        assert refusal(lambda: change(contract, short, other, since=None, by=manager)) == "ends_on"
        change(contract, FRAME, other, since=Month(2025, 3), by=manager)
        ended = Frame(contract.name, JANUARY, ends_on=dt.date(2025, 3, 31))
        with at("2025-03-10 12:00"):
            change(contract, ended, other, since=None, by=manager)

    def test_a_month_after_the_end_is_refused(self, contract, says, manager):
        ended = Frame(contract.name, JANUARY, ends_on=dt.date(2025, 6, 30))
        other = says(monthly_fee=Decimal(1))
        assert (
            refusal(lambda: change(contract, ended, other, since=Month(2025, 7), by=manager))
            == "since"
        )
