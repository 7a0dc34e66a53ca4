"""Managers are reminded once of the last day to give notice, a month before it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from servicedesk.outbox import sentences
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.models import Notification
from servicedesk.outbox.writing import Letter, post
from sla.contracts.models import Contract

AHEAD = dt.timedelta(days=30)

sentences.register(
    {
        "contract_notice": gettext_lazy(
            "Contract “%(contract)s” with %(supplier)s: give notice by %(day)s, or it goes on."
        )
    }
)


def remind_of_notice(*, now: dt.datetime | None = None) -> int:
    """Reminds of every notice date that comes near; gives the number of contracts.

    May run twice at once. A date that has passed is not told any more.
    """
    if is_held():
        return 0
    today = timezone.localdate(now)
    with_end = Contract.objects.in_force(today, today).filter(notice_days__isnull=False)
    near = [contract.pk for contract in with_end if _is_near(contract, today)]
    return sum(_remind(pk, today) for pk in near)


def _is_near(contract: Contract, today: dt.date) -> bool:
    day = contract.notice_on
    return day is not None and day != contract.reminded_for and day - AHEAD <= today <= day


@transaction.atomic
def _remind(pk: int, today: dt.date) -> bool:
    contract = Contract.objects.select_for_update().select_related("supplier").get(pk=pk)
    if not _is_near(contract, today):
        return False
    contract.reminded_for = contract.notice_on
    contract.save(update_fields=["reminded_for"])
    managers = list(User.objects.active().filter(role__in=["manager", "administrator"]))
    data = {
        "contract": contract.name,
        "supplier": contract.supplier.name,
        "day": f"{contract.notice_on:%d/%m/%Y}",
    }
    key = f"contract-{contract.pk}-notice-{contract.notice_on}"
    Notification.objects.bulk_create(
        [Notification(user=one, key=key, kind="contract_notice", data=data) for one in managers],
        ignore_conflicts=True,
    )
    for one in managers:
        post(_letter(contract, one, key))
    return True


def _letter(contract: Contract, reader: User, key: str) -> Letter:
    with translation.override(reader.language):
        context = {
            "contract": contract,
            "language": reader.language,
            "url": settings.DESK_BASE_URL
            + reverse("contracts:supplier-detail", args=[contract.supplier_id]),
        }
        return Letter(
            key=f"{key}.{reader.pk}",
            thread=f"contract:{contract.pk}",
            subject=_("Notice of “%(contract)s”") % {"contract": contract.name},
            to=[reader.email],
            body_text=render_to_string("emails/contract_notice.txt", context),
            body_html=render_to_string("emails/contract_notice.html", context),
            headers={"Auto-Submitted": "auto-generated"},
        )
