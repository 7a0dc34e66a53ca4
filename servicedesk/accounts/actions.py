"""Verbs on people. `by` is who does it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from servicedesk.accounts.links import invite
from servicedesk.accounts.models import MailDomain, Organisation, User
from servicedesk.accounts.permissions import may_work_at_desk


def organisation_of(email: str) -> Organisation | None:
    """The active organisation an address belongs to: by its mail domain, or one above that."""
    labels = User.objects.normalize_email(email).rpartition("@")[2].split(".")
    domains = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    known = MailDomain.objects.filter(domain__in=domains, organisation__is_active=True)
    nearest = max(known.select_related("organisation"), key=_length, default=None)
    return nearest.organisation if nearest else None


def create_requester(
    email: str,
    name: str,
    *,
    by: User,
    organisation: Organisation | None = None,
    invited: bool = True,
) -> User:
    """A requester whom a person of the desk enters; whoever has the address already stays.

    Without an organisation that of the mail domain. `invited` sends a mail with which the new
    person chooses a password; without one they can ask for that themselves.
    """
    if not may_work_at_desk(by):
        raise PermissionDenied
    address = User.objects.normalize_email(email)
    try:
        with transaction.atomic():
            return _made(address, name, organisation or organisation_of(address), invited=invited)
    except IntegrityError:  # there already, or entered twice at one instant
        return User.objects.get(email=address)


def _made(address: str, name: str, organisation: Organisation | None, *, invited: bool) -> User:
    person = User.objects.create_user(address, " ".join(name.split()), organisation=organisation)
    if invited:
        invite(person)
    return person


def _length(known: MailDomain) -> int:
    return len(known.domain)
