"""The pipe of the mail server: one message from standard input, or each of the files."""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection

from servicedesk.lib.json_lines import json_line
from tickets.mail.describing import parsed
from tickets.mail.foreseeing import foresee
from tickets.mail.intake import Taken, take_in, try_out
from tickets.mail.keeping import Arrival

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Takes mail in: one message from standard input, or each FILE, and writes one JSON line "
        "for each. Exits with 0 when every message was dealt with, 65 when the input is empty, "
        "and 75 when a message was not stored: deliver it again."
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
        status = os.EX_OK
        for file in options["files"] or [None]:
            status = max(status, self.receive(file, dry_run=options["dry_run"]))
        if status != os.EX_OK:
            sys.exit(status)

    def receive(self, file: Path | None, *, dry_run: bool) -> int:
        """One message; the exit status for it."""
        name = "-" if file is None else str(file)
        try:
            raw = sys.stdin.buffer.read() if file is None else file.read_bytes()
            if not raw.strip():
                self.say(name, "failed", reason="empty input")
                return os.EX_DATAERR
            if dry_run:
                self.say(name, **_tried(raw))
            else:
                self.say(name, **_taken(take_in(raw, Arrival())))
        except Exception as error:
            logger.exception("mail %s was not taken in", name)
            _fresh_connection()
            if file is not None:
                self.say(name, "failed", reason=f"{type(error).__name__}: {error}"[:300])
            return os.EX_TEMPFAIL
        return os.EX_OK

    def say(self, name: str, outcome: str, **more: object) -> None:
        line = {"ticket": None, "message": None, "reason": "", "auto_reply": False, **more}
        self.stdout.write(json_line({"input": name, "outcome": outcome, **line}))
        self.stdout.flush()


def _taken(taken: Taken) -> dict[str, Any]:
    email = taken.email
    return {
        "outcome": taken.outcome,
        "ticket": str(email.ticket_id) if email.ticket_id else None,
        "message": email.message_id,
        "reason": email.reason,
        "auto_reply": taken.is_acknowledged,
    }


def _tried(raw: bytes) -> dict[str, Any]:
    mail, reason = try_out(raw)
    if mail is None:
        return {"outcome": "quarantined", "reason": reason, "parsed": None}
    return {**foresee(raw, mail), "parsed": parsed(mail)}


def _fresh_connection() -> None:
    """The next file gets a connection that works, if there is one to be had."""
    try:
        connection.close()
    except Exception:  # it was broken anyway
        close_old_connections()
