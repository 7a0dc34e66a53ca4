"""Audits the desk and says what is wrong."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.lib.json_lines import json_line
from servicedesk.operations.doctor import examine


class Command(BaseCommand):
    help = (
        "Audits tickets, clocks, mail, files, workers and timetable; writes one JSON line for each "
        "check. Changes nothing. Exits with 1 when anything is wrong."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON Lines, as always")

    def handle(self, *args: Any, **options: Any) -> None:
        well = True
        for check, finding in examine():
            line = {
                "check": check.name,
                "ok": finding.count == 0,
                "count": finding.count,
                "detail": finding.detail,
            }
            self.stdout.write(json_line(line))
            well = well and finding.count == 0
        if not well:
            sys.exit(1)
