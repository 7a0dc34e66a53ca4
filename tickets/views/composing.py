"""The composer as it opens on a page: with drafts, with what a link puts in, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from servicedesk.accounts.requests import DeskRequest
from tickets import articles
from tickets.forms.reply import ComposerForm, NoteForm, ReplyForm, drafts
from tickets.macros import FilledMacro
from tickets.models import Draft, Ticket
from tickets.permissions import may_reply


@dataclass(frozen=True)
class Composer:
    """The two forms, and which of them is open. A closed ticket takes no replies."""

    reply: ReplyForm | None
    note: NoteForm
    active: ComposerForm


def composer(
    request: DeskRequest,
    ticket: Ticket,
    filled: list[FilledMacro],
    *,
    refused: ComposerForm | None = None,
) -> Composer:
    """Both forms with their drafts. `refused` is shown as it was sent, with what was wrong."""
    mine = drafts(ticket, request.user)
    note = refused if isinstance(refused, NoteForm) else None
    reply = refused if isinstance(refused, ReplyForm) else None
    note = note or NoteForm(ticket=ticket, draft=mine[Draft.Kind.INTERNAL_NOTE])
    if reply is None and may_reply(request.user, ticket):
        reply = ReplyForm(ticket=ticket, draft=mine[Draft.Kind.PUBLIC_REPLY])
    wanted = request.GET.get("write", "")
    active = refused or (note if wanted in {"note", "call"} else reply) or note
    active.put_in(**_given(request, filled))
    if wanted == "call":
        note.initial["call"] = True
    return Composer(reply, note, active)


def _given(request: DeskRequest, filled: list[FilledMacro]) -> dict[str, Any]:
    """What the link of a macro or an article puts in, where no script does so."""
    macro = next((one for one in filled if str(one.id) == request.GET.get("macro")), None)
    if macro:
        return {"text": macro.text, "then": macro.status, "category": macro.category}
    if slug := request.GET.get("article"):
        return {"text": articles.link_for(slug, reader=request.user)}
    return {}
