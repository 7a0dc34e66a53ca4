"""JSON Lines for the commands: one object per line, UTF-8, whatever the terminal thinks."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any


def json_line(value: Any) -> str:
    """The value as one line of JSON without its line end; instants in ISO 8601 with offset."""
    # A lone surrogate, as JSON can escape one, has no UTF-8: it stays escaped.
    line = json.dumps(value, ensure_ascii=False, default=_plain)
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in a line of JSON")
