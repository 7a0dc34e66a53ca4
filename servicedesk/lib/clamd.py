"""Asking ClamAV whether a file is known to be harmful (clamd(8), INSTREAM)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

CHUNK = 64 * 1024
CONNECT_SECONDS = 2
ANSWER_SECONDS = 60
LONGEST_ANSWER = 4096


class NotChecked(Exception):
    """The scanner is away, busy, or does not take a file this large."""


def signature_in(chunks: Iterable[bytes], *, scanner: str) -> str:
    """The name of what was found, '' for a file without anything known.

    `scanner` is where clamd listens: `unix:///run/clamav/clamd.ctl` or `tcp://host:3310`.
    Raises NotChecked.
    """
    try:
        with _line_to(scanner) as line:
            answer = _ask(line, chunks)
    except OSError as error:
        raise NotChecked(str(error)) from error
    return _read(answer)


def _line_to(scanner: str) -> socket.socket:
    parts = urlsplit(scanner)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
    else:
        address = (parts.hostname or "", parts.port or 3310)
        line = socket.create_connection(address, timeout=CONNECT_SECONDS)
    line.settimeout(ANSWER_SECONDS)
    return line


def _ask(line: socket.socket, chunks: Iterable[bytes]) -> bytes:
    line.sendall(b"zINSTREAM\0")
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), CHUNK):
                part = chunk[start : start + CHUNK]
                line.sendall(struct.pack("!L", len(part)) + part)
        line.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it heard enough and has an answer ready, such as "too large"
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        got = line.recv(LONGEST_ANSWER)
        if not got:
            break
        answer += got
    return answer.rstrip(b"\0")


def _read(answer: bytes) -> str:
    """`stream: OK`, `stream: Name FOUND`, or what went wrong."""
    text = answer.decode("utf-8", errors="replace").removeprefix("stream: ")
    if text == "OK":
        return ""
    if text.endswith(" FOUND"):
        return text.removesuffix(" FOUND") or "?"
    raise NotChecked(text or "no answer")
