"""The parts of a mail: bytes cut along the boundaries that its headers name.

Nothing is decoded here, and nothing raises: a part is a stretch of the raw bytes, so an embedded
message comes out byte for byte as it came in. Broken mail is read as mail programs do: a missing
closing boundary ends with the part around it, a multipart whose boundary never appears is text,
lines may end in any way. The time taken grows with bytes times depth, and depth is limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

#: Deeper parts are kept whole, as one part that nobody opens.
DEEPEST = 320
MOST_PARTS = 4_000
MOST_HEADERS = 2_000

_line = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_field = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_first_field = re.compile(rb"\s{0,100000}(?=[!-9;-~]{1,200}:)")
#: A line that looks like a boundary: a field of a part follows it, or at least it stands alone.
_boundary_before_field = re.compile(
    rb"^--(\S[^\r\n]{3,80}?)[ \t]*\r?\n(?=content-[a-z-]{1,40}:)", re.MULTILINE | re.IGNORECASE
)
_boundary_like = re.compile(rb"^--([^\s-][^\r\n]{4,80}?)[ \t]*\r?$", re.MULTILINE)
_parameter = re.compile(
    r";\s*([^\s=;\"()<>@,]{1,80})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)(?:\"|$)|([^;]*))", re.DOTALL
)
_numbered = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


@dataclass
class Part:
    """A message or one of its parts, from `begin` to `end` in the bytes of the mail."""

    source: bytes
    headers: list[tuple[str, bytes]]
    begin: int
    body_at: int
    end: int
    depth: int = 0
    children: list[Part] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """What stands after the headers, still encoded."""
        return self.source[self.body_at : self.end]

    def all(self, name: str) -> list[bytes]:
        """The unfolded values of a header field, in order; `name` in lower case."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> bytes:
        """The first value that is not empty."""
        return next((value for key, value in self.headers if key == name and value), b"")

    @property
    def content_type(self) -> str:
        """Such as "text/plain"; what makes no sense is plain text, as RFC 2045 says."""
        kind = self._word("content-type")
        if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,66}", kind):
            return kind
        if kind == "multipart":
            return "multipart/mixed"
        return (
            "text/plain"
            if "/" not in kind or kind.startswith("text")
            else "application/octet-stream"
        )

    @property
    def disposition(self) -> str:
        """inline, attachment or ''."""
        return self._word("content-disposition")

    @property
    def transfer_encoding(self) -> str:
        return self._word("content-transfer-encoding")

    def parameters(self, name: str) -> dict[str, tuple[bytes, str]]:
        """The parameters of a field: each value as bytes with the charset it names, if any."""
        return _parameters(self.first(name).decode("latin-1"))

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order they were written."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))

    def _word(self, name: str) -> str:
        value = self.first(name).decode("latin-1")
        bare = re.sub(r"\([^()]*\)", "", value[:2000]).partition(";")[0]
        return re.sub(r"[\s\"']+", "", bare).lower()


def split(raw: bytes) -> Part:
    """The tree of parts of a message. Embedded messages are leaves."""
    root = _part(raw, 0, len(raw), depth=0)
    waiting, count = [root], 1
    while waiting:
        part = waiting.pop()
        if not part.content_type.startswith("multipart/") or part.depth >= DEEPEST:
            continue
        kind = b"message/rfc822" if part.content_type == "multipart/digest" else b""
        for begin, end in _pieces(part):
            if count >= MOST_PARTS:
                return root
            child = _part(raw, begin, end, depth=part.depth + 1)
            if kind and not child.first("content-type"):
                child.headers.append(("content-type", kind))
            part.children.append(child)
            count += 1
        waiting.extend(reversed(part.children))
    return root


def _part(raw: bytes, begin: int, end: int, *, depth: int) -> Part:
    at = _preamble(raw, end) if depth == 0 else begin
    headers, body_at = _headers(raw, at, end)
    return Part(raw, headers, begin, min(body_at, end), end, depth)


