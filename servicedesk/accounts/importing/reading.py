"""Rows of a CSV file, however a spreadsheet wrote it. Memory does not grow with its length."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from servicedesk.accounts.exceptions import UnreadableFile
from servicedesk.lib.csv_export import as_it_was

MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
DELIMITERS = ";,\t"
CHUNK = 64 * 1024

#: What a column may be called, in small letters.
NAMES: dict[str, Sequence[str]] = {
    "email": ("email", "e-mail", "e-mailadres", "mail", "e-mail address", "mailadres"),
    "name": ("name", "naam", "volledige naam", "full name"),
    "organisation": ("organisation", "organisatie", "bibliotheek", "organization"),
    "phone": ("phone", "telefoon", "telefoonnummer", "phone number", "tel"),
    "job_title": ("position", "functie", "job title", "titel"),
    "language": ("language", "taal"),
    "kind": ("kind", "soort", "type"),
    "domains": ("domains", "maildomeinen", "domeinen", "mail domains", "domein", "domain"),
}


def columns_of(stream: IO[bytes]) -> list[str]:
    """The heads of the columns as they are written. Raises UnreadableFile."""
    reader = _reader(stream)
    return [cell.strip() for cell in next(reader, [])]


def known(head: str) -> str:
    """Our name of a column, or '' when it means nothing here."""
    plain = " ".join(head.lower().split())
    return next((ours for ours, names in NAMES.items() if plain in names), "")


def rows(stream: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and known cells of each row that is not empty. Raises UnreadableFile."""
    reader = _reader(stream)
    heads = [known(head) for head in next(reader, [])]
    count = 0
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            said = _("There are more than %(most)d rows. Split the file.") % {"most": MOST_ROWS}
            raise UnreadableFile(said)
        pairs = zip(heads, cells, strict=False)
        yield reader.line_num, {head: _plain(cell) for head, cell in pairs if head}


def missing(columns: Sequence[str], needed: Mapping[str, Any]) -> list[str]:
    """The columns that cannot be done without, and are not there."""
    there = {known(column) for column in columns}
    return [str(label) for name, label in needed.items() if name not in there]


def _plain(cell: str) -> str:
    """Without spaces around it, and without the ' that keeps a spreadsheet from calculating."""
    return " ".join(as_it_was(cell.replace("\0", "").strip()).split())


def _reader(stream: IO[bytes]) -> Any:
    stream.seek(0)
    encoding = "utf-8-sig" if _is_utf8(stream) else "cp1252"  # what an older Excel writes
    stream.seek(0)
    first = stream.readline(CHUNK).decode(encoding, "replace")
    stream.seek(0)
    delimiter = max(DELIMITERS, key=first.count)
    return _Checked(csv.reader(_lines(stream, encoding), delimiter=delimiter))


class _Checked:
    """A csv reader whose complaints are sentences."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def __iter__(self) -> _Checked:
        return self

    def __next__(self) -> list[str]:
        try:
            return next(self.reader)
        except csv.Error as error:
            raise UnreadableFile(_("This file is not CSV.")) from error

    @property
    def line_num(self) -> int:
        return self.reader.line_num


def _lines(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines as text. A line that never ends is cut, so that it fills no memory."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while line := stream.readline(CHUNK):
        yield decoder.decode(line)


def _is_utf8(stream: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
