"""The texts of outgoing mail, where an administrator changed them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LetterText(models.Model):
    """The text of one kind of letter in one language. Without a row the text of the house holds."""

    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        constraints = [
            models.UniqueConstraint(fields=["kind", "language"], name="letter_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
