"""The event log of a ticket: append-only, the source of clocks, reports and history."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class TicketEvent(models.Model):
    """One thing that happened. Rows are never updated or deleted: a database trigger refuses it.

    `data` holds ids and values, never names or texts of people, so that erasing a person
    leaves the log whole. The vocabulary is in `tickets.events`.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    #: Empty when the desk did it by itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["ticket", "id"], name="event_ticket"),
            models.Index(
                fields=["-id"],
                name="event_override",
                condition=models.Q(kind__in=["priority_changed", "policy_changed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind}"
