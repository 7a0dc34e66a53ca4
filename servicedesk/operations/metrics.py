"""Figures for Prometheus, on a path that only who knows the token finds.

Counts of work come from rows, so that every process of every host tells the same. Request times are
gathered by each web process in files of its own (prometheus_client's multi-process mode).
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
from collections.abc import Callable, Iterator

import redis
from django.conf import settings
from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram
from prometheus_client import generate_latest as as_text
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from servicedesk.lib.redis_client import redis_client
from servicedesk.operations import health, heartbeats
from servicedesk.operations.heartbeats import Kind
from servicedesk.operations.models import Backup, TaskRun
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.querysets import UNSENT
from sla.models import Clock

QUEUE = "celery"
REQUESTS = Histogram(
    "desk_request_seconds",
    "Time to answer a request",
    ["page", "method", "status"],
    buckets=(0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 2.0, 5.0, 10.0),
)


#: A stranger may invent others, and each would be a series of its own.
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}


class RequestTimes:
    """Notes how long each page took, by its name and never by its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        page = request.resolver_match.view_name if request.resolver_match else ""
        status = f"{response.status_code // 100}xx"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(page, method, status).observe(time.perf_counter() - began)
        return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures. Without the token there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = settings.DESK_METRICS_TOKEN
    if not known or not secrets.compare_digest(given.encode(), known.encode()):
        raise Http404
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    text = as_text(registry) + as_text(_desk())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _desk() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(DeskCollector())
    return registry


class DeskCollector(Collector):
    """What waits, how long already, and who lives."""

    def collect(self) -> Iterator[Metric]:
        yield from _parts()
        yield from _outbox()
        yield from _tasks()
        first_due = Clock.objects.aggregate(first=Min("next_alert_at"))["first"]
        yield _gauge("desk_oldest_due_seconds", "Age of the oldest due work", _age(first_due))
        last = Backup.objects.aggregate(last=Max("taken_at"))["last"]
        if last:
            yield _gauge("desk_backup_age_seconds", "Age of the last backup", _age(last))
        depth = _queue_depth()
        if depth is not None:
            yield _gauge("desk_queue_messages", "Messages that wait in Redis", depth)


def _parts() -> Iterator[Metric]:
    up = GaugeMetricFamily("desk_up", "1 when this part is well", labels=["part"])
    for part, state in health.state().items():
        up.add_metric([part], float(state == health.OK))
    yield up
    living = GaugeMetricFamily("desk_processes", "Processes that are seen", labels=["kind"])
    for kind in Kind:
        living.add_metric([kind], heartbeats.living(kind).count())
    yield living
    yield _gauge("desk_held", "1 while a restored desk is held", float(is_held()))


def _outbox() -> Iterator[Metric]:
    states = GaugeMetricFamily("desk_outbox", "Outgoing mails not sent", labels=["state"])
    State = OutgoingEmail.State
    # By name: what is unsent is in the index, what is not sent would read all.
    unsent = OutgoingEmail.objects.filter(state__in=[*UNSENT, State.FAILED]).order_by()
    for state, count in unsent.values_list("state").annotate(count=Count("pk")):
        states.add_metric([state], count)
    yield states
    oldest = unsent.filter(state__in=UNSENT).aggregate(oldest=Min("created_at"))["oldest"]
    yield _gauge("desk_outbox_age_seconds", "Age of the oldest mail that waits", _age(oldest))


def _tasks() -> Iterator[Metric]:
    runs = CounterMetricFamily("desk_task_runs", "Tasks done", labels=["task"])
    failures = CounterMetricFamily("desk_task_failures", "Tasks failed", labels=["task"])
    silence = GaugeMetricFamily(
        "desk_task_silence_seconds", "Since it was heard of", labels=["task"]
    )
    for task in TaskRun.objects.all():
        runs.add_metric([task.name], task.runs)
        failures.add_metric([task.name], task.failures)
        if task.heard_at:
            silence.add_metric([task.name], _age(task.heard_at))
    yield from (runs, failures, silence)


def _queue_depth() -> float | None:
    """None while Redis is away: no figure is better than a wrong one."""
    try:
        return float(redis_client().llen(QUEUE))
    except redis.RedisError:
        return None


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _age(at: dt.datetime | None) -> float:
    return max((timezone.now() - at).total_seconds(), 0.0) if at else 0.0
