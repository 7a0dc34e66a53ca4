"""Putting mail and notifications into the outbox, in the transaction of their cause."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import parseaddr

from django.conf import settings

from servicedesk.lib.waking import wake
from servicedesk.outbox.models import Notification, OutgoingEmail
from servicedesk.outbox.tasks import send_outgoing_mail


@dataclass(frozen=True)
class Letter:
    """One mail. `key` names its cause for ever, such as "881.reply.nl"; `thread` its ticket."""

    key: str
    thread: str
    subject: str
    to: list[str]
    body_text: str
    body_html: str = ""
    cc: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    #: Empty: the address of the desk.
    from_email: str = ""
    names: dict[str, str] = field(default_factory=dict)
    #: As `OutgoingEmail.files` says.
    files: list[dict[str, str]] = field(default_factory=list)
    #: An address in the text that opens something for its reader; no copy shows it.
    secret: str = ""


#: A field that only the mail itself holds: a report on it quotes the field, a forged one cannot.
PROOF = "X-Servicedesk-Proof"


def mail_domain() -> str:
    """The domain of the desk's own first address; stands in every Message-ID."""
    return parseaddr(settings.DESK_ADDRESSES[0])[1].rpartition("@")[2]


def message_id(key: str) -> str:
    """The Message-ID that belongs to `key` (RFC 5322, 3.6.4), always the same."""
    return f"<{key}@{mail_domain()}>"


def post(letter: Letter) -> OutgoingEmail | None:
    """Puts a letter into the outbox. The same key again changes nothing and gives None."""
    row, made = OutgoingEmail.objects.get_or_create(
        message_id=message_id(letter.key),
        defaults={
            "thread": letter.thread,
            "from_email": letter.from_email or settings.DEFAULT_FROM_EMAIL,
            "names": letter.names,
            "files": letter.files,
            "secret": letter.secret,
            "to": letter.to,
            "cc": letter.cc,
            "subject": " ".join(letter.subject.split()),
            "body_text": letter.body_text,
            "body_html": letter.body_html,
            "headers": {**letter.headers, PROOF: secrets.token_hex(16)},
        },
    )
    if made:
        wake(send_outgoing_mail)
    return row if made else None


def notify(
    users: Iterable[int], *, key: str, kind: str, ticket: int | None = None, **data: object
) -> None:
    """A line behind the bell of each person (by id). The same key again adds nothing."""
    Notification.objects.bulk_create(
        [
            Notification(user_id=user, key=key, kind=kind, ticket=ticket, data=data)
            for user in dict.fromkeys(users)
        ],
        ignore_conflicts=True,
    )
