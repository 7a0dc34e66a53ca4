"""Names of files: as people may read them, who may type anything, and as the storage knows them."""

import re
import secrets
import unicodedata
from pathlib import PurePosixPath

LONGEST = 255


def clean_filename(name: str, *, otherwise: str = "file") -> str:
    """A bare, printable name of at most 255 characters.

    Without path, control or bidi characters; never empty, "." or "..". A name of which nothing
    is left becomes `otherwise`.
    """
    bare = re.split(r"[/\\]", name)[-1]
    printable = "".join(c if _is_printable(c) else " " for c in unicodedata.normalize("NFC", bare))
    # Windows drops dots and spaces at the end, so they could hide what a file is.
    text = " ".join(printable.split()).rstrip(". ")
    return _shorten(text) if text.strip(".") else otherwise


def random_path(folder: str, ending: str = "") -> str:
    """A name in the storage with 128 random bits (ASVS 11.5.1), nothing of a sender's choosing."""
    name = secrets.token_hex(16)
    return f"{folder}/{name[:2]}/{name}{ending}"


def _is_printable(character: str) -> bool:
    return not unicodedata.category(character).startswith(("C", "Zl", "Zp"))


def _shorten(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    ending = PurePosixPath(name).suffix[:20]
    return name[: LONGEST - len(ending)].rstrip(". ") + ending
