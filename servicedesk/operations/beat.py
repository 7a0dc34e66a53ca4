"""One beat for the whole desk, however many are started (`celery beat -S …:GuardedScheduler`).

A lock of PostgreSQL says who beats. A second one waits and takes over when the first is gone, from
where that one was: the last moment of each entry is a row, so a task of two o'clock at night runs
when the beat slept through it. Nothing is written to disk. A held desk does nothing by itself.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from django.db import Error, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from servicedesk.operations import task_runs
from servicedesk.operations.heartbeats import Kind, Pulse
from servicedesk.outbox.holding import is_held

logger = logging.getLogger(__name__)

#: "desk beat", in the space of numbers that all advisory locks of a database share.
LOCK = 0x6465736B62656174
#: How long a spare beat waits before it asks again, and how often the first one makes sure.
PAUSE = 1.0
#: All tasks asked of a Redis that stands still take a minute or two; longer is for ever.
HANGS_AFTER = 300.0
#: How often it looks for work that was asked for in vain.
LOOKS_BACK_EVERY = 60.0


class Guard:
    """The lock, on a connection of its own that lives as long as the right to beat."""

    def __init__(self) -> None:
        self.connection: BaseDatabaseWrapper | None = None

    def holds(self) -> bool:
        """We are the one: still, or from now on."""
        try:
            if self.connection is not None:
                self._ask("SELECT 1")
                return True
            self.connection = connections.create_connection("default")
            if self._ask(f"SELECT pg_try_advisory_lock({LOCK})"):
                return True
        except Error as error:
            logger.warning("the right to beat cannot be asked for: %s", error)
        self.let_go()
        return False

    def let_go(self) -> None:
        """Somebody else may beat."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def _ask(self, question: str) -> object:
        assert self.connection is not None  # noqa: S101 (for the type checker)
        with self.connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]


class GuardedScheduler(Scheduler):
    """Celery's scheduler, which beats only while it holds the lock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.guard = Guard()
        self.ticked_at = time.monotonic()
        self.pulse = Pulse(Kind.BEAT, has_failed=self.hangs)
        self.pulse.is_spare = True
        self.looked_back_at = 0.0
        super().__init__(*args, **kwargs)
        self.max_interval = PAUSE

    def setup_schedule(self) -> None:
        """The timetable is code; nothing is read from a file."""
        self.install_default_entries(self.schedule)
        self.merge_inplace(self.app.conf.beat_schedule)
        self.pulse.start()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Sends what is due; gives the seconds until the next look."""
        self.ticked_at = time.monotonic()
        try:
            if not self.guard.holds():
                self._wait_for_another()
                return PAUSE
            if self.pulse.is_spare:
                self._take_over()
            if is_held():
                return PAUSE
            self._look_back()
            return min(super().tick(*args, **kwargs), PAUSE)
        except Error as error:
            logger.warning("the database is away: %s", error)
            connection.close()  # a broken one stays broken
            self.pulse.is_spare = True  # goes on from what the rows say was sent
            return PAUSE

    def hangs(self) -> bool:
        """It waits for an answer that does not come, such as over a line that is cut unseen."""
        return time.monotonic() - self.ticked_at > HANGS_AFTER

    def reserve(self, entry: ScheduleEntry) -> ScheduleEntry:
        """Called for an entry that is due, just before it is sent."""
        following = super().reserve(entry)
        task_runs.note_sent(entry.task, following.last_run_at)
        return following

    def close(self) -> None:
        """The beat ends in good order."""
        self.guard.let_go()
        self.pulse.stop()
        super().close()

    def _wait_for_another(self) -> None:
        if not self.pulse.is_spare:
            logger.warning("another beat goes; this one waits")
            self.pulse.is_spare = True

    def _take_over(self) -> None:
        sent = task_runs.sent_at()
        for entry in self.schedule.values():
            entry.last_run_at = sent.get(entry.task, entry.last_run_at)
        self._heap = None  # made anew from the entries
        self.pulse.is_spare = False
        self.pulse.beat()
        logger.info("this beat goes")

    def _look_back(self) -> None:
        """What was asked for but not heard of is asked for again: Redis may have been emptied."""
        if time.monotonic() - self.looked_back_at < LOOKS_BACK_EVERY:
            return
        self.looked_back_at = time.monotonic()
        lost = task_runs.asked_in_vain()
        for entry in self.schedule.values():
            if entry.task in lost:
                logger.warning("%s was not heard of; it is asked for again", entry.task)
                self.apply_entry(self.reserve(entry), producer=self.producer)
