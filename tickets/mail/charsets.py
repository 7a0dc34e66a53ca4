"""Bytes to text, whatever the sender says they are.

What is declared is believed only if it fits: valid UTF-8 with more than ASCII in it is UTF-8, and
“ISO-8859-1” means Windows-1252, as in every browser. Nothing here raises; what cannot be read
becomes U+FFFD. NUL and lone surrogates never come out, as no database takes them.
"""

from __future__ import annotations

import codecs
import re

#: Names that are used in mail for codecs that Python knows by another name, or a wider one.
_ALIASES = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252", "l1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252", "windows1252": "cp1252", "x-ansi": "cp1252", "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "hz-gb-2312": "hz", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "ks_c_5601": "cp949",
    "ksc5601": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "sjis": "cp932", "iso-2022-jp": "iso-2022-jp-ext", "big5": "big5hkscs", "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs", "x-mac-roman": "mac-roman", "macintosh": "mac-roman",
    "tis-620": "cp874", "windows-874": "cp874", "utf8mb4": "utf-8", "x-utf-8": "utf-8",
    "unicode-1-1-utf-8": "utf-8", "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7",
    "utf-16": "utf-16", "cp-850": "cp850", "x-cp1252": "cp1252", "x-windows-1252": "cp1252",
}  # fmt: skip
_STATEFUL = re.compile(rb"\x1b[$(]|[+&][A-Za-z0-9+/,]*-|~\{")
_SEVEN_BIT = ("iso-2022", "utf-7", "utf_7", "hz", "iso2022")
_surrogates = re.compile("[\ud800-\udfff]")


def decode(data: bytes, declared: str = "") -> str:
    """The text in `data`. Never raises; without NUL and without lone surrogates."""
    return clean(_decode(data, codec_of(declared)))


def clean(text: str) -> str:
    """`text` without what cannot be stored: NUL goes, half a character becomes U+FFFD."""
    return _surrogates.sub("\ufffd", text).replace("\0", "")


def codec_of(declared: str) -> str:
    """The name of Python's codec for a charset of a mail; '' when there is none."""
    name = declared.strip(" \t\r\n\"'<>").lower().partition("*")[0]
    wanted = _ALIASES.get(name, name.removeprefix("x-") if name.startswith("x-") else name)
    try:
        info = codecs.lookup(wanted)
    except (LookupError, ValueError):
        return ""
    return info.name if getattr(info, "_is_text_encoding", True) else ""


def _decode(data: bytes, codec: str) -> str:
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark) and not codec.startswith("utf-32"):
            return data[len(mark) if marked == "utf-8" else 0 :].decode(marked, "replace")
    if codec.startswith(_SEVEN_BIT) or codec in {"iso2022_jp_ext", "hz"}:
        return _strictly(data, codec) or _guess(data)
    if data.isascii() and not codec.startswith(("utf-16", "utf-32")):
        return data.decode("ascii") if not _STATEFUL.search(data) else _escaped(data)
    if codec.startswith("utf-16") and b"\0" not in data:
        return _guess(data)
    if not codec.startswith(("utf-16", "utf-32", "gb18030", "cp9", "big5", "euc")):
        utf8 = _strictly(data, "utf-8")
        if utf8 is not None:
            return utf8
    fits = _strictly(data, codec) if codec else None
    if fits is not None:
        return fits
    return _guess(data, codec)


def _escaped(data: bytes) -> str:
    """Japanese mail without a charset shows itself by its escapes."""
    if b"\x1b$" in data or b"\x1b(" in data:
        return _strictly(data, "iso-2022-jp-ext") or data.decode("ascii", "replace")
    return data.decode("ascii", "replace")


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _guess(data: bytes, codec: str = "") -> str:
    """What was declared does not fit: UTF-8 that is mostly right, else as Windows writes."""
    as_utf8 = data.decode("utf-8", "replace")
    broken, high = as_utf8.count("\ufffd"), sum(as_utf8.count(c) for c in "éèëïöüàçñß€’“”–")
    if broken and broken * 3 <= high:
        return as_utf8
    if codec and codec not in {"utf-8", "ascii", "cp1252"}:
        return data.decode(codec, "replace")
    if broken == 0:
        return as_utf8
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        # The five bytes that Windows-1252 leaves open are C1 controls: readable text has none.
        return data.decode("cp1252", "replace")
