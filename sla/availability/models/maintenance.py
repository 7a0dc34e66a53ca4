"""Work that was announced: its time counts neither for nor against a service."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Service
from servicedesk.lib.bounds import EARLIEST, LATEST, within_bounds
from servicedesk.lib.translated import in_readers_language
from sla.availability.querysets import MaintenanceQuerySet


class MaintenanceWindow(models.Model):
    """From when until when which services are worked on."""

    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True, db_default="")
    text = models.TextField(_("what people will notice"), blank=True)
    text_en = models.TextField(_("the same in English"), blank=True, db_default="")
    services: models.ManyToManyField = models.ManyToManyField(
        Service, verbose_name=_("services"), related_name="maintenance"
    )
    starts_at = models.DateTimeField(_("start"), validators=[within_bounds])
    ends_at = models.DateTimeField(_("end"), validators=[within_bounds])
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MaintenanceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        constraints = [
            models.CheckConstraint(
                name="maintenance_runs_forwards", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="maintenance_within_bounds",
                condition=Q(starts_at__gte=EARLIEST, ends_at__lte=LATEST),
            ),
        ]
        indexes = [models.Index(fields=["-starts_at", "-id"], name="maintenance_latest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("availability:maintenance-edit", kwargs={"pk": self.pk})

    @property
    def label(self) -> str:
        """The title in the language of the reader."""
        return in_readers_language(self.title, self.title_en)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()
