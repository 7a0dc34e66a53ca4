"""Passwords of mailboxes: encrypted in the database with a key that is not in it."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unsealable(Exception):
    """None of the keys fits: DESK_MAIL_KEY is another one than when this was sealed."""


def seal(text: str) -> bytes:
    """`text` encrypted with the first of the keys."""
    return _box().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """The text again; raises Unsealable."""
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise Unsealable from error


def _box() -> MultiFernet:
    keys = [hashlib.sha256(f"mailbox:{key}".encode()).digest() for key in settings.DESK_MAIL_KEYS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
