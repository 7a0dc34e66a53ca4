"""What a delivery report says: who did not get which mail, and why."""

from __future__ import annotations

import re
from email.utils import parseaddr

from servicedesk.outbox.writing import PROOF
from tickets.mail import charsets
from tickets.mail.decoding import decoded
from tickets.mail.envelope import headers_of
from tickets.mail.headers import one_line
from tickets.mail.mail import Mail
from tickets.mail.mime import Part


def read_report(mail: Mail, root: Part) -> None:
    """RFC 3464: who did not get it and why, and the ids in the message that is returned."""
    about: list[str] = []
    for part in root.walk():
        kind = part.content_type
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            mail.report += _groups(decoded(part.body, part.transfer_encoding))
        elif kind in {
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/global-headers",
        } and (root.content_type == "multipart/report" or mail.told.get("x-failed-recipients")):
            returned = decoded(part.body, part.transfer_encoding)
            inner = headers_of(returned)
            about += [inner.message_id] if inner.message_id else []
            quotes = [address.email for address in inner.reply_to]
            mail.report_quotes += " ".join([*quotes, *inner.told.get(PROOF.lower(), [])])
    if (
        mail.report
        or mail.told.get("x-failed-recipients")
        or not mail.sender.email
        or _is_daemon(mail)
    ):
        found = re.findall(
            r"^[> \t]*Message-ID:\s*(<[^<>\s]{1,500}>)", mail.body_text[:200_000], re.I | re.M
        )
        about += found
        mail.report_quotes += " ".join(
            re.findall(rf"^[> \t]*(?:Reply-To|{PROOF}):.*$", mail.body_text[:200_000], re.I | re.M)
        )
    mail.report_about = list(dict.fromkeys(about))[:20]


def _is_daemon(mail: Mail) -> bool:
    return parseaddr(mail.sender.email)[1].partition("@")[0] in {"mailer-daemon", "postmaster"}


def _groups(data: bytes) -> list[dict[str, str]]:
    text = charsets.decode(data).replace("\r\n", "\n")
    groups = []
    for block in re.split(r"\n\s*\n", text)[:200]:
        unfolded = re.sub(r"\n[ \t]+", " ", block)
        lines = (line.partition(":") for line in unfolded.split("\n"))
        fields = {
            name.strip().lower(): one_line(value)[:1000] for name, colon, value in lines if colon
        }
        if "final-recipient" in fields or "original-recipient" in fields:
            groups.append(fields)
    return groups
