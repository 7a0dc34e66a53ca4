"""Ends the hold of a restored desk."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.lib.json_lines import json_line
from servicedesk.outbox.holding import go_on


class Command(BaseCommand):
    help = (
        "A restored desk sends nothing and rings for nothing. This lets it go on: mail that waited "
        "is sent, unless --without-waiting is given."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-waiting",
            action="store_true",
            help="leave mail that waited in the backup unsent: the saved desk sent it itself",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        waited = go_on(send_waiting=not options["without_waiting"])
        self.stdout.write(json_line({"waited": waited}))
