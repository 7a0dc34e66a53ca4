"""What a file is by its first bytes, whatever its sender or its name says."""

import re
from pathlib import PurePath

import puremagic

#: How much of a file tells what it is.
HEAD = 8192
UNKNOWN = "application/octet-stream"
#: Pictures a browser shows without risk, by the bytes that prove them.
PICTURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR", re.DOTALL),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
PICTURE_NAMES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}
#: Windows, Linux and macOS programs, and scripts that say so.
_PROGRAM = re.compile(
    rb"MZ|\x7fELF|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|L\x00\x00\x00\x01\x14\x02\x00|#!"
)
_PROGRAM_NAMES = {
    ".bat", ".cmd", ".com", ".cpl", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".msi", ".pif",
    ".ps1", ".reg", ".scr", ".vbe", ".vbs", ".wsf",
}  # fmt: skip
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|script|svg|\?xml)", re.I)


def content_type_of(head: bytes, name: str = "") -> str:
    """The type that `head` proves. `name` only decides between types the bytes allow alike."""
    for content_type, signature in PICTURES.items():
        if signature.match(head):
            return content_type
    if _MARKUP.match(head):
        return "image/svg+xml" if b"<svg" in head.lower() else "text/html"
    found = _by_magic(head, PurePath(name).suffix.lower())
    return UNKNOWN if found in PICTURES else found


def is_program(head: bytes, name: str) -> bool:
    """Something that runs when opened: nobody needs that to explain a question."""
    return bool(_PROGRAM.match(head)) or PurePath(name).suffix.lower() in _PROGRAM_NAMES


def claims_picture(name: str) -> bool:
    """The name says that it is a picture a browser shows."""
    return PurePath(name).suffix.lower() in PICTURE_NAMES


def _by_magic(head: bytes, ending: str) -> str:
    try:
        matches = [m for m in puremagic.magic_string(head) if m.mime_type]
    except (puremagic.PureError, ValueError):
        matches = []
    text = _is_text(head)
    if text and not any(m.confidence >= 0.4 for m in matches):
        return "text/plain"
    same_ending = [m for m in matches if m.extension == ending]
    chosen = (same_ending or matches)[:1]
    return chosen[0].mime_type if chosen else UNKNOWN


def _is_text(head: bytes) -> bool:
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return False
    try:
        head[:-4].decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 8  # only the last character is cut off
    return True
