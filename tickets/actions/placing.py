"""Somebody who wrote for the first time now belongs to an organisation: so do the tickets."""

from __future__ import annotations

from servicedesk.accounts.models import User
from tickets import search
from tickets.actions.locking import guard, lock, save
from tickets.events import changed, record_event, verb
from tickets.models import Newcomer, Ticket
from tickets.permissions import may_work


@verb
def placed(person: User, *, by: User) -> int:
    """The tickets of `person` that have no organisation get the person's; gives how many.

    The person, and whoever else of the same organisation waits, is off the list to place.
    """
    guard(may_work(by))
    count = 0
    for ticket in Ticket.objects.requested_by(person).filter(organisation=None).order_by("pk"):
        count += _give(lock(ticket), person, by=by)
    Newcomer.objects.filter(user=person).delete()
    return count


def _give(ticket: Ticket, person: User, *, by: User) -> bool:
    if ticket.organisation_id is not None:
        return False
    ticket.organisation_id = person.organisation_id
    save(ticket, "organisation")
    search.refresh(ticket)
    record_event(
        ticket,
        "requester_changed",
        by=by,
        from_organisation=None,
        to_organisation=person.organisation_id,
        **changed(person.pk, person.pk),
    )
    return True
