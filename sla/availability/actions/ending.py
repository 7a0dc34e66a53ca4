"""The end of an outage: fixes the downtime, tells everybody, may solve the linked tickets."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from sla.availability.actions.locking import check_times, guard, lock, whole_second
from sla.availability.actions.updating import News, say
from sla.availability.events import record
from sla.availability.models import Outage, OutageUpdate
from sla.availability.permissions import may_report_outage
from tickets.events import verb


@dataclass(frozen=True)
class Ending:
    """What is told at the end. With `solves_tickets` the text answers and solves them too."""

    text: str
    text_en: str = ""
    at: dt.datetime | None = None
    cause: str = ""
    solves_tickets: bool = False
    token: uuid.UUID | None = None


@verb
def end_outage(outage: Outage, ending: Ending, *, by: User | None) -> Outage:
    """The service is back since `ending.at` (now). Ending twice changes nothing.

    Raises OutageError for an end in the future, before the start or before the last change of
    severity, and when nothing was written.
    """
    guard(by is None or may_report_outage(by))
    outage = lock(outage)
    if not outage.is_open:
        return outage
    shortest = outage.started_at + dt.timedelta(seconds=1)
    end = whole_second(ending.at or max(timezone.now(), shortest))
    check_times(outage.started_at, end)
    last = outage.phases.last()
    guard(
        last is None or last.started_at < end,
        _("Its severity changed after that moment: choose a later end."),
    )
    outage.ended_at, outage.stage = end, Outage.Stage.ENDED
    outage.cause = ending.cause.strip() or outage.cause
    outage.save(update_fields=["ended_at", "stage", "cause"])
    news = News(ending.text, Outage.Stage.ENDED, ending.text_en, ending.token)
    update: OutageUpdate = say(
        outage, news, by=by, solves_tickets=ending.solves_tickets and by is not None
    )
    record(outage, "update_posted", by=by, update=update.pk, stage=str(update.stage))
    record(outage, "ended", by=by, ended_at=end.isoformat())
    return outage
