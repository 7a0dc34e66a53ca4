"""Clients that say nothing, or a byte a second: everybody else notices nothing."""

import contextlib
import random
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from tests.faults.house import doctor_must_be_content, house_of
from tests.faults.pace import Pace, seconds_for_a_page
from tests.faults.rounds import LONG, rounds
from tests.servicedesk.local.desk import Desk

IDLE = 500
SLOW = rounds(30, 500)
HEAD = b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
FORM = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
)


class Crowd:
    """Many connections to one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sockets: list[socket.socket] = []

    def come(self, count: int, saying: bytes = b"") -> None:
        for _turn in range(count):
            client = socket.create_connection(("127.0.0.1", self.desk.port), timeout=120)
            if saying:
                client.sendall(saying)
            self.sockets.append(client)

    def say_one_byte_each(self) -> None:
        for client in self.sockets[-SLOW:]:
            client.send(b"a")

    def leave(self, count: int | None = None) -> None:
        """Those that came last, or all."""
        for client in self.sockets[-(count or len(self.sockets)) :]:
            client.close()
            self.sockets.remove(client)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Desk]:
    with house_of(Desk(tmp_path_factory.mktemp("desk") / "var")) as house:
        yield house.desk


@pytest.fixture
def crowd(running) -> Iterator[Crowd]:
    crowd = Crowd(running)
    pace = Pace(running)
    yield crowd
    crowd.leave()
    doctor_must_be_content(running, pace.recovery)


def test_others_are_not_kept_waiting(crowd):
    pace = Pace(crowd.desk)
    crowd.come(IDLE)
    for saying in rounds([HEAD, FORM], [HEAD, FORM] * 10):
        crowd.come(SLOW, saying[: random.randrange(len(saying) // 2, len(saying))])
        for _second in range(20 if LONG else 2):
            second = time.monotonic() + 1
            crowd.say_one_byte_each()
            assert seconds_for_a_page(crowd.desk) < pace.page  # not until they have spoken
            time.sleep(max(second - time.monotonic(), 0))
        crowd.leave(SLOW)
    assert crowd.desk.status() == 200


def exchange(desk: Desk, *pieces: bytes) -> bytes:
    """What is answered when a request comes in pieces."""
    with socket.create_connection(("127.0.0.1", desk.port), timeout=120) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(0.05)
        answer = b""
        while more := client.recv(65536):
            answer += more
        return answer


def test_a_request_is_the_same_however_it_is_cut(crowd):
    desk = crowd.desk
    get = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    whole = exchange(desk, get)
    assert whole.startswith(b"HTTP/1.1 200")
    for cut in (1, 20, len(get) - 3, len(get) - 1):
        assert exchange(desk, get[:cut], get[cut:]).startswith(b"HTTP/1.1 200")
    kept = get.replace(b"close", b"keep-alive")
    assert exchange(desk, kept + get).count(b"HTTP/1.1 200") == 2  # one breath, two requests
    assert exchange(desk, kept, get[:9], get[9:]).count(b"HTTP/1.1 200") == 2

    body = b"x" * 3_000_000
    unread = b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    both = exchange(desk, unread + body, get)  # refused unread, and the line is kept
    assert both.startswith(b"HTTP/1.1 403")
    assert both.count(b"HTTP/1.1 200") == 1
    head = b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    sized = b"%sContent-Length: %d\r\n" % (head, len(body))
    assert exchange(desk, sized + b"\r\n" + body[:9], body[9:]).startswith(b"HTTP/1.1 403")
    expecting = sized + b"Expect: 100-continue\r\n\r\n"
    assert b"HTTP/1.1 403" in exchange(desk, expecting, body)
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
    assert exchange(desk, chunked, b"3\r\nabc\r\n", b"0\r\n\r\n").startswith(b"HTTP/1.1 403")
    assert exchange(desk, b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000).startswith(b"HTTP/1.1 431")
    huge = b"%sContent-Length: 600000000\r\n\r\n" % head
    assert exchange(desk, huge, b"xx").startswith(b"HTTP/1.1 413")

    # Whoever begins a next request in the same breath keeps no thread waiting for its end.
    with contextlib.ExitStack() as many:
        for _ in range(40):
            client = many.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
            client.sendall(kept + b"G")
        time.sleep(1)
        assert exchange(desk, get).startswith(b"HTTP/1.1 200")

    # A line that is silent for longer than gunicorn itself would bear takes the next request.
    with contextlib.closing(HTTPConnection("127.0.0.1", desk.port, timeout=120)) as client:
        for pause in (4, 0):
            client.request("GET", "/healthz")
            with client.getresponse() as answer:
                assert (answer.status, answer.read()[:1]) == (200, b"{")
            assert client.sock is not None  # kept: it would make another one by itself
            time.sleep(pause)
