"""Mail about the clocks of suppliers, in office hours, all that a person has to know in one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.writing import Letter
from sla.alert_mail import Foot, Told, letter_of, write_letters
from sla.contracts.models import SupplierAlert, SupplierAlertMail, SupplierClock


def mail_supplier_alerts(*, now: dt.datetime | None = None) -> int:
    """Writes the letters that are due; gives their count. A held desk writes none."""
    if is_held():
        return 0
    rows = SupplierAlertMail.objects.all()
    return write_letters(rows, "supplier-alerts", _letter, now=now or timezone.now())


def _letter(user: User, thread: str, lines: Sequence[SupplierAlertMail]) -> Letter | None:
    with translation.override(user.language):
        told = _told([line.alert for line in lines])
        if not told:
            return None
        foot = Foot(_("All tickets that wait for a supplier"), "waiting-supplier")
        return letter_of(
            user,
            told,
            foot,
            title=_("Supplier"),
            thread=thread,
            key=f"supplier-alerts.{lines[0].pk}-{lines[-1].pk}.{user.pk}",
        )


def _told(alerts: Sequence[SupplierAlert]) -> list[Told]:
    """What each alert says; a clock that went with a change of its contract says nothing more."""
    clocks = SupplierClock.objects.filter(forwarding__in=[alert.forwarding_id for alert in alerts])
    by_leg = {(one.forwarding_id, one.metric): one for one in clocks.select_related("ticket")}
    told = []
    for alert in alerts:
        clock = by_leg.get((alert.forwarding_id, alert.metric))
        if clock is not None:
            at = clock.due_at or alert.at
            told.append(Told(clock.ticket, clock.get_metric_display(), alert.point, at))
    return told
