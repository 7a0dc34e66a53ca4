"""A letter about an invented ticket, to see a text before it is used. Nothing is stored."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from servicedesk.accounts.models import Organisation, Team, User
from servicedesk.catalogue.models import Service, Supplier
from servicedesk.lib import html
from tickets.mail.filling import Part
from tickets.mail.letters import LETTERS, Text
from tickets.mail.outgoing import Reader, compose
from tickets.mail.parts import Occasion
from tickets.models import Forwarding, Message, Ticket

NUMBER = 10023


def preview(kind: str, language: str, text: Text) -> tuple[str, Part]:
    """Subject and letter, as a requester with a colleague in copy would get it."""
    with translation.override(language):
        ticket = _ticket()
        by_desk = kind in {"reply", "solved", "reminder", "supplier"}
        silent = kind in {"receipt", "following", "handed_over", "supplier_answered"}
        occasion = Occasion(
            ticket,
            kind,
            ticket.requester,
            None if silent else _message(ticket, by_desk),
            promised=timezone.now() + dt.timedelta(hours=4),
            answer_url=f"{settings.DESK_BASE_URL}/#",
            forwarding=Forwarding(supplier=Supplier(name="Webbouwers"), subject=ticket.subject),
        )
        letter = LETTERS[kind]
        others = (
            () if letter.for_desk else (User(pk=-2, name="Wout Claes", email="wout@bib.example"),)
        )
        reader = None if letter.for_supplier else Reader(ticket.requester, others)
        return compose(occasion, reader=reader, text=text)


def _ticket() -> Ticket:
    now = timezone.now()
    return Ticket(
        pk=NUMBER,
        subject=_("New opening hours are not on the website"),
        requester=User(pk=-1, name="Sofie Vermeer", email="sofie@bib.example"),
        organisation=Organisation(name="Bibliotheek Heidedal"),
        service=Service(name=_("Library websites")),
        team=Team(name=_("Websites"), signature=_("The team of the library websites")),
        assignee=_agent(),
        status=Ticket.Status.SOLVED,
        created_at=now,
        solved_at=now,
    )


def _agent() -> User:
    return User(pk=-3, name="Noor Peeters", email="noor@desk.example", role=User.Role.AGENT)


def _message(ticket: Ticket, by_desk: bool) -> Message:
    answer = _("We set the new hours, and emptied the cache of the website. Look again please.")
    question = _("We changed the opening hours, but the website still shows the old ones.")
    words = answer if by_desk else question
    return Message(
        pk=1,
        side=Message.Side.DESK if by_desk else Message.Side.REQUESTER,
        author=_agent() if by_desk else ticket.requester,
        body_text=words,
        body_html=html.from_plain_text(words),
    )
