"""The verbs on a compensation: it was sent, accepted, refused. Each with its day and its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.contracts.exceptions import ContractError
from sla.contracts.models import Compensation, CompensationMove
from sla.contracts.permissions import may_change_contracts

State = Compensation.State


@dataclass(frozen=True)
class Step:
    """Where a compensation goes, on which day, and why."""

    to: str
    on: dt.date
    reason: str = ""


@transaction.atomic
def move(compensation: Compensation, step: Step, *, by: User) -> Compensation:
    """Notes what became of a compensation. Who, when and why stay for ever.

    Raises ContractError when it cannot go there from where it is, for a day that is still to come
    or lies before the step before it, and when a refusal has no reason.
    """
    if not may_change_contracts(by):
        raise ContractError(_("Only managers may do this."))
    compensation = Compensation.objects.select_for_update().get(pk=compensation.pk)
    if step.to not in compensation.following:
        words = {"state": compensation.get_state_display().lower()}
        raise ContractError(_("This compensation is %(state)s: that cannot be.") % words, "to")
    if step.on > timezone.localdate():
        raise ContractError(_("That day is still to come."), "on")
    last = compensation.moves.last()
    earliest = last.on if last else timezone.localtime(compensation.proposed_at).date()
    if step.on < earliest:
        words = {"day": f"{earliest:%d/%m/%Y}"}
        raise ContractError(_("That lies before the last step, of %(day)s.") % words, "on")
    if step.to == State.REFUSED and not step.reason.strip():
        raise ContractError(_("Say why the supplier refuses."), "reason")
    before, compensation.state = compensation.state, step.to
    compensation.save(update_fields=["state"])
    CompensationMove.objects.create(
        compensation=compensation, to_state=step.to, on=step.on, reason=step.reason.strip(), by=by
    )
    record("compensation_moved", by=by, about=compensation, **{"from": before, "to": step.to})
    return compensation
