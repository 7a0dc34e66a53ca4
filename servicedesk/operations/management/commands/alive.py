"""Is the process of this host alive? For the health checks of containers."""

import http.client
import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error

from servicedesk.operations.heartbeats import living


class Command(BaseCommand):
    help = (
        "Exits with 0 when the web server, worker or beat of this host (of this container) lives, "
        "else with 1. That the database or Redis is away is no reason to start it again."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["web", "worker", "beat"])
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, **options: Any) -> None:
        what = options["what"]
        lives = web_answers(options["port"]) if what == "web" else is_seen(what)
        if not lives:
            sys.exit(1)


def web_answers(port: int) -> bool:
    """Any answer will do."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def is_seen(kind: str) -> bool:
    """It wrote its sign of life; when nobody can, it is believed to live."""
    try:
        return living(kind).filter(host=socket.gethostname()).exists()
    except Error:
        return True
