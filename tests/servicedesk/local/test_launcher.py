"""The life of a desk: started, refused twice, killed in parts and as a whole, stopped."""

import json
import os
import signal
import socket
from pathlib import Path

import pytest
import redis

from servicedesk.accounts import demo as accounts_demo
from servicedesk.local.children import not_well, started_is_well
from servicedesk.local.demo.people import LOGINS
from servicedesk.local.launcher import DEMO_LOGINS, DEMO_PASSWORD
from servicedesk.local.place import Place
from tests.servicedesk.local.desk import eventually, free_port

ORGANISATION = "from servicedesk.accounts.models import Organisation as O; "
A_TASK = "from servicedesk.outbox.tasks import send_outgoing_mail; send_outgoing_mail.delay()"
A_MAILBOX = (
    "from datetime import timedelta; from django.utils import timezone;"
    "from tickets.models.mailbox import Mailbox;"
    "ago = timezone.now() - timedelta(hours=3);"
    "Mailbox.objects.create(name='Info', host='127.0.0.1', port=1, failing_since=ago)"
)


def test_a_desk_heals_its_killed_parts_and_comes_back_from_kill_9_with_its_data(desk):
    desk.move_in()
    printed = desk.start()
    for step in ("PostgreSQL and Valkey up", "up to date", "static files", "worker and beat run"):
        assert step in printed
    assert f"http://127.0.0.1:{desk.port}/" in printed
    assert desk.status() == 200
    desk.shell(ORGANISATION + "O.objects.create(name='Blijft')")

    parts = [r"celery .* beat", r"celery .* worker", "valkey-server", "postgres .*-D", "gunicorn"]
    killed = {part: desk.kill(part, signal.SIGKILL) for part in parts}
    for part, victims in killed.items():
        assert desk.runs_anew(part, victims), f"{part} was not started again"
    assert eventually(lambda: desk.status() == 200)
    assert "The worker stopped (code -9); it starts again." in desk.output
    assert "Valkey runs again" in desk.output

    settings = desk.data / "postgres" / "postgresql.auto.conf"
    before = settings.read_text()
    settings.write_text("no_such_setting = 1")
    desk.kill("local.keeper", signal.SIGKILL)
    assert eventually(lambda: "PostgreSQL stopped at once" in desk.output)
    settings.write_text(before)  # it tries until it can
    assert eventually(lambda: desk.status() == 200)

    desk.shell(f"{A_TASK}; {A_MAILBOX}")
    log = desk.data / "worker.log"
    assert eventually(lambda: "send_outgoing_mail" in log.read_text().rpartition("ready.")[2])

    # A process at work does not notice that its parent is gone; neither does a stopped one.
    stopped_pool_of(desk)
    os.kill(launcher_of(desk), signal.SIGKILL)
    desk.process.wait(10)
    assert desk.nothing_runs(), desk.processes()

    desk.start()
    told = "Not well: intake: mailbox fails. Administrators read more at http://127.0.0.1:"
    assert eventually(lambda: told in desk.output)
    assert desk.shell(ORGANISATION + "print(O.objects.get().name)") == "Blijft"

    # With an error that it knows no way out of, a worker waits for its pool: here for ever.
    pool = stopped_pool_of(desk)
    redis_of(desk).execute_command("ACL SETUSER default -brpop")
    assert eventually(lambda: "The worker stopped (code 70)" in desk.output)
    redis_of(desk).execute_command("ACL SETUSER default +brpop")
    assert eventually(lambda: len(set(desk.processes(r"celery .* worker")) - pool) == 3)

    assert desk.command("stop").stdout == "The desk is stopped.\n"
    assert desk.process.wait(10) == 0
    assert not desk.processes()


def stopped_pool_of(desk) -> set[int]:
    """The processes of the worker's pool, which do nothing from now on."""
    assert eventually(lambda: len(desk.processes(r"celery .* worker")) == 3)
    pool = set(desk.processes(r"celery .* worker")) - {worker_of(desk)}
    for process in pool:
        os.kill(process, signal.SIGSTOP)
    return pool


def redis_of(desk) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(Place(desk.data).sockets / "valkey.sock"))


def launcher_of(desk) -> int:
    return int((desk.data / "launcher.lock").read_text().split()[0])


def worker_of(desk) -> int:
    children = {pid: parent_of(pid) for pid in desk.processes(r"celery .* worker")}
    return next(pid for pid, parent in children.items() if parent == launcher_of(desk))


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_second_copy_is_told_where_the_first_one_is_and_ctrl_c_stops_it(desk):
    desk.move_in()
    desk.start()
    second = desk.command("--no-demo", DESK_PORT=str(free_port()))
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        f"The desk runs already on {desk.data}, at http://127.0.0.1:{desk.port}: "
        "stop it with python3 run.py stop."
    ]
    assert desk.command("reset", "--yes").stderr.startswith("The desk runs: stop it first")

    os.kill(desk.process.pid, signal.SIGINT)
    assert desk.process.wait(60) == 0
    assert not desk.processes()
    assert "Stopped; the data stays" in desk.output
    assert "Traceback" not in desk.output


def test_a_taken_port_is_one_sentence(desk):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", desk.port))
        taken.listen()
        answer = desk.command("--no-demo")
    assert answer.returncode == 1
    assert f"Port {desk.port} is taken" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("data", ["/proc/desk", "/dev/null/desk"])
def test_a_folder_that_cannot_be_written_is_one_sentence(desk, data):
    answer = desk.command("--no-demo", DESK_DATA=data)
    assert answer.returncode == 1
    assert "cannot be written to" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("DESK_PORT", "acht", "DESK_PORT is not a port: 'acht'"),
        ("DESK_BASE_URL", "desk.example.org", "DESK_BASE_URL is not an address of a web site"),
        ("DATABASE_URL", "postgres://x@127.0.0.1:1/desk", "The database does not answer"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(desk, setting, value, told):
    answer = desk.command("--no-demo", **{setting: value})
    assert answer.returncode == 1
    assert told in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_unknown_words_point_at_the_help(desk):
    assert "--help" in desk.command("begin").stderr
    assert "python3 run.py manage ARGS" in desk.command("--help").stdout


def test_the_printed_logins_are_those_of_the_demo():
    printed = {f"{name}@demo.example" for name in DEMO_LOGINS}
    assert printed == {login.email for login in LOGINS}
    assert DEMO_PASSWORD == accounts_demo.DEMO_PASSWORD


REPORT = {"database": "ok", "redis": "ok", "worker": "ok", "beat": "ok", "intake": "ok"}


@pytest.mark.parametrize("part", ["database", "redis", "worker", "beat"])
def test_a_start_waits_for_what_it_started(part):
    assert started_is_well(json.dumps(REPORT))
    assert not started_is_well(json.dumps(REPORT | {part: "not seen"}))
    assert not started_is_well("<h1>Bad Request (400)</h1>")


def test_a_start_only_tells_what_somebody_has_to_mend_in_the_desk_itself():
    report = json.dumps(REPORT | {"intake": "mailbox fails"})
    assert started_is_well(report)
    assert not_well(report) == {"intake": "mailbox fails"}
    assert not_well(json.dumps(REPORT)) == {}
