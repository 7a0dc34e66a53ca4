"""What is refused when a contract is entered or changed, each with a sentence and its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from servicedesk.catalogue.models import Service
from sla.contracts.exceptions import ContractError
from sla.contracts.levels import PRIORITIES
from sla.contracts.models import Contract, Measure
from sla.contracts.promising import Frame, Says
from sla.contracts.scale import descends
from sla.contracts.scale import in_order as steps_in_order
from sla.reports.months import Month

FOREVER = dt.date.max


def last_reviewed(contract: Contract) -> Month | None:
    """The latest month that was reviewed; nothing up to it may change."""
    latest = contract.reviews.order_by("-first_day").values_list("first_day", flat=True).first()
    return Month.of_day(latest) if latest else None


def first_open(contract: Contract) -> Month:
    """The first month from which another version may hold."""
    reviewed = last_reviewed(contract)
    return reviewed.before(-1) if reviewed else Month.of_day(contract.starts_on)


def check_frame(frame: Frame) -> None:
    """Its dates can be meant."""
    if frame.ends_on is not None and frame.ends_on < frame.starts_on:
        raise ContractError(_("The contract ends before it begins."), "ends_on")
    if frame.notice_days is not None and frame.ends_on is None:
        raise ContractError(
            _("A notice period counts back from the last day: fill that in too."), "ends_on"
        )
    if frame.notice_days is not None and frame.ends_on is not None:
        lasts = (frame.ends_on - frame.starts_on).days
        if frame.notice_days > lasts:
            raise ContractError(
                _("The notice period is longer than the contract itself."), "notice_days"
            )


def check_promise(says: Says) -> None:
    """It promises something, and nothing that contradicts itself."""
    if not says.services:
        raise ContractError(_("Choose at least one service."), "services")
    _check_levels(says)
    promised = {measure: getattr(says, f"{measure}_percent") for measure in Measure.values}
    if all(target is None for target in promised.values()) and not says.levels:
        raise ContractError(
            _("This contract promises nothing: give a target or a level."), "availability_percent"
        )
    for measure, target in promised.items():
        if target is not None and target == 0:
            raise ContractError(
                _("A target of 0 % promises nothing: leave it empty."), f"{measure}_percent"
            )
        _check_scale(measure, target, says)


def _check_levels(says: Says) -> None:
    for level in says.levels:
        if level.priority not in PRIORITIES:
            raise ContractError(_("Choose from which priority a level holds."), "levels")
        if level.response is None and level.resolution is None:
            words = {"name": level.name}
            raise ContractError(_("Level “%(name)s” promises nothing.") % words, "levels")
    priorities = [level.priority for level in says.levels]
    if len(set(priorities)) < len(priorities):
        raise ContractError(_("Two levels begin at the same priority."), "levels")
    for measure, name in (("response", "response"), ("resolution", "resolution")):
        counted = any(getattr(level, name) is not None for level in says.levels)
        if getattr(says, f"{measure}_percent") is not None and not counted:
            raise ContractError(
                _("No level promises a time for this: nothing could be counted."),
                f"{measure}_percent",
            )


def _check_scale(measure: str, target: Decimal | None, says: Says) -> None:
    steps, where = says.scale.get(measure, []), f"scale_{measure}"
    if not steps:
        return
    if target is None:
        raise ContractError(_("A scale needs a target of its own measure."), f"{measure}_percent")
    if not descends(steps):
        raise ContractError(
            _("Each step must lie below the one before it, and give more back."), where
        )
    if steps_in_order(steps)[0].below > target:
        raise ContractError(_("The scale begins above the target, which was kept there."), where)
    if any(not 0 < step.percent <= 100 for step in steps):
        raise ContractError(_("A step gives back more than 0 and at most 100 %."), where)
    if says.monthly_fee <= 0:
        raise ContractError(_("A scale needs a monthly fee to take a share of."), "monthly_fee")


def check_reviewed(contract: Contract, frame: Frame) -> None:
    """Days of reviewed months stay in the contract."""
    reviewed = last_reviewed(contract)
    if reviewed is None:
        return
    if frame.starts_on != contract.starts_on:
        raise ContractError(
            _("Months of this contract were reviewed: its start stays as it is."), "starts_on"
        )
    last = reviewed.before(-1).first_day - dt.timedelta(days=1)
    earlier = frame.ends_on is not None and frame.ends_on < last
    if earlier and frame.ends_on != contract.ends_on:
        words = {"day": f"{last:%d/%m/%Y}"}
        raise ContractError(
            _("Reviewed months stay as they are: end it on %(day)s or later.") % words, "ends_on"
        )


def check_month(contract: Contract, since: Month) -> None:
    """Another version holds from a month that is open, within the contract."""
    if since < first_open(contract):
        raise ContractError(
            _("That month was reviewed, or lies before the contract: choose a later one."), "since"
        )
    if contract.ends_on and since.first_day > contract.ends_on:
        raise ContractError(_("The contract is over by then: choose an earlier month."), "since")


def check_overlaps(contract: Contract) -> None:
    """No two contracts of one supplier promise something of the same service on the same day."""
    ours = _stretches(Contract.objects.with_versions().get(pk=contract.pk))
    others = Contract.objects.with_versions().filter(supplier=contract.supplier_id)
    for other in others.exclude(pk=contract.pk):
        for service, first, last in _stretches(other):
            for mine, start, end in ours:
                if mine.pk == service.pk and start <= last and first <= end:
                    words = {"name": other.name, "service": service.label}
                    raise ContractError(
                        _("“%(name)s” covers %(service)s in that time already.") % words,
                        "services",
                    )


def _stretches(contract: Contract) -> list[tuple[Service, dt.date, dt.date]]:
    """Which service is covered from when until when."""
    versions = sorted(contract.versions.all(), key=lambda terms: terms.valid_from)
    found = []
    for number, terms in enumerate(versions):
        first = max(contract.starts_on, terms.valid_from) if number else contract.starts_on
        last = contract.ends_on or FOREVER
        if number + 1 < len(versions):
            last = min(last, versions[number + 1].valid_from - dt.timedelta(days=1))
        if first <= last:
            found += [(service, first, last) for service in terms.services.all()]
    return found
