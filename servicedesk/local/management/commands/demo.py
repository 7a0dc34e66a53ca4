"""`manage.py demo`: invented members, questions and answers, on the published figures."""

import os
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.lib.json_lines import json_line
from servicedesk.local.demo.filling import Filling, Wish, is_filled
from servicedesk.local.demo.people import LOGINS
from servicedesk.local.demo.progress import Bar
from tickets.models import Ticket


class Command(BaseCommand):
    help = "Fills an empty desk with reproducible demo data; a filled desk stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=_positive, help="about so many tickets in all")
        parser.add_argument("--months", type=_positive, help="only the last so many months")
        parser.add_argument("--seed", default="1", help="the same seed gives the same data")
        parser.add_argument(
            "--processes",
            type=_positive,
            default=min(os.cpu_count() or 1, 2),
            help="how many processes write at once",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if is_filled():
            self.stderr.write("There are tickets already: nothing was changed.")
            self._say(filled=False, tickets=Ticket.objects.count())
            return
        began = time.monotonic()
        wish = Wish(
            seed=options["seed"],
            months=options["months"],
            tickets=options["tickets"],
            processes=options["processes"],
        )
        try:
            with Bar(sys.stderr) as bar:
                tickets = Filling(wish).fill(bar.show)
        except (LookupError, RuntimeError) as error:
            raise CommandError(str(error)) from error
        took = round(time.monotonic() - began, 1)
        self.stderr.write(f"{tickets} tickets in {took} s.")
        self._say(
            filled=True,
            tickets=tickets,
            seed=wish.seed,
            seconds=took,
            logins=[login.email for login in LOGINS],
        )

    def _say(self, **told: Any) -> None:
        self.stdout.write(json_line(told))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
