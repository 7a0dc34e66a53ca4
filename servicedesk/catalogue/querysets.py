"""Reading the catalogue: which services somebody may ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from servicedesk.accounts.models import User


class ServiceQuerySet(models.QuerySet):
    def active(self) -> ServiceQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> ServiceQuerySet:
        """Agents see all services; a requester those for everyone or for the own organisation."""
        if user.is_agent:
            return self
        theirs = self.model.organisations.through.objects.filter(  # type: ignore[attr-defined]
            organisation_id=user.organisation_id
        ).values("service_id")
        return self.filter(Q(visibility="everyone") | Q(visibility="organisations", pk__in=theirs))
