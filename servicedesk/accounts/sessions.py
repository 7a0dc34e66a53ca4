"""Verbs on sessions: remembering where somebody is signed in, and ending that."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from servicedesk.accounts.models import SignIn, User
from servicedesk.accounts.networks import address_of
from servicedesk.audit.recording import record

#: "Seen last" need not be exact: one write in so much time.
PRECISION = dt.timedelta(minutes=10)


def remember_sign_in(request: HttpRequest, user: User) -> None:
    """Keeps where and with what somebody signed in, for their own list of sessions."""
    if not request.session.session_key:
        request.session.save()
    SignIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "address": address_of(request),
            "browser": request.META.get("HTTP_USER_AGENT", "")[:300],
            "created_at": timezone.now(),
            "last_seen_at": timezone.now(),
        },
    )


def seen(session_key: str, now: dt.datetime) -> None:
    """Moves "seen last" on, at most once in ten minutes."""
    stale = SignIn.objects.filter(session_key=session_key, last_seen_at__lt=now - PRECISION)
    stale.update(last_seen_at=now)


def forget(request: HttpRequest) -> None:
    """The session of this request ends: nothing of it stays on the list."""
    SignIn.objects.filter(session_key=request.session.session_key or "").delete()


def living_sessions(user: User) -> list[SignIn]:
    """Where this person is signed in now, the latest first."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return list(SignIn.objects.filter(user=user, session_key__in=living))


@transaction.atomic
def end_session(session: SignIn, *, by: User) -> None:
    """Signs out there, at once."""
    _end([session.session_key])
    record("session_ended", by=by, about=session.user)


@transaction.atomic
def end_other_sessions(user: User, *, but: str) -> int:
    """Signs out everywhere but in the session with the key `but`; how many that were."""
    count = _end_all(user, but=but)
    record("sessions_ended", by=user, about=user)
    return count


@transaction.atomic
def end_everything(user: User) -> None:
    """Ends every session and every link of this person, also those that no list knows of."""
    User.objects.filter(pk=user.pk).update(sign_in_epoch=F("sign_in_epoch") + 1)
    user.refresh_from_db(fields=["sign_in_epoch"])
    _end_all(user)


@transaction.atomic
def after_new_password(request: HttpRequest, user: User) -> None:
    """Ends what the old password opened. Who chose the new one while signed in stays so, in a
    session that has got a new key."""
    here = request.session.session_key if request.user.pk == user.pk else ""
    _end_all(user, but=here or "")
    if here:
        remember_sign_in(request, user)


@transaction.atomic
def sweep_sessions() -> int:
    """Forgets sessions that have run out, and what was known of them."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    gone = SignIn.objects.exclude(session_key__in=Session.objects.values("session_key"))
    return gone.delete()[0]


def _end_all(user: User, *, but: str = "") -> int:
    others = SignIn.objects.filter(user=user).exclude(session_key=but)
    return _end(list(others.values_list("session_key", flat=True)))


def _end(keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session_key__in=keys).delete()
    return len(keys)
