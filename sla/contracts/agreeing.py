"""The verbs that make and change a contract. What was reviewed under a version never changes.

A change of what is promised holds from the first day of a month that was not reviewed yet: it
becomes the version of that month. Everything of a supplier is decided under a lock on its row.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from servicedesk.catalogue.models import Supplier
from sla.contracts.checking import (
    check_frame,
    check_month,
    check_overlaps,
    check_promise,
    check_reviewed,
)
from sla.contracts.clocks import refresh_quietly
from sla.contracts.exceptions import ContractError
from sla.contracts.models import Contract, Terms
from sla.contracts.permissions import may_change_contracts
from sla.contracts.promising import Frame, Says
from sla.reports.months import Month
from tickets.models import Forwarding


@transaction.atomic
def agree(supplier: Supplier, frame: Frame, says: Says, *, by: User) -> Contract:
    """Enters a contract. Raises ContractError with a sentence for what cannot be meant."""
    _guard(by)
    _lock(supplier)
    check_frame(frame)
    check_promise(says)
    contract = Contract(supplier=supplier)
    _set_frame(contract, frame)
    contract.save()
    _write(contract, frame.starts_on.replace(day=1), says, by=by)
    check_overlaps(contract)
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
    check_frame(frame)
    check_reviewed(contract, frame)
    before = {name: getattr(contract, name) for name in _FRAME}
    _set_frame(contract, frame)
    fields = sorted(name for name, old in before.items() if getattr(contract, name) != old)
    contract.save()
    if since is not None:
        check_promise(says)
        check_month(contract, since)
        if _write(contract, since.first_day, says, by=by):
            fields.append("terms")
    check_overlaps(contract)
    if fields:
        month = str(since) if since else ""
        record("contract_changed", by=by, about=contract, fields=fields, month=month)
        _fold_what_changed(contract, fields, min(before["starts_on"], frame.starts_on), since)
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


def _fold_what_changed(
    contract: Contract, fields: list[str], start: dt.date, since: Month | None
) -> None:
    """Another name leaves every clock as it is."""
    days = [since.first_day] if since and "terms" in fields else []
    if {"starts_on", "ends_on"} & set(fields):
        days.append(start)
    if days:
        _fold_since(contract, min(days))


def _fold_since(contract: Contract, day: dt.date) -> None:
    """The clocks of what the supplier was asked since, without ringing for the past."""
    asked = Forwarding.objects.filter(
        supplier=contract.supplier_id, forwarded_at__gte=Month.of_day(day).start
    )
    refresh_quietly(asked.values("pk"))
