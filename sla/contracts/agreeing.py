"""The verbs that make and change a contract. What was reviewed under a version never changes.

A change of what is promised holds from the first day of a month that was not reviewed yet: it
becomes the version of that month. Everything of a supplier is decided under a lock on its row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from servicedesk.catalogue.models import Service, Supplier
from sla.contracts.clocks import refresh_quietly
from sla.contracts.exceptions import ContractError
from sla.contracts.levels import PRIORITIES, Level, in_order
from sla.contracts.models import Contract, Measure, Terms
from sla.contracts.permissions import may_change_contracts
from sla.contracts.scale import Step, descends
from sla.contracts.scale import in_order as steps_in_order
from sla.models import BusinessCalendar
from sla.reports.months import Month
from tickets.models import Forwarding

FOREVER = dt.date.max


@dataclass(frozen=True)
class Frame:
    """Which contract it is, and how long it lasts."""

    name: str
    starts_on: dt.date
    ends_on: dt.date | None = None
    reference: str = ""
    notice_days: int | None = None


@dataclass(frozen=True)
class Says:
    """What a version promises."""

    services: Sequence[Service]
    levels: Sequence[Level] = ()
    calendar: BusinessCalendar | None = None
    response_percent: Decimal | None = None
    resolution_percent: Decimal | None = None
    availability_percent: Decimal | None = None
    availability_calendar: BusinessCalendar | None = None
    availability_rule: str = "any"
    monthly_fee: Decimal = Decimal(0)
    scale: dict[str, list[Step]] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """The columns of `Terms`, without its services."""
        return {
            "calendar": self.calendar,
            "stored_levels": [level.as_json() for level in in_order(self.levels)],
            "response_percent": self.response_percent,
            "resolution_percent": self.resolution_percent,
            "availability_percent": self.availability_percent,
            "availability_calendar": self.availability_calendar,
            "availability_rule": self.availability_rule,
            "monthly_fee": self.monthly_fee,
            "stored_scale": {
                measure: [step.as_json() for step in steps_in_order(steps)]
                for measure, steps in self.scale.items()
                if steps
            },
        }


@transaction.atomic
def agree(supplier: Supplier, frame: Frame, says: Says, *, by: User) -> Contract:
    """Enters a contract. Raises ContractError with a sentence for what cannot be meant."""
    _guard(by)
    _lock(supplier)
    _check_frame(frame)
    _check_promise(says)
    contract = Contract(supplier=supplier)
    _set_frame(contract, frame)
    contract.save()
    _write(contract, frame.starts_on.replace(day=1), says, by=by)
    _check_overlaps(contract)
    record("contract_agreed", by=by, about=contract, supplier=supplier.pk)
    _fold_since(contract, frame.starts_on)
    return contract


@transaction.atomic
def change(
    contract: Contract, frame: Frame, says: Says, *, since: Month | None, by: User
) -> Contract:
    """Changes a contract; what it promises from the month `since` on (None: as it is).

    Raises ContractError for what cannot be meant, and for what would change a reviewed month.
    """
    _guard(by)
    _lock(contract.supplier)
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    _check_frame(frame)
    _check_reviewed(contract, frame)
    before = {name: getattr(contract, name) for name in _FRAME}
    _set_frame(contract, frame)
    fields = sorted(name for name, old in before.items() if getattr(contract, name) != old)
    contract.save()
    if since is not None:
        _check_promise(says)
        _check_month(contract, since)
        if _write(contract, since.first_day, says, by=by):
            fields.append("terms")
    _check_overlaps(contract)
    if fields:
        month = str(since) if since else ""
        record("contract_changed", by=by, about=contract, fields=fields, month=month)
        _fold_since(contract, min(before["starts_on"], frame.starts_on, _first(contract, since)))
    return contract


_FRAME = ("name", "reference", "starts_on", "ends_on", "notice_days")


def _guard(by: User) -> None:
    if not may_change_contracts(by):
        raise ContractError(_("Only managers may do this."))


def _lock(supplier: Supplier) -> None:
    Supplier.objects.select_for_update().get(pk=supplier.pk)


def _set_frame(contract: Contract, frame: Frame) -> None:
    for name in _FRAME:
        setattr(contract, name, getattr(frame, name))


def last_reviewed(contract: Contract) -> Month | None:
    """The latest month that was reviewed; nothing up to it may change."""
    latest = contract.reviews.order_by("-first_day").values_list("first_day", flat=True).first()
    return Month.of_day(latest) if latest else None


def first_open(contract: Contract) -> Month:
    """The first month from which another version may hold."""
    reviewed = last_reviewed(contract)
    return reviewed.before(-1) if reviewed else Month.of_day(contract.starts_on)


# --- what is refused ----------------------------------------------------------------------------


def _check_frame(frame: Frame) -> None:
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


def _check_promise(says: Says) -> None:
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


def _check_reviewed(contract: Contract, frame: Frame) -> None:
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


def _check_month(contract: Contract, since: Month) -> None:
    if since < first_open(contract):
        raise ContractError(
            _("That month was reviewed, or lies before the contract: choose a later one."), "since"
        )
    if contract.ends_on and since.first_day > contract.ends_on:
        raise ContractError(_("The contract is over by then: choose an earlier month."), "since")


def _check_overlaps(contract: Contract) -> None:
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


# --- rows ---------------------------------------------------------------------------------------


def _write(contract: Contract, valid_from: dt.date, says: Says, *, by: User) -> bool:
    """The version of that month; False when it says what holds then anyway."""
    held = contract.versions.filter(valid_from__lte=valid_from).first()
    if held is not None and _alike(held, says):
        return False
    terms, _made = Terms.objects.update_or_create(
        contract=contract, valid_from=valid_from, defaults={**says.fields(), "made_by": by}
    )
    terms.services.set(says.services)
    return True


def _alike(terms: Terms, says: Says) -> bool:
    same = all(getattr(terms, name) == value for name, value in says.fields().items())
    return same and set(terms.services.all()) == set(says.services)


def _first(contract: Contract, since: Month | None) -> dt.date:
    return since.first_day if since else contract.starts_on


def _fold_since(contract: Contract, day: dt.date) -> None:
    """The clocks of what the supplier was asked since, without ringing for the past."""
    asked = Forwarding.objects.filter(
        supplier=contract.supplier_id, forwarded_at__gte=Month.of_day(day).start
    )
    refresh_quietly(asked.values("pk"))
