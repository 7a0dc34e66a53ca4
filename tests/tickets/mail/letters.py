"""Mails as people and machines write them, for the stories about mail that comes in."""

from __future__ import annotations

import itertools
from email.message import EmailMessage

_count = itertools.count(1)


def mail(
    text: str = "De catalogus laadt niet meer.",
    *,
    sender: str = "Sofie Vermeer <sofie@heidedal.example>",
    to: str = "servicedesk@desk.example",
    subject: str = "Catalogus laadt niet",
    **headers: str,
) -> bytes:
    """A plain mail; further headers by name, with _ for -. `message_id=""` leaves it out."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Tue, 03 Mar 2026 10:11:00 +0100"
    own = headers.pop("message_id", f"<{next(_count)}.story@mail.example>")
    if own:
        message["Message-ID"] = own
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
