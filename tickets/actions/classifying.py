"""What a ticket is about: service, category, KWIS kind, priority, requester."""

from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category, Kwis, Service
from tickets import search
from tickets.actions.locking import guard, lock, save
from tickets.events import changed, record_event, verb
from tickets.models import Ticket
from tickets.permissions import may_work


@verb
def set_service(ticket: Ticket, service: Service | None, *, by: User) -> Ticket:
    """Another service. A ticket still in dispatch is preset to the owner team of the new one."""
    ticket = _mine(ticket, by=by)
    new = service.pk if service else None
    if ticket.service_id == new:
        return ticket
    old, ticket.service = ticket.service_id, service
    if ticket.status == Ticket.Status.NEW and service and service.owner_team_id:
        ticket.team_id = service.owner_team_id
    save(ticket, "service", "team")
    record_event(ticket, "service_changed", by=by, **changed(old, new))
    return ticket


@verb
def set_category(ticket: Ticket, category: Category | None, *, by: User) -> Ticket:
    """Another category; the KWIS kind follows unless it is a complaint or was set by hand."""
    ticket = _mine(ticket, by=by)
    new = category.pk if category else None
    guard(
        new is not None or not ticket.is_solved,
        _("A solved ticket keeps a category; choose another one."),
    )
    if ticket.category_id == new:
        return ticket
    old, ticket.category = ticket.category_id, category
    save(ticket, "category")
    record_event(ticket, "category_changed", by=by, **changed(old, new))
    if category and category.kwis and not ticket.kwis_by_hand and ticket.kwis != Kwis.COMPLAINT:
        _write_kwis(ticket, category.kwis, by=by)
    return ticket


@verb
def set_kwis(ticket: Ticket, kwis: str, *, by: User) -> Ticket:
    """An agent decides the KWIS kind; categories leave it alone from now on."""
    ticket = _mine(ticket, by=by)
    guard(kwis in Kwis.values, _("There is no such kind."))
    if ticket.kwis != kwis:
        ticket.kwis_by_hand = True
        save(ticket, "kwis_by_hand")
        _write_kwis(ticket, kwis, by=by)
    return ticket


@verb
def set_priority(ticket: Ticket, priority: str, *, by: User, reason: str) -> Ticket:
    """Overrides the proposed priority. A reason is required, for it is counted."""
    ticket = _mine(ticket, by=by)
    guard(priority in Ticket.Priority.values, _("There is no such priority."))
    if ticket.priority == priority:
        return ticket
    guard(bool(reason.strip()), _("Say why: a changed priority needs a reason."))
    old, ticket.priority = ticket.priority, priority
    save(ticket, "priority")
    record_event(
        ticket,
        "priority_changed",
        by=by,
        reason=reason.strip()[:300],
        **changed(old, priority),
    )
    return ticket


@verb
def set_requester(ticket: Ticket, requester: User, *, by: User) -> Ticket:
    """The ticket is really somebody else's; the organisation follows."""
    ticket = _mine(ticket, by=by)
    if ticket.requester_id == requester.pk:
        return ticket
    guard(requester.is_active, _("%s is no longer active.") % requester)
    old, ticket.requester = ticket.requester_id, requester
    old_organisation, ticket.organisation_id = ticket.organisation_id, requester.organisation_id
    save(ticket, "requester", "organisation")
    record_event(
        ticket,
        "requester_changed",
        by=by,
        from_organisation=old_organisation,
        to_organisation=requester.organisation_id,
        **changed(old, requester.pk),
    )
    search.refresh(ticket)
    return ticket


def _mine(ticket: Ticket, *, by: User) -> Ticket:
    guard(may_work(by))
    ticket = lock(ticket)
    guard(ticket.status != Ticket.Status.CLOSED, _("This ticket is closed."))
    return ticket


def _write_kwis(ticket: Ticket, kwis: str, *, by: User) -> None:
    if ticket.kwis != kwis:
        old, ticket.kwis = ticket.kwis, kwis
        save(ticket, "kwis")
        record_event(ticket, "kwis_changed", by=by, **changed(old, kwis))
