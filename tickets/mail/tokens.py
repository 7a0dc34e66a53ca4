"""Reply addresses: `servicedesk+10023.881.<seal>@…` says who was written to, about which ticket.

The seal is an HMAC over person and ticket, so nobody makes such an address but the desk. Two uses:
the ticket is found again although a mail program lost the subject and the references, and an
answer from an agent's address is known to come from that agent. A plain `servicedesk+10023@…`
finds the ticket too, and proves nothing.

`servicedesk+s5.<seal>@…` is what a supplier answers to: it leads to the private thread of one
forwarding, and the two kinds are never taken for each other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings

from servicedesk.outbox.writing import mail_domain

#: 128 bits of the HMAC, as many letters as base 32 needs for them.
SEAL_BYTES, SEAL_LETTERS = 16, 26
_detail = re.compile(
    rf"\+0*(?P<ticket>\d{{1,15}})(?:\.0*(?P<person>\d{{1,15}})\.(?P<seal>[a-z2-7]{{{SEAL_LETTERS}}}))?$"
)

_supplier_detail = re.compile(
    rf"\+s(?P<forwarding>\d{{1,15}})\.(?P<seal>[a-z2-7]{{{SEAL_LETTERS}}})$"
)
_supplier_id = re.compile(
    rf"<(?:\d+\.)?supplier\.(?P<forwarding>\d{{1,15}})\.(?P<seal>[a-z2-7]{{{SEAL_LETTERS}}})"
    r"@(?P<domain>[^<>@\s]+)>"
)


@dataclass(frozen=True)
class Detail:
    """What a plus-address of the desk says. `person` is set only when the seal is genuine."""

    ticket: int
    person: int | None


def reply_address(ticket: int, person: int) -> str:
    """The address to answer to, for this person and ticket; always the same one."""
    box, _at, domain = parseaddr(settings.DESK_ADDRESSES[0])[1].rpartition("@")
    seal = _seal(settings.DESK_MAIL_KEYS[0], _of_person(ticket, person))
    return f"{box}+{ticket}.{person}.{seal}@{domain}"


def read_address(address: str) -> Detail | None:
    """What stands behind the plus in an address of the desk; None for any other address."""
    local, _at, domain = address.strip().lower().rpartition("@")
    found = _detail.search(local)
    if found is None or f"{local[: found.start()]}@{domain}" not in own_addresses():
        return None
    ticket, person = int(found["ticket"]), found["person"]
    proved = person is not None and _is_genuine(found["seal"], _of_person(ticket, int(person)))
    return Detail(ticket, int(person) if person and proved else None)


def own_addresses() -> frozenset[str]:
    """The addresses of the desk, bare and in lower case."""
    return frozenset(parseaddr(address)[1].lower() for address in settings.DESK_ADDRESSES)


def is_own(address: str) -> bool:
    """Mail to this address comes to the desk, with or without a plus."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in own_addresses()


def supplier_address(forwarding: int) -> str:
    """The address to which a supplier answers in this thread; always the same one.

    It leads to the private thread and nowhere else, and no address of the ticket leads there.
    """
    box, _at, domain = parseaddr(settings.DESK_ADDRESSES[0])[1].rpartition("@")
    return f"{box}+s{forwarding}.{supplier_seal(forwarding)}@{domain}"


def supplier_seal(forwarding: int) -> str:
    """What nobody makes but the desk: stands in the address and in the ids of our mails."""
    return _seal(settings.DESK_MAIL_KEYS[0], _of_thread(forwarding))


def read_supplier_address(address: str) -> int | None:
    """The thread with a supplier that the address leads to, when its seal is genuine."""
    local, _at, domain = address.strip().lower().rpartition("@")
    found = _supplier_detail.search(local)
    if found is None or f"{local[: found.start()]}@{domain}" not in own_addresses():
        return None
    return _sealed_thread(found)


def read_supplier_id(message_id: str) -> int | None:
    """The thread with a supplier that the Message-ID names, when it is one of ours."""
    found = _supplier_id.fullmatch(message_id.strip().lower())
    return _sealed_thread(found) if found and found["domain"] == mail_domain().lower() else None


def _sealed_thread(found: re.Match[str]) -> int | None:
    forwarding = int(found["forwarding"])
    return forwarding if _is_genuine(found["seal"], _of_thread(forwarding)) else None


def _is_genuine(seal: str, said: str) -> bool:
    # All keys are tried, so that the time taken tells nothing about which one fits.
    fits = [hmac.compare_digest(seal, _seal(key, said)) for key in settings.DESK_MAIL_KEYS]
    return any(fits)


def _of_person(ticket: int, person: int) -> str:
    return f"reply-address:{ticket}:{person}"


def _of_thread(forwarding: int) -> str:
    return f"supplier-thread:{forwarding}"


def _seal(key: str, said: str) -> str:
    digest = hmac.digest(key.encode(), said.encode(), hashlib.sha256)[:SEAL_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def open_address(ticket: int) -> str:
    """The address to answer to for several readers at once: finds the ticket, proves nobody."""
    box, _at, domain = parseaddr(settings.DESK_ADDRESSES[0])[1].rpartition("@")
    return f"{box}+{ticket}@{domain}"
