"""How signing in behaves where django-allauth leaves a choice."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.exceptions import SignOnRefused
from servicedesk.accounts.mail import queue_mail
from servicedesk.accounts.models import User
from servicedesk.accounts.throttling import must_wait


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: people come by invitation, import or their first mail."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not go together."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again."),
        "rate_limited": _("Too many attempts. Wait five minutes and try again."),
        "locked": _(
            "Too many wrong passwords from this place. Wait an hour, or choose a new password "
            "under “Forgot your password?”."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """A page of this desk, as a path from the root: a bare word is no address at all."""
        return bool(url) and str(url).startswith("/") and super().is_safe_url(url)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses who has to wait: minutes after a few attempts, an hour when it goes on."""
        if must_wait(request, credentials):
            raise self.validation_error("locked")
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The person, if active. Who was switched off hears the same as who never existed."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """For who was switched off and comes with a passkey: the sentence that strangers get."""
        messages.error(request, str(SignOnRefused()))
        return redirect("account_login")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Counted per address *and* machine: a stranger elsewhere cannot lock somebody out.
        return f"{credentials.get('email', '').lower()}:{self.get_client_ip(request)}"

    def set_password(self, user: User, password: str) -> None:
        """The password only: somebody may be switched off at this moment."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The path only: the mail puts the desk's own address before it, never the Host header."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return path.replace("UID-KEY", key)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        queue_mail(user, "password_link", path=context["password_reset_url"], is_secret=True)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Whatever way a password or a second step was changed, its owner hears of it."""
        if template_prefix.startswith("mfa/"):
            queue_mail(user, "second_step_changed", path=reverse("mfa_index"))
        else:
            queue_mail(user, "password_changed", path=reverse("account_reset_password"))
