"""All monitors that are due, asked at once by threads; answers are kept as they come."""

from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor, wait

from django.db import transaction
from django.utils import timezone

from sla.availability.models import Monitor
from sla.availability.monitors.blindness import look_outside
from sla.availability.monitors.probing import Answer, Question, ask
from sla.availability.monitors.watching import miss_beat, record_answer

logger = logging.getLogger(__name__)

#: Monitors of one round, and how many of them wait for their answer at the same time.
MOST, THREADS = 500, 100
#: What a target that trickles may take beyond its time, in seconds.
GRACE = 5


def run_due(*, now: dt.datetime | None = None, limit: int = MOST) -> int:
    """Asks every monitor that is due; gives their count. May run twice at once."""
    monitors = claim(now=now or timezone.now(), limit=limit)
    for monitor in monitors:
        if monitor.kind == Monitor.Kind.HEARTBEAT:
            miss_beat(monitor, now=timezone.now())
    asked = [one for one in monitors if one.kind != Monitor.Kind.HEARTBEAT]
    if asked:
        _ask_all(asked)
    return len(monitors)


@transaction.atomic
def claim(*, now: dt.datetime, limit: int) -> list[Monitor]:
    """Those that are due, with their next turn written already: nobody else takes them."""
    due = Monitor.objects.due(now).select_for_update(skip_locked=True)[:limit]
    monitors = list(due)
    for monitor in monitors:
        monitor.next_check_at = now + dt.timedelta(seconds=monitor.interval)
    Monitor.objects.bulk_update(monitors, ["next_check_at"])
    return monitors


def question_of(monitor: Monitor) -> Question:
    """What is asked for this monitor."""
    return Question(
        kind=monitor.kind,
        target=monitor.target,
        timeout=monitor.timeout,
        status=monitor.expected_status or 0,
        text=monitor.expected_text,
        retries=monitor.retries,
    )


def _ask_all(monitors: list[Monitor]) -> None:
    """While our own network is away failures are left out: no answer is no data."""
    pool = ThreadPoolExecutor(min(THREADS, len(monitors)), thread_name_prefix="monitor")
    waiting = {pool.submit(_timed, question_of(one)): one for one in monitors}
    patience = max(
        one.timeout * (1 + one.retries) * (1 + len(monitors) // THREADS) for one in monitors
    )
    done, late = wait(waiting, timeout=patience + GRACE)
    answers = [(waiting[future], *said) for future in done if (said := future.result())]
    too_late = Answer(ok=False, error="timeout"), timezone.now()
    answers += [(waiting[future], *too_late) for future in late]
    pool.shutdown(wait=False, cancel_futures=True)
    is_blind = look_outside(something_failed=not all(answer.ok for _one, answer, _at in answers))
    for monitor, answer, at in answers:
        if answer.ok or not is_blind:
            record_answer(monitor.pk, answer, at=at)


def _timed(question: Question) -> tuple[Answer, dt.datetime] | None:
    """The answer with the moment it was asked for: an outage begins when it was noticed.

    None when asking itself went wrong: of that monitor nothing is known, of the others all is.
    """
    at = timezone.now()
    try:
        return ask(question), at
    except Exception:
        logger.exception("a monitor could not ask")
        return None
