"""The system page in sentences: how each part of the desk stands, and what to do about it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.lib.moments import long_duration, moment
from servicedesk.lib.numbers import file_size, number
from servicedesk.lib.version import VERSION
from servicedesk.operations import health, heartbeats, task_runs
from servicedesk.operations.heartbeats import Kind
from servicedesk.operations.models import Backup, TaskRun
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.models import OutgoingEmail
from tickets.models import IncomingEmail
from tickets.models.mailbox import Mailbox
from tickets.soundness import mails_not_processed

State = OutgoingEmail.State
OLD_BACKUP = dt.timedelta(days=2)
LONG_WAIT = dt.timedelta(minutes=15)
LITTLE_ROOM = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Sign:
    """How one part stands. `advice` says what to do when it is not well."""

    title: str
    icon: str
    text: str
    advice: str = ""
    link: str = ""
    tone: str = "ok"


def signs() -> Iterator[Sign]:
    """Every part of the desk, in the order in which one looks."""
    for part in PARTS:
        yield part()


def workers() -> Sign:
    """Who does the work behind the pages."""
    title, living = _("Workers"), heartbeats.living(Kind.WORKER).count()
    if living:
        text = ngettext("%(count)s worker is at work.", "%(count)s workers are at work.", living)
        return Sign(title, "hdd-stack", text % {"count": living})
    return Sign(
        title,
        "hdd-stack",
        _not_seen(Kind.WORKER),
        _("Mail stays, clocks do not ring. Start a worker, or read in its log why it stopped."),
        tone="bad",
    )


def beat() -> Sign:
    """Who keeps the timetable."""
    title, living = _("Timetable"), heartbeats.living(Kind.BEAT)
    if living.filter(is_spare=False).exists():
        spare = living.filter(is_spare=True).count()
        text = _("The beat was seen just now.")
        more = ngettext("%(count)s more waits.", "%(count)s more wait.", spare) % {"count": spare}
        return Sign(title, "clock-history", f"{text} {more}" if spare else text)
    return Sign(
        title,
        "clock-history",
        _not_seen(Kind.BEAT),
        _("Nothing happens by itself. Start the beat, or read in its log why it stopped."),
        tone="bad",
    )


def tasks() -> Sign:
    """What the timetable asked for."""
    title = _("Tasks")
    if is_held():
        return Sign(title, "list-check", _("Nothing runs by itself while the desk is held."))
    unheard = list(task_runs.unheard())
    if unheard and not heartbeats.was_stopped():
        return Sign(
            title,
            "list-check",
            _("Not heard of: %(names)s.") % {"names": ", ".join(unheard)},
            _("See whether workers live and Redis answers; they catch up by themselves."),
            tone="bad",
        )
    failing = TaskRun.objects.filter(failed_at__gte=F("heard_at")).first()
    if failing:
        return Sign(
            title,
            "list-check",
            _("%(name)s failed %(ago)s ago: %(error)s")
            % {"name": failing.name, "ago": _ago(failing.failed_at), "error": failing.error[:200]},
            _("It is tried again at its next turn. The log of the worker says more."),
            tone="warn",
        )
    return Sign(title, "list-check", _("All tasks ran when they should have."))


def redis() -> Sign:
    """What carries the word that there is work."""
    if health.redis_state() == health.OK:
        return Sign("Redis", "lightning-charge", _("Redis answers."))
    return Sign(
        "Redis",
        "lightning-charge",
        _("Redis does not answer."),
        _("Pages work, nothing is lost; mail and clocks wait. Start Redis again."),
        tone="bad",
    )


def outbox() -> Sign:
    """Mail on its way out."""
    title, link = _("Outgoing mail"), reverse("outbox:email-list")
    waiting = OutgoingEmail.objects.filter(state__in=[State.WAITING, State.SENDING])
    count, since = waiting.count(), waiting.aggregate(since=Min("created_at"))["since"]
    failed = OutgoingEmail.objects.filter(state=State.FAILED).count()
    if since and timezone.now() - since > LONG_WAIT and not is_held():
        return Sign(
            title,
            "send",
            _("%(count)s wait, the first one for %(long)s.")
            % {"count": number(count), "long": long_duration(timezone.now() - since)},
            _("Open the list: each mail says what the mail server answered."),
            f"{link}?state=waiting",
            "warn",
        )
    if failed:
        text = ngettext(
            "%(count)s mail could not be delivered.",
            "%(count)s mails could not be delivered.",
            failed,
        )
        return Sign(
            title,
            "send",
            text % {"count": number(failed)},
            _("Look at the address, and try again from the list."),
            f"{link}?state=failed",
            "warn",
        )
    text = ngettext("%(count)s mail waits.", "%(count)s mails wait.", count)
    return Sign(
        title, "send", text % {"count": number(count)} if count else _("Nothing waits."), link=link
    )


def incoming() -> Sign:
    """Mail on its way in."""
    title, failing = _("Incoming mail"), Mailbox.objects.filter(is_active=True)
    boxes = [box for box in failing if box.is_failing_long]
    if boxes:
        return Sign(
            title,
            "inbox",
            _("%(name)s cannot be read: %(error)s") % {"name": boxes[0], "error": boxes[0].error},
            _("See whether its server answers and its password is still right; nothing is lost."),
            tone="bad",
        )
    late = mails_not_processed()
    if late.count:
        return Sign(
            title,
            "inbox",
            _("%(count)s wait to be processed.") % {"count": number(late.count)},
            _("They are kept. See whether workers live."),
            tone="bad",
        )
    aside = IncomingEmail.objects.filter(state=IncomingEmail.State.QUARANTINED).count()
    if aside:
        text = ngettext(
            "%(count)s mail is in quarantine.", "%(count)s mails are in quarantine.", aside
        )
        advice = _("A person has to look at what could not be read.")
        return Sign(title, "inbox", text % {"count": number(aside)}, advice, tone="warn")
    return Sign(title, "inbox", _("All that came in is processed."))


def storage() -> Sign:
    """Where files are kept."""
    title, state = _("Files"), health.storage()
    if state != health.OK:
        return Sign(
            title,
            "archive",
            _("Files cannot be stored (%(why)s).") % {"why": state},
            _("New files and mail have to wait until there is room. Nothing is lost."),
            tone="bad",
        )
    if not hasattr(default_storage, "base_location"):
        return Sign(title, "archive", _("Files are in object storage, which answers."))
    free = shutil.disk_usage(settings.DESK_DATA).free
    text = _("%(free)s free.") % {"free": file_size(free)}
    if free < LITTLE_ROOM:
        return Sign(
            title, "archive", text, _("Make room, or give the desk a larger disk."), "", "warn"
        )
    return Sign(title, "archive", text)


def database() -> Sign:
    """How large the truth is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), current_setting($$server_version$$)"
        )
        size, version = cursor.fetchone()
    text = _("PostgreSQL %(version)s answers; %(size)s.")
    return Sign(
        _("Database"), "database", text % {"version": version.split()[0], "size": file_size(size)}
    )


