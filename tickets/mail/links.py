"""The link in a solved mail behind which the requester's side answers, without signing in.

Whoever holds it may confirm, reopen, thank and rate: no more than everybody who gets that mail may
do on the portal too. It shows the number of the ticket and nothing that was written on it. Opening
it changes nothing, for mail scanners open every link.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing
from django.urls import reverse

from tickets.actions.transitions import REOPEN_DAYS
from tickets.models import Ticket
from tickets.permissions import RATING_CHANGEABLE_FOR

SALT = "tickets.answer-link"
#: As long as an opinion given on the last day can still be changed.
LIVES_FOR = RATING_CHANGEABLE_FOR + dt.timedelta(days=REOPEN_DAYS + 1)


class Expired(Exception):
    """It was ours, and is too old."""


def answer_link(ticket: Ticket) -> str:
    """The whole address, at the address of the desk in the settings."""
    token = signing.dumps(ticket.pk, salt=SALT)
    return settings.DESK_BASE_URL + reverse("tickets:answer-link", args=[token])


def read_token(token: str) -> int | None:
    """The number of the ticket; None for what we never made. Raises Expired."""
    try:
        number = signing.loads(token, salt=SALT, max_age=LIVES_FOR)
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature:
        return None
    return number if isinstance(number, int) else None
