from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.lib.json_lines import json_line
from tickets.privacy.retention import anonymise_due, due


class Command(BaseCommand):
    help = (
        "Anonymise closed tickets that were kept as long as the retention rules say. One JSON "
        "line for each rule with what is due by it, and one with what was done. Can be stopped "
        "at any moment and goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only")
        parser.add_argument("--limit", type=int, help="at most so many tickets now")

    def handle(self, *args: Any, dry_run: bool, limit: int | None, **options: Any) -> None:
        total = 0
        for one in due():
            count = one.tickets.count()
            total += count
            line = {
                "organisation_kind": one.rule.organisation_kind or None,
                "category": one.rule.category.slug if one.rule.category else None,
                "months": one.rule.months,
                "solved_before": one.before,
                "due": count,
            }
            self.stdout.write(json_line(line))
        if not dry_run:
            done = anonymise_due(limit=limit, tell=lambda done: self._tell(done, total))
            self.stdout.write(json_line({"anonymised": done}))

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total}")
