"""`python -m servicedesk.operations.alive web|worker|beat`: does that of this container live?

Exits with 0 or 1, for the health checks of containers. They ask many times a minute, so nothing of
Django is loaded, which takes seconds; and nothing else is asked: that the database or Redis is away
is no reason to start a web server, worker or beat again.
"""

import contextlib
import http.client
import os
import sys
import tempfile
import time
from pathlib import Path

#: A worker and a beat give their sign of life every ten seconds; a machine may be busy.
GONE_AFTER = 45.0


def give_sign(kind: str) -> None:
    """Leaves word that the worker or beat of this container lives."""
    with contextlib.suppress(OSError):  # without room for it there is worse
        # In a folder that others may write to: not through a link that somebody put there.
        sign = os.open(_sign(kind), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.utime(sign)
        os.close(sign)


def take_back(kind: str) -> None:
    """It ends in good order."""
    with contextlib.suppress(OSError):
        _sign(kind).unlink()


def lives(kind: str, *, port: int = 8000) -> bool:
    """Any answer of a web server will do; of the others a sign within 45 seconds."""
    if kind == "web":
        return _answers(port)
    try:
        return time.time() - _sign(kind).stat().st_mtime < GONE_AFTER
    except OSError:
        return False


def _sign(kind: str) -> Path:
    return Path(tempfile.gettempdir()) / f"desk-{os.geteuid()}-{kind}"


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


if __name__ == "__main__":
    sys.exit(not lives(sys.argv[1]))
