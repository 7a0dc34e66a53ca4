"""The pipe of the mail server: one message from standard input, or each of the files."""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from servicedesk.lib.json_lines import json_line
from servicedesk.lib.waking import gathered
from tickets.mail.confined import Unreadable
from tickets.mail.describing import parsed
from tickets.mail.foreseeing import foresee
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.mail.reading_ahead import Reading, ReadingAhead, one_ahead

logger = logging.getLogger(__name__)


STDIN = "-"
Answer = Callable[[Reading], dict[str, Any]]


@dataclass(frozen=True)
class Delivery:
    """One message under its name. `reading`: what was begun with it; None when it is empty."""

    name: str
    reading: Reading | None
    fault: Exception | None = None


class Command(BaseCommand):
    help = (
        "Takes mail in: one message from standard input, or each FILE, and writes one JSON line "
        "for each. Exits with 0 when every message was dealt with, 65 when the one input is "
        "empty, and 75 when a message was not stored: deliver it again. Of several files one that "
        "is empty counts as not stored."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="store and send nothing")
        parser.add_argument("files", metavar="FILE", nargs="*", type=Path)

    def run_from_argv(self, argv: list[str]) -> None:
        """As every command, with the exit codes that mail servers know (sysexits.h)."""
        try:
            super().run_from_argv(argv)
        except SystemExit as stop:
            sys.exit(os.EX_USAGE if stop.code == 2 else stop.code)
        except Exception:
            logger.exception("receive_mail")
            sys.exit(os.EX_TEMPFAIL)

    def handle(self, *args: Any, **options: Any) -> None:
        answer = _tried if options["dry_run"] else _taken
        status = os.EX_OK
        with ReadingAhead() as ahead, gathered():
            files: list[Path | None] = options["files"] or [None]
            for delivery in one_ahead(_begun(file, ahead) for file in files):
                status = max(status, self.receive(delivery, answer))
        if status != os.EX_OK:
            sys.exit(status if len(files) == 1 else os.EX_TEMPFAIL)

    def receive(self, delivery: Delivery, answer: Answer) -> int:
        """One message; the exit status for it."""
        try:
            if delivery.fault:
                raise delivery.fault
            if delivery.reading is None:
                self.say(delivery.name, "failed", reason="empty input")
                return os.EX_DATAERR
            self.say(delivery.name, **answer(delivery.reading))
        except Exception as error:
            logger.exception("mail %s was not taken in", delivery.name)
            _fresh_connection()
            if delivery.name != STDIN:
                self.say(delivery.name, "failed", reason=f"{type(error).__name__}: {error}"[:300])
            return os.EX_TEMPFAIL
        return os.EX_OK

    def say(self, name: str, outcome: str, **more: object) -> None:
        line = {"ticket": None, "message": None, "reason": "", "auto_reply": False, **more}
        self.stdout.write(json_line({"input": name, "outcome": outcome, **line}))
        self.stdout.flush()


def _begun(file: Path | None, ahead: ReadingAhead) -> Delivery:
    name = STDIN if file is None else str(file)
    try:
        raw = sys.stdin.buffer.read() if file is None else file.read_bytes()
        return Delivery(name, ahead.begin(raw) if raw.strip() else None)
    except Exception as error:  # told when it is its turn
        return Delivery(name, None, error)


def _taken(reading: Reading) -> dict[str, Any]:
    taken = take_in(reading.raw, Arrival(), reading=reading)
    email = taken.email
    return {
        "outcome": taken.outcome,
        "ticket": str(email.ticket_id) if email.ticket_id else None,
        "message": email.message_id,
        "reason": email.reason,
        "auto_reply": taken.is_acknowledged,
    }


def _tried(reading: Reading) -> dict[str, Any]:
    try:
        mail = reading.mail()
    except Unreadable as error:
        return {"outcome": "quarantined", "reason": error.reason, "parsed": None}
    return {**foresee(reading.raw, mail), "parsed": parsed(mail)}


def _fresh_connection() -> None:
    """The next file gets a connection that works, if there is one to be had."""
    try:
        connection.close()
    except Exception:  # it was broken anyway
        close_old_connections()
