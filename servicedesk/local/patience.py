"""A gunicorn worker that has patience with slow clients, and time for all others.

gunicorn gives a thread to every connection as soon as it begins to speak: a handful of clients that
send a byte a second keep all threads waiting, and the desk is away. Here a request waits outside,
in the loop that watches all connections at once, until it is whole; only then it gets a thread.

What the application knows by heart (`at_once`) is answered by the loop itself: open pages that ask
each second whether anything is new cost a tenth of what they would with threads.
"""

import contextlib
import re
import resource
import selectors
import socket
import tempfile
import time
from concurrent.futures import Future
from functools import partial
from typing import IO, Any

from gunicorn import http
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_END = b"\r\n\r\n"
#: A larger head is refused here: gunicorn would keep a thread until it has read far more.
LARGEST_HEAD = 128 * 1024
LARGE_HEAD = b"431 Request Header Fields Too Large"
LARGE_BODY = b"413 Content Too Large"
NO_ROOM = b"507 Insufficient Storage"
#: A larger body is refused here too: no form of the desk takes one.
LARGEST_BODY = 512 * 1024 * 1024
#: Larger bodies wait on disk.
IN_MEMORY = 256 * 1024
CHUNK = 64 * 1024
#: Seconds for the head of a request, and for all of it.
HEAD_WITHIN = 60.0
WHOLE_WITHIN = 600.0

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
CLOSES = re.compile(rb"^\S+ \S+ HTTP/1\.0\r\n|\r\nconnection:[ \t]*close", re.IGNORECASE)
CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


class Waiting:
    """What a client has sent so far of its next request."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.head = b""
        self.sent: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self.size = 0
        self.wanted: int | None = None
        self.tail = b""
        self.is_refused = False

    def add(self, data: bytes) -> None:
        self.sent.write(data)
        self.size += len(data)
        self.tail = (self.tail + data)[-5:]
        if self.wanted is None:
            self.head += data
            self._read_head()

    @property
    def is_whole(self) -> bool:
        """Nothing more is to come before the request can be answered."""
        if self.wanted is None:
            return False
        if self.wanted < 0:
            return self.tail == b"0" + HEAD_END
        return self.size >= self.wanted

    @property
    def has_all(self) -> bool:
        """As many bytes as were announced are here."""
        return self.wanted is not None and 0 <= self.wanted <= self.size

    @property
    def is_too_much(self) -> bytes:
        """Why it is refused: its head does not come to an end, or its body is too large."""
        if self.wanted is None:
            return LARGE_HEAD if self.size > LARGEST_HEAD else b""
        return LARGE_BODY if max(self.wanted, self.size) > LARGEST_BODY + LARGEST_HEAD else b""

    def refuse(self) -> None:
        """What was sent is thrown away, and nothing is kept any more."""
        self.is_refused = True
        self.sent.close()
        self.head, self.size = b"", 0

    @property
    def expects_word(self) -> bool:
        """The client waits for us to say that it may go on."""
        return bool(self.wanted and CONTINUE.search(self.head))

    @property
    def is_late(self) -> bool:
        allowed = HEAD_WITHIN if self.wanted is None or self.is_refused else WHOLE_WITHIN
        return time.monotonic() - self.began > allowed

    def _read_head(self) -> None:
        """Learns from a whole head how much is to come; -1: it will be seen at the end."""
        end = self.head.find(HEAD_END)
        if end < 0:
            return
        self.head = self.head[: end + 2]
        length = LENGTH.search(self.head)
        if CHUNKED.search(self.head):
            self.wanted = -1
        else:
            self.wanted = end + len(HEAD_END) + (int(length.group(1)) if length else 0)


class Gathered(Unreader):
    """Gives gunicorn's parser what was gathered, and then what the socket has."""

    def __init__(self, conn: TConn) -> None:
        super().__init__()
        self.conn = conn
        self.gathered: IO[bytes] | None = None
        #: All of the request is here: reading it never waits for the client.
        self.is_whole = False

    def take(self, waiting: Waiting) -> None:
        waiting.sent.seek(0)
        self.gathered, self.is_whole = waiting.sent, waiting.has_all

    def take_rest(self) -> bytes:
        """What came along behind the request that was answered: the beginning of the next one."""
        rest = bytes(self.take_buffered())
        if self.gathered is not None:
            rest += self.gathered.read()
            self.gathered.close()
            self.gathered = None
        return rest

    def chunk(self, size_hint: int | None = None) -> bytes:
        if self.gathered is not None:
            if data := self.gathered.read(CHUNK):
                return data
            self.gathered.close()
            self.gathered = None
        data = self.conn.sock.recv(CHUNK)
        return bytes(data)


