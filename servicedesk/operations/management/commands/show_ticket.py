"""What a ticket holds, as one line of JSON for each."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from servicedesk.lib.json_lines import json_line
from servicedesk.operations.ticket_as_data import ticket_as_data
from tickets.models import Ticket

LONGEST_NUMBER = 18


class Command(BaseCommand):
    help = (
        "Writes all that each ticket holds as one JSON line: properties, clocks, events, messages. "
        "Exits with 1 when a number does not exist; the others are written all the same."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON Lines, as always")
        parser.add_argument("numbers", metavar="NUMBER", nargs="+", type=number)

    def run_from_argv(self, argv: list[str]) -> None:
        """As every command, but wrong arguments exit with 64 (sysexits.h)."""
        try:
            super().run_from_argv(argv)
        except SystemExit as stop:
            sys.exit(os.EX_USAGE if stop.code == 2 else stop.code)

    def handle(self, *args: Any, **options: Any) -> None:
        found = [self.show(wanted) for wanted in options["numbers"]]
        if not all(found):
            sys.exit(1)

    def show(self, wanted: str) -> bool:
        """Writes one ticket; False when there is none of this number."""
        rows = Ticket.objects.for_rows()
        ticket = rows.filter(pk=wanted).first() if len(wanted) <= LONGEST_NUMBER else None
        if ticket is None:
            self.stderr.write(f"There is no ticket {wanted}.")
            return False
        self.stdout.write(json_line(ticket_as_data(ticket, now=timezone.now())))
        return True


def number(text: str) -> str:
    """The digits in 10023, #10023 or [#10023], however many."""
    digits = text.strip().strip("[]#").strip()
    if not (digits.isascii() and digits.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is no ticket number")
    return digits.lstrip("0") or "0"