def backup() -> Sign:
    """The last archive."""
    title, last = _("Backup"), Backup.objects.first()
    how = _("Type: manage.py backup FILE, each night, and keep the file on another machine.")
    if last is None:
        return Sign(title, "download", _("No backup was ever made."), how, tone="warn")
    text = _("Made %(when)s, %(size)s, %(files)s files.") % {
        "when": moment(last.taken_at),
        "size": file_size(last.size),
        "files": number(last.files),
    }
    old = timezone.now() - last.taken_at > OLD_BACKUP
    return Sign(title, "download", text, how if old else "", tone="warn" if old else "ok")


def version() -> Sign:
    """Which desk this is."""
    return Sign(_("Version"), "info-circle", f"{VERSION}")


PARTS: tuple[Callable[[], Sign], ...] = (
    workers, beat, tasks, redis, incoming, outbox, storage, database, backup, version,
)  # fmt: skip


def _not_seen(kind: Kind) -> str:
    last = heartbeats.last_seen(kind)
    if last is None:
        return _("Never seen.")
    if last.stopped_at:
        return _("Stopped %(ago)s ago.") % {"ago": _ago(last.stopped_at)}
    return _("Not seen for %(ago)s.") % {"ago": _ago(last.seen_at)}


def _ago(at: dt.datetime | None) -> str:
    return long_duration(timezone.now() - at) if at else ""
