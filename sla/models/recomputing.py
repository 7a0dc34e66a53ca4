"""Tickets that get other versions than those of their creation: who asked it, why, and what came
of it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sla.querysets import RecomputeQuerySet
from tickets.models import Ticket


class Recompute(models.Model):
    """A round of recomputing: first a preview that changes nothing, then the deed, with a reason.

    Both walk the tickets in the order of their numbers and note how far they came, so that a
    worker that dies loses one batch at most.
    """

    class Rules(models.TextChoices):
        NOW = "now", _("What is promised today")
        ASKED = "asked", _("What was promised on the day each ticket was asked")

    class State(models.TextChoices):
        PREVIEWING = "previewing", pgettext_lazy("recompute", "being looked at")
        PREVIEWED = "previewed", pgettext_lazy("recompute", "to be decided")
        APPLYING = "applying", pgettext_lazy("recompute", "being carried out")
        DONE = "done", pgettext_lazy("recompute", "done")
        DISCARDED = "discarded", pgettext_lazy("recompute", "not done")

    rules = models.CharField(_("rules"), max_length=10, choices=Rules, default=Rules.NOW)
    #: Tickets asked since then, solved ones too; empty: all unsolved ones.
    since = models.DateField(_("since"), null=True, blank=True)
    #: The moment that “today” means.
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=12, choices=State, default=State.PREVIEWING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(_("reason"), blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: How many tickets there are to look at, how many were, and the last of them.
    total = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    last_ticket = models.BigIntegerField(default=0)
    #: How many got, or would get, another version.
    moved = models.PositiveIntegerField(default=0)

    objects = RecomputeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("recompute")
        verbose_name_plural = _("recomputes")
        constraints = [
            models.CheckConstraint(
                name="recompute_is_signed",
                condition=~Q(state__in=["applying", "done"])
                | (Q(decided_by__isnull=False) & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d} {self.state}"

    @property
    def is_working(self) -> bool:
        """A worker has still to walk over tickets."""
        return self.state in (self.State.PREVIEWING, self.State.APPLYING)


class RecomputedTicket(models.Model):
    """A ticket that gets, or got, other versions: what its clocks said before and after.

    A preview only keeps those whose result would change.
    """

    recompute = models.ForeignKey(
        Recompute, on_delete=models.CASCADE, related_name="tickets", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="recomputes")
    #: The versions it had and got: pairs of a policy version and a calendar version, or of null.
    before = models.JSONField()
    after = models.JSONField()
    #: The changed clocks, as `sla.recomputing.Change.as_json`.
    changes = models.JSONField(default=list)

    class Meta:
        ordering = ["recompute", "ticket"]
        verbose_name = _("recomputed ticket")
        verbose_name_plural = _("recomputed tickets")
        constraints = [
            models.UniqueConstraint(fields=["recompute", "ticket"], name="recomputed_once")
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}"
