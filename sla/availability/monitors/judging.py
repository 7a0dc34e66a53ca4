"""From single answers to a verdict: failures are confirmed, recoveries too. Pure.

An outage begins at the first failure of a row that was long enough, and ends at the first success
of a row that was long enough. A monitor that flaps therefore makes one outage, or none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import Enum


class Verdict(Enum):
    """What has just become sure."""

    NOTHING = "nothing"
    DOWN = "down"
    UP = "up"


@dataclass(frozen=True)
class Watch:
    """What is known of a target between two answers."""

    is_down: bool = False
    #: The row of equal answers that contradicts `is_down`: its length and its first moment.
    row: int = 0
    since: dt.datetime | None = None


@dataclass(frozen=True)
class Limits:
    """How many answers in a row it takes to be sure."""

    failures: int = 3
    successes: int = 2


def judge(
    watch: Watch, *, ok: bool, at: dt.datetime, limits: Limits
) -> tuple[Watch, Verdict, dt.datetime | None]:
    """The watch after one more answer, what is sure now, and since when."""
    if ok is not watch.is_down:
        return replace(watch, row=0, since=None), Verdict.NOTHING, None
    since = watch.since or at
    needed = limits.successes if watch.is_down else limits.failures
    if watch.row + 1 < needed:
        return replace(watch, row=watch.row + 1, since=since), Verdict.NOTHING, None
    verdict = Verdict.UP if watch.is_down else Verdict.DOWN
    return Watch(is_down=not watch.is_down), verdict, since
