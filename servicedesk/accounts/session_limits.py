"""How long somebody stays signed in: how long without doing anything, and how long in any case.

People of the desk read what others told in confidence, so theirs are shorter than those of
requesters. What open pages ask by themselves is nothing that somebody does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from servicedesk.accounts.models import User


@dataclass(frozen=True)
class Limits:
    """A session is over after `idle` without doing anything, and after `longest` in any case."""

    idle: dt.timedelta
    longest: dt.timedelta

    def are_over(self, *, began: dt.datetime, seen: dt.datetime, now: dt.datetime) -> bool:
        return now - seen >= self.idle or now - began >= self.longest


def limits_of(user: User) -> Limits:
    """Those of the desk for who works there, else those of the portal."""
    if user.is_agent:
        return limits_of_desk()
    idle = dt.timedelta(days=settings.DESK_PORTAL_SESSION_IDLE_DAYS)
    return Limits(idle, dt.timedelta(days=settings.DESK_PORTAL_SESSION_MAX_DAYS))


def limits_of_desk() -> Limits:
    """For everybody who works at the desk."""
    idle = dt.timedelta(hours=settings.DESK_SESSION_IDLE_HOURS)
    return Limits(idle, dt.timedelta(days=settings.DESK_SESSION_MAX_DAYS))
