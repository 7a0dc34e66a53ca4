"""Links with which somebody chooses a password: random, for one person, once, for a day."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.http import int_to_base36

from servicedesk.accounts.mail import queue_mail
from servicedesk.accounts.models import User
from servicedesk.lib.waking import wake
from servicedesk.outbox.tasks import send_outgoing_mail


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Dead after use, after a change of address or password, and for who is switched off.

    For good: the epoch was counted up, so switching somebody on again revives no link.
    """

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.sign_in_epoch}"

    def check_token(self, user: User | None, token: str | None) -> bool:
        return user is not None and user.is_active and super().check_token(user, token)


def password_link(user: User) -> str:
    """The path of a page where `user` may choose a password, for a limited time."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": int_to_base36(user.pk),
            "key": PasswordLinkTokens().make_token(user),
        },
    )


def invite(user: User) -> None:
    """Mails a new person how to choose a first password."""
    queue_mail(user, "invitation", path=password_link(user), is_secret=True)


def send_password_link(user: User) -> None:
    """Mails somebody who forgot the password how to choose a new one."""
    queue_mail(user, "password_link", path=password_link(user), is_secret=True)


def pretend_password_link(email: str) -> None:
    """The work of `send_password_link` for an address nobody has, and nothing is kept or sent.

    The time of the answer may not tell which addresses the desk knows: something is committed,
    and a worker is woken, as for a real one.
    """
    nobody = User(pk=0, name="", email=email)
    with transaction.atomic():
        with transaction.atomic():
            send_password_link(nobody)
            transaction.set_rollback(True)
        wake(send_outgoing_mail)
