"""How often a fault is tried: a few times always, many times with `run.py test --long`."""

import os
from typing import TypeVar

T = TypeVar("T")
LONG = bool(os.environ.get("DESK_TEST_LONG"))


def rounds(short: T, long: T) -> T:
    """The one that fits this run."""
    return long if LONG else short
