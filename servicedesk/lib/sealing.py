"""Secrets that the desk must be able to read again: kept encrypted, with a key from outside.

Whoever has the database alone, or a backup of it, has none of them.
"""

import base64
import functools

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotUnseal(ValueError):
    """Sealed with another key, or damaged."""


def seal(secret: str) -> bytes:
    """`secret` encrypted and signed (Fernet) with a key made from the first DESK_MAIL_KEY."""
    return _fernet(*settings.DESK_MAIL_KEYS).encrypt(secret.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """What was sealed. Raises CannotUnseal when that was with none of the keys."""
    try:
        return _fernet(*settings.DESK_MAIL_KEYS).decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise CannotUnseal("sealed with another key") from error


@functools.lru_cache(maxsize=4)
def _fernet(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    made = HKDF(SHA256(), 32, salt=None, info=b"servicedesk.lib.sealing").derive(key.encode())
    return base64.urlsafe_b64encode(made)
