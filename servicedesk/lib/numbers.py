"""Numbers as people write them: 1 927 and 99,76 % in Dutch, 1,927 and 99.76% in English."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language

NO_BREAK = "\u00a0"
NOTHING = "–"

#: More digits than any row or count has; from 4301 on Python refuses to read them.
MOST_DIGITS = 15

Number = int | float | Decimal


def whole(text: str) -> int | None:
    """The whole number that was sent as `text`; None for all else, however long it is."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_one else None


def number(value: Number | None, places: int = 0) -> str:
    """`value` with groups of thousands; a dash where there is none."""
    if value is None:
        return NOTHING
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{places}f}"
    if not _english():
        text = text.replace(",", NO_BREAK).replace(".", ",")
    return f"−{text}" if rounded < 0 else text


def percent(value: Number | None, places: int = 2) -> str:
    """`value` is in percent already: 99.76 becomes 99,76 %."""
    if value is None:
        return NOTHING
    return f"{number(value, places)}{'' if _english() else NO_BREAK}%"


def signed(value: Number | None, places: int = 0) -> str:
    """`value` with its sign: +2,1 or −2,8."""
    text = number(value, places)
    return f"+{text}" if value is not None and value > 0 else text


def file_size(count: int) -> str:
    """ "88 kB", "1,2 MB", "79,0 GB"."""
    if count < 1000:
        return f"{count}{NO_BREAK}B"
    if count < 1_000_000:
        return f"{number(count / 1000)}{NO_BREAK}kB"
    if count < 1_000_000_000:
        return f"{number(count / 1_000_000, 1)}{NO_BREAK}MB"
    return f"{number(count / 1_000_000_000, 1)}{NO_BREAK}GB"


def _english() -> bool:
    return (get_language() or "").startswith("en")
