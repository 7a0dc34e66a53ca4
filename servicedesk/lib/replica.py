"""Reports may read from a replica of the database (REPORTS_DATABASE_URL), and nothing else does.

A replica is seconds behind: good enough for figures of months, not for what somebody just did.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.http import StreamingHttpResponse

REPLICA = "reports"
_reading: ContextVar[bool] = ContextVar("reading_reports", default=False)

P = ParamSpec("P")
R = TypeVar("R")


def reads_replica(view: Callable[P, R]) -> Callable[P, R]:
    """For views that only show figures: their queries go to the replica, if there is one.

    So do those of a file that is still being read when the view has returned.
    """

    @functools.wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with _from_replica():
            answer = view(*args, **kwargs)
        if isinstance(answer, StreamingHttpResponse):
            answer.streaming_content = _parts(iter(answer))
        return answer

    return wrapper


@contextmanager
def _from_replica() -> Iterator[None]:
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def _parts(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Between two parts nobody else's queries go there."""
    while True:
        with _from_replica():
            part = next(parts, None)
        if part is None:
            return
        yield part


class ReportsRouter:
    """Sends what a report reads to the replica. Writing and migrating stay where they are."""

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return REPLICA if _reading.get() and REPLICA in settings.DATABASES else None

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != REPLICA
