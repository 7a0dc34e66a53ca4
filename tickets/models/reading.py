"""Who reads along with a ticket, and how far each person has read it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from tickets.models.ticket import Ticket


class Follower(models.Model):
    """Somebody who reads along with exactly this ticket and gets its public mail."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="followers", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="following"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="follower_once")]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.user_id}"


class ReadMark(models.Model):
    """How far one person has read one ticket."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="read_marks", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks"
    )
    message = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.user_id}"
