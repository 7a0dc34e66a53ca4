"""What people must not do with people, as sentences they can read."""

from django.utils.translation import gettext_lazy as _


class AccountError(Exception):
    """Something that cannot be done. Its text is shown to the user."""


class LastAdministrator(AccountError):
    """The desk would be left without anybody who may administer it."""

    def __init__(self) -> None:
        super().__init__(_("This is the last active administrator; appoint another one first."))


class SignOnRefused(AccountError):
    """One sentence for every reason: who asks may not learn whom the desk knows."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You cannot come in with this account. Sign in with your e-mail address and "
                "password, or write to the service desk."
            )
        )


class DeadInvitation(AccountError):
    """Used, revoked, or older than a week."""

    def __init__(self) -> None:
        super().__init__(_("This invitation was used or revoked already."))


class UnreadableFile(AccountError):
    """A file that cannot be imported, and why."""
