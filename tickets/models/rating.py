"""What the requester's side says of an answer: satisfied or not, and thanks that came by mail."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.message import Message
from tickets.models.ticket import Ticket


class Rating(models.Model):
    """The answer to “were you satisfied?”: one for each ticket, the last one given counts."""

    class Verdict(models.TextChoices):
        POSITIVE = "positive", _("satisfied")
        NEGATIVE = "negative", _("not satisfied")

    class Via(models.TextChoices):
        PORTAL = "portal", _("on the portal")
        LINK = "link", _("by the link in the mail")

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="rating"
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    comment = models.TextField(blank=True)
    via = models.CharField(max_length=10, choices=Via)
    #: From the first answer it can be changed for some time; the last one tells the month.
    first_answered_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(default=timezone.now)
    #: Somebody of the team still has to do something with it.
    follow_up_open = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes = [
            models.Index(fields=["answered_at"], include=["verdict"], name="rating_month"),
            models.Index(
                fields=["ticket"],
                name="rating_follow_up",
                condition=models.Q(follow_up_open=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.verdict}"

    @property
    def is_positive(self) -> bool:
        return self.verdict == self.Verdict.POSITIVE


class ThanksToCheck(models.Model):
    """A mail that was taken for mere thanks, until somebody of the desk read it too."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="to_check"
    )

    def __str__(self) -> str:
        return f"message {self.message_id}"
