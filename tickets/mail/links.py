"""The link in a solved mail behind which the requester's side answers, without signing in.

Whoever holds it may confirm, reopen, thank and rate: no more than everybody who gets that mail may
do on the portal too, and only as long as everybody who got it is on the requester's side. It shows
the number of the ticket and nothing that was written on it. Opening it changes nothing, for mail
scanners open every link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from servicedesk.accounts.models import User
from tickets.models import Follower, Ticket
from tickets.permissions import RATING_CHANGEABLE_FOR

SALT = "tickets.answer-link"


class Expired(Exception):
    """It was ours, and is too old."""


@dataclass(frozen=True)
class Link:
    """What a token says: the ticket, and the people who got the mail, whom it was to first."""

    ticket: int
    readers: tuple[int, ...]

    def speaker(self, ticket: Ticket) -> User | None:
        """Who speaks by it: whom the mail was to. None once one of its readers reads no more."""
        followers = Follower.objects.filter(ticket=ticket, user__in=self.readers)
        side = {ticket.requester_id, *followers.values_list("user", flat=True)}
        people = User.objects.active().in_bulk(side.intersection(self.readers))
        return people[self.readers[0]] if people.keys() == set(self.readers) else None


def answer_link(ticket: Ticket, readers: Iterable[User]) -> str:
    """The whole address, at the address of the desk in the settings, in a mail to these."""
    said = [ticket.pk, ticket.reopen_days, [reader.pk for reader in readers]]
    token = signing.dumps(said, salt=SALT)
    return settings.DESK_BASE_URL + reverse("tickets:answer-link", args=[token])


def read_token(token: str) -> Link | None:
    """None for what we never made. Raises Expired."""
    try:
        number, days, readers = signing.loads(token, salt=SALT)
        signing.loads(token, salt=SALT, max_age=_lives_for(days))
    except signing.SignatureExpired as error:
        raise Expired from error
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Link(number, tuple(readers))


def _lives_for(reopen_days: int) -> dt.timedelta:
    """As long as an opinion given on the last day can still be changed."""
    return RATING_CHANGEABLE_FOR + dt.timedelta(days=reopen_days + 1)
