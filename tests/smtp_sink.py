"""A real mail server that fails on purpose: refuses, hangs, breaks off after the dot.

Replies are scripted: each list is used up from the front, after that everything is taken.
"""

import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

HANG = "hang"
BREAK = "break"


@dataclass(frozen=True)
class Taken:
    """One mail that the server has: for whom, and its bytes."""

    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass
class Script:
    greeting: list[str] = field(default_factory=list)
    sender: list[str] = field(default_factory=list)
    #: By address.
    recipient: dict[str, list[str]] = field(default_factory=dict)
    #: After the dot. BREAK keeps the mail and says nothing, HANG too but stays on the line. What
    #: can be called happens first, and gives the reply.
    data: list[str | Callable[[], str]] = field(default_factory=list)


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; `taken` is what it has, in order."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.script, self.taken = Script(), []
        self.sessions = 0
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def stop(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink, self.to = self.server, []
        sink.sessions += 1
        if not self.say(_next(sink.script.greeting, "220 sink")):
            return
        while line := self.rfile.readline():
            word, _space, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if not self.say(self.answer(word.upper(), rest)) or word.upper() == "QUIT":
                return

    def answer(self, word: str, rest: str) -> str:
        script = self.server.script
        if word == "MAIL":
            self.to = []
            return _next(script.sender, "250 ok")
        if word == "RCPT":
            address = rest[rest.index("<") + 1 : rest.index(">")]
            reply = _next(script.recipient.get(address, []), "250 ok")
            if reply.startswith("2"):
                self.to.append(address)
            return reply
        return self.data() if word == "DATA" else "221 bye" if word == "QUIT" else "250 ok"

    def data(self) -> str:
        if not self.to:
            return "503 no recipients"
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        reply = _next(self.server.script.data, "250 taken")
        if reply in (HANG, BREAK) or reply.startswith("2"):
            self.server.taken.append(Taken(self.to, b"".join(lines)))
        return reply

    def say(self, reply: str) -> bool:
        """False when the line is broken off."""
        if reply == HANG:
            self.server.over.wait(60)
        if reply in (HANG, BREAK):
            return False
        self.wfile.write(f"{reply}\r\n".encode())
        return not reply.startswith("421")


def _next(replies: list[Any], otherwise: str) -> str:
    reply = replies.pop(0) if replies else otherwise
    return reply() if callable(reply) else reply


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """Mail of the test goes there."""
    server = Sink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 0.4
    yield server
    server.stop()
