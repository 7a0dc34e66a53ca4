"""Workers and beats say that they live; doctor, health and the system page ask.

A thread of its own writes the row, so that a process that waits for Redis is still seen.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
from collections.abc import Callable

from django.db import Error, connection
from django.db.models import QuerySet
from django.utils import timezone

from servicedesk.operations import alive
from servicedesk.operations.models import Heartbeat

logger = logging.getLogger(__name__)
Kind = Heartbeat.Kind

EVERY = 10.0
#: Three beats missed, and some time for a busy machine.
GONE_AFTER = dt.timedelta(seconds=45)
FORGOTTEN_AFTER = dt.timedelta(days=1)


class Pulse(threading.Thread):
    """Says every ten seconds that this process lives, until it says that it stops.

    A process that `has_failed` should be gone by now, and ends at once: whoever runs it starts
    another.
    """

    def __init__(self, kind: Kind, *, has_failed: Callable[[], bool] = lambda: False) -> None:
        super().__init__(name="pulse", daemon=True)
        self.kind, self.has_failed = kind, has_failed
        self.host = socket.gethostname()
        self.is_spare = False
        self.started_at = timezone.now()
        self._ends = threading.Event()

    def start(self) -> None:
        """The first beat comes before anything else is done."""
        self.beat()
        super().start()

    def run(self) -> None:
        while not self._ends.wait(EVERY):
            if self.has_failed():
                os._exit(os.EX_SOFTWARE)
            self.beat()

    def stop(self) -> None:
        """The process ends in good order."""
        self._ends.set()
        alive.take_back(self.kind)
        self.beat(stopped=True)

    def beat(self, *, stopped: bool = False) -> None:
        """Writes the row; the database may be away, then the next one does."""
        if not stopped:
            alive.give_sign(self.kind)
        try:
            self._write(timezone.now(), stopped)
        except Error as error:
            logger.warning("no sign of life written: %s", error)
        finally:
            connection.close()

    def _write(self, now: dt.datetime, stopped: bool) -> None:
        Heartbeat.objects.update_or_create(
            kind=self.kind,
            host=self.host,
            pid=os.getpid(),
            defaults={
                "seen_at": now,
                "started_at": self.started_at,
                "stopped_at": now if stopped else None,
                "is_spare": self.is_spare,
            },
        )
        Heartbeat.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def living(kind: str) -> QuerySet[Heartbeat]:
    """The processes of this kind that are seen, spare ones too."""
    seen = Heartbeat.objects.filter(kind=kind, seen_at__gte=timezone.now() - GONE_AFTER)
    return seen.filter(stopped_at=None)


def last_seen(kind: str) -> Heartbeat | None:
    """The one that was seen last, living or not."""
    return Heartbeat.objects.filter(kind=kind).order_by("-seen_at").first()


def was_stopped() -> bool:
    """Workers and beats were all stopped in good order: the desk rests."""
    last = [last_seen(kind) for kind in Kind]
    return all(one is not None and one.stopped_at is not None for one in last)
