"""Certificates of a real TLS server: good, ending, ended, of another name."""

import datetime as dt
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from servicedesk.outbox.models import Notification
from sla.availability.models import Monitor, Outage
from sla.availability.monitors.probing import Question, ask
from sla.availability.monitors.rounds import run_due

pytestmark = pytest.mark.usefixtures("private")
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])


def certificate(folder: Path, *, days: int, host: str) -> Path:
    """A certificate that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    ends = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - dt.timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def served(tmp_path, monkeypatch):
    """`served(days=…)`: the address of a server whose certificate ends then, and is trusted."""
    servers = []

    def served(*, days: int, host: str = "localhost") -> str:
        file = certificate(tmp_path, days=days, host=host)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"https://localhost:{server.server_port}/"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_good_one_is_told_with_its_end(served):
    answer = ask(Question("http", served(days=40), timeout=3))
    assert (answer.ok, answer.error) == (True, "")
    assert (answer.tls_until - timezone.now()).days == 39


def test_one_that_ended_or_has_another_name_or_nobody_vouches_for_fails(served, monkeypatch):
    assert ask(Question("http", served(days=-1), timeout=3)).error == "tls:certificate has expired"
    other = ask(Question("http", served(days=40, host="elders.example"), timeout=3))
    assert other.error.startswith("tls:Hostname mismatch")
    url = served(days=40)
    monkeypatch.delenv("SSL_CERT_FILE")
    assert ask(Question("http", url, timeout=3)).error == "tls:self-signed certificate"


@pytest.mark.django_db(transaction=True)
def test_one_that_ends_soon_warns_administrators_once_and_is_no_outage(
    served, websites, administrator, as_user
):
    Monitor.objects.create(
        name="Startpagina", service=websites, target=served(days=9), timeout=3, tls_days=14,
        failures_to_confirm=1,
    )  # fmt: skip
    for _round in range(2):
        Monitor.objects.update(next_check_at=timezone.now(), last_checked_at=None)
        run_due()
    monitor = Monitor.objects.get()
    assert (monitor.last_ok, monitor.certificate_ends_soon) == (True, True)
    assert Outage.objects.count() == 0
    line = Notification.objects.get(kind="certificate_ends")
    assert (line.user, line.data["name"]) == (administrator, "Startpagina")
    assert "Certificaat loopt af" in as_user(administrator).get("/monitors/").text
