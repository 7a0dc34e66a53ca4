"""The head of a mail: who writes to whom, about what, in answer to what, and as what."""

from __future__ import annotations

import re

from servicedesk.outbox.writing import PROOF
from tickets.mail import charsets, separators
from tickets.mail.headers import (
    Address,
    one_line,
    read_addresses,
    read_date,
    read_ids,
    read_text,
)
from tickets.mail.mail import Mail
from tickets.mail.mime import Part, split

#: Fields that say whether a machine wrote this, and which way it came.
TOLD = (
    "auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-auto-response-suppress",
    "x-autoreply-from", "x-mail-autoreply", "x-precedence", "x-loop", "x-failed-recipients",
    "list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "list-archive",
    "list-subscribe", "return-path", "x-servicedesk-ticket", "feedback-id", "x-auto-reply",
    "authentication-results", "received-spf", "x-ms-exchange-generated-message-source",
    "x-ms-exchange-inbox-rules-loop", "content-type", "x-vacation", "x-mailer", "importance",
    PROOF.lower(),
)  # fmt: skip


def headers_of(raw: bytes) -> Mail:
    """Only what the head of the mail says: quick, whatever the body is."""
    cut = re.search(rb"\r?\n\r?\n", raw[:400_000])
    head = raw[: cut.end() if cut else 400_000]
    root = split(head)
    root.children = []
    return read_envelope(root)


def read_envelope(root: Part) -> Mail:
    """Sender, subject, ids and what else the head says; no text and no files yet."""
    first = root.first
    sender = _sender(root)
    ids = read_ids(first("message-id"))
    subject = read_text(first("subject"))
    return Mail(
        subject=subject,
        sender=sender,
        reply_to=read_addresses(first("reply-to")),
        to=_people(root, "to"),
        cc=_people(root, "cc"),
        delivered_to=_delivered_to(root),
        message_id=ids[0] if ids else _odd_id(first("message-id")),
        in_reply_to=read_ids(first("in-reply-to")),
        references=read_ids(b" ".join(root.all("references"))),
        date=read_date(first("date")),
        told={
            name: [charsets.decode(v)[:2000] for v in values[:20]]
            for name in TOLD
            if (values := root.all(name))
        },
        content_type=root.content_type,
        is_forward=separators.is_forward_subject(subject),
    )


def _odd_id(value: bytes) -> str:
    """A Message-ID that is no id: still the only name this mail has."""
    text = one_line(charsets.decode(value))[:900].strip("<> ")
    return f"<{text}>" if text else ""


def _sender(root: Part) -> Address:
    named = Address("")
    for field_name in ("from", "sender", "reply-to", "x-sender", "return-path"):
        for address in (a for value in root.all(field_name) for a in read_addresses(value)):
            if address.email:
                return (
                    address
                    if address.name or not named.name
                    else Address(address.email, named.name)
                )
            named = named if named.name else address
    return named


def _people(root: Part, name: str) -> list[Address]:
    return [address for value in root.all(name) for address in read_addresses(value)]


def _delivered_to(root: Part) -> list[str]:
    names = (
        "to",
        "cc",
        "bcc",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "x-envelope-to",
        "apparently-to",
        "resent-to",
        "x-delivered-to",
    )
    return list(dict.fromkeys(a.email for name in names for a in _people(root, name) if a.email))
