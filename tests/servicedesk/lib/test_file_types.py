"""What a file is by its bytes."""

from io import BytesIO

import pytest
from PIL import Image

from servicedesk.lib.file_types import content_type_of, is_program


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (3, 3)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_pictures_prove_themselves_whatever_their_name(kind, content_type):
    assert content_type_of(picture(kind), "x.txt") == content_type


@pytest.mark.parametrize(
    ("head", "name", "content_type"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "x.png", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "x.png", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg/>", "x.svg", "image/svg+xml"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "x.pdf", "application/pdf"),
        (b"2025-11-04 8:47 ERROR timeout\n" * 20, "wise.log", "text/plain"),
        (b"BMeeting om negen uur", "nota.txt", "text/plain"),
        ("café is open".encode() * 900, "x.txt", "text/plain"),
        (b"\x89PNG nearly", "x.png", "application/octet-stream"),
        (bytes(range(200, 256)), "x.png", "application/octet-stream"),
        (b"", "x.png", "text/plain"),
    ],
)
def test_everything_else_is_never_taken_for_a_picture(head, name, content_type):
    assert content_type_of(head, name) == content_type


def test_programs_are_known_by_bytes_and_by_name():
    assert is_program(b"MZ\x90\x00", "foto.png")
    assert is_program(b"\x7fELF\x02", "x")
    assert is_program(b"echo", "x.BAT")
    assert not is_program(picture("PNG"), "x.png")
