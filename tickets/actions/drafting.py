"""What somebody is still writing, kept on the server as they type.

One draft for each person, kind and ticket. Its token becomes the submission token of what is
sent, so that sending twice makes one; a draft whose token was sent is never kept again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets.actions.locking import guard
from tickets.models import Attachment, Draft, Message, Ticket

#: Characters in all fields together: far more than a question needs, far less than hurts.
LONGEST = 200_000
#: What a form fills in by itself.
FILLED_IN = frozenset({"callback_phone"})


def draft_of(user: User, kind: str, ticket: Ticket | None = None) -> Draft:
    """The draft of this person for this, or a fresh one that is not stored yet (`pk` is None).

    One that was sent already is no draft: the server died before it was thrown away. Whatever is
    written with its token would be taken for the same thing sent twice, and lost.
    """
    stored = Draft.objects.filter(user=user, kind=kind, ticket=ticket).first()
    if stored is None or was_sent(stored.token):
        return Draft(user=user, kind=kind, ticket=ticket)
    return stored


def is_blank(draft: Draft) -> bool:
    """Nothing was typed, chosen or added yet: there is nothing to go on with."""
    said = draft.data.keys() - FILLED_IN
    return not said and not (draft.pk and draft.attachments.exists())


def files_of(draft: Draft) -> list[Attachment]:
    """The files that wait to be sent along, oldest first."""
    return list(draft.attachments.order_by("pk")) if draft.pk else []


def keep(
    draft: Draft, data: Mapping[str, object], *, token: uuid.UUID | None = None
) -> Draft | None:
    """Stores what was typed and gives the stored draft; None when `token` was sent already.

    `token` is the one in the form. Nothing is checked but the length: a draft may be as wrong
    as a draft is. Raises TicketError when it is absurdly long.
    """
    guard(_length(data) <= LONGEST, _("This text is too long to keep. Add it as a file instead."))
    token = token or draft.token
    if was_sent(token):
        return None
    if not draft.pk:
        _discard_what_was_sent(draft)
    stored, _made = Draft.objects.update_or_create(
        user=draft.user,
        kind=draft.kind,
        ticket=draft.ticket,
        defaults={"data": dict(data), "updated_at": timezone.now()},
        create_defaults={"data": dict(data), "token": token},
    )
    if was_sent(token):  # while we wrote
        discard(stored)
        return None
    return stored


def was_sent(token: uuid.UUID) -> bool:
    """Something was sent with this token already."""
    return (
        Ticket.objects.filter(submission_token=token).exists()
        or Message.objects.filter(submission_token=token).exists()
    )


def discard(draft: Draft) -> None:
    """Throws the draft away with the files that were not sent. Also called after sending."""
    with transaction.atomic():
        waiting = list(Attachment.objects.filter(draft=draft.pk, message=None)) if draft.pk else []
        for attachment in waiting:
            erase(attachment)
        Draft.objects.filter(user=draft.user, kind=draft.kind, ticket=draft.ticket).delete()


def _discard_what_was_sent(draft: Draft) -> None:
    """What stands in the place of this draft, if it was sent and outlived that."""
    stored = Draft.objects.filter(user=draft.user, kind=draft.kind, ticket=draft.ticket).first()
    if stored is not None and was_sent(stored.token):
        discard(stored)


def erase(attachment: Attachment) -> None:
    """Deletes the row now and the bytes once that is certain."""
    storage = attachment.file.storage
    names = [str(stored.name) for stored in (attachment.file, attachment.shown) if stored]
    attachment.delete()
    for name in names:
        transaction.on_commit(partial(storage.delete, name))


def _length(data: Mapping[str, object]) -> int:
    return sum(len(name) + len(str(value)) for name, value in data.items())
