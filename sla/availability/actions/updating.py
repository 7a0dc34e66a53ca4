"""What is told while an outage goes on, and how bad it is now."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from sla.availability.actions.locking import check_times, guard, lock, whole_second
from sla.availability.events import record
from sla.availability.models import Outage, OutagePhase, OutageUpdate
from sla.availability.permissions import may_report_outage
from tickets.events import verb


@dataclass(frozen=True)
class News:
    """An update for everybody; the same token again is the same update."""

    text: str
    stage: str = Outage.Stage.INVESTIGATING
    text_en: str = ""
    token: uuid.UUID | None = None


@verb
def post_update(outage: Outage, news: News, *, by: User | None) -> OutageUpdate:
    """Tells every reporter and follower, once, by mail and on their ticket.

    The mails are written by a worker right after the commit. Raises OutageError when the outage is
    over or nothing was written.
    """
    guard(by is None or may_report_outage(by))
    outage = lock(outage)
    if news.token and (made := OutageUpdate.objects.filter(submission_token=news.token).first()):
        return made
    guard(outage.is_open, _("This outage is over: there is nothing to update any more."))
    guard(news.stage != Outage.Stage.ENDED, _("End the outage to say that it is over."))
    update = say(outage, news, by=by)
    outage.stage = news.stage
    outage.save(update_fields=["stage"])
    record(outage, "update_posted", by=by, update=update.pk, stage=str(news.stage))
    return update


def say(
    outage: Outage, news: News, *, by: User | None, solves_tickets: bool = False
) -> OutageUpdate:
    """Writes an update; its event wakes whoever tells it. Needs the lock."""
    guard(bool(news.text.strip()), _("Write in a sentence what is known."))
    update = OutageUpdate.objects.create(
        outage=outage,
        stage=news.stage,
        text=news.text.strip(),
        text_en=news.text_en.strip(),
        author=by,
        solves_tickets=solves_tickets,
        submission_token=news.token,
    )
    return update


@verb
def change_severity(
    outage: Outage, to: str, *, by: User | None, at: dt.datetime | None = None
) -> Outage:
    """From `at` (now) on it is worse, or better. The same severity again changes nothing.

    Raises OutageError when the outage is over, and for a moment before its last phase.
    """
    guard(by is None or may_report_outage(by))
    outage = lock(outage)
    if outage.severity == to:
        return outage
    guard(outage.is_open, _("This outage is over. A manager can still correct it."))
    moment = whole_second(at or timezone.now())
    check_times(moment, None)
    latest = outage.phases.aggregate(latest=Max("started_at"))["latest"]
    guard(moment >= latest, _("Before that moment its severity changed already."))
    old, outage.severity = outage.severity, to
    OutagePhase.objects.update_or_create(
        outage=outage, started_at=moment, defaults={"severity": to}
    )
    outage.save(update_fields=["severity"])
    record(
        outage, "severity_changed", by=by, started_at=moment.isoformat(),
        **{"from": str(old), "to": str(to)},
    )  # fmt: skip
    return outage
