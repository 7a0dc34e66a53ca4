"""What managers set right afterwards: always with a reason, always in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from sla.availability.actions.locking import check_free, check_times, guard, lock, whole_second
from sla.availability.events import record
from sla.availability.models import Outage, OutagePhase
from sla.availability.permissions import may_correct_outage
from tickets.events import verb


@dataclass(frozen=True)
class Correction:
    """How an outage really was, whole. `severity` None keeps its phases; else it was that all
    along. `title_en` None stays as it is."""

    title: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    severity: str | None
    is_planned: bool
    cause: str
    components: Iterable[Service] = ()
    title_en: str | None = None


@verb
def correct_outage(outage: Outage, right: Correction, *, by: User, reason: str) -> Outage:
    """Sets right what an outage says. Who, when, why and each change stay in the log.

    A correction takes back the confirmation. Raises OutageError without a reason, for times that
    cannot be, and for an outage that was withdrawn. Nothing changed: nothing happens.
    """
    guard(may_correct_outage(by))
    guard(bool(reason.strip()), _("Say why it is corrected."))
    outage = lock(outage)
    guard(not outage.is_withdrawn, _("This outage was withdrawn."))
    start = whole_second(right.started_at)
    end = whole_second(right.ended_at) if right.ended_at else None
    check_times(start, end)
    check_free(outage.service_id, start, end, but=outage)
    before = _facts(outage)
    outage.title = " ".join(right.title.split())[:120] or outage.title
    if right.title_en is not None:
        outage.title_en = " ".join(right.title_en.split())[:120]
    outage.started_at, outage.ended_at = start, end
    outage.is_planned, outage.cause = right.is_planned, right.cause.strip()
    _reopened_or_ended(outage)
    _set_phases(outage, right.severity)
    outage.components.set(right.components)
    after = _facts(outage)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes:
        outage.confirmed_by = outage.confirmed_at = None
        outage.save()
        record(outage, "corrected", by=by, reason=reason.strip(), changes=changes)
    return outage


def _reopened_or_ended(outage: Outage) -> None:
    if outage.ended_at is not None:
        outage.stage = Outage.Stage.ENDED
    elif outage.stage == Outage.Stage.ENDED:
        outage.stage = Outage.Stage.INVESTIGATING


def _set_phases(outage: Outage, severity: str | None) -> None:
    """The first phase begins with the outage; none begins at or after its end."""
    phases = list(outage.phases.all())
    if severity is not None:
        kept = [OutagePhase(outage=outage, severity=severity, started_at=outage.started_at)]
    else:
        at_start = [p for p in phases if p.started_at <= outage.started_at] or phases[:1]
        later = [
            p for p in phases
            if p.started_at > outage.started_at
            and (outage.ended_at is None or p.started_at < outage.ended_at)
        ]  # fmt: skip
        kept = [
            OutagePhase(outage=outage, severity=p.severity, started_at=at)
            for p, at in [(at_start[-1], outage.started_at), *((p, p.started_at) for p in later)]
        ]
    outage.phases.all().delete()
    OutagePhase.objects.bulk_create(kept)
    outage.severity = kept[-1].severity


def _facts(outage: Outage) -> dict[str, object]:
    """What a correction can change, as plain values for the log."""
    return {
        "title": outage.title,
        "title_en": outage.title_en,
        "started_at": outage.started_at.isoformat(),
        "ended_at": outage.ended_at.isoformat() if outage.ended_at else None,
        "phases": [[p.started_at.isoformat(), str(p.severity)] for p in outage.phases.all()],
        "is_planned": outage.is_planned,
        "cause": outage.cause,
        "components": sorted(outage.components.values_list("pk", flat=True)),
    }


@verb
def confirm_outage(outage: Outage, *, by: User) -> Outage:
    """A manager says that the outage, as it stands, is what counts. Again changes nothing."""
    guard(may_correct_outage(by))
    outage = lock(outage)
    guard(outage.ended_at is not None, _("An outage is confirmed when it is over."))
    guard(not outage.is_withdrawn, _("This outage was withdrawn."))
    if not outage.is_confirmed:
        outage.confirmed_by, outage.confirmed_at = by, timezone.now()
        outage.save(update_fields=["confirmed_by", "confirmed_at"])
        record(outage, "confirmed", by=by)
    return outage


@verb
def withdraw_outage(outage: Outage, *, by: User, reason: str) -> Outage:
    """It was none: it counts nowhere and nobody is shown it but the desk."""
    guard(may_correct_outage(by))
    guard(bool(reason.strip()), _("Say why it was no outage."))
    outage = lock(outage)
    if not outage.is_withdrawn:
        outage.withdrawn_at = timezone.now()
        outage.save(update_fields=["withdrawn_at"])
        record(outage, "withdrawn", by=by, reason=reason.strip())
    return outage
