"""Verbs on people. `by` is who does it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from servicedesk.accounts.exceptions import LastAdministrator
from servicedesk.accounts.free_mail import is_free_mail
from servicedesk.accounts.links import invite
from servicedesk.accounts.models import Invitation, MailDomain, Membership, Organisation, User
from servicedesk.accounts.permissions import may_administer, may_work_at_desk
from servicedesk.accounts.sessions import end_everything
from servicedesk.accounts.team_trail import record_teams, teams_of
from servicedesk.audit.recording import record
from servicedesk.lib import live


def organisation_of(email: str) -> Organisation | None:
    """The active organisation an address belongs to: by its mail domain, or one above that.

    None for free mail, whatever stands among the domains.
    """
    return organisations_of([email]).get(User.objects.normalize_email(email))


def organisations_of(emails: Iterable[str]) -> dict[str, Organisation]:
    """The organisation of each of these addresses, for those that belong to one. One query."""
    domains = {email: _domains(email) for email in map(User.objects.normalize_email, emails)}
    rows = MailDomain.objects.filter(
        domain__in={one for found in domains.values() for one in found},
        organisation__is_active=True,
    )
    known = {row.domain: row.organisation for row in rows.select_related("organisation")}
    nearest = {
        email: next((known[one] for one in found if one in known), None)
        for email, found in domains.items()
    }
    return {email: organisation for email, organisation in nearest.items() if organisation}


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
            return _made(
                address, name, organisation or organisation_of(address), by=by, invited=invited
            )
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
            person = _made(address, name[:120], organisation_of(address), by=None, invited=False)
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
        record("person_placed", by=by, about=person, organisation=organisation.pk)
        domain = person.email.rpartition("@")[2]
        if not teach or not domain or is_free_mail(domain):
            return ""
        row, learnt = MailDomain.objects.get_or_create(
            domain=domain, defaults={"organisation": organisation}
        )
        if learnt:
            record("configuration_added", by=by, about=row)
        return domain if learnt else ""


@transaction.atomic
def set_role(person: User, role: str, *, by: User | None, given_by: str = "") -> None:
    """Gives a role; who becomes a requester leaves the teams. Raises LastAdministrator.

    Who was a requester signs in anew, as people of the desk do. `by` is empty and `given_by` names
    the sign-in service when that decided, at such a sign-in.
    """
    if role != User.Role.ADMINISTRATOR:
        guard_last_administrator(person)
    before, person.role, person.role_given_by = person.role, role, given_by
    person.save(update_fields=["role", "role_given_by"])
    live.changed()
    if is_promoted(before, person) and not given_by:
        end_everything(person)
    record("role_changed", by=by, about=person, **{"from": before, "to": role})
    if not person.is_agent:
        _leave_teams(person, by=by)


def is_promoted(before: str, person: User) -> bool:
    """A requester became somebody of the desk: whoever signed in as a requester signs in anew."""
    return before == User.Role.REQUESTER and person.is_agent


@transaction.atomic
def deactivate(person: User, *, by: User, tickets: int = 0) -> None:
    """Switches somebody off: every session and link ends at once, invitations too; teams are left.

    `tickets` is how many were handed back before, for the audit trail. Raises LastAdministrator.
    """
    if not may_administer(by) or by.pk == person.pk:
        raise PermissionDenied
    guard_last_administrator(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    Invitation.objects.open().filter(created_by=person).update(revoked_at=timezone.now())
    end_everything(person)
    record("person_deactivated", by=by, about=person, tickets=tickets)
    _leave_teams(person, by=by)


@transaction.atomic
def activate(person: User, *, by: User) -> None:
    """Lets somebody in again; what was ended before stays ended."""
    if not may_administer(by):
        raise PermissionDenied
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("person_activated", by=by, about=person)


def guard_last_administrator(person: User) -> None:
    """Raises LastAdministrator when nobody else may administer. Inside a transaction.

    The rows are locked, so that two administrators cannot take each other's rights at once.
    """
    active = User.objects.select_for_update().filter(role=User.Role.ADMINISTRATOR, is_active=True)
    if {administrator.pk for administrator in active.order_by("pk")} == {person.pk}:
        raise LastAdministrator


def _leave_teams(person: User, *, by: User | None) -> None:
    before = teams_of(person)
    Membership.objects.filter(user=person).delete()
    record_teams(before, person, by=by)


def _made(
    address: str, name: str, organisation: Organisation | None, *, by: User | None, invited: bool
) -> User:
    """Entered by somebody of the desk, or by their own first mail."""
    person = User.objects.create_user(address, " ".join(name.split()), organisation=organisation)
    way = "first_mail" if by is None else "desk"
    record("person_created", by=by, about=person, way=way, role=person.role)
    if invited:
        invite(person)
    return person


def _domains(email: str) -> list[str]:
    """The mail domain and those above it, the nearest first; none for free mail."""
    domain = email.rpartition("@")[2]
    labels = [] if is_free_mail(domain) else domain.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]
