"""The first step of every mail: its raw bytes and one row are there, before anybody reads it.

Which row a mail is, is decided under a lock on its key, so that deliveries at one instant agree:
the same Message-ID is the same mail, unless it comes with another sender and another body. Without
a Message-ID the whole mail is its key; where it has a Date, the traces of its way are left out, as
the same mail to two of our addresses came two ways.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from tickets.mail.envelope import headers_of
from tickets.mail.headers import one_line
from tickets.mail.mail import Mail
from tickets.mail.threading import key_of_id
from tickets.models import IncomingEmail, Mailbox

#: Fields that servers add on the way, and their folded lines.
_trace = re.compile(
    rb"^(?:received|return-path|delivered-to|x-original-to|envelope-to|x-envelope-[\w-]+"
    rb"|authentication-results|arc-[\w-]+|dkim-signature|received-spf|x-spam[\w-]*|x-received"
    rb"|x-google-[\w-]+|x-ms-exchange-[\w-]+):[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
#: Quick, as most of a mail is base64 and pictures.
_LEVEL = 3


@dataclass(frozen=True)
class Arrival:
    """How a mail came. `received_at` empty: now."""

    mailbox: Mailbox | None = None
    received_at: dt.datetime | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Identity:
    """What makes a mail this one and no other."""

    key: str
    sender: str
    body_digest: str

    @property
    def variant(self) -> str:
        return hashlib.sha256(f"{self.sender}\0{self.body_digest}".encode()).hexdigest()


def keep(raw: bytes, arrival: Arrival) -> tuple[IncomingEmail, bool]:
    """The row of this mail, and whether it is new. The raw bytes are on the disk, whole.

    Runs in a transaction of its own, committed when this returns.
    """
    head = _head(raw)
    identity = identify(raw, head)
    with transaction.atomic():
        lock(identity.key)
        rows = _of_key(identity)
        same = _same(rows, identity)
        if same is not None:
            return same, False
        variant = identity.variant if any(not row.variant for row in rows) else ""
        return _new(raw, head, identity, arrival, variant), True


def identify(raw: bytes, head: Mail) -> Identity:
    """The key of a mail, and what tells two mails with one key apart."""
    cut = re.search(rb"\r?\n\r?\n", raw)
    body = _plain_lines(raw[cut.end() :] if cut else b"").strip()
    body_digest = hashlib.sha256(body).hexdigest()
    if head.message_id:
        key = key_of_id(head.message_id)
    else:
        above = _plain_lines(raw[: cut.start()] if cut else raw) + b"\n"
        above = _trace.sub(b"", above) if head.date else above
        key = hashlib.sha256(above.strip() + b"\n\n" + body).hexdigest()
    return Identity(key, head.sender.email, body_digest)


def raw_bytes(email: IncomingEmail) -> bytes:
    """The mail as it came in; FileNotFoundError when the bytes were erased."""
    if not email.raw:
        raise FileNotFoundError("the raw bytes were erased")
    with email.raw.open("rb") as file:
        return gzip.decompress(file.read())


@contextlib.contextmanager
def only_one(email: IncomingEmail, *, wait: bool = True) -> Iterator[bool]:
    """Nobody else processes this mail meanwhile; held by the connection, not by a row.

    Whoever dies lets go of it, and the next one finds the mail where it was left. Without `wait`
    it gives False when somebody else has it.
    """
    number = [_number(f"process:{email.key}:{email.variant}")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", number)
        mine = cursor.fetchone()[0]
        if not mine and wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", number)
            mine = True
    try:
        yield mine
    finally:
        if mine:
            # A connection that broke has let go already.
            with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", number)


def lock(key: str) -> None:
    """Others who ask for the same key wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(key)])


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)


def _head(raw: bytes) -> Mail:
    try:
        return headers_of(raw)
    except Exception:  # the reading, which is confined, will say what is wrong with it
        return Mail()


def _plain_lines(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def known(identity: Identity) -> IncomingEmail | None:
    """The mail that was kept before and is this one."""
    return _same(_of_key(identity), identity)


def _of_key(identity: Identity) -> list[IncomingEmail]:
    return list(IncomingEmail.objects.filter(key=identity.key).order_by("pk"))


def _same(rows: Iterable[IncomingEmail], identity: Identity) -> IncomingEmail | None:
    for row in rows:
        if row.from_email == identity.sender[:320] or row.body_digest == identity.body_digest:
            return row
    return None


def _new(
    raw: bytes, head: Mail, identity: Identity, arrival: Arrival, variant: str
) -> IncomingEmail:
    now = timezone.now()
    email = IncomingEmail(
        key=identity.key,
        variant=variant,
        body_digest=identity.body_digest,
        raw_size=len(raw),
        mailbox=arrival.mailbox,
        received_at=min(arrival.received_at or now, now),
        is_late=arrival.is_late,
        attempts=1,
        mail_message_id=head.message_id[:1000],
        from_email=head.sender.email[:320],
        from_name=head.sender.name[:500],
        subject=one_line(head.subject)[:1000],
    )
    email.raw.save("raw", ContentFile(gzip.compress(raw, _LEVEL)), save=False)
    try:
        email.save()
    except BaseException:
        email.raw.delete(save=False)
        raise
    return email
