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

from tickets.models import REOPEN_DAYS, Ticket
from tickets.permissions import RATING_CHANGEABLE_FOR

SALT = "tickets.answer-link"


class Expired(Exception):
    """It was ours, and is too old."""


def answer_link(ticket: Ticket) -> str:
    """The whole address, at the address of the desk in the settings."""
    token = signing.dumps([ticket.pk, ticket.reopen_days], salt=SALT)
    return settings.DESK_BASE_URL + reverse("tickets:answer-link", args=[token])


def read_token(token: str) -> int | None:
    """The number of the ticket; None for what we never made. Raises Expired."""
    try:
        said = signing.loads(token, salt=SALT)
        # Links of before a policy could say for how long hold a number only.
        number, days = said if isinstance(said, list) else (said, REOPEN_DAYS)
        signing.loads(token, salt=SALT, max_age=_lives_for(days))
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature:
        return None
    return number if isinstance(number, int) else None


def _lives_for(reopen_days: int) -> dt.timedelta:
    """As long as an opinion given on the last day can still be changed."""
    return RATING_CHANGEABLE_FOR + dt.timedelta(days=reopen_days + 1)
