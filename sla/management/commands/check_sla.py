"""One round of the SLA check by hand, as the timetable runs it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.lib.json_lines import json_line
from sla.models import Alert
from sla.rounds import check_and_sweep


class Command(BaseCommand):
    help = (
        "Runs one round of the SLA check and writes one JSON line for each alert that this round "
        "raised. Any number may run at once: each alert is raised exactly once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON Lines, as always")

    def handle(self, *args: Any, **options: Any) -> None:
        for alert in check_and_sweep():
            self.stdout.write(json_line(_as_json(alert)))


def _as_json(alert: Alert) -> dict[str, Any]:
    return {
        "ticket": str(alert.promise_id),
        "kind": alert.metric,
        "leg": alert.leg,
        "point": alert.point,
        "level": alert.level,
        "due": alert.due_at,
        "raised_at": alert.raised_at,
        "at": alert.at,
    }
