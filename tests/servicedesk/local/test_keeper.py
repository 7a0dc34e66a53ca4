"""manage.py without servers of its own: the embedded ones run as long as somebody uses them."""

import os
import signal
import subprocess
import sys

from servicedesk.local.place import ROOT
from tests.servicedesk.local.desk import Desk, eventually

SERVERS = r"postgres .*-D|valkey-server"
WAIT = "import sys; print('in', flush=True); sys.stdin.readline()"


def waiting_command(desk: Desk) -> subprocess.Popen:
    """A manage.py that uses the servers until it is given a line."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "shell", "-v", "0", "-c", WAIT],
        env=desk.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "in\n"
    return process


def test_the_servers_stay_for_the_second_user_and_go_with_the_last(desk):
    first, second = waiting_command(desk), waiting_command(desk)
    servers = set(desk.processes(SERVERS))
    assert len(set(desk.processes("local.keeper"))) == 1

    first.communicate("\n")
    assert set(desk.processes(SERVERS)) == servers
    second.communicate("\n")
    assert not desk.processes()


def test_a_killed_user_and_a_killed_keeper_leave_nothing_behind(desk):
    user = waiting_command(desk)
    user.kill()
    user.communicate()
    assert desk.nothing_runs()

    user = waiting_command(desk)
    desk.kill("local.keeper", signal.SIGKILL)
    assert eventually(lambda: not desk.processes(SERVERS))
    user.communicate("\n")
    assert desk.command("manage", "migrate", "outbox", "zero", "-v", "0").returncode == 0
    assert not desk.processes()


def test_a_keeper_that_finds_no_room_for_its_log_goes_on(desk):
    desk.data.mkdir()
    (desk.data / "keeper.log").symlink_to("/dev/full")
    user = waiting_command(desk)
    keeper = set(desk.processes("local.keeper"))
    for part in ("postgres .*-D", "valkey-server"):
        assert desk.runs_anew(part, desk.kill(part, signal.SIGKILL))
    assert set(desk.processes("local.keeper")) == keeper
    user.communicate("\n")


def test_the_last_one_out_is_not_who_came_with_another_temporary_folder(desk, tmp_path):
    user = waiting_command(desk)
    (tmp_path / "other").mkdir()
    other = desk.command("manage", "check", "--database", "default", TMPDIR=str(tmp_path / "other"))
    assert other.returncode == 0, other.stderr
    assert user.poll() is None
    user.communicate("\n")


def test_commands_that_only_look_at_code_start_nothing(desk):
    done = desk.command("manage", "help")
    assert "business_time" in done.stdout
    assert not (desk.data / "postgres").exists()


def test_files_are_named_from_where_one_stands(desk, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    code = "import os; print(os.getcwd())"
    done = desk.command("manage", "shell", "-v", "0", "-c", code, DESK_DATA="data")
    assert done.stdout.strip() == os.fspath(tmp_path / "here")
    assert (tmp_path / "here" / "data" / "postgres").is_dir()
