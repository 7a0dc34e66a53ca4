"""Our client of ClamAV, against clamd itself."""

import socket
import threading

import pytest

from servicedesk.lib.clamd import NotChecked, signature_in
from tests.clamav import HARMFUL, clamd

__all__ = ["clamd"]


def test_what_is_known_is_found_by_name(clamd):
    assert signature_in([HARMFUL], scanner=clamd.address).startswith("Desk.Test")
    in_pieces = [HARMFUL[:7], b"", HARMFUL[7:]]
    assert signature_in(in_pieces, scanner=clamd.address).startswith("Desk.Test")


@pytest.mark.parametrize("content", [b"", b"Gewoon een brief.", bytes(500_000)])
def test_all_else_is_let_through(clamd, content):
    assert signature_in([content], scanner=clamd.address) == ""


def test_a_file_that_the_scanner_does_not_take_is_not_checked(clamd):
    with pytest.raises(NotChecked):
        signature_in([bytes(65536)] * 40, scanner=clamd.address)


@pytest.mark.parametrize("scanner", ["unix:///nergens/clamd.sock", "tcp://127.0.0.1:1"])
def test_without_a_scanner_nothing_is_checked(scanner):
    with pytest.raises(NotChecked):
        signature_in([b"x"], scanner=scanner)


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: \xff\0", b"?" * 9000]
)
def test_an_answer_that_says_neither_is_no_answer(answer):
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        line, _address = server.accept()
        with line:
            line.recv(100)
            line.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    with pytest.raises(NotChecked):
        signature_in([b"x"], scanner=f"tcp://127.0.0.1:{server.getsockname()[1]}")
    thread.join()
    server.close()
