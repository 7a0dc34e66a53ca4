"""One beat for the whole desk: a second one waits, takes over, goes on where the first was."""

import datetime as dt

import pytest
from celery import current_app
from django.db import connection, connections
from django.utils import timezone

from servicedesk.operations import task_runs
from servicedesk.operations.beat import GuardedScheduler
from servicedesk.operations.heartbeats import living, was_stopped
from servicedesk.operations.models import Heartbeat, TaskRun
from servicedesk.outbox.holding import go_on, hold

pytestmark = pytest.mark.django_db(transaction=True)
CHECK = "sla.tasks.check_sla"
#: So long ago that every task is due, those of the night and of the month too.
LONG = dt.timedelta(days=40)


class Beat(GuardedScheduler):
    """Tells what it would send; several live in one process here, so each has a pulse by name."""

    def __init__(self, name: str) -> None:
        self.sent: list[str] = []
        super().__init__(current_app._get_current_object(), lazy=True)
        self.pulse.host = name
        self.setup_schedule()

    def apply_entry(self, entry, producer=None) -> None:
        self.sent.append(entry.task)

    @property
    def producer(self):
        return None

    def ticks(self, count: int = 20) -> list[str]:
        """What it sends in some ticks, each task once."""
        self.sent.clear()
        for _turn in range(count):
            self.tick()
        return sorted(set(self.sent))


@pytest.fixture
def beats():
    made = [Beat("first"), Beat("second")]
    yield made
    for beat in made:
        beat.close()
        beat.pulse.join()


def spare(host: str) -> bool:
    return Heartbeat.objects.get(host=host).is_spare


def test_a_beat_that_does_not_tick_any_more_hangs(beats):
    first, _second = beats
    assert not first.hangs()
    first.ticked_at -= 301
    assert first.hangs()
    first.tick()
    assert not first.hangs()


def test_the_second_one_waits_and_takes_over(beats):
    first, second = beats
    long_ago = timezone.now() - LONG
    for task in task_runs.timetable():
        TaskRun.objects.create(name=task, sent_at=long_ago, heard_at=timezone.now())
    assert first.ticks() == sorted(task_runs.timetable())  # late: at once
    assert second.ticks() == []
    assert (spare("first"), spare("second")) == (False, True)

    first.guard.let_go()
    assert second.ticks() == []  # it goes on where the first one was: nothing is due
    assert not spare("second")
    assert first.ticks() == []  # now this one waits
    TaskRun.objects.update(sent_at=long_ago)
    for entry in second.schedule.values():
        entry.last_run_at = long_ago
    second._heap = None
    assert second.ticks() == sorted(task_runs.timetable())


def test_a_held_desk_does_nothing_by_itself(beats):
    first, _second = beats
    long_ago = timezone.now() - LONG
    for task in task_runs.timetable():
        TaskRun.objects.create(name=task, sent_at=long_ago, heard_at=timezone.now())
    hold("restored")
    assert first.ticks() == []
    go_on(send_waiting=True)
    assert first.ticks() == sorted(task_runs.timetable())


def test_what_was_asked_in_vain_is_asked_again(beats):
    first, _second = beats
    hour = timezone.now() - dt.timedelta(hours=1)
    now = timezone.now()
    for task in task_runs.timetable():
        TaskRun.objects.create(name=task, sent_at=now, heard_at=now)
    TaskRun.objects.filter(name=CHECK).update(sent_at=hour, heard_at=hour - dt.timedelta(hours=1))
    assert first.ticks() == [CHECK]
    assert TaskRun.objects.get(name=CHECK).sent_at > now


def test_a_cut_connection_is_noticed_and_made_again(beats):
    first, second = beats
    first.ticks(1)
    with connection.cursor() as cursor:
        cursor.execute(  # of this database: other tests have locks of their own on the server
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    assert first.tick() == 1.0  # it lost the lock, and knows
    second.tick()
    assert not spare("second")
    assert first.ticks() == []


def test_a_database_that_was_away_is_found_again(beats):
    """Whatever line to it was cut: that of the lock, or that on which rows are read."""
    first, _second = beats
    first.ticks(1)
    for task in task_runs.timetable():
        TaskRun.objects.create(name=task, sent_at=timezone.now() - LONG)
    other = connections.create_connection("default")
    with connection.cursor() as ours, other.cursor() as theirs:
        ours.execute("SELECT pg_backend_pid()")
        theirs.execute("SELECT pg_terminate_backend(%s, 5000)", ours.fetchone())
    other.close()
    assert first.tick() == 1.0
    assert first.ticks() == sorted(task_runs.timetable())


def test_beats_that_stop_in_good_order_say_so(beats):
    assert living("beat").count() == 2
    for beat in beats:
        beat.close()
    assert living("beat").count() == 0
    assert not was_stopped()  # no worker was ever stopped
