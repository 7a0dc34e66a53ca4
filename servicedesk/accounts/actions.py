"""Verbs on people. `by` is who does it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from servicedesk.accounts.free_mail import is_free_mail
from servicedesk.accounts.links import invite
from servicedesk.accounts.models import MailDomain, Organisation, User
from servicedesk.accounts.permissions import may_work_at_desk


def organisation_of(email: str) -> Organisation | None:
    """The active organisation an address belongs to: by its mail domain, or one above that.

    None for free mail, whatever stands among the domains.
    """
    domain = User.objects.normalize_email(email).rpartition("@")[2]
    if is_free_mail(domain):
        return None
    labels = domain.split(".")
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


def greet(email: str, name: str) -> tuple[User, bool]:
    """Whoever has this address; entered as a requester now if nobody does. True when new.

    For somebody who wrote: the organisation is that of the mail domain, and nobody is invited.
    Two first mails at one instant make one person.
    """
    address = User.objects.normalize_email(email)
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            person = _made(address, name[:120], organisation_of(address), invited=False)
            return person, True
    except IntegrityError:
        return User.objects.get(email=address), False


def place(person: User, organisation: Organisation, *, by: User, teach: bool) -> str:
    """The person works for this organisation. `teach`: so does whoever has that mail domain.

    Gives the domain that was learnt, '' if none: free mail belongs to nobody, and a domain of
    another organisation stays what it is.
    """
    if not may_work_at_desk(by):
        raise PermissionDenied
    with transaction.atomic():
        person.organisation = organisation
        person.save(update_fields=["organisation"])
        domain = person.email.rpartition("@")[2]
        if not teach or not domain or is_free_mail(domain):
            return ""
        _row, learnt = MailDomain.objects.get_or_create(
            domain=domain, defaults={"organisation": organisation}
        )
        return domain if learnt else ""


def _made(address: str, name: str, organisation: Organisation | None, *, invited: bool) -> User:
    person = User.objects.create_user(address, " ".join(name.split()), organisation=organisation)
    if invited:
        invite(person)
    return person


def _length(known: MailDomain) -> int:
    return len(known.domain)
