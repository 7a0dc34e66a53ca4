"""One question to a real server, and to addresses that must never be asked."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from sla.availability.monitors import probing
from sla.availability.monitors.addresses import is_public
from sla.availability.monitors.probing import Question, ask


def http(url: str, **fields) -> Question:
    return Question("http", url, timeout=3, **fields)


@pytest.mark.usefixtures("private")
def test_a_server_that_answers(service):
    answer = ask(http(service.url, text="werkt"))
    assert (answer.ok, answer.error) == (True, "")


@pytest.mark.usefixtures("private")
def test_what_is_wrong_is_told_apart(service):
    assert ask(http(service.url, text="kapot")).error == "text"
    service.status = 503
    assert ask(http(service.url)).error == "status:503"
    assert ask(http(service.url, status=503)).ok
    service.kill()
    assert ask(http(service.url)).error == "refused"


@pytest.mark.usefixtures("private")
def test_it_asks_again_before_it_fails(service):
    service.status = 500
    ask(http(service.url, retries=2))
    assert service.asked == 3


@pytest.mark.usefixtures("private")
def test_a_server_that_says_nothing_is_too_late():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        question = Question("http", f"http://127.0.0.1:{port}/", timeout=0.3)
        assert ask(question).error == "timeout"


@pytest.mark.usefixtures("private")
@pytest.mark.parametrize(
    "drops",
    [[b"H"] * 99, [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 99], [b"HTTP/1.1 100 C\r\n\r\n"] * 99,
     [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 99]],
    ids=["status", "headers", "continue", "body"],
)  # fmt: skip
def test_a_server_that_goes_on_speaking_is_too_late(drops):
    """However slowly it drips, the question ends in time."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            other, _address = server.accept()
            with other, suppress(OSError):
                for drop in drops:
                    other.sendall(drop)
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        start = time.monotonic()
        assert ask(Question("http", url, timeout=0.5, text="werkt")).error == "timeout"
        assert time.monotonic() - start < 3


@pytest.mark.usefixtures("private")
@pytest.mark.parametrize("charset", ["klingon", "idna", "base64", "é\u20ac"])
def test_a_charset_that_nobody_knows_breaks_nothing(service, charset):
    service.kind = f"text/html; charset={charset}".encode().decode("latin-1")
    assert ask(http(service.url, text="werkt")).ok


@pytest.mark.usefixtures("private")
def test_a_tcp_port(service):
    assert ask(Question("tcp", f"127.0.0.1:{service.port}")).ok
    service.kill()
    assert ask(Question("tcp", f"127.0.0.1:{service.port}")).error == "refused"


@pytest.mark.usefixtures("private")
def test_redirects_are_followed_but_not_for_ever(service):
    service.status, service.location = 302, service.url
    assert ask(http(service.url)).error == "redirects"
    assert service.asked == 4


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/", "http://0.0.0.0:{port}/", "http://2130706433:{port}/",
        "http://127.1:{port}/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_private_addresses_are_never_asked(service, target):
    answer = ask(http(target.format(port=service.port)))
    assert (answer.ok, answer.error, service.asked) == (False, "private", 0)


def test_a_tcp_monitor_asks_no_private_address_either(service):
    assert ask(Question("tcp", f"localhost:{service.port}")).error == "private"


def test_every_address_of_a_name_is_looked_at(service, monkeypatch):
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", service.port)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", service.port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    assert ask(http("http://rebinding.example/")).error == "private"
    assert service.asked == 0


def test_a_redirect_to_a_private_address_is_not_followed(service, monkeypatch):
    """The first address counts as public here; the one it points to does not."""
    real = probing.endpoints

    def first_is_public(host: str, port: int):
        if host == "public.example":
            return [(socket.AF_INET, ("127.0.0.1", service.port))]
        return real(host, port)

    monkeypatch.setattr(probing, "endpoints", first_is_public)
    service.status, service.location = 302, f"http://127.0.0.1:{service.port}/geheim"
    assert ask(http("http://public.example/")).error == "private"
    assert service.asked == 1


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("100.64.0.1", False), ("169.254.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fd00::1", False), ("fec0::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False), ("ff02::1", False), ("geen adres", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "https://", "x"])
def test_only_the_web_is_asked(url):
    assert ask(http(url)).error == "scheme"
