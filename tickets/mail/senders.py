"""Who sent this mail: a person the desk knows, a new one, or somebody who only says so.

A From line proves nothing. For a requester it is enough, as with every desk; an agent's powers
need proof: the sealed address of our own mail to that agent, or the word of our own mail server.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from servicedesk.accounts.actions import greet, organisation_of
from servicedesk.accounts.addresses import HOUSE_OF_NOBODY, LONGEST, is_nobodys
from servicedesk.accounts.models import User
from tickets.mail.mail import Mail
from tickets.mail.tokens import read_address
from tickets.mail.verdicts import verdict_of
from tickets.models import Newcomer, Ticket, UndeliverableAddress

UNKNOWN = f"unknown-sender@{HOUSE_OF_NOBODY}"


@dataclass(frozen=True)
class Sender:
    """`proved_for`: the tickets a sealed address speaks for. `is_vouched`: our server's word."""

    user: User
    is_new: bool = False
    is_vouched: bool = False
    proved_for: frozenset[int] = frozenset()

    def is_proved_for(self, ticket: Ticket) -> bool:
        return self.is_vouched or ticket.pk in self.proved_for


def sender_of(mail: Mail, *, is_person: bool) -> Sender:
    """The sender, entered into the desk when nobody has the address yet."""
    address = mail.sender.email
    if not address or len(address) > LONGEST or is_nobodys(address):
        return Sender(_unknown())
    user, is_new = greet(mail.sender.email, mail.sender.name)
    if is_new and is_person and user.organisation_id is None:
        Newcomer.objects.get_or_create(user=user)
    elif user.organisation_id is None and not user.is_agent:
        _place_by_domain(user)
    UndeliverableAddress.objects.filter(email=user.email).delete()  # it writes: it works
    return speaking_for(user, mail, is_new=is_new)


def speaking_for(user: User, mail: Mail, *, is_new: bool = False) -> Sender:
    """This person, with what the mail proves."""
    verdict = verdict_of(mail)
    details = [read_address(address) for address in mail.delivered_to]
    sealed = frozenset(d.ticket for d in details if d and d.person == user.pk)
    return Sender(user, is_new, verdict is True, frozenset() if verdict is False else sealed)


def _place_by_domain(user: User) -> None:
    organisation = organisation_of(user.email)
    if organisation is not None:
        user.organisation = organisation
        user.save(update_fields=["organisation"])
        Newcomer.objects.filter(user=user).delete()


def _unknown() -> User:
    """Who asks when nobody can be named: gets no mail and takes part in nothing."""
    name = _("Unknown sender")
    user, _made = User.objects.get_or_create(
        email=UNKNOWN, defaults={"name": name, "is_active": False, "password": "!"}
    )
    return user
