"""From the impact that a requester tells to the priority that is proposed: data, not code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class PriorityRule(models.Model):
    """The priority proposed for an impact."""

    impact = models.CharField(_("impact"), max_length=20, choices=Ticket.Impact, unique=True)
    priority = models.CharField(_("priority"), max_length=10, choices=Ticket.Priority)

    class Meta:
        verbose_name = _("priority rule")
        verbose_name_plural = _("priority rules")

    def __str__(self) -> str:
        return f"{self.get_impact_display()} → {self.get_priority_display()}"
