"""What the desk knows of its own running: who lives, what ran, what was saved.

Rows and not keys in Redis: they are there when Redis is away, which is when one looks.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """One process that works in the background, and when it was last seen alive."""

    class Kind(models.TextChoices):
        WORKER = "worker"
        BEAT = "beat"

    kind = models.CharField(max_length=10, choices=Kind)
    #: Of the machine or container it runs on.
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    seen_at = models.DateTimeField()
    started_at = models.DateTimeField()
    #: Set by a process that was stopped in good order: nobody need look for it.
    stopped_at = models.DateTimeField(null=True, blank=True)
    #: A second beat, which waits for the first one to go.
    is_spare = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "host", "pid"], name="heartbeat_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.host} {self.pid}"


class TaskRun(models.Model):
    """What became of a task of the timetable when it last ran."""

    name = models.CharField(max_length=200, unique=True)
    #: When the beat last asked for it: a beat that starts goes on from here.
    sent_at = models.DateTimeField(null=True, blank=True)
    #: When a worker last finished it, well or not.
    heard_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Backup(models.Model):
    """A backup that was made of this desk, whole and checked."""

    taken_at = models.DateTimeField(default=timezone.now)
    file = models.CharField(max_length=1000)
    size = models.PositiveBigIntegerField()
    files = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file
