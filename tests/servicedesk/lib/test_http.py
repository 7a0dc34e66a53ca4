"""What clients say of their requests, and how little of it is believed."""

import time

import pytest
from django.conf import settings
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory

from servicedesk.lib.http import content_type
from servicedesk.wsgi import application

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "is_read_as"),
    [
        ("", ""),
        ("text/plain", "text/plain"),
        ("Application/JSON; charset=klingon", "application/json"),
        ("application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded"),
        ('multipart/form-data; boundary="a b?"; charset=x', 'multipart/form-data; boundary="a b?"'),
        ("multipart/form-data; boundary=----WebKitFormBoundaryx1",
         'multipart/form-data; boundary="----WebKitFormBoundaryx1"'),
        ("multipart/form-data; boundary=é", "multipart/form-data"),
        ("multipart/form-data; boundary=" + "x" * 71, "multipart/form-data"),
        ("text/plain; x*=bogus''a", ""),
        (";;;=;*=''", ""),
    ],
)  # fmt: skip
def test_of_a_body_only_kind_and_boundary_count(said, is_read_as):
    assert content_type(said) == is_read_as


def status(path: str, body: bytes, said: str) -> str:
    """The answer of the door that web servers use, to a form of a browser with a token."""
    token = "a" * 32
    environ = RequestFactory().generic("POST", path, body).environ | {
        "CONTENT_TYPE": said,
        "HTTP_COOKIE": f"{settings.CSRF_COOKIE_NAME}={token}",
        "HTTP_X_CSRFTOKEN": token,
    }
    heard: list[str] = []
    request_started.disconnect(close_old_connections)  # that of the test stays
    try:
        b"".join(application(environ, lambda line, headers, *_more: heard.append(line)))
    finally:
        request_started.connect(close_old_connections)
    return heard[0][:3]


@pytest.mark.parametrize(
    "charset",
    ["punycode", "utf-7", "unicode_escape", "hex", "rot13", "idna", "undefined", "x" * 99],
)
@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_no_codec_of_a_stranger_is_used(kind, charset):
    text = b"x" * 40_000 + b"-" + b"a+2AA-%00\\ud800" * 8_000
    form = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n' + text + b"\r\n--x--\r\n"
    body = form if "multipart" in kind else b"login=" + text
    began = time.process_time()
    for path in ("/accounts/login/", "/accounts/login/?next=%2Bab%2BAAA-c"):
        assert status(path, body, f"{kind}; charset={charset}") in {"200", "403", "422"}
    assert time.process_time() - began < 5


def test_what_makes_no_sense_is_no_failure():
    for said in ("text/plain; x*=bogus''a", "multipart/form-data; boundary=", ";*=''"):
        assert status("/accounts/login/", b"x", said) < "500"


@pytest.mark.parametrize(
    "name", ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"]
)
@pytest.mark.parametrize("value", ['"aaaaaaaaaaaa\\000"', '"\\355\\240\\200aaaa"', "a" * 3000])
def test_cookies_that_no_browser_sends(name, value):
    browser = Client(raise_request_exception=False)
    for path in ("/accounts/login/", "/status/", "/status/outages/", "/live/"):
        answer = browser.get(path, HTTP_COOKIE=f"{getattr(settings, name)}={value}")
        assert answer.status_code in {200, 400, 403}
