"""The audit trail: who did what to the desk itself, and when.

What happens to a ticket is in its own event log. People are known by string foreign key only:
this room lies below accounts.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.audit.querysets import AuditEntryQuerySet


class AuditEntry(models.Model):
    """One thing that was done. Rows are never updated or deleted: a database trigger refuses it.

    `data` holds ids and values, never names or texts of people, so that erasing a person leaves
    the trail whole. The vocabulary is in `servicedesk.audit.vocabulary`.
    """

    action = models.CharField(_("action"), max_length=40)
    at = models.DateTimeField(_("moment"), default=timezone.now)
    #: Empty when the desk did it by itself, or somebody who had not signed in.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    #: What it was done to: the label of a model and the key of its row, which may be gone by now.
    about_kind = models.CharField(max_length=80, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["about_kind", "about_id", "-id"], name="audit_about"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.about_kind} {self.about_id}".strip()
