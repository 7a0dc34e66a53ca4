"""winmail.dat: what Outlook packs when it thinks the other side has Outlook too."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from tnefparse import TNEF

from tickets.mail import charsets

# The parser tells of every checksum that is wrong; a mail is no matter for the log.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


@dataclass
class Opened:
    text: str = ""
    html: str = ""
    files: list[tuple[str, bytes]] = field(default_factory=list)


def opened(data: bytes) -> Opened | None:
    """What is in it; None when it cannot be opened or holds nothing."""
    try:
        return _read(TNEF(data, do_checksum=False))
    except Exception:  # a parser of hostile bytes: it may fail in any way, the file is kept then
        return None


def _read(packed: TNEF) -> Opened | None:
    found = Opened()
    for attachment in packed.attachments:
        name = attachment.long_filename() or attachment.name or ""
        found.files.append((_text(name), bytes(attachment.data or b"")))
    html = getattr(packed, "htmlbody", None)
    found.html = _text(html) if html else ""
    found.text = _text(getattr(packed, "body", None) or "")
    return found if found.files or found.html.strip() or found.text.strip() else None


def _text(value: bytes | str) -> str:
    return charsets.clean(value) if isinstance(value, str) else charsets.decode(value)
