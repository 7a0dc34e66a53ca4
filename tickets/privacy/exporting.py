"""What the desk holds of a person, for that person: a zip with one JSON file and the files."""

from __future__ import annotations

import json
import logging
import zipfile
from typing import IO, Any, cast

from allauth.socialaccount.models import SocialAccount
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch, Q

from knowledgebase.models import ArticleVote
from servicedesk.accounts.models import Invitation, User
from servicedesk.audit.models import AuditEntry
from servicedesk.outbox.models import Notification, OutgoingEmail
from tickets.models import Attachment, Draft, IncomingEmail, Message, Rating, Ticket
from tickets.signals import person_data_asked

logger = logging.getLogger(__name__)

PROFILE = (
    "email", "name", "job_title", "phone", "signature", "language", "theme", "role", "sees",
    "is_active", "created_at", "last_login",
)  # fmt: skip
TICKET = (
    "pk", "subject", "status", "priority", "channel", "impact", "intake", "callback_phone",
    "callback_when", "created_at", "solved_at", "closed_at",
)  # fmt: skip

MAIL = "to", "cc", "subject", "shown_text", "state", "created_at", "sent_at"

#: What people of the desk write to each other and to suppliers stays there.
OF_THE_DESK = (Draft.Kind.INTERNAL_NOTE, Draft.Kind.TO_SUPPLIER)
#: Of all tickets at once: somebody may have a thousand.
PUBLIC_WORDS = Prefetch("messages", Message.objects.public().prefetch_related("attachments"))


def write_export(person: User, target: IO[bytes]) -> int:
    """Writes the zip to `target`; gives the count of files in it besides the JSON.

    Only what the person may see: no internal notes, not of an agent's own hand either, and no
    files of others on tickets of others. A file that is gone is left out, and stands in the log.
    """
    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        data = json.dumps(held(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("data.json", data)
        for file in _files(person):
            count += _copied(file, archive)
    return count


def _copied(file: Attachment, archive: zipfile.ZipFile) -> bool:
    try:
        stored = file.file.open("rb")
    except FileNotFoundError:
        logger.error("stored file %s is gone", file.file.name)
        return False
    with stored, archive.open(_place(file), "w") as copy:
        while part := stored.read(1 << 16):
            copy.write(part)
    return True


def held(person: User) -> dict[str, Any]:
    """Everything the desk holds of this person, as data."""
    own = Ticket.objects.requested_by(person).order_by("pk")
    elsewhere = Message.objects.public().filter(author=person).exclude(ticket__in=own)
    mail = Q(to__contains=[person.email]) | Q(cc__contains=[person.email])
    return {
        "profile": {name: getattr(person, name) for name in PROFILE}
        | {"organisation": str(person.organisation or "")},
        "tickets": [_ticket(ticket) for ticket in own.prefetch_related(PUBLIC_WORDS)],
        "messages_on_tickets_of_others": [
            _message(message)
            for message in elsewhere.order_by("pk").prefetch_related("attachments")
        ],
        "opinions": list(
            Rating.objects.filter(ticket__in=own).values(
                "ticket", "verdict", "comment", "via", "first_answered_at", "answered_at"
            )
        ),
        "following": list(person.following.order_by("pk").values("ticket", "at")),
        "drafts": list(
            Draft.objects.filter(user=person)
            .exclude(kind__in=OF_THE_DESK)
            .values("kind", "ticket", "data", "updated_at")
        ),
        "notifications": list(
            Notification.objects.filter(user=person).values("kind", "ticket", "created_at")
        ),
        "answers_about_articles": list(
            ArticleVote.objects.filter(user=person).values(
                "article__title", "helpful", "comment", "at"
            )
        ),
        "mail": [
            {name: getattr(one, name) for name in MAIL}
            for one in OutgoingEmail.objects.filter(mail).order_by("pk")
        ],
        "mail_that_came_in": list(
            IncomingEmail.objects.filter(from_email__iexact=person.email).values(
                "subject", "to", "cc", "received_at", "ticket"
            )
        ),
        "sessions": list(
            person.sign_ins.values("created_at", "last_seen_at", "address", "browser")
        ),
        "audit_trail": list(
            AuditEntry.objects.filter(
                Q(actor_id=person.pk) | Q(about_kind="accounts.user", about_id=str(person.pk))
            ).values("action", "at", "data")
        ),
        "invitations": list(
            Invitation.objects.filter(email=person.email).values(
                "name", "organisation__name", "sent_at", "accepted_at"
            )
        ),
        "accounts_elsewhere": list(
            SocialAccount.objects.filter(user_id=person.pk).values("provider", "uid", "date_joined")
        ),
    } | _elsewhere(person)


def _elsewhere(person: User) -> dict[str, Any]:
    """What rooms that are not known here hold."""
    more: dict[str, Any] = {}
    for _receiver, held in person_data_asked.send(User, person=person):
        more |= cast(dict[str, Any], held)
    return more


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in TICKET} | {
        "messages": [_message(message) for message in ticket.messages.all()]
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "ticket": message.ticket_id,
        "side": message.side,
        "at": message.created_at,
        "text": message.body_text,
        "files": [_place(file) for file in message.attachments.all()],
    }


def _files(person: User):
    public = Q(message__kind=Message.Kind.PUBLIC_REPLY)
    unsent = Q(message=None) & ~Q(draft__kind__in=OF_THE_DESK)
    theirs = Q(message__ticket__requester=person) & public
    own = Q(uploaded_by=person) & (public | unsent)
    return Attachment.objects.filter(theirs | own).order_by("pk")


def _place(file: Attachment) -> str:
    return f"files/{file.pk}-{file.filename}"
