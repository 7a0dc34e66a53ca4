"""A real web server that a test starts, breaks and kills."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Service:
    """Answers as it is told, on a port that stays its own."""

    def __init__(self) -> None:
        self.status, self.body, self.location, self.asked = 200, b"Alles werkt", "", 0
        self.kind = "text/plain"
        self.port, self._server = 0, None

    def start(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked += 1
                self.send_response(service.status)
                self.send_header("Content-Type", service.kind)
                if service.location:
                    self.send_header("Location", service.location)
                self.send_header("Content-Length", str(len(service.body)))
                self.end_headers()
                self.wfile.write(service.body)

            def log_message(self, *args) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def kill(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@pytest.fixture
def service():
    running = Service()
    running.start()
    yield running
    running.kill()


@pytest.fixture
def private(settings) -> None:
    """Monitors may ask this machine."""
    settings.DESK_MONITORS_PRIVATE = True
