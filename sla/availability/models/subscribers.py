"""Addresses that want to be told of every outage, signed in or not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StatusSubscriber(models.Model):
    """An address; told only after it was confirmed by the mail that it got."""

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="nl")
    #: Of the token in the mail, so that the database alone confirms nothing.
    token_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("subscriber of the status page")
        verbose_name_plural = _("subscribers of the status page")
        constraints = [models.UniqueConstraint(Lower("email"), name="status_subscriber_once")]

    def __str__(self) -> str:
        return self.email
