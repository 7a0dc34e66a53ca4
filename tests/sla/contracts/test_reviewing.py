"""A month that is over: its figures, its compensations with their evidence, and their course."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from servicedesk.outbox.models import Notification, OutgoingEmail
from servicedesk.outbox.sentences import sentence
from sla.availability.actions import Correction, correct_outage
from sla.availability.models import MaintenanceWindow, Outage, OutagePhase
from sla.contracts.agreeing import agree, change
from sla.contracts.attainment import live
from sla.contracts.claiming import Step, move
from sla.contracts.exceptions import ContractError
from sla.contracts.models import Compensation, Contract, MonthReview
from sla.contracts.promising import Frame
from sla.contracts.reminding import remind_of_notice
from sla.contracts.reviewing import review_again, review_by_hand, review_months
from sla.contracts.table import lines
from sla.reports.months import Month
from tests.sla.oracle import at, brussels

NOVEMBER = Month(2025, 11)
#: The second business day of December 2025 is the 2nd.
BEFORE, AFTER = brussels("2025-12-01 23:59"), brussels("2025-12-02 00:00")


@pytest.fixture
def outage(websites):
    """`outage(start, end)`: the websites were down then."""

    def make(start, end, **fields):
        made = Outage.objects.create(
            service=websites, title="Websites onbereikbaar", severity="down", stage="ended",
            source="hand", started_at=brussels(start), ended_at=brussels(end), **fields,
        )  # fmt: skip
        OutagePhase.objects.create(outage=made, severity="down", started_at=made.started_at)
        return made

    return make


def figures(contract, month=NOVEMBER):
    again = Contract.objects.with_versions().get(pk=contract.pk)
    found = live(again, month, now=brussels("2026-01-15 12:00"))
    return {figure.measure: (figure.counted, figure.kept, figure.percent) for figure in found}


class TestAttainment:
    def test_availability_counts_the_seconds_of_its_window(self, contract, outage, websites):
        outage("2025-11-04 10:00", "2025-11-04 17:12")
        window = MaintenanceWindow.objects.create(
            title="Onderhoud", starts_at=brussels("2025-11-09 00:00"),
            ends_at=brussels("2025-11-10 00:00"),
        )  # fmt: skip
        window.services.add(websites)
        whole, down = 29 * 86_400, 7 * 3600 + 12 * 60
        assert figures(contract)["availability"] == (whole, whole - down, Decimal("98.97"))

    def test_only_days_of_the_contract_count(self, contract, outage, says, manager):
        outage("2025-11-20 10:00", "2025-11-21 10:00")
        ended = Frame(contract.name, contract.starts_on, ends_on=dt.date(2025, 11, 15))
        change(contract, ended, says(), since=None, by=manager)
        assert figures(contract)["availability"] == (15 * 86_400, 15 * 86_400, Decimal("100.00"))
        assert figures(contract, Month(2025, 12)) == {}

    def test_response_and_resolution_count_in_their_month(self, contract, forwarded):
        forwarded("2025-11-03 10:00", answered="2025-11-03 12:00", ended="2025-11-04 12:00")
        forwarded("2025-11-03 10:00", answered="2025-11-03 15:00", ended="2025-12-01 12:00")
        forwarded("2025-11-28 16:00", answered="2025-12-01 10:00")
        assert figures(contract)["response"] == (2, 1, Decimal("50.00"))
        assert figures(contract)["resolution"] == (1, 1, Decimal("100.00"))
        december = figures(contract, Month(2025, 12))
        assert (december["response"], december["resolution"]) == (
            (1, 1, Decimal("100.00")), (1, 1, Decimal("100.00")),
        )  # fmt: skip

    def test_nothing_counted_is_no_percentage(self, contract):
        assert figures(contract)["response"] == (0, 0, None)

    def test_the_table_costs_the_same_for_one_contract_and_for_three(
        self, contract, supplier, says, manager
    ):
        def queries():
            months = NOVEMBER.series(13)
            with CaptureQueriesContext(connection) as captured:
                found = Contract.objects.with_versions().filter(supplier=supplier)
                lines(found, months, now=AFTER)
            return len(captured)

        one = queries()
        for year in (2026, 2027):
            ended = Frame("x", dt.date(year, 1, 1), ends_on=dt.date(year, 12, 31))
            previous = Contract.objects.latest("pk")
            last = dt.date(year - 1, 12, 31)
            frame = Frame(previous.name, previous.starts_on, ends_on=last)
            change(previous, frame, says(), since=None, by=manager)
            agree(supplier, ended, says(), by=manager)
        assert queries() == one


class TestReview:
    def test_a_miss_is_proposed_by_the_scale_with_its_evidence(self, contract, outage, forwarded):
        down = outage("2025-11-04 10:00", "2025-11-04 18:00")
        late = forwarded("2025-11-03 10:00", answered="2025-11-03 15:00")
        assert [str(r) for r in review_months(now=BEFORE)][-1].endswith("2025-10")
        assert [str(r) for r in review_months(now=AFTER)] == [f"{contract.pk} 2025-11"]
        claims = Compensation.objects.filter(first_day=NOVEMBER.first_day).order_by("measure")
        found = {
            claim.measure: (claim.attained, claim.below, claim.percent, claim.amount)
            for claim in claims
        }
        assert found == {
            "availability": (Decimal("98.89"), 99, 5, Decimal("50.00")),
            "response": (Decimal("0.00"), 90, Decimal("2.50"), Decimal("25.00")),
        }
        assert claims[0].evidence == {
            "window_seconds": 30 * 86_400,
            "down_seconds": 8 * 3600,
            "outages": [
                {
                    "id": down.pk, "title": down.title, "seconds": 8 * 3600,
                    "start": down.started_at.isoformat(), "end": down.ended_at.isoformat(),
                }
            ],
        }  # fmt: skip
        assert claims[1].evidence["late"] == [
            {
                "ticket": late.ticket_id, "forwarding": late.pk, "level": "Normaal",
                "start": brussels("2025-11-03 10:00").isoformat(),
                "due": brussels("2025-11-03 14:00").isoformat(),
                "stop": brussels("2025-11-03 15:00").isoformat(),
                "used_seconds": 5 * 3600, "target_seconds": 4 * 3600,
            }
        ]  # fmt: skip

    def test_again_changes_nothing(self, contract, outage):
        outage("2025-11-04 10:00", "2025-11-04 18:00")
        review_months(now=AFTER)
        before = list(Compensation.objects.values())
        assert review_months(now=AFTER) == []
        assert list(Compensation.objects.values()) == before

    def test_kept_targets_and_months_without_figures_cost_nothing(self, contract):
        review_months(now=AFTER)
        assert MonthReview.objects.count() == 11
        assert not Compensation.objects.exists()

    def test_a_miss_above_the_scale_costs_nothing(self, contract, outage, says, manager):
        mild = says(availability_percent=Decimal("99.50"))
        change(contract, Frame(contract.name, contract.starts_on), mild,
               since=Month(2025, 1), by=manager)  # fmt: skip
        outage("2025-11-04 10:00", "2025-11-04 14:00")
        review_months(now=AFTER)
        assert not Compensation.objects.exists()

    def test_months_of_before_it_was_entered_are_reviewed_by_hand(self, supplier, says, manager):
        with at("2025-11-10 09:00"):
            entered = agree(supplier, Frame("x", dt.date(2025, 1, 1)), says(), by=manager)
        assert [str(one) for one in review_months(now=AFTER)] == [f"{entered.pk} 2025-11"]
        review_by_hand(entered, Month(2025, 3), by=manager)
        with pytest.raises(ContractError):
            review_by_hand(entered, Month(2025, 3), by=manager)
        with pytest.raises(ContractError):
            review_by_hand(entered, Month(2024, 12), by=manager)


class TestReviewAgain:
    @pytest.fixture
    def reviewed(self, contract, outage):
        outage("2025-11-04 10:00", "2025-11-04 18:00")
        review_months(now=AFTER)
        return MonthReview.objects.get(first_day=NOVEMBER.first_day)

    def correct(self, manager):
        found = Outage.objects.get()
        right = Correction(
            found.title, found.started_at, brussels("2025-11-04 10:30"), None, False, ""
        )
        correct_outage(found, right, by=manager, reason="Eerder hersteld")

    def test_a_correction_changes_nothing_until_somebody_signs(self, reviewed, manager):
        self.correct(manager)
        assert Compensation.objects.get().evidence["down_seconds"] == 8 * 3600
        review_again(reviewed, by=manager, reason="Einde van de storing verbeterd")
        assert not Compensation.objects.exists()
        reviewed.refresh_from_db()
        assert (reviewed.made_by, reviewed.figures["availability"]["percent"]) == (manager, "99.93")

    def test_not_without_a_reason_or_a_change(self, reviewed, manager, agent):
        for by, reason in ((manager, " "), (manager, "Zomaar"), (agent, "Zomaar")):
            with pytest.raises(ContractError):
                review_again(reviewed, by=by, reason=reason)

    def test_what_was_sent_stays_as_it_was_sent(self, reviewed, manager):
        move(Compensation.objects.get(), Step("sent", dt.date(2026, 1, 5)), by=manager)
        self.correct(manager)
        with pytest.raises(ContractError):
            review_again(reviewed, by=manager, reason="Verbeterd")
        assert Compensation.objects.get().amount == Decimal("50.00")


class TestCourse:
    @pytest.fixture
    def claim(self, contract, outage):
        outage("2025-11-04 10:00", "2025-11-04 18:00")
        review_months(now=AFTER)
        return Compensation.objects.get()

    def test_from_proposed_to_accepted(self, claim, manager):
        move(claim, Step("sent", dt.date(2025, 12, 3), "Brief 2025/114"), by=manager)
        done = move(claim, Step("accepted", dt.date(2025, 12, 20)), by=manager)
        assert (done.state, done.is_open) == ("accepted", False)
        told = done.moves.values_list("to_state", "on", "reason", "by")
        assert list(told) == [
            ("sent", dt.date(2025, 12, 3), "Brief 2025/114", manager.pk),
            ("accepted", dt.date(2025, 12, 20), "", manager.pk),
        ]

    @pytest.mark.parametrize(
        ("step", "field"),
        [
            (Step("accepted", dt.date(2025, 12, 3)), "to"),
            (Step("proposed", dt.date(2025, 12, 3)), "to"),
            (Step("nonsense", dt.date(2025, 12, 3)), "to"),
            (Step("sent", dt.date(2999, 1, 1)), "on"),
            (Step("sent", dt.date(2025, 12, 1)), "on"),
        ],
    )
    def test_what_cannot_be(self, claim, manager, step, field):
        with pytest.raises(ContractError) as refused:
            move(claim, step, by=manager)
        assert refused.value.field == field
        assert not claim.moves.exists()

    def test_a_refusal_says_why(self, claim, manager):
        move(claim, Step("sent", dt.date(2025, 12, 3)), by=manager)
        with pytest.raises(ContractError):
            move(claim, Step("refused", dt.date(2025, 12, 4), "  "), by=manager)
        assert (
            move(claim, Step("refused", dt.date(2025, 12, 4), "Overmacht"), by=manager).state
            == "refused"
        )

    def test_agents_move_nothing(self, claim, agent):
        with pytest.raises(ContractError):
            move(claim, Step("sent", dt.date(2025, 12, 3)), by=agent)

    def test_the_database_keeps_what_was_claimed(self, claim, manager):
        with pytest.raises(IntegrityError), transaction.atomic():
            Compensation.objects.update(amount=1)
        move(claim, Step("sent", dt.date(2025, 12, 3)), by=manager)
        with pytest.raises(IntegrityError), transaction.atomic():
            claim.moves.update(reason="anders")
        with pytest.raises(IntegrityError), transaction.atomic():
            Compensation.objects.filter(pk=claim.pk)._raw_delete("default")


class TestNotice:
    @pytest.fixture
    def ending(self, supplier, says, manager):
        frame = Frame("Hosting", dt.date(2025, 1, 1), ends_on=dt.date(2025, 12, 31), notice_days=90)
        return agree(supplier, frame, says(), by=manager)

    def test_managers_are_reminded_once(self, ending, manager, administrator, agent):
        assert ending.notice_on == dt.date(2025, 10, 2)
        reminded = [
            remind_of_notice(now=brussels(day + " 09:00"))
            for day in ("2025-09-01", "2025-09-02", "2025-09-03", "2025-10-02")
        ]
        assert reminded == [0, 1, 0, 0]
        told = Notification.objects.filter(kind="contract_notice")
        assert {line.user for line in told} == {manager, administrator}
        assert sentence(told[0]) == (
            "Contract “Hosting” met Webatelier Noord: zeg op vóór of op 02/10/2025, of het loopt "
            "door."
        )
        letters = OutgoingEmail.objects.filter(thread=f"contract:{ending.pk}")
        assert {letter.to[0] for letter in letters} == {manager.email, administrator.email}
        assert "2 oktober 2025" in letters[0].body_text

    def test_a_longer_contract_reminds_anew(self, ending, says, manager):
        remind_of_notice(now=brussels("2025-09-10 09:00"))
        longer = Frame(ending.name, ending.starts_on, dt.date(2026, 12, 31), notice_days=90)
        change(ending, longer, says(), since=None, by=manager)
        assert remind_of_notice(now=brussels("2026-09-10 09:00")) == 1

    def test_a_date_that_has_passed_is_not_told(self, ending):
        assert remind_of_notice(now=brussels("2025-10-03 09:00")) == 0
