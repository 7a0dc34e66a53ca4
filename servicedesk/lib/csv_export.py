"""CSV that a spreadsheet may open: no cell of it is ever taken for a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.functional import Promise

#: What makes a spreadsheet see a formula (OWASP, CSV injection); Asian ones read wide signs too.
SIGNS = "=+-@＝＋－＠"
DANGEROUS = (*SIGNS, "\t", "\r", "\n")
#: Where a program that knows nothing of our semicolons may see another cell begin with one.
_later = re.compile(rf'([,;\t\r\n]"*)(?=[{re.escape(SIGNS)}])')
_made_harmless = re.compile(
    rf"^'(?=[{re.escape(''.join(DANGEROUS))}])|([,;\t\r\n]\"*)'(?=[{re.escape(SIGNS)}])"
)


def harmless(cell: object) -> object:
    """Text gets an apostrophe where a formula would begin, by whatever cells are parted.

    Numbers stay numbers.
    """
    if not isinstance(cell, str | Promise):
        return cell
    text = _later.sub(r"\1'", str(cell))
    return f"'{text}" if text.startswith(DANGEROUS) else text


def as_it_was(text: str) -> str:
    """A text that was made harmless, without those apostrophes."""
    return _made_harmless.sub(lambda found: found[1] or "", text)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def csv_response(filename: str, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Rows as a download, streamed: memory does not grow with their number.

    Semicolons and a byte order mark, so that a Dutch Excel reads columns and accents. Texts
    stand between quotes, numbers do not.
    """
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_NONNUMERIC)

    def lines() -> Iterator[str]:
        yield "\ufeff"
        for row in rows:
            yield writer.writerow([harmless(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
