"""Guessing passwords: how many tries an account gets from one address before it has to wait.

Counted by django-axes in the database, for the pair of account and address: a stranger who
guesses elsewhere locks nobody out.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from servicedesk.accounts.models import User


def account_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account that is being tried, as axes counts it; addresses come in every case."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or request.POST.get("login", "")
    return User.objects.normalize_email(str(typed))[:254]


def must_wait(request: HttpRequest, credentials: dict[str, Any]) -> bool:
    """This address has tried this account too often within the last hour."""
    return not AxesProxyHandler.is_allowed(request, credentials)


def forgive(request: HttpRequest, user: User) -> None:
    """Who proved to own the account by choosing a new password need not wait any longer."""
    AxesProxyHandler.reset_attempts(username=user.email)
    get_adapter(request)._delete_login_attempts_cached_email(request, email=user.email)


def sweep_attempts() -> int:
    """Forgets failed attempts that no longer make anybody wait."""
    old = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(attempt_time__lt=old).delete()[0]
