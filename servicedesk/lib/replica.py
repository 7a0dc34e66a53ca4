"""Reports may read from a replica of the database (REPORTS_DATABASE_URL), and nothing else does.

A replica is seconds behind: good enough for figures of months, not for what somebody just did.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.conf import settings

REPLICA = "reports"
_reading: ContextVar[bool] = ContextVar("reading_reports", default=False)

P = ParamSpec("P")
R = TypeVar("R")


def reads_replica(view: Callable[P, R]) -> Callable[P, R]:
    """For views that only show figures: their queries go to the replica, if there is one."""

    @functools.wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _reading.set(True)
        try:
            return view(*args, **kwargs)
        finally:
            _reading.reset(token)

    return wrapper


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
