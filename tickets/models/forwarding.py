"""A ticket that was put before a supplier: a private thread of its own, from asked to ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.catalogue.models import Supplier
from tickets.models.ticket import Ticket
from tickets.querysets import ForwardingQuerySet


class Forwarding(models.Model):
    """One question to one supplier. Its messages are those that name it; agents alone read them.

    Changes only through the verbs of `tickets.actions.forwarding`.
    """

    class How(models.TextChoices):
        """How it ended. The supplier's work lasted until then, unless it was taken back."""

        SOLVED = "solved", pgettext_lazy("how a forwarding ended", "Solved by the supplier")
        TAKEN_BACK = "taken_back", pgettext_lazy("how a forwarding ended", "Taken back")
        WITH_TICKET = "with_ticket", pgettext_lazy("how a forwarding ended", "Ticket solved")

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="forwardings", db_index=False
    )
    #: The ticket it was forwarded from, when a merge brought it to this one.
    origin = models.ForeignKey(
        Ticket,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    supplier = models.ForeignKey(
        Supplier,
        verbose_name=_("supplier"),
        on_delete=models.PROTECT,
        related_name="forwardings",
        db_index=False,
    )
    #: Of the mails to the supplier.
    subject = models.CharField(_("subject"), max_length=200)
    #: Which of the supplier's promises holds, by the key that the room of contracts gave it.
    promise = models.CharField(max_length=60, blank=True, default="")
    forwarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    forwarded_at = models.DateTimeField(default=timezone.now)
    #: The supplier's first answer that no machine wrote.
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=12, choices=How, blank=True, default="")

    objects = ForwardingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("forwarding to a supplier")
        verbose_name_plural = _("forwardings to suppliers")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "origin"],
                name="forwarding_once",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="forwarding_ended_somehow",
                condition=Q(ended_at=None, how="") | (Q(ended_at__isnull=False) & ~Q(how="")),
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="forwarding_ticket"),
            models.Index(fields=["supplier", "forwarded_at"], name="forwarding_supplier"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} → {self.supplier_id}"

    @property
    def is_open(self) -> bool:
        """The supplier's turn is not over."""
        return self.ended_at is None
