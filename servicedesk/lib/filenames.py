"""Names of files as people may read them: they came from outside and may hold anything."""

import re
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


def _is_printable(character: str) -> bool:
    return not unicodedata.category(character).startswith(("C", "Zl", "Zp"))


def _shorten(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    ending = PurePosixPath(name).suffix[:20]
    return name[: LONGEST - len(ending)].rstrip(". ") + ending
