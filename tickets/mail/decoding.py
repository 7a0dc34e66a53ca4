"""The bytes behind a transfer encoding, and lines put together again that a program broke."""

from __future__ import annotations

import binascii
import re

_not_base64 = re.compile(rb"[^A-Za-z0-9+/=]+")
#: A first line of words with blanks between them is text, whatever it says it is.
_in_words = re.compile(rb"\s*[A-Za-z]{1,24}(?: {1,3}[A-Za-z,.]{1,24}){3,20}[ \t]*\r?\n")
_segment = re.compile(rb"[A-Za-z0-9+/]+=*")
_uu = re.compile(
    rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n(.*?)^(?:end|====)[ \t]*\r?$", re.M | re.S
)


def decoded(body: bytes, encoding: str) -> bytes:
    """`body` without its transfer encoding. What is not encoded as it says stays as it is."""
    if encoding in {"base64", "b", "b64", "base-64"}:
        return from_base64(body)
    if encoding in {"quoted-printable", "quotedprintable", "q", "quoted"}:
        return binascii.a2b_qp(body)
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        found = uuencoded(body)[0]
        return found[0][1] if found else body
    return body


def from_base64(body: bytes) -> bytes:
    """Base64 with foreign characters, missing padding, or several pieces one after another."""
    letters = _not_base64.sub(b"", body)
    written = len(re.sub(rb"\s", b"", body))
    if written and len(letters) < written * 0.9:
        return body
    if _in_words.match(body):
        return body
    if b"=" not in letters[:-2]:
        return _piece(letters)
    return b"".join(_piece(piece) for piece in _segment.findall(letters))


def _piece(letters: bytes) -> bytes:
    bare = letters.rstrip(b"=")
    bare = bare[:-1] if len(bare) % 4 == 1 else bare
    try:
        return binascii.a2b_base64(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return b""


def uuencoded(body: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The files (name, content) that are written into a text the old way, and the text without."""
    if b"begin" not in body or (b"\nend" not in body and b"\n====" not in body):
        return [], body
    files: list[tuple[bytes, bytes]] = []
    gone: list[tuple[int, int]] = []
    at = 0
    while (found := _uu.search(body, at)) and len(files) < 200:
        at = found.end()
        content = _uu_content(found[2])
        if content is not None:
            files.append((found[1].strip(), content))
            gone.append(found.span())
    for begin, end in reversed(gone):
        body = body[:begin] + body[end:]
    return files, body


def _uu_content(lines: bytes) -> bytes | None:
    out = []
    for line in lines.splitlines():
        if not line.strip():
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # some programs pad too much
            try:
                out.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return None
    return b"".join(out) or None


def unflowed(text: str, *, delete_space: bool) -> str:
    """Format=flowed (RFC 3676): lines that end in a blank go on in the next one."""
    out: list[str] = []
    goes_on, depth = False, 0
    for line in text.split("\n"):
        quotes = len(line) - len(line.lstrip(">"))
        content = line[quotes:]
        content = content[1:] if content.startswith(" ") else content
        signature = content == "-- "
        if goes_on and quotes == depth and not signature:
            out[-1] += content
        else:
            out.append(("> " if quotes == 1 else ">" * quotes + " " if quotes else "") + content)
        goes_on, depth = content.endswith(" ") and not signature, quotes
        if goes_on and delete_space:
            out[-1] = out[-1][:-1]
    return "\n".join(line if line.endswith("-- ") else line.rstrip() for line in out)