class PatientWorker(ThreadWorker):
    """gunicorn's worker with threads, whose threads never wait for a client to speak."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[TConn, Waiting] = {}

    def accept(self, listener: socket.socket) -> None:
        """A new connection is listened to; it has not said anything yet."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            self.log.warning("no connection could be taken: %s", error)
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.parser = http.get_parser(self.cfg, client, address)
        conn.parser.unreader = Gathered(conn)
        self.listen_to(conn)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A connection that was kept begins to say something else."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.listen_to(conn)

    def listen_to(self, conn: TConn) -> None:
        """In the loop, together with all others."""
        conn.sock.setblocking(False)
        self.waiting[conn] = Waiting()
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_readable, conn))

    def on_readable(self, conn: TConn, client: socket.socket) -> None:
        """Some more of a request; with the last of it the request gets a thread."""
        waiting = self.waiting[conn]
        try:
            data = client.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.forget(conn)
        elif not waiting.is_refused:
            self._gather(conn, client, data)

    def _gather(self, conn: TConn, client: socket.socket, data: bytes) -> None:
        waiting = self.waiting[conn]
        knew = waiting.wanted is not None
        try:
            waiting.add(data)
        except OSError as error:
            self.log.warning("a request is refused: %s", error)
            self._refuse(client, waiting, NO_ROOM)
            return
        if waiting.is_too_much:
            self._refuse(client, waiting, waiting.is_too_much)
        elif waiting.is_whole and (answer := self._known_answer(waiting)):
            self._answer(conn, waiting.head, answer)
        elif waiting.is_whole:
            self.stop_listening(conn)
            conn.data_ready = True
            conn.parser.unreader.take(waiting)
            self.enqueue_req(conn)
        elif not knew and waiting.expects_word:
            self._say_go_on(client)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """A body that nobody read is thrown away, whatever its size, when it is here already.

        gunicorn, which would have to wait for it, closes the connection after 64 kB, and a proxy
        that sends its next request at that moment gets no answer.
        """
        if keepalive and conn.parser.unreader.is_whole:
            return bool(conn.parser.finish_body())
        return bool(super()._keepalive_after(conn, keepalive))

    def finish_request(self, conn: TConn, fs: Future) -> None:
        """What came along behind it waits outside as well, until it is whole."""
        rest = b""
        if not fs.cancelled() and fs.exception() is None and fs.result() is True:
            rest = conn.parser.unreader.take_rest()
        super().finish_request(conn, fs)
        if rest and conn in self.keepalived_conns:
            self.on_client_socket_readable(conn, conn.sock)
            self._gather(conn, conn.sock, rest)

    def stop_listening(self, conn: TConn) -> None:
        self.waiting.pop(conn)
        self.poller.unregister(conn.sock)

    def forget(self, conn: TConn) -> None:
        """Nobody is there any more, or nobody will ever come to the end."""
        self.waiting[conn].sent.close()
        self.stop_listening(conn)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """gunicorn calls it every second."""
        super().murder_pending()
        for conn in [conn for conn, waiting in self.waiting.items() if waiting.is_late]:
            self.forget(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """The worker is to stop: who has not asked anything yet is not waited for."""
        super()._cap_keepalive(deadline)
        for conn in [conn for conn, waiting in self.waiting.items() if not waiting.size]:
            self.forget(conn)

    def _known_answer(self, waiting: Waiting) -> bytes | None:
        """The lines of an answer without a body; None when somebody has to think about it."""
        at_once = getattr(self.wsgi, "at_once", None)
        if at_once is None or waiting.size != waiting.wanted:
            return None
        return at_once(waiting.head)

    def _answer(self, conn: TConn, head: bytes, lines: bytes) -> None:
        """Says it, and listens on unless the client wants to go."""
        closes = CLOSES.search(head) is not None
        word = b"close" if closes else b"keep-alive"
        try:
            conn.sock.send(lines + b"Connection: " + word + b"\r\n\r\n")
        except OSError:
            closes = True
        if closes:
            self.forget(conn)
        else:
            self.waiting[conn].sent.close()
            self.waiting[conn] = Waiting()

    @staticmethod
    def _refuse(client: socket.socket, waiting: Waiting, why: bytes) -> None:
        """Answers at once, and listens on for a while: a line that is cut would lose the answer."""
        waiting.refuse()
        with contextlib.suppress(OSError):
            client.send(b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" % why)
            client.shutdown(socket.SHUT_WR)

    @staticmethod
    def _say_go_on(client: socket.socket) -> None:
        try:
            client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            return


def raise_limit_of_files() -> int:
    """As many connections as the machine lets us have; gives how many there can be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 8192) if hard != resource.RLIM_INFINITY else 8192
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)
