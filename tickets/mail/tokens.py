"""Reply addresses: `servicedesk+10023.881.<seal>@…` says who was written to, about which ticket.

The seal is an HMAC over person and ticket, so nobody makes such an address but the desk. Two uses:
the ticket is found again although a mail program lost the subject and the references, and an
answer from an agent's address is known to come from that agent. A plain `servicedesk+10023@…`
finds the ticket too, and proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

#: 128 bits of the HMAC, as many letters as base 32 needs for them.
SEAL_BYTES, SEAL_LETTERS = 16, 26
_detail = re.compile(
    rf"\+0*(?P<ticket>\d{{1,15}})(?:\.0*(?P<person>\d{{1,15}})\.(?P<seal>[a-z2-7]{{{SEAL_LETTERS}}}))?$"
)


@dataclass(frozen=True)
class Detail:
    """What a plus-address of the desk says. `person` is set only when the seal is genuine."""

    ticket: int
    person: int | None


def reply_address(ticket: int, person: int) -> str:
    """The address to answer to, for this person and ticket; always the same one."""
    box, _at, domain = parseaddr(settings.DESK_ADDRESSES[0])[1].rpartition("@")
    return f"{box}+{ticket}.{person}.{_seal(settings.DESK_MAIL_KEYS[0], ticket, person)}@{domain}"


def read_address(address: str) -> Detail | None:
    """What stands behind the plus in an address of the desk; None for any other address."""
    local, _at, domain = address.strip().lower().rpartition("@")
    found = _detail.search(local)
    if found is None or f"{local[: found.start()]}@{domain}" not in own_addresses():
        return None
    ticket, person = int(found["ticket"]), found["person"]
    proved = person is not None and _is_genuine(found["seal"], ticket, int(person))
    return Detail(ticket, int(person) if person and proved else None)


def own_addresses() -> frozenset[str]:
    """The addresses of the desk, bare and in lower case."""
    return frozenset(parseaddr(address)[1].lower() for address in settings.DESK_ADDRESSES)


def is_own(address: str) -> bool:
    """Mail to this address comes to the desk, with or without a plus."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own_addresses()


def _is_genuine(seal: str, ticket: int, person: int) -> bool:
    # All keys are tried, so that the time taken tells nothing about which one fits.
    fits = [
        hmac.compare_digest(seal, _seal(key, ticket, person)) for key in settings.DESK_MAIL_KEYS
    ]
    return any(fits)


def _seal(key: str, ticket: int, person: int) -> str:
    said = f"reply-address:{ticket}:{person}".encode()
    digest = hmac.digest(key.encode(), said, hashlib.sha256)[:SEAL_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def open_address(ticket: int) -> str:
    """The address to answer to for several readers at once: finds the ticket, proves nobody."""
    box, _at, domain = parseaddr(settings.DESK_ADDRESSES[0])[1].rpartition("@")
    return f"{box}+{ticket}@{domain}"
