"""A ticket that a person of the desk writes down for somebody else, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import Team, User
from servicedesk.catalogue.models import Category
from tickets.actions.assigning import assign, take
from tickets.actions.classifying import set_category
from tickets.actions.locking import guard
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.transitions import change_status
from tickets.events import verb
from tickets.models import Ticket
from tickets.permissions import may_work


class Step(models.TextChoices):
    """What is done with it at once."""

    DISPATCH = "dispatch", _("Leave in dispatch")
    MINE = "mine", _("I take it")
    TEAM = "team", _("To a team")
    SOLVED = "solved", _("Solved during the contact")


@dataclass(frozen=True)
class FirstStep:
    """`team` goes with TEAM; SOLVED needs a category."""

    step: str = Step.DISPATCH
    team: Team | None = None
    category: Category | None = None


@verb
def register(new: NewTicket, first: FirstStep, *, by: User) -> Ticket:
    """The ticket made of `new` and brought one step further, in one act.

    The same token again gives the ticket that it made before, as it is now.
    """
    guard(may_work(by))
    if new.token and (made := Ticket.objects.filter(submission_token=new.token).first()):
        return made
    ticket = open_ticket(new, by=by)
    if first.category is not None:
        ticket = set_category(ticket, first.category, by=by)
    if first.step == Step.MINE:
        return take(ticket, by=by)
    if first.step == Step.TEAM:
        return assign(ticket, team=first.team, assignee=None, by=by)
    if first.step == Step.SOLVED:
        return change_status(ticket, Ticket.Status.SOLVED, by=by, category=first.category)
    return ticket
