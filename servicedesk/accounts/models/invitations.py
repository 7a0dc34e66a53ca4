"""Invitations: how somebody gets an account without anybody else knowing the password."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.addresses import check_address
from servicedesk.accounts.models.organisations import Organisation
from servicedesk.accounts.models.people import User
from servicedesk.accounts.querysets import InvitationQuerySet


def hash_of(token: str) -> str:
    """What is kept of a token: who reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(models.Model):
    """One mail with a link that makes one account, once, within a week.

    Only the hash of its token is kept. An invitation of somebody who has an account already has
    a token that nobody ever saw: whoever invites cannot tell the two apart.
    """

    class State(models.TextChoices):
        OPEN = "open", _("sent")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("revoked")
        EXPIRED = "expired", _("expired")

    email = models.EmailField(_("e-mail address"), validators=[check_address])
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="nl"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
    )
    role = models.CharField(
        _("role"), max_length=20, choices=User.Role, default=User.Role.REQUESTER
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["email"], name="invitation_email"),
            models.Index(fields=["organisation", "-id"], name="invitation_organisation"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if self.expires_at > timezone.now() else self.State.EXPIRED

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def new_token(self) -> str:
        """A fresh token, good for a week; the one before is dead. The row is not saved."""
        token = secrets.token_urlsafe(32)
        self.token_hash = hash_of(token)
        self.sent_at = timezone.now()
        self.expires_at = self.sent_at + settings.INVITATION_TIMEOUT
        return token
