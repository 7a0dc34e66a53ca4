"""A mailbox that the desk fetches mail from."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mailbox(models.Model):
    """Where to look for mail, and how it went. Its password is sealed (servicedesk.lib)."""

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the start (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        NONE = "none", _("None: only on this machine")

    class Afterwards(models.TextChoices):
        SEEN = "seen", _("mark as read")
        MOVE = "move", _("move to another folder")

    name = models.CharField(_("name"), max_length=80, unique=True)
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(
        _("security"), max_length=10, choices=Security, default=Security.TLS
    )
    username = models.CharField(_("user name"), max_length=320)
    sealed_password = models.BinaryField(default=bytes)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    afterwards = models.CharField(
        _("after a mail was taken in"), max_length=5, choices=Afterwards, default=Afterwards.SEEN
    )
    move_to = models.CharField(_("folder for what was taken in"), max_length=200, blank=True)
    interval = models.PositiveIntegerField(_("seconds between two looks"), default=60)
    is_active = models.BooleanField(_("active"), default=True)

    #: Mail from before this moment is taken in but never answered automatically.
    connected_at = models.DateTimeField(default=timezone.now)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    #: Mails up to this number were taken in; numbers mean nothing when the validity changes.
    last_uid = models.BigIntegerField(default=0)
    next_look_at = models.DateTimeField(default=timezone.now)
    #: Somebody looks at it until then: a look that dies is given up at that moment.
    leased_until = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    #: Since when looking fails, and what the server said last.
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    alerted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        indexes = [
            models.Index(
                fields=["next_look_at"], name="mailbox_to_look", condition=Q(is_active=True)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_failing_long(self) -> bool:
        """For a quarter of an hour nothing could be fetched."""
        since = self.failing_since
        return since is not None and timezone.now() - since > dt.timedelta(minutes=15)
