"""Reading people and organisations: who may see whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from servicedesk.accounts.addresses import HOUSE_OF_NOBODY

if TYPE_CHECKING:
    from servicedesk.accounts.models import Organisation, User


NOBODY = f"anonymous@{HOUSE_OF_NOBODY}"


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> OrganisationQuerySet:
        """Agents see all organisations; a requester sees the own one."""
        return self if user.is_agent else self.filter(pk=user.organisation_id)


class UserQuerySet(models.QuerySet):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def agents(self) -> UserQuerySet:
        """The people who work at the desk and are there: agents, managers, administrators."""
        return self.active().exclude(role="requester")

    def visible_to(self, user: User) -> UserQuerySet:
        """Agents see everybody; a requester sees active colleagues of the own organisation."""
        if user.is_agent:
            return self
        colleagues = Q(organisation=user.organisation_id, is_active=True)
        return self.filter(Q(pk=user.pk) | colleagues if user.organisation_id else Q(pk=user.pk))

    def matching(self, words: str) -> UserQuerySet:
        """People whose name, address, phone or organisation holds each of the words."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(email__icontains=word)
                | Q(phone__icontains=word)
                | Q(organisation__name__icontains=word)
            )
        return found


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> InvitationQuerySet:
        """Administrators see all, a contact person the requesters of the own organisation."""
        if not user.is_active:
            return self.none()
        if user.is_administrator:
            return self
        own = self.filter(organisation=user.organisation_id, organisation__isnull=False)
        own = own.filter(role="requester")
        return own if user.is_contact else self.none()

    def of(self, organisation: Organisation | None) -> InvitationQuerySet:
        """To that organisation, or to none."""
        if organisation is None:
            return self.filter(organisation=None)
        return self.filter(organisation=organisation)

    def open(self) -> InvitationQuerySet:
        """Whose link works now."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


class UserManager(BaseUserManager["User"]):
    """Makes people. Addresses are kept in lower case, as people type them in every way."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))

    def nobody(self) -> User:
        """Who stands where a person stood whom the desk no longer knows. Cannot sign in."""
        somebody, _made = self.get_or_create(
            email=NOBODY, defaults={"name": "Anoniem", "is_active": False, "password": "!"}
        )
        return somebody

    def create_user(self, email: str, name: str, password: str | None = None, **fields) -> User:
        """A saved person. Without a password nobody can sign in until one is set."""
        user = self.model(email=self.normalize_email(email), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None) -> User:
        """An administrator; for `manage.py createsuperuser`."""
        return self.create_user(email, name, password, role="administrator")
