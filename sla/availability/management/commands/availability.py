"""The downtime calculator for scripts: one JSON request a line in, one JSON answer a line out."""

import sys
from functools import cache
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from servicedesk.lib.json_lines import json_line
from sla.availability.calculator import answer_line
from sla.calendars import hours_named


class Command(BaseCommand):
    help = (
        "Answers availability in a window less maintenance, with the code of the dashboard and "
        "the status page. Reads JSON Lines from standard input and writes one line for each."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        named = cache(hours_named)
        now = timezone.now()
        for line in iter(sys.stdin.buffer.readline, b""):
            if line.strip():
                self.stdout.write(json_line(answer_line(line.strip(), named, now)))
                self.stdout.flush()
