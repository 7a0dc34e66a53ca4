"""How many monitors one worker asks in a minute, against a server of this machine.

python -m tests.benchmarks.monitors [COUNT] prints the time of a round of COUNT (500) monitors that
answer, and of one in which a tenth of them hang until their time is over.
"""

import os
import socket
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.benchmarks.pages import start


class Quick(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 256


def main(count: int) -> None:
    os.environ["DESK_MONITORS_PRIVATE"] = "1"
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        Path(folder).chmod(0o755)
        stop = start(Path(folder))
        try:
            _measure(count)
        finally:
            stop()


def _measure(count: int) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from servicedesk.catalogue.models import Service
    from sla.availability.models import Monitor
    from sla.availability.monitors.rounds import run_due

    call_command("migrate", verbosity=0, interactive=False)
    server = Server(("127.0.0.1", 0), Quick)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    silent = socket.create_server(("127.0.0.1", 0), backlog=1024)
    quick = f"http://127.0.0.1:{server.server_port}/"
    hangs = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    service = Service.objects.create(name="Dienst", slug="dienst")
    Monitor.objects.bulk_create(
        Monitor(name=f"Monitor {n}", service=service, target=quick, timeout=10, retries=0)
        for n in range(count)
    )
    for name, slow in (("all answer", 0), ("a tenth hangs for 10 s", count // 10)):
        numbers = list(Monitor.objects.values_list("pk", flat=True)[:slow])
        Monitor.objects.filter(pk__in=numbers).update(target=hangs)
        Monitor.objects.update(next_check_at=timezone.now())
        began = time.monotonic()
        asked = run_due(limit=count)
        print(f"{asked} monitors, {name}: {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
