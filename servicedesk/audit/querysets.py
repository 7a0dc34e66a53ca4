"""Reading the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q


class AuditEntryQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> AuditEntryQuerySet:
        """The whole trail for administrators, nothing for anybody else."""
        return self if is_administrator(user) else self.none()

    def concerning(self, people: Iterable[int]) -> AuditEntryQuerySet:
        """What these people (by id) did, and what was done to them."""
        ids = list(people)
        about = Q(about_kind="accounts.user", about_id__in=[str(pk) for pk in ids])
        return self.filter(Q(actor_id__in=ids) | about)

    def between(self, start: dt.datetime | None, end: dt.datetime | None) -> AuditEntryQuerySet:
        """Entries in [start, end); an end that is None is open."""
        found = self.filter(at__gte=start) if start else self
        return found.filter(at__lt=end) if end else found


def is_administrator(user: Any) -> bool:
    """The one who may read the trail; `accounts.permissions` lies above this room."""
    return bool(user.is_authenticated and user.is_active and user.is_administrator)
