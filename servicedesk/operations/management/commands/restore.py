"""Makes the desk again from an archive of `backup`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.lib.json_lines import json_line
from servicedesk.operations.archive import BrokenArchive
from servicedesk.operations.pg_programs import NoProgram
from servicedesk.operations.restoring import CannotRestore, has_other_key, restore


class Command(BaseCommand):
    help = (
        "Restores database and files from the archive FILE. The desk must be stopped, and empty "
        "unless --replace is given. Sending is held until `resume_sending`."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="throw away what this desk holds now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore(options["file"], replace=options["replace"])
        except (CannotRestore, BrokenArchive, NoProgram, OSError) as error:
            raise CommandError(str(error)) from error
        if has_other_key(manifest):
            self.stderr.write(
                "DESK_MAIL_KEY is another one than that of the saved desk: passwords of mailboxes "
                "must be typed again, and nobody's second step works. Better give this desk the "
                "saved key before it starts."
            )
        self.stderr.write("Nothing is sent until you type: manage.py resume_sending")
        told = ("version", "made_at", "files")
        self.stdout.write(json_line({name: manifest[name] for name in told}))
