"""How a ticket stands, in the words of who asked: what happens next, who does it, by when.

Nothing of the desk's inside is said here: no queue, no clock, no other team.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from servicedesk.accounts.models import Team
from servicedesk.lib.moments import day, moment
from tickets.actions.transitions import reopens_until
from tickets.models import Ticket

Status = Ticket.Status


@dataclass(frozen=True)
class Standing:
    """Where it is now; the next promised moment is for whoever knows the clocks to say."""

    headline: str
    #: The last day on which a solved ticket can be reopened.
    reopen_until: dt.date | None = None
    #: Received, in hand, solved: `done`, `now` or '' for each.
    steps: tuple[str, str, str] = ("now", "", "")


def standing(ticket: Ticket, *, contacts: int = 0) -> Standing:
    """For the page of one ticket. `contacts`: how often the desk answered."""
    return Standing(
        headline=_headline(ticket, contacts),
        reopen_until=reopens_until(ticket) if ticket.status == Status.SOLVED else None,
        steps=_steps(ticket),
    )


class Promised(Protocol):
    """A promised moment, as whoever knows the clocks tells it."""

    at: dt.datetime
    is_late: bool
    is_answer: bool


def in_a_row(ticket: Ticket, promised: Promised | None = None) -> str:
    """One short sentence for a list, such as “Antwoord verwacht vóór vandaag 14.00 u.”."""
    if ticket.status == Status.SOLVED and ticket.solved_at:
        return _("Solved %(day)s") % {"day": day(ticket.solved_at)}
    if ticket.status == Status.CLOSED and ticket.closed_at:
        return _("Closed %(day)s") % {"day": day(ticket.closed_at)}
    if ticket.status == Status.PENDING:
        return _waits_for_you(ticket)
    if promised is None:
        return _("Asked %(moment)s") % {"moment": moment(ticket.created_at)}
    return _expected(ticket, promised)


def contact_words(contacts: int) -> str:
    """“bij het tweede contact”."""
    ordinals = {
        1: pgettext("contact", "first"),
        2: pgettext("contact", "second"),
        3: pgettext("contact", "third"),
        4: pgettext("contact", "fourth"),
        5: pgettext("contact", "fifth"),
    }
    if contacts in ordinals:
        return _("at the %(ordinal)s contact") % {"ordinal": ordinals[contacts]}
    return ngettext("after %(count)d contact", "after %(count)d contacts", contacts) % {
        "count": contacts
    }


def is_first_line(team: Team) -> bool:
    """Requesters know it as the service desk: lines are the desk's own business."""
    return team.line == Team.Line.FIRST


def _headline(ticket: Ticket, contacts: int) -> str:
    if ticket.status == Status.SOLVED and ticket.solved_at:
        since = _("Ready since %(moment)s") % {"moment": moment(ticket.solved_at)}
        return f"{since}, {contact_words(contacts)}." if contacts else f"{since.rstrip('.')}."
    if ticket.merged_into_id:
        return _("Goes on in ticket #%(number)s.") % {"number": ticket.merged_into_id}
    if ticket.status == Status.CLOSED and ticket.closed_at:
        return _("Closed since %(day)s.") % {"day": day(ticket.closed_at)}
    if ticket.status == Status.PENDING:
        return f"{_waits_for_you(ticket)}."
    if ticket.status == Status.ON_HOLD:
        return _("The supplier of this service works on it; we follow it up.")
    if ticket.status == Status.OPEN and ticket.assignee:
        return _("%(name)s of the service desk looks into it.") % {
            "name": ticket.assignee.first_name
        }
    if ticket.status == Status.OPEN and ticket.team and not is_first_line(ticket.team):
        return _("Team %(team)s looks into it.") % {"team": ticket.team.name}
    if ticket.status == Status.OPEN:
        return _("The service desk looks into it.")
    return _("We have your question.")


def _waits_for_you(ticket: Ticket) -> str:
    if ticket.assignee:
        return _("%(name)s waits for your answer") % {"name": ticket.assignee.first_name}
    return _("We wait for your answer")


def _expected(ticket: Ticket, promised: Promised) -> str:
    if promised.is_late:
        return _("Takes longer than we promised")
    words = {"moment": moment(promised.at)}
    if ticket.status == Status.ON_HOLD:
        return _("Next update expected before %(moment)s") % words
    if promised.is_answer:
        return _("Answer expected before %(moment)s") % words
    return _("Solution expected before %(moment)s") % words


def _steps(ticket: Ticket) -> tuple[str, str, str]:
    if ticket.is_solved:
        return ("done", "done", "done")
    return ("now", "", "") if ticket.status == Status.NEW else ("done", "now", "")
