"""One question to one target: HTTP(S) or TCP. No database, nothing is remembered."""

from __future__ import annotations

import datetime as dt
import http.client
import io
import socket
import ssl
import time
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

from sla.availability.monitors.addresses import Endpoint, Refused, endpoints

MOST_REDIRECTS = 3
#: So much of a page is searched for the expected text.
MOST_BYTES = 512 * 1024
AGENT = "Servicedesk-Monitor/1"


@dataclass(frozen=True)
class Question:
    """What to ask. `target` is an address of the web, or host:port for TCP."""

    kind: str
    target: str
    timeout: float = 10.0
    #: 0: any status below 400.
    status: int = 0
    text: str = ""
    retries: int = 0


@dataclass(frozen=True)
class Answer:
    """What came of it. `error` is a code of `wording`, with a detail after a colon, or empty."""

    ok: bool
    error: str = ""
    milliseconds: int = 0
    tls_until: dt.datetime | None = None


def ask(question: Question) -> Answer:
    """Asks, and asks again `retries` times while it fails. Never raises for what the net does."""
    answer = _once(question)
    for _again in range(question.retries):
        if answer.ok:
            break
        answer = _once(question)
    return answer


def host_and_port(target: str) -> tuple[str, int]:
    """The two halves of `host:port`. Raises ValueError."""
    parts = urlsplit(f"//{target}")
    if not parts.hostname or not parts.port:
        raise ValueError(target)
    return parts.hostname, parts.port


def _once(question: Question) -> Answer:
    began = time.monotonic()
    deadline = began + question.timeout
    try:
        until = (_tcp if question.kind == "tcp" else _http)(question, deadline)
        error = ""
    except Refused as refusal:
        error, until = str(refusal), None
    except TimeoutError:
        error, until = "timeout", None
    except ssl.SSLError as failure:
        error, until = f"tls:{getattr(failure, 'verify_message', '') or failure.reason}", None
    except ConnectionRefusedError:
        error, until = "refused", None
    except (OSError, http.client.HTTPException, ValueError) as failure:
        error, until = f"broken:{type(failure).__name__}", None
    took = round((time.monotonic() - began) * 1000)
    return Answer(not error, error[:200], took, until)


def _tcp(question: Question, deadline: float) -> None:
    _connected(*host_and_port(question.target), deadline).close()


def _http(question: Question, deadline: float) -> dt.datetime | None:
    """When the first certificate ends. Raises Refused with the reason for another answer."""
    url, until = question.target, None
    for _hop in range(MOST_REDIRECTS + 1):
        connection, ends = _open(url, deadline)
        until = until or ends
        try:
            response = _get(connection, url)
            if question.status == 0 and response.status in (301, 302, 303, 307, 308):
                url = urljoin(url, response.getheader("Location") or "")
                continue
            _check(response, question)
            return until
        finally:
            connection.close()
    raise Refused("redirects")


def _check(response: http.client.HTTPResponse, question: Question) -> None:
    expected = question.status
    if response.status != expected if expected else response.status >= 400:
        raise Refused(f"status:{response.status}")
    if question.text and question.text not in _read(response):
        raise Refused("text")


def _open(url: str, deadline: float) -> tuple[http.client.HTTPConnection, dt.datetime | None]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("scheme")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    sock: socket.socket = _connected(parts.hostname, port, deadline)
    until = None
    if parts.scheme == "https":
        try:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
        except BaseException:
            sock.close()
            raise
        until = _certificate_ends(sock)
    connection = http.client.HTTPConnection(parts.hostname, port)
    connection.sock = sock
    connection.response_class = partial(_Response, deadline=deadline)  # type: ignore[assignment]
    return connection, until


class _Hurried(io.RawIOBase):
    """What a socket says until the deadline, however slowly the other side goes on speaking."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        self.raw, self.sock, self.deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self.sock.settimeout(_left(self.deadline))
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that is read as far as it came by the deadline."""

    def __init__(self, sock: socket.socket, *args: Any, deadline: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Hurried(self.fp.detach(), sock, deadline))


def _get(connection: http.client.HTTPConnection, url: str) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request(
        "GET", path, headers={"Host": parts.netloc.rpartition("@")[2], "User-Agent": AGENT}
    )
    return connection.getresponse()


def _read(response: http.client.HTTPResponse) -> str:
    """The first part of the page."""
    whole = b""
    while len(whole) < MOST_BYTES and (part := response.read1(65536)):
        whole += part
    try:
        return whole.decode(response.headers.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # nobody knows that charset
        return whole.decode("utf-8", "replace")


def _connected(host: str, port: int, deadline: float) -> socket.socket:
    """A connection to the first address that takes it, all of them looked at before."""
    failure: OSError | None = None
    for family, address in endpoints(host, port):
        try:
            return _connect((family, address), deadline)
        except TimeoutError:
            raise
        except OSError as error:
            failure = error
    raise failure or Refused("unknown_host")


def _connect(endpoint: Endpoint, deadline: float) -> socket.socket:
    family, address = endpoint
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(_left(deadline))
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _certificate_ends(sock: ssl.SSLSocket) -> dt.datetime | None:
    certificate = sock.getpeercert() or {}
    ends = certificate.get("notAfter")
    if not isinstance(ends, str):
        return None
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), dt.UTC)
