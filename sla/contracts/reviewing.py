"""A month that is over is reviewed once: its figures are kept, its compensations are proposed.

That happens on the day on which the desk publishes the month (the second business day after it),
so that outages can be corrected first. The desk reviews months that ended after a contract was
entered; older ones a manager reviews by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.availability.history import History
from sla.business_hours import BusinessHours, CalendarError
from sla.calendars import desk_hours
from sla.contracts.attainment import Figure, Owed, count, figures, live, owed, terms_in
from sla.contracts.evidence import evidence_of
from sla.contracts.exceptions import ContractError
from sla.contracts.models import Compensation, Contract, MonthReview
from sla.contracts.permissions import may_change_contracts
from sla.reports.freezing import frozen_from
from sla.reports.months import Month


def review_months(*, now: dt.datetime | None = None) -> list[MonthReview]:
    """Reviews every month whose day has come; gives the new reviews. May run twice at once."""
    moment = now or timezone.now()
    try:
        hours = desk_hours()
    except CalendarError:
        return []
    due = [
        (contract, month)
        for contract in Contract.objects.with_versions()
        for month in due_months(contract, hours, now=moment)
    ]
    return review_all(due, at=lambda _month: moment)


def review_all(
    due: Iterable[tuple[Contract, Month]], *, at: Callable[[Month], dt.datetime]
) -> list[MonthReview]:
    """Reviews these months of contracts, which come `with_versions`, as of the moments `at` says.

    What happened is read once for all of them.
    """
    wanted = list(due)
    if not wanted:
        return []
    months = sorted({month for _contract, month in wanted})
    history = History.read(months[0].start, months[-1].end, now=timezone.now())
    counts = count({contract.pk: contract for contract, _month in wanted}.values(), months)
    made = []
    for contract, month in wanted:
        found = figures(contract, month, history, counts)
        if (review := _review(contract, month, found, now=at(month))) is not None:
            made.append(review)
    return made


def due_months(contract: Contract, hours: BusinessHours, *, now: dt.datetime) -> Iterator[Month]:
    """The months of a contract that are to be reviewed by now, the oldest first."""
    month = max(Month.of(contract.created_at), Month.of_day(contract.starts_on))
    known = set(contract.reviews.values_list("first_day", flat=True))
    while month.end <= now and (contract.ends_on is None or month.first_day <= contract.ends_on):
        if month.first_day not in known and frozen_from(month, hours) <= now:
            yield month
        month = month.before(-1)


def review_by_hand(contract: Contract, month: Month, *, by: User) -> MonthReview:
    """Reviews a month that ended before the contract was entered.

    Raises ContractError for a month that is not over or not one of the contract, and for one that
    was reviewed.
    """
    _guard(by)
    contract = Contract.objects.with_versions().get(pk=contract.pk)
    if month.end > timezone.now():
        raise ContractError(_("This month is not over yet."))
    if terms_in(contract, month) is None:
        raise ContractError(_("The contract was not in force in this month."))
    now = timezone.now()
    review = _review(contract, month, live(contract, month, now=now), now=now)
    if review is None:
        raise ContractError(_("This month was reviewed already."))
    record("month_reviewed", by=by, about=review, month=str(month), to=_amounts(review))
    return review


@transaction.atomic
def review_again(review: MonthReview, *, by: User, reason: str) -> MonthReview:
    """Takes the figures and proposals of a month as they would be now, for a reason.

    Raises ContractError without a reason, when nothing changed, and when a compensation of that
    month went to the supplier: what was sent stays as it was sent.
    """
    _guard(by)
    if not reason.strip():
        raise ContractError(_("Say why the month is reviewed again."), "reason")
    review = MonthReview.objects.select_for_update().get(pk=review.pk)
    if review.compensations.exclude(state=Compensation.State.PROPOSED).exists():
        raise ContractError(_("A compensation of this month was sent: it stays as it is."))
    now = timezone.now()
    contract = Contract.objects.with_versions().get(pk=review.contract_id)
    month = Month.of_day(review.first_day)
    found = live(contract, month, now=now)
    if _kept(found) == review.figures:
        raise ContractError(_("The figures are still as they were reviewed."))
    before = _amounts(review)
    review.compensations.all().delete()
    review.figures, review.made_at = _kept(found), now
    review.made_by, review.reason = by, reason.strip()
    review.save()
    _propose(review, contract, found, now=now)
    record(
        "month_reviewed_again",
        by=by,
        about=review,
        month=str(month),
        **{"from": before, "to": _amounts(review)},
    )
    return review


@transaction.atomic
def _review(
    contract: Contract, month: Month, found: list[Figure], *, now: dt.datetime
) -> MonthReview | None:
    """None when another process was first, or nothing was promised."""
    Contract.objects.select_for_update().get(pk=contract.pk)
    terms = terms_in(contract, month)
    if terms is None:
        return None
    review, made = MonthReview.objects.get_or_create(
        contract=contract,
        first_day=month.first_day,
        defaults={"terms": terms, "figures": _kept(found), "made_at": now},
    )
    if not made:
        return None
    _propose(review, contract, found, now=now)
    return review


def _propose(
    review: MonthReview, contract: Contract, found: list[Figure], *, now: dt.datetime
) -> None:
    month = Month.of_day(review.first_day)
    claims = ((figure, owed(figure, review.terms)) for figure in found)
    Compensation.objects.bulk_create(
        _compensation(review, figure, claim, evidence=evidence_of(contract, month, figure, now=now))
        for figure, claim in claims
        if claim is not None
    )


def _compensation(
    review: MonthReview, figure: Figure, claim: Owed, *, evidence: dict[str, Any]
) -> Compensation:
    return Compensation(
        contract_id=review.contract_id,
        review=review,
        first_day=review.first_day,
        measure=figure.measure,
        attained=claim.attained,
        target=figure.target,
        below=claim.step.below,
        percent=claim.step.percent,
        fee=claim.fee,
        amount=claim.amount,
        evidence=evidence,
        proposed_at=review.made_at,
    )


def _kept(found: list[Figure]) -> dict[str, dict]:
    return {figure.measure: figure.as_json() for figure in found}


def _amounts(review: MonthReview) -> list[str]:
    return [str(one.amount) for one in review.compensations.order_by("measure")]


def _guard(by: User) -> None:
    if not may_change_contracts(by):
        raise ContractError(_("Only managers may do this."))
