"""Verbs on sessions: remembering where somebody is signed in, and ending that."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from servicedesk.accounts.models import SignIn, User
from servicedesk.accounts.networks import address_of
from servicedesk.accounts.session_limits import limits_of, limits_of_desk
from servicedesk.audit.recording import record
from servicedesk.lib import live

#: "Seen last" need not be exact: one write in so much time.
PRECISION = dt.timedelta(minutes=10)
#: What a session itself holds, so that no page asks the database for it: seconds since 1970.
BEGAN, SEEN = "began_at", "seen_at"


def remember_sign_in(request: HttpRequest, user: User) -> None:
    """Keeps where and with what somebody signed in, for their own list of sessions."""
    now = timezone.now()
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()
    if not request.session.session_key:
        request.session.save()
    SignIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "address": address_of(request),
            "browser": request.META.get("HTTP_USER_AGENT", "")[:300],
            "created_at": now,
            "last_seen_at": now,
        },
    )
    live.changed()


def seen(request: HttpRequest, now: dt.datetime) -> None:
    """Moves "seen last" on, at most once in ten minutes."""
    if SEEN in request.session and now - _moment(request, SEEN, now) < PRECISION:
        return
    request.session.setdefault(BEGAN, now.timestamp())
    request.session[SEEN] = now.timestamp()
    session = SignIn.objects.filter(session_key=request.session.session_key or "")
    session.update(last_seen_at=now)


def is_over(request: HttpRequest, now: dt.datetime) -> bool:
    """Nobody did anything in this session for too long, or it lasts too long in any case."""
    began, seen = _moment(request, BEGAN, now), _moment(request, SEEN, now)
    return limits_of(request.user).are_over(began=began, seen=seen, now=now)  # type: ignore[arg-type]


def let_end(request: HttpRequest) -> None:
    """The session of this request is over; from here on nobody is signed in."""
    forget(request)
    request.session.flush()
    request.user = AnonymousUser()


def _moment(request: HttpRequest, name: str, now: dt.datetime) -> dt.datetime:
    return dt.datetime.fromtimestamp(request.session.get(name, now.timestamp()), dt.UTC)


def forget(request: HttpRequest) -> None:
    """The session of this request ends: nothing of it stays on the list."""
    SignIn.objects.filter(session_key=request.session.session_key or "").delete()
    live.changed()


def living_sessions(user: User) -> list[SignIn]:
    """Where this person is signed in now, the latest first."""
    now, limits = timezone.now(), limits_of(user)
    within = SignIn.objects.filter(
        last_seen_at__gt=now - limits.idle, created_at__gt=now - limits.longest
    )
    return list(within.filter(user=user, session_key__in=_going_on()))


def keys_at_desk(*, seen_since: dt.datetime) -> list[str]:
    """The sessions of people of the desk that go on, and were used since then. One query."""
    used = SignIn.objects.filter(
        user__in=User.objects.agents(),
        last_seen_at__gt=seen_since - PRECISION,
        created_at__gt=timezone.now() - limits_of_desk().longest,
        session_key__in=_going_on(),
    )
    return list(used.order_by("pk").values_list("session_key", flat=True))


def _going_on() -> QuerySet:
    """The keys of sessions that have not run out."""
    return Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")


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
    live.changed()
    return len(keys)
