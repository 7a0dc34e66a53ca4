"""Texts agents use again and again, and questions an article answered before they were asked."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledgebase.models import Article
from servicedesk.accounts.models import Team
from servicedesk.catalogue.models import Category, Service
from tickets.models.ticket import Ticket


class Macro(models.Model):
    """A text with {placeholders}, and what it sets on the ticket when sent."""

    name = models.CharField(_("name"), max_length=80)
    body = models.TextField(
        _("text"),
        help_text=_("May hold {requester}, {organisation}, {number}, {service} and {agent}."),
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="macros",
        help_text=_("Empty: for all teams."),
    )
    status = models.CharField(
        _("sets status"),
        max_length=10,
        blank=True,
        choices=[
            (s.value, s.label)
            for s in (
                Ticket.Status.OPEN,
                Ticket.Status.PENDING,
                Ticket.Status.ON_HOLD,
                Ticket.Status.SOLVED,
            )
        ],
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("sets category"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("macro")
        verbose_name_plural = _("macros")

    def __str__(self) -> str:
        return self.name


class Deflection(models.Model):
    """Somebody who was about to ask said that an article had solved it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="deflections")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(
        Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("question answered by an article")
        verbose_name_plural = _("questions answered by an article")

    def __str__(self) -> str:
        return f"{self.article} {self.at:%Y-%m-%d}"
