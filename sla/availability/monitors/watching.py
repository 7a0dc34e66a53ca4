"""What an answer does to its monitor, and to the outage of its service."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from servicedesk.accounts.models import User
from servicedesk.lib.translated import in_both_languages
from servicedesk.outbox import sentences
from servicedesk.outbox.writing import notify
from sla.availability.actions import Ending, NewOutage, end_outage, report_outage
from sla.availability.exceptions import OutageError
from sla.availability.models import MaintenanceWindow, Monitor, Outage, Silence
from sla.availability.monitors.judging import Limits, Verdict, Watch, judge
from sla.availability.monitors.mails import names_down
from sla.availability.monitors.probing import Answer

logger = logging.getLogger(__name__)

#: No answer is on its way for so long.
SET_BACK = dt.timedelta(minutes=15)

sentences.register(
    {"certificate_ends": gettext_lazy("The certificate of “%(name)s” ends on %(day)s.")}
)


@transaction.atomic
def record_answer(pk: int, answer: Answer, *, at: dt.datetime) -> Monitor | None:
    """Keeps the answer and draws the conclusion. Older answers than the last one are left aside.

    While its service is in announced maintenance a failure proves nothing.
    """
    monitor = (
        Monitor.objects.select_for_update(of=("self",))
        .select_related("service", "outage")
        .filter(pk=pk, is_active=True)
        .first()
    )
    if monitor is None or _is_old(monitor, at):
        return monitor
    watch = Watch(monitor.is_down, monitor.row, monitor.row_since)
    if _was_silent(monitor, at) or _was_set_back(monitor, at):
        watch = Watch(monitor.is_down)
    if answer.ok or not _in_maintenance(monitor, at):
        watch, verdict, since = judge(watch, ok=answer.ok, at=at, limits=_limits(monitor))
    else:
        watch, verdict, since = Watch(monitor.is_down), Verdict.NOTHING, None
    monitor.is_down, monitor.row, monitor.row_since = watch.is_down, watch.row, watch.since
    is_new_day = _day(monitor.last_checked_at) != _day(at)
    monitor.last_checked_at, monitor.last_ok = at, answer.ok
    monitor.last_error, monitor.last_milliseconds = answer.error, answer.milliseconds
    monitor.tls_until = answer.tls_until or monitor.tls_until
    if is_new_day and monitor.tls_until and monitor.certificate_ends_soon:
        _warn_of_certificate(monitor, timezone.localdate(monitor.tls_until))
    if since is not None and verdict is Verdict.DOWN:
        _begin(monitor, since)
    elif since is not None and verdict is Verdict.UP:
        _end(monitor, since)
    monitor.save()
    return monitor


def beat(token: str, *, at: dt.datetime | None = None) -> bool:
    """A sign of life; False when no monitor waits for it."""
    monitor = Monitor.objects.filter(
        token=token, kind=Monitor.Kind.HEARTBEAT, is_active=True
    ).first()
    if monitor is None:
        return False
    record_answer(monitor.pk, Answer(ok=True), at=at or timezone.now())
    return True


def miss_beat(monitor: Monitor, *, now: dt.datetime) -> None:
    """Looks whether a sign of life is overdue: a failure at the moment it had to be there.

    Before the first sign of life nothing is known, and nothing fails.
    """
    if monitor.last_checked_at is None or monitor.is_down:
        return
    late_from = monitor.last_checked_at + dt.timedelta(seconds=monitor.interval + monitor.timeout)
    if late_from <= now:
        record_answer(monitor.pk, Answer(ok=False, error="no_beat"), at=late_from)


def _is_old(monitor: Monitor, at: dt.datetime) -> bool:
    last = monitor.last_checked_at
    return last is not None and at <= last and not _was_set_back(monitor, at)


def _was_set_back(monitor: Monitor, at: dt.datetime) -> bool:
    """The last answer lies so far ahead that it came by another clock."""
    return monitor.last_checked_at is not None and monitor.last_checked_at - at > SET_BACK


def _day(at: dt.datetime | None) -> dt.date | None:
    return at and timezone.localdate(at)


def _warn_of_certificate(monitor: Monitor, last_day: dt.date) -> None:
    """Administrators, once for each certificate."""
    administrators = User.objects.active().filter(role=User.Role.ADMINISTRATOR)
    notify(
        administrators.values_list("pk", flat=True),
        key=f"certificate-{monitor.pk}-{last_day}",
        kind="certificate_ends",
        name=monitor.name,
        day=f"{last_day:%d/%m/%Y}",
    )


def _limits(monitor: Monitor) -> Limits:
    if monitor.kind == Monitor.Kind.HEARTBEAT:
        return Limits(1, 1)
    return Limits(monitor.failures_to_confirm, monitor.successes_to_confirm)


def _was_silent(monitor: Monitor, at: dt.datetime) -> bool:
    """Notes a gap in what is known; rows of answers do not reach over it."""
    last = monitor.last_checked_at
    if monitor.kind == Monitor.Kind.HEARTBEAT or last is None or at - last <= monitor.silent_after:
        return False
    Silence.objects.create(monitor=monitor, service=monitor.service, started_at=last, ended_at=at)
    return True


def _in_maintenance(monitor: Monitor, at: dt.datetime) -> bool:
    return MaintenanceWindow.objects.going_on(at).of([monitor.service_id]).exists()


def _begin(monitor: Monitor, since: dt.datetime) -> None:
    text, text_en = _said(
        gettext_noop("Our monitoring sees that %(service)s does not answer. We look into it."),
        monitor,
    )
    new = NewOutage(
        service=monitor.service,
        severity=monitor.severity,
        source=Outage.Source.MONITOR,
        started_at=since,
        text=text,
        text_en=text_en,
    )
    monitor.outage, _is_new = report_outage(new, by=None)


def _end(monitor: Monitor, since: dt.datetime) -> None:
    """The outage ends with its last monitor, unless people opened it: then they end it."""
    outage, monitor.outage = monitor.outage, None
    if outage is None or not outage.is_open or outage.source != Outage.Source.MONITOR:
        return
    if Monitor.objects.filter(outage=outage).exclude(pk=monitor.pk).exists() or names_down(outage):
        return
    end = max(since, outage.started_at + dt.timedelta(seconds=1))
    texts = _said(gettext_noop("Our monitoring sees that %(service)s answers again."), monitor)
    try:
        end_outage(outage, Ending(*texts, at=end), by=None)
    except OutageError as refusal:
        logger.warning("outage %s is left to people: %s", outage.pk, refusal)


def _said(sentence: str, monitor: Monitor) -> tuple[str, str]:
    """What a monitor tells everybody."""
    return in_both_languages(lambda: gettext(sentence) % {"service": monitor.service.label})