def _headers(raw: bytes, at: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
    """The fields before the first empty line, unfolded, and where the body begins.

    A line that is no field ends the headers, unless fields go on after it.
    """
    found: list[tuple[str, list[bytes]]] = []
    begin = at
    while at < end:
        line, after = _line_at(raw, at, end)
        named = _field.match(line)
        if not line.strip(b"\r\n"):
            return _joined(found), after
        if line[:1] in b" \t" and found:
            if not line.strip() and not _goes_on(_line_at(raw, after, end)[0]):
                return _joined(found), after  # a line of blanks: some programs end headers so
            found[-1][1].append(line.rstrip(b"\r\n"))
        elif named is not None:
            found.append((named[1].decode("ascii").lower(), [named[2].rstrip(b"\r\n")]))
            if len(found) > MOST_HEADERS:
                found.pop()
        elif line.startswith(b":"):
            pass  # a field without a name
        elif not found and not line.startswith((b"From ", b">From ")):
            return [], begin
        elif not line.startswith((b"From ", b">From ")):
            after = _after_folded(raw, after, end)
            if line.startswith(b"--") or _field.match(_line_at(raw, after, end)[0]) is None:
                return _joined(found), at  # the empty line is missing
        at = after
    return _joined(found), end


def _after_folded(raw: bytes, at: int, end: int) -> int:
    """The line after those that go on with what stands before them."""
    line, after = _line_at(raw, at, end)
    while line[:1] in {b" ", b"\t"} and line.strip():
        at = after
        line, after = _line_at(raw, at, end)
    return at


def _goes_on(line: bytes) -> bool:
    """After a line of blanks the headers go on with a field or a folded line."""
    return line[:1] in {b" ", b"\t"} or _field.match(line) is not None


def _line_at(raw: bytes, at: int, end: int) -> tuple[bytes, int]:
    found = _line.match(raw, at, end)
    return (found.group(), found.end()) if found else (b"", end)


def _preamble(raw: bytes, end: int) -> int:
    """Where the first header is: after a byte order mark, empty lines and blanks before it."""
    at = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    field_after_blanks = _first_field.match(raw, at, end)
    if field_after_blanks is not None:
        return field_after_blanks.end()
    while at < end and raw[at] in b"\r\n":
        at += 1
    return at


def _joined(found: list[tuple[str, list[bytes]]]) -> list[tuple[str, bytes]]:
    return [(name, b"".join(lines).strip()) for name, lines in found]


def _pieces(part: Part) -> list[tuple[int, int]]:
    """From where to where the parts between the boundaries stand.

    What follows a closing boundary is no part, unless another one is opened after it.
    """
    boundary = part.parameters("content-type").get("boundary", (b"", ""))[0].rstrip()
    marks = _marks(part, boundary) if boundary else []
    if all(closing for _stop, _after, closing in marks):
        where = part.body_at, min(part.end, part.body_at + 65536)
        guess = _boundary_before_field.search(part.source, *where)
        guess = guess or (None if marks else _boundary_like.search(part.source, *where))
        marks = _marks(part, guess[1]) if guess else []
    pieces = []
    for number, (_stop, after, closing) in enumerate(marks):
        if not closing:
            stop = marks[number + 1][0] if number + 1 < len(marks) else part.end
            pieces.append((after, max(stop, after)))
    return pieces


def _marks(part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
    """The boundary lines: where the part before ends, where the next begins, whether it closes."""
    found: list[tuple[int, int, bool]] = []
    raw, at = part.source, part.body_at
    mark = b"--" + boundary
    while (at := raw.find(mark, at, part.end)) >= 0 and len(found) <= MOST_PARTS:
        begin, at = at, at + len(mark)
        if begin > part.body_at and raw[begin - 1] not in b"\r\n":
            continue
        rest, after = _line_at(raw, at, part.end)
        closing = rest.startswith(b"--")
        if not closing and rest.strip():
            continue
        stop = begin - 1 if begin > part.body_at and raw[begin - 1] == 10 else begin
        stop = stop - 1 if stop > part.body_at and raw[stop - 1] == 13 else stop
        found.append((stop, after, closing))
    return found


def _parameters(value: str) -> dict[str, tuple[bytes, str]]:
    """RFC 2231: `name*0*=utf-8''a%20; name*1=b` is one value; the plain one is used otherwise."""
    plain: dict[str, tuple[bytes, str]] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for key, quoted, bare in _parameter.findall(value[:100_000]):
        parsed = _numbered.fullmatch(key.lower())
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
        if parsed is None:
            continue
        name, number, encoded = parsed.groups()
        if number is None and not encoded:
            plain.setdefault(name, (text.encode("latin-1", "replace"), ""))
        else:
            pieces.setdefault(name, {})[int(number or 0)] = (bool(encoded), text)
    return plain | {name: _one_value(numbered) for name, numbered in pieces.items()}


def _one_value(numbered: dict[int, tuple[bool, str]]) -> tuple[bytes, str]:
    charset, data = "", b""
    for number in sorted(numbered):
        encoded, text = numbered[number]
        if encoded and not data and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        raw = text.encode("latin-1", "replace")
        data += unquote_to_bytes(raw) if encoded else raw
    return data, charset
