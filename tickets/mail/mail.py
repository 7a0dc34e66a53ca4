"""What reading a mail gives: a `Mail` with its `File`s."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from tickets.mail.headers import Address


@dataclass
class File:
    """Something that came along. `content_id` is how the HTML names it, without brackets."""

    filename: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str = ""


@dataclass
class Mail:
    """What a mail says. Addresses are in lower case; texts hold no NUL and no lone surrogate."""

    subject: str = ""
    sender: Address = field(default_factory=lambda: Address(""))
    reply_to: list[Address] = field(default_factory=list)
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    #: Every address this was delivered to, as far as the headers tell.
    delivered_to: list[str] = field(default_factory=list)
    message_id: str = ""
    in_reply_to: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    date: dt.datetime | None = None
    #: The fields in `envelope.TOLD`, as they came, by name.
    told: dict[str, list[str]] = field(default_factory=dict)
    content_type: str = "text/plain"
    is_forward: bool = False
    body_text: str = ""
    visible_text: str = ""
    #: Sanitised, pictures that came along still as `cid:`; '' for mail without HTML.
    body_html: str = ""
    #: The same without quoted history; '' when nothing is folded away.
    visible_html: str = ""
    #: Of a delivery report: the fields of each recipient, and the ids of the mails it is about.
    report: list[dict[str, str]] = field(default_factory=list)
    report_about: list[str] = field(default_factory=list)
    report_quotes: str = ""
    files: list[File] = field(default_factory=list)

    def first(self, name: str) -> str:
        """The first field of this name in `told`, in lower case."""
        return self.told.get(name, [""])[0].strip().lower()
