"""The composer as it opens on a page: with drafts, with what a link puts in, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from servicedesk.accounts.requests import DeskRequest
from tickets import articles
from tickets.conversation import quoted
from tickets.forms.forwarding import SupplierForm
from tickets.forms.reply import ComposerForm, NoteForm, ReplyForm, drafts
from tickets.macros import FilledMacro
from tickets.models import Draft, Message, Ticket
from tickets.permissions import may_reply


@dataclass(frozen=True)
class Composer:
    """The forms, and which of them is open. A closed ticket takes no replies; to a supplier goes
    something while the ticket is with one."""

    reply: ReplyForm | None
    note: NoteForm
    supplier: SupplierForm | None
    active: ComposerForm


def composer(
    request: DeskRequest,
    ticket: Ticket,
    filled: list[FilledMacro],
    *,
    with_supplier: bool,
    refused: ComposerForm | None = None,
) -> Composer:
    """All forms with their drafts. `refused` is shown as it was sent, with what was wrong."""
    mine = drafts(ticket, request.user)
    note = refused if isinstance(refused, NoteForm) else None
    reply = refused if isinstance(refused, ReplyForm) else None
    note = note or NoteForm(ticket=ticket, draft=mine[Draft.Kind.INTERNAL_NOTE])
    if reply is None and may_reply(request.user, ticket):
        reply = ReplyForm(ticket=ticket, draft=mine[Draft.Kind.PUBLIC_REPLY])
    supplier = refused if isinstance(refused, SupplierForm) else None
    if supplier is None and with_supplier:
        supplier = SupplierForm(ticket=ticket, draft=mine[Draft.Kind.TO_SUPPLIER])
    wanted = request.GET.get("write", "")
    named = {"note": note, "call": note, "supplier": supplier}
    active = refused or named.get(wanted) or reply or note
    active.put_in(**_given(request, ticket, filled))
    if wanted == "call":
        note.initial["call"] = True
    return Composer(reply, note, supplier, active)


def quoted_of(ticket: Ticket, number: str) -> str:
    """What a supplier answered, as a quotation to start from; '' when there is no such answer."""
    answers = ticket.messages.filter(kind=Message.Kind.SUPPLIER_IN)
    found = answers.filter(pk=number).first() if number.isdecimal() and len(number) < 16 else None
    return quoted(found) if found else ""


def _given(request: DeskRequest, ticket: Ticket, filled: list[FilledMacro]) -> dict[str, Any]:
    """What the link of a macro, an article or a supplier's answer puts in, without a script."""
    macro = next((one for one in filled if str(one.id) == request.GET.get("macro")), None)
    if macro:
        return {"text": macro.text, "then": macro.status, "category": macro.category}
    if quote := request.GET.get("quote"):
        return {"text": quoted_of(ticket, quote)}
    if slug := request.GET.get("article"):
        return {"text": articles.link_for(slug, reader=request.user)}
    return {}
