"""Who may do what with people. Predicates only: no query, no side effect."""

from django.contrib.auth.models import AnonymousUser

from servicedesk.accounts.models import Organisation, User


def may_work_at_desk(user: User | AnonymousUser) -> bool:
    """Queues, all tickets, internal notes, agents-only articles."""
    return user.is_authenticated and user.is_active and user.is_agent


def may_read_reports(user: User | AnonymousUser) -> bool:
    """Dashboards and the tickets behind each figure."""
    return user.is_authenticated and user.is_active and user.is_manager


def may_administer(user: User | AnonymousUser) -> bool:
    """People, catalogue and every other setting of the desk."""
    return user.is_authenticated and user.is_active and user.is_administrator


def must_have_second_step(user: User) -> bool:
    """Roles whose account opens other people's tickets sign in with more than a password."""
    return user.is_agent


def may_reset_second_step(user: User, person: User) -> bool:
    """Administrators, for others: the own second step is changed on the own page."""
    return may_administer(user) and person.is_active and user.pk != person.pk


def may_invite(user: User) -> bool:
    """Invite people: administrators, and the contact persons of an organisation."""
    contact = user.is_active and user.is_contact and user.organisation_id is not None
    return may_administer(user) or contact


def may_invite_as(user: User, organisation: Organisation | None, role: str) -> bool:
    """Only administrators give another role than that of a requester."""
    requester = role == User.Role.REQUESTER
    return may_invite_to(user, organisation) and (requester or may_administer(user))


def may_invite_to(user: User, organisation: Organisation | None) -> bool:
    """Administrators invite to any organisation or none, contact persons to their own."""
    own = organisation is not None and organisation.pk == user.organisation_id
    return may_administer(user) or (user.is_active and user.is_contact and own)
