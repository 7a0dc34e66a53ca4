"""Texts of macros with their {placeholders} filled in.

Placeholders are a short list of plain values. No template engine ever reads what people wrote.
"""

import re
from dataclasses import dataclass

from django.db.models import Q

from servicedesk.accounts.models import User
from tickets.models import Macro, Ticket

_placeholder = re.compile(r"\{(requester|organisation|number|service|agent)\}")


@dataclass(frozen=True)
class FilledMacro:
    """A macro as it would be put into the answer on one ticket."""

    id: int
    name: str
    text: str
    status: str
    category: int | None


def for_ticket(ticket: Ticket, *, by: User) -> list[FilledMacro]:
    """The macros this agent may use, filled in for this ticket. One query."""
    teams = by.memberships.values("team_id")
    usable = Macro.objects.filter(Q(team=None) | Q(team__in=teams), is_active=True)
    return [filled(macro, ticket, by=by) for macro in usable]


def filled(macro: Macro, ticket: Ticket, *, by: User) -> FilledMacro:
    """One macro for one ticket. A word in braces that is no placeholder stays as it is."""
    return FilledMacro(
        id=macro.pk,
        name=macro.name,
        text=fill(macro.body, values(ticket, by=by)),
        status=macro.status,
        category=macro.category_id,
    )


def values(ticket: Ticket, *, by: User) -> dict[str, str]:
    """What the placeholders stand for on this ticket."""
    return {
        "requester": ticket.requester.first_name,
        "organisation": ticket.organisation.name if ticket.organisation else "",
        "number": f"#{ticket.number}",
        "service": ticket.service.label if ticket.service else "",
        "agent": by.name,
    }


def fill(text: str, known: dict[str, str]) -> str:
    """`text` with each placeholder replaced once; what is put in is not read again."""
    return _placeholder.sub(lambda found: known[found[1]], text)
