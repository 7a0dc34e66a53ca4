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
#: A few letters in these may be valid UTF-8 by chance, many are not.
_TWO_BYTES = ("gb18030", "cp9", "big5", "euc", "johab", "shift")
#: Letters in a row that are no ASCII: no word in Latin letters has so many.
_foreign_words = re.compile(rb"[\x80-\xff]{4,}")
_japanese_kana = re.compile(rb"(?:\x82[\x9f-\xf1]|\x83[\x40-\x96])")
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
    if codec.startswith("iso2022_jp"):
        return _strictly(data, codec) or _japanese(data)
    if codec.startswith(_SEVEN_BIT):
        return _strictly(data, codec) or _guess(data)
    if data.isascii() and not codec.startswith(("utf-16", "utf-32")):
        return data.decode("ascii") if not _STATEFUL.search(data) else _escaped(data)
    if codec.startswith("utf-16") and b"\0" not in data:
        return _guess(data)
    if not codec.startswith(("utf-16", "utf-32")):
        utf8 = _strictly(data, "utf-8")
        if utf8 is not None and (not codec.startswith(_TWO_BYTES) or len(data) - len(utf8) >= 12):
            return utf8
    fits = _strictly(data, codec) if codec else None
    if fits is not None:
        return fits
    return _guess(data, codec)


def _escaped(data: bytes) -> str:
    """Japanese mail without a charset shows itself by its escapes."""
    if b"\x1b$" in data or b"\x1b(" in data:
        return _strictly(data, "iso-2022-jp-ext") or _japanese(data)
    return data.decode("ascii", "replace")


def _japanese(data: bytes) -> str:
    """ISO-2022-JP with signs that only Windows and telephones know, such as a 1 in a circle."""
    out, escape = [], b"\x1b(B"
    for piece in re.split(rb"(\x1b(?:\$[@B]|\([BJI]))", data):
        if piece.startswith(b"\x1b"):
            escape = piece
        elif escape.startswith(b"\x1b$"):
            out.append(bytes(b | 0x80 for b in piece).decode("euc_jis_2004", "replace"))
        elif escape == b"\x1b(I":
            out.append(bytes(b | 0x80 for b in piece).decode("cp932", "replace"))
        else:
            out.append(_guess(piece))
    return "".join(out)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _guess(data: bytes, codec: str = "") -> str:
    """What was declared does not fit: UTF-8 that is mostly right, else as Windows writes."""
    as_utf8 = data.decode("utf-8", "replace")
    letters = sum(1 for c in as_utf8 if c > "\x7f" and c != "\ufffd")
    if letters * 2 >= as_utf8.count("\ufffd"):
        return data.decode("utf-8", _AS_WINDOWS)
    if codec and codec not in {"utf-8", "ascii", "cp1252"}:
        return data.decode(codec, "replace")
    foreign = "" if codec else _codec_by_bytes(data)
    if foreign:
        return data.decode(foreign, "replace")
    # The five bytes that Windows-1252 leaves open are C1 controls: readable text has none.
    return data.decode("cp1252", "replace")


def _codec_by_bytes(data: bytes) -> str:
    """The codec of a text in another script that nobody declared; '' for one in Latin letters."""
    foreign = b"".join(_foreign_words.findall(data, 0, 20_000))
    if not foreign or len(foreign) * 2 < len(re.findall(rb"[A-Za-z]", data[:20_000])):
        return ""
    if sum(byte >= 0xC0 for byte in foreign) >= len(foreign) * 0.95:
        # Most letters are small ones: those are the second half in one, the first in the other.
        return "koi8-r" if sum(byte < 0xE0 for byte in foreign) * 2 > len(foreign) else "cp1251"
    eastern = ("cp932", "gb18030") if _japanese_kana.search(foreign) else ("gb18030", "big5hkscs")
    return next((codec for codec in eastern if _strictly(data, codec) is not None), "")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """One byte that is no UTF-8, as Windows reads it: a word pasted in from elsewhere."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    at = error.start
    return error.object[at : at + 1].decode("cp1252", "replace"), at + 1


_AS_WINDOWS = "as_windows"
codecs.register_error(_AS_WINDOWS, _as_windows)
