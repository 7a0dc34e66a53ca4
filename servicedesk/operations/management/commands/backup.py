"""Saves the whole desk into one archive, while it works."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.lib.json_lines import json_line
from servicedesk.operations.pg_programs import NoProgram
from servicedesk.operations.saving import CannotSave, save


class Command(BaseCommand):
    help = (
        "Saves database and files as of one moment into the archive FILE, while people work. The "
        "keys (DESK_SECRET_KEY, DESK_MAIL_KEY) are not in it: keep those apart."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            backup = save(options["file"].absolute())
        except (CannotSave, NoProgram, OSError) as error:
            raise CommandError(str(error)) from error
        line = {
            "file": backup.file,
            "taken_at": backup.taken_at,
            "size": backup.size,
            "files": backup.files,
            "seconds": round(time.monotonic() - began, 1),
        }
        self.stdout.write(json_line(line))
