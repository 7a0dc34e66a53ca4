"""The SLA calculator for scripts: one JSON request a line in, one JSON answer a line out."""

import sys
from functools import cache
from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.lib.json_lines import json_line
from sla.calculator import answer_line
from sla.calendars import hours_named


class Command(BaseCommand):
    help = (
        "Answers due moments and elapsed minutes in business time, with the code of the SLA "
        "timers. Reads JSON Lines from standard input and writes one line for each."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        named = cache(hours_named)
        for line in iter(sys.stdin.buffer.readline, b""):
            if line.strip():
                self.stdout.write(json_line(answer_line(line.strip(), named)))
                self.stdout.flush()
