"""A file of people or organisations that waits to be imported."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models.people import User
from servicedesk.lib.filenames import random_path


def stored_name(kept: Import, filename: str) -> str:
    """A name that nobody can guess; the given one plays no part."""
    return random_path("imports", ".csv")


class Import(models.Model):
    """One upload. The file is gone once it was applied, or after a day."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("People")
        ORGANISATIONS = "organisations", _("Organisations")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PEOPLE)
    file = models.FileField(upload_to=stored_name)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d}"
