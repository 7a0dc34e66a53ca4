"""Verbs on invitations. `by` is who invites: an administrator, or a contact person."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from servicedesk.accounts.exceptions import DeadInvitation
from servicedesk.accounts.links import invite, pretend_password_link
from servicedesk.accounts.mail import queue_mail
from servicedesk.accounts.models import Invitation, Organisation, User
from servicedesk.accounts.models.invitations import hash_of
from servicedesk.accounts.permissions import may_invite_as
from servicedesk.audit.recording import record

#: "invt", in the space of numbers that all advisory locks of a database share.
LOCK = 0x696E7674


@dataclass(frozen=True)
class Invited:
    """Who is invited, where to, and as what."""

    email: str
    name: str
    language: str = "nl"
    organisation: Organisation | None = None
    role: str = User.Role.REQUESTER


@transaction.atomic
def send_invitation(invited: Invited, *, by: User) -> Invitation:
    """Mails a link with which somebody makes an account; an earlier one of the same house dies.

    An address that has an account already gets a mail that says so, and whoever invites sees no
    difference. Only administrators give another role than that of a requester.
    """
    if not may_invite_as(by, invited.organisation, invited.role):
        raise PermissionDenied
    email = User.objects.normalize_email(invited.email)
    _one_at_a_time(email)
    earlier = Invitation.objects.of(invited.organisation).filter(email=email)
    earlier.open().update(revoked_at=timezone.now())
    invitation = Invitation(
        email=email,
        name=" ".join(invited.name.split()),
        language=invited.language,
        organisation=invited.organisation,
        role=invited.role,
        created_by=by,
    )
    token = invitation.new_token()
    invitation.save()
    _mail(invitation, token)
    record("invitation_sent", by=by, about=invitation, organisation=invitation.organisation_id)
    return invitation


@transaction.atomic
def send_again(invitation: Invitation, *, by: User) -> None:
    """A new link, good for a week from now; the one before is dead. Raises DeadInvitation."""
    invitation = _locked(invitation, by)
    if invitation.state not in {Invitation.State.OPEN, Invitation.State.EXPIRED}:
        raise DeadInvitation
    invitation.created_by = by
    token = invitation.new_token()
    invitation.save()
    _mail(invitation, token)
    record("invitation_resent", by=by, about=invitation, organisation=invitation.organisation_id)


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    """The link no longer works. Raises DeadInvitation when it did not any more."""
    invitation = _locked(invitation, by)
    if not invitation.is_open:
        raise DeadInvitation
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record("invitation_revoked", by=by, about=invitation, organisation=invitation.organisation_id)


@transaction.atomic
def accept(token: str, *, name: str, password: str) -> User:
    """Makes the account; the link is used up. Raises DeadInvitation.

    What its sender may not give any more is not given. Who wrote meanwhile, so that the desk knows
    the address, gets the account that was promised; an account that opens already stays shut.
    """
    theirs = Invitation.objects.open().filter(token_hash=hash_of(token))
    _one_at_a_time(theirs.values_list("email", flat=True).first() or "")
    found = theirs.select_for_update(of=("self",)).first()
    if found is None or not _stands(found):
        raise DeadInvitation
    person = _account_of(found)
    person.name, person.language, person.role = " ".join(name.split()), found.language, found.role
    person.organisation = person.organisation or found.organisation
    person.set_password(password)
    person.save()
    found.accepted_at = timezone.now()
    found.save(update_fields=["accepted_at"])
    record("person_created", by=person, about=person, way="invitation", role=person.role)
    record("invitation_accepted", by=person, about=found, organisation=found.organisation_id)
    return person


def open_invitation(token: str) -> Invitation | None:
    """The invitation with that token, if its link works."""
    invitations = Invitation.objects.open().select_related("organisation", "created_by")
    found = invitations.filter(token_hash=hash_of(token)).first()
    return found if found is not None and _stands(found) else None


def _account_of(invitation: Invitation) -> User:
    """A new one, or that of somebody who only wrote until now. Needs the transaction."""
    people = User.objects.select_for_update(of=("self",))
    person, is_new = people.get_or_create(email=invitation.email, defaults={"password": "!"})
    if not is_new and not _only_writes(person):
        raise DeadInvitation
    return person


def _only_writes(person: User) -> bool:
    """Mails, and never came in: there is no password to ask for yet."""
    is_in = person.last_login is not None or person.has_usable_password()
    return person.is_active and not person.is_agent and not is_in


def _one_at_a_time(email: str) -> None:
    """Nobody else invites or takes up with this address, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, email])


def _stands(invitation: Invitation) -> bool:
    by = invitation.created_by
    return by is not None and may_invite_as(by, invitation.organisation, invitation.role)


def _locked(invitation: Invitation, by: User) -> Invitation:
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not may_invite_as(by, locked.organisation, locked.role):
        raise PermissionDenied
    return locked


def _mail(invitation: Invitation, token: str) -> None:
    """One letter, or the work of one, whoever it is to: the time tells nothing."""
    person = User.objects.filter(email=invitation.email).first()
    if person is None:
        invited = User(
            pk=0, email=invitation.email, name=invitation.name, language=invitation.language
        )
        queue_mail(
            invited,
            "invited",
            path=reverse("accounts:invitation-accept", kwargs={"token": token}),
            thread=f"invitation:{invitation.pk}",
            is_secret=True,
            invitation=invitation,
        )
    # To who is known that token is never told: it must not open an account that is there.
    elif _only_writes(person):
        invite(person)
    elif person.is_active:
        queue_mail(person, "account_exists", path=reverse("account_login"))
    else:
        pretend_password_link(person.email)
