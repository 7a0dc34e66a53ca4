"""What happens when people come in and go out: the audit trail, and the list of sessions.

Django and allauth tell by signals; connected in `apps.ready()`.
"""

from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth
from django.http import HttpRequest

from servicedesk.accounts import second_step, sessions, throttling
from servicedesk.accounts.models import User
from servicedesk.accounts.networks import network_of
from servicedesk.audit.recording import record


def connect() -> None:
    """Connects all receivers; twice is once."""
    for signal, receiver in (
        (auth.user_logged_in, came_in),
        (auth.user_login_failed, was_refused),
        (auth.user_logged_out, went_out),
        (user_locked_out, was_throttled),
        (account.password_changed, chose_password),
        (account.password_set, chose_password),
        (account.password_reset, chose_password),
        (mfa.authenticator_added, added_second_step),
        (mfa.authenticator_removed, removed_second_step),
        (mfa.authenticator_reset, made_recovery_codes),
        (mfa.authentication_failed, failed_second_step),
    ):
        signal.connect(receiver, dispatch_uid=f"accounts.{receiver.__name__}")


def came_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.remember_sign_in(request, user)
    way, network = _way(request, user), network_of(request)
    record("signed_in", by=user, about=user, method=way, network=network)


def _way(request: HttpRequest, user: User) -> list[str]:
    """By which means this session was opened, such as password and totp."""
    used = get_authentication_records(request, user)
    return [str(step.get("type") or step.get("provider") or step["method"]) for step in used]


def was_refused(credentials: dict[str, Any], request: HttpRequest | None = None, **kw: Any) -> None:
    if request is None:  # somebody at a shell
        return
    email = User.objects.normalize_email(credentials.get("email") or credentials.get("username"))
    person = User.objects.filter(email=email).first()
    record("sign_in_failed", by=None, about=person, network=network_of(request))


def was_throttled(request: HttpRequest, username: str, **kwargs: Any) -> None:
    person = User.objects.filter(email=username).first()
    record("sign_in_throttled", by=None, about=person, network=network_of(request))


def went_out(user: User | None, request: HttpRequest, **kwargs: Any) -> None:
    if user is not None:
        sessions.forget(request)
        record("signed_out", by=user, about=user)


def chose_password(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new password ends every session but the one in which it was chosen, and all waiting."""
    sessions.after_new_password(request, user)
    throttling.forgive(request, user)
    record("password_changed", by=user, about=user)


def added_second_step(request: HttpRequest, user: User, **kwargs: Any) -> None:
    authenticator: Authenticator = kwargs["authenticator"]
    second_step.remember(request)
    record("second_step_added", by=user, about=user, kind=authenticator.type)


def removed_second_step(request: HttpRequest, user: User, **kwargs: Any) -> None:
    authenticator: Authenticator = kwargs["authenticator"]
    second_step.forget_if_none(request, user)
    record("second_step_removed", by=user, about=user, kind=authenticator.type)


def made_recovery_codes(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("recovery_codes_made", by=user, about=user)


def failed_second_step(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record("sign_in_failed", by=None, about=user, network=network_of(request))
