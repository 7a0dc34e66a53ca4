"""An outage that makes a service unavailable raises one alarm; its end ends the alarm."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from servicedesk.accounts.models import User
from servicedesk.lib import live
from servicedesk.lib.moments import moment
from servicedesk.outbox import sentences
from servicedesk.outbox.writing import Letter, notify, post
from sla.alarms.models import Alarm, OnCallPlan
from sla.alarms.reach import Kind, Reach, hours_of, plan
from sla.alarms.roster import everyone
from sla.availability.models import Outage

#: An alarm that is raised, or told, so long after its time was late, and says so.
LATE = dt.timedelta(minutes=2)

sentences.register({"site_down": gettext_lazy("SITE DOWN: %(service)s. Who takes this?")})


def deserves_alarm(outage: Outage) -> bool:
    """Nobody can use the service, and nobody planned it so."""
    return outage.is_open and outage.severity == Outage.Severity.DOWN and not outage.is_planned


def raise_for(outage: Outage, *, now: dt.datetime | None = None) -> Alarm | None:
    """The one alarm of an outage that deserves one; None for others. Twice is once.

    In office hours it rings at once; for a critical service at who is on call too; otherwise the
    desk gets a mail and the alarm rings as soon as somebody can be reached.
    """
    if not deserves_alarm(outage):
        return None
    at = now or timezone.now()
    given = plan()
    reach = hours_of(given).reach(at, critical=outage.service.is_critical)
    with transaction.atomic():
        alarm, made = Alarm.objects.get_or_create(
            outage=outage,
            defaults={
                "raised_at": at,
                "rings_at": at if reach.kind != Kind.NOBODY else (reach.until or at),
                "is_late": at - outage.created_at > LATE,
                "next_step_at": _first_step(reach, given, at),
            },
        )
        if made:
            _tell_desk(alarm, reach)
    if made:
        live.changed()
    return alarm


def end_for(outage: Outage, *, now: dt.datetime | None = None) -> None:
    """The outage is over, or was none, or is no longer that bad: nothing rings any more."""
    ended = Alarm.objects.filter(outage=outage, ended_at=None)
    if ended.update(ended_at=now or timezone.now(), next_step_at=None):
        live.changed()


def raise_missing(*, now: dt.datetime | None = None) -> list[Alarm]:
    """Raises what nothing raised at the report, whatever broke then. The sweep."""
    without = Outage.objects.open().filter(
        severity=Outage.Severity.DOWN, is_planned=False, alarm=None
    )
    found = without.select_related("service").order_by("pk")
    return [alarm for outage in found if (alarm := raise_for(outage, now=now))]


def _first_step(reach: Reach, given: OnCallPlan, at: dt.datetime) -> dt.datetime:
    """At the desk the bells come first, and channels when nobody hears them."""
    if reach.kind == Kind.ON_CALL:
        return at
    if reach.kind == Kind.OFFICE:
        return at + dt.timedelta(minutes=given.wait_minutes)
    return reach.until or at


def _tell_desk(alarm: Alarm, reach: Reach) -> None:
    service = alarm.outage.service.name
    agents = User.objects.agents().values_list("pk", flat=True)
    notify(agents, key=f"site-down-{alarm.pk}", kind="site_down", service=service)
    if reach.kind == Kind.NOBODY:
        _write(alarm, reach)


def _write(alarm: Alarm, reach: Reach) -> None:
    """To the managers and all on the roster: nobody is there to hear a bell."""
    with override(settings.LANGUAGE_CODE):
        title = _("SITE DOWN: %(service)s") % {"service": alarm.outage.service.label}
        said = _(
            "%(title)s, since %(since)s.\n\nNobody can be reached at this moment; the alarm rings "
            "from %(rings)s."
        ) % {
            "title": alarm.outage.label,
            "since": moment(alarm.outage.started_at),
            "rings": moment(reach.until) if reach.until else "–",
        }
        url = settings.DESK_BASE_URL + alarm.outage.get_absolute_url()
        context = {"title": title, "said": said, "url": url, "label": _("To the outage")}
        post(
            Letter(
                key=f"alarm.{alarm.pk}",
                thread=f"alarm:{alarm.pk}",
                subject=title,
                to=[person.email for person in everyone(timezone.localdate(alarm.raised_at))],
                body_text=f"{said}\n\n{url}",
                body_html=render_to_string("emails/alarm.html", context),
                headers={"Auto-Submitted": "auto-generated"},
            )
        )
