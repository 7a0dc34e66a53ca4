"""Was this written by a person? What was not is kept and flagged, and never answered (RFC 3834)."""

from __future__ import annotations

import re

from servicedesk.outbox.models import OutgoingEmail
from tickets.mail.mail import Mail
from tickets.mail.tokens import is_own
from tickets.models import IncomingEmail

Kind = IncomingEmail.Kind

_bulk = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_autoreply_fields = (
    "x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply", "x-auto-reply",
    "x-vacation", "x-ms-exchange-inbox-rules-loop",
)  # fmt: skip
_list_fields = (
    "list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "list-archive",
    "list-subscribe",
)  # fmt: skip
_daemons = {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"}
_answers_nobody = re.compile(
    r"^(?:no-?_?\.?reply|do-?not-?reply|geen-?antwoord|ne-?pas-?repondre)\b"
)
#: How Exchange and its like begin the subject of an out-of-office answer, in four languages.
_away = re.compile(
    r"^(?:automatisch antwoord|automatic reply|auto(?:matic)? ?response|out of (?:the )?office"
    r"|autoreply|auto-reply|afwezigheid(?:sbericht)?|r[ée]ponse automatique|absence du bureau"
    r"|automatische antwort|abwesenheits(?:notiz|nachricht|assistent))\b[^:]{0,40}:",
    re.IGNORECASE,
)


def kind_of(mail: Mail) -> str:
    """Who or what wrote this mail. One query, for mail from an address of the desk."""
    if is_own(mail.sender.email) and _is_ours(mail):
        return Kind.OWN
    if is_bounce(mail):
        return Kind.BOUNCE
    return Kind.MACHINE if _is_machine(mail) else Kind.PERSON


def may_be_answered(address: str) -> bool:
    """Whether a receipt to this address makes sense: not to us, not to daemons."""
    local = address.partition("@")[0].lower()
    return (
        bool(address)
        and not is_own(address)
        and local not in _daemons
        and not _answers_nobody.match(local)
    )


def is_bounce(mail: Mail) -> bool:
    """A mail server reports on a mail: a delivery report, or what older servers send."""
    if mail.report or mail.told.get("x-failed-recipients"):
        return True
    from_daemon = mail.sender.email.partition("@")[0] in _daemons
    if from_daemon and (_has_no_return_path(mail) or mail.report_about):
        return True
    return mail.content_type == "multipart/report" and "delivery-status" in mail.first(
        "content-type"
    )


def _is_ours(mail: Mail) -> bool:
    if mail.told.get("x-servicedesk-ticket") or mail.told.get("x-loop"):
        return True
    if mail.first("auto-submitted") not in {"", "no"}:
        return True
    return OutgoingEmail.objects.filter(message_id=mail.message_id).exists()


def _is_machine(mail: Mail) -> bool:
    submitted = re.split(r"[;\s(]", mail.first("auto-submitted"))[0]
    return (
        submitted not in {"", "no"}
        or mail.first("precedence") in _bulk
        or mail.first("x-precedence") in _bulk
        or any(mail.told.get(name) for name in (*_autoreply_fields, *_list_fields))
        or mail.content_type == "multipart/report"
        or _has_no_return_path(mail)
        or mail.sender.email.partition("@")[0] in _daemons
        or bool(mail.told.get("x-servicedesk-ticket"))
        or any(is_own(address) for address in mail.told.get("x-loop", []))
        or bool(_away.match(mail.subject))
    )


def _has_no_return_path(mail: Mail) -> bool:
    return any(re.fullmatch(r"\s*<\s*>\s*", path) for path in mail.told.get("return-path", []))
