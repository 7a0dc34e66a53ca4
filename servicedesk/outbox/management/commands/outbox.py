"""Outgoing mail on the command line: what became of each, and sending without a worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from servicedesk.lib.json_lines import json_line
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import send_waiting


class Command(BaseCommand):
    help = "Writes one JSON line for each outgoing mail, oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="JSON Lines, as always")
        parser.add_argument(
            "--flush",
            action="store_true",
            help="first sends all that wait, pauses between attempts included",
        )
        parser.add_argument("--state", choices=OutgoingEmail.State.values, help="only these")
        parser.add_argument("--ticket", type=int, help="only those about this ticket")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["flush"]:
            while send_waiting(at_once=True):
                pass
        emails = OutgoingEmail.objects.defer("body_text", "body_html").order_by("pk")
        if options["state"]:
            emails = emails.filter(state=options["state"])
        if options["ticket"] is not None:
            emails = emails.of_tickets(options["ticket"])
        for email in emails.iterator(chunk_size=2000):
            self.stdout.write(json_line(_as_json(email)))


def _as_json(email: OutgoingEmail) -> dict[str, Any]:
    return {
        "id": email.pk,
        "ticket": None if email.ticket is None else str(email.ticket),
        "to": email.to,
        "cc": email.cc,
        "subject": email.subject,
        "state": email.state,
        "attempts": email.attempts,
        "message_id": email.message_id,
        "error": email.error,
        "created_at": email.created_at,
        "next_attempt_at": email.next_attempt_at if email.state == "waiting" else None,
        "sent_at": email.sent_at,
    }
