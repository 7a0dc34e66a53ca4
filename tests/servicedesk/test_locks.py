"""What every answer says to browsers, where links lead, and pages for what went wrong."""

import json
import logging
import os
import subprocess
import sys

import pytest
from django.conf import settings as desk_settings
from django.core import mail
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from servicedesk import browser_reports, views
from servicedesk.error_pages import unavailable
from servicedesk.local.place import ROOT
from servicedesk.operations.live import BADGE
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import send_waiting
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PAGES = ["home", "account_login", "knowledgebase:article-list", "operations:healthz"]


@pytest.mark.parametrize("name", PAGES)
def test_every_answer_carries_the_locks(as_user, requester, name):
    headers = as_user(requester).get(reverse(name)).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["report-uri"] == reverse("csp-report")
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Request-ID"]


COOKIES = (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DESK_THEME_COOKIE_NAME", "LANGUAGE_COOKIE_NAME",
)  # fmt: skip


def test_cookies_are_out_of_reach_of_scripts(client, agent, ticket):
    """All that are set while somebody uses the desk; those of settings get their prefix below."""
    client.get(reverse("account_login"))
    client.post(reverse("accounts:language-set"), {"language": "nl"})
    login = {"login": agent.email, "password": PASSWORD}
    client.post(reverse("account_login"), {**login, "password": "verkeerd"})
    client.post(reverse("account_login"), login)
    client.post(reverse("accounts:theme-set"), {"theme": "dark"})
    client.post(reverse("tickets:ticket-take", args=[ticket.pk]))  # says so on the next page
    client.get(reverse("tickets:queue-home"), follow=True)
    client.get(reverse("availability:status"))
    cookies = client.cookies.values()
    assert client.cookies.keys() == {*(getattr(desk_settings, name) for name in COOKIES), BADGE}
    assert {c.key for c in cookies if not c["httponly"]} == set()
    strict = {BADGE}
    assert {c.key: c["samesite"] for c in cookies} == {
        c.key: "Strict" if c.key in strict else "Lax" for c in cookies
    }


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "PUT", "PROPFIND", "VERZONNEN"])
@pytest.mark.parametrize("path", ["/", "/admin/", "/admin/accounts/user/", "/status/", "/nergens/"])
def test_no_page_knows_a_method_that_nobody_needs(as_user, administrator, method, path):
    answer = as_user(administrator).generic(method, path, headers={"X-Secret": "geheim"})
    assert answer.status_code == 405
    assert b"geheim" not in answer.content


@pytest.mark.parametrize("name", ["TRACE", "PUT"])
def test_what_is_refused_carries_the_locks_too(client, name):
    assert "default-src" in client.generic(name, "/admin/").headers["Content-Security-Policy"]


# --- the address of the desk ----------------------------------------------------------------


@pytest.mark.parametrize("page", ["account_login", "home", "operations:healthz"])
def test_a_forged_host_is_refused_with_a_page(client, page):
    answer = client.get(reverse(page), headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "[fd00::7]", "web:8000"])
def test_a_monitor_asks_by_address_or_by_a_name_of_the_inside(client, db, host):
    assert client.get("/healthz", headers={"Host": host}).json()["database"] == "ok"
    assert client.get("/articles/", headers={"Host": host}).status_code == 400


def test_links_in_mail_are_ours_whatever_the_request_says(client, requester):
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    url = reverse("account_reset_password")
    assert client.post(url, {"email": requester.email}, headers=forged).status_code == 302
    send_waiting()
    letter = OutgoingEmail.objects.get()
    for text in (letter.body_text, letter.body_html, mail.outbox[0].message().as_string()):
        assert "evil.example" not in text
    (sent,) = mail.outbox
    assert f"{desk_settings.DESK_BASE_URL}/accounts/password/reset/key/" in sent.body


def test_with_a_forged_host_no_mail_is_made(client, requester):
    url = reverse("account_reset_password")
    forged = {"Host": "evil.example"}
    assert client.post(url, {"email": requester.email}, headers=forged).status_code == 400
    assert not OutgoingEmail.objects.exists()


# --- production: checked in a process of its own, as settings are read once ------------------

PRODUCTION = {
    "DESK_BASE_URL": "https://desk.example.org",
    "DESK_BEHIND_PROXY": "1",
    "DESK_SECRET_KEY": "een-sleutel-van-meer-dan-vijftig-tekens-0123456789-abcdefghij",
    "DESK_DEMO": "0",
}


def python(code: str, environment: dict[str, str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup();" + code],
        env={**environment, **PRODUCTION, **more, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}


def test_production_settings_pass_the_check_of_django(environment):
    check = "from django.core.management import call_command as c; c('check', deploy=True)"
    result = python(check, environment)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_over_https_cookies_and_redirects_are_strict(environment):
    code = (
        "import json; from django.test import Client; from django.conf import settings as s;"
        "from servicedesk.operations.live import BADGE;"
        "s.ALLOWED_HOSTS.append('internal');"
        "plain = Client().get('/articles/', headers={'Host': 'internal'});"
        "tls = Client().get('/csp-report/', headers={"
        "    'Host': 'desk.example.org', 'X-Forwarded-Proto': 'https'});"
        "print(json.dumps([plain.status_code, plain['Location'], tls.status_code,"
        " tls['Strict-Transport-Security'], s.SESSION_COOKIE_SECURE,"
        f" [*(getattr(s, name) for name in {COOKIES}), BADGE], s.MESSAGE_STORAGE[-14:],"
        " s.CSRF_COOKIE_SECURE, s.ALLOWED_HOSTS[0],"
        " 'upgrade-insecure-requests' in tls['Content-Security-Policy']]))"
    )
    result = python(code, environment)
    assert json.loads(result.stdout or f'"{result.stderr}"') == [
        301, "https://desk.example.org/articles/", 405,
        "max-age=31536000; includeSubDomains", True,
        ["__Host-desk", "__Host-csrf", "__Host-theme", "__Host-language", "__Host-live"],
        "SessionStorage",
        True, "desk.example.org", True,
    ]  # fmt: skip


@pytest.mark.parametrize(("behind", "believed"), [("1", True), ("0", False)])
def test_what_a_proxy_says_counts_only_where_there_is_one(environment, behind, believed):
    code = (
        "from django.test import RequestFactory; from django.conf import settings as s;"
        "asked = RequestFactory().get('/', headers={'X-Forwarded-Proto': 'https'});"
        "print(asked.is_secure(), s.USE_X_FORWARDED_HOST, s.USE_X_FORWARDED_PORT)"
    )
    result = python(code, environment, DESK_BEHIND_PROXY=behind)
    assert result.stdout.split() == [str(believed), "False", "False"], result.stderr


def test_the_line_break_at_the_end_of_a_file_is_no_part_of_the_secret(environment, tmp_path):
    file = tmp_path / "metrics_token"
    file.write_text("een-geheim\n")
    code = "from django.conf import settings as s; print(repr(s.DESK_METRICS_TOKEN))"
    result = python(code, {**environment, "DESK_METRICS_TOKEN_FILE": str(file)})
    assert result.stdout == "'een-geheim'\n", result.stderr


# --- what browsers report -------------------------------------------------------------------


def report(client: Client, content: object):
    return client.post(
        reverse("csp-report"), json.dumps(content), content_type="application/csp-report"
    )


def test_a_report_is_one_line_without_what_people_typed(caplog, db):
    client = Client(enforce_csrf_checks=True)
    page = "http://testserver/search/?q=Sofie+Vermeer"
    content = {
        "document-uri": page,
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?sofie@heidedal.example",
    }
    with caplog.at_level(logging.WARNING, browser_reports.__name__):
        assert report(client, {"csp-report": content}).status_code == 204
    (line,) = [r for r in caplog.records if r.name == browser_reports.__name__]
    said = (line.directive, line.blocked, line.route)
    assert said == ("script-src-elem", "https://evil.example", "search")


@pytest.mark.parametrize(
    "content", [[], {}, {"csp-report": 3}, "x" * 20_000, {"csp-report": [1]}, None]
)
def test_what_is_no_report_is_a_bad_request(client, content):
    assert report(client, content).status_code == 400


def test_nobody_fills_the_log_by_reporting(client, caplog, monkeypatch):
    monkeypatch.setattr(browser_reports, "_written", type(browser_reports._written)(maxlen=30))
    with caplog.at_level(logging.WARNING, browser_reports.__name__):
        for _again in range(50):
            report(client, {"csp-report": {"blocked-uri": "inline"}})
    assert len([r for r in caplog.records if r.name == browser_reports.__name__]) == 30


# --- pages for what went wrong --------------------------------------------------------------

WORDS = {
    ("nl", 400): "begrepen deze aanvraag niet", ("en", 400): "did not understand",
    ("nl", 403): "te lang open", ("en", 403): "open for too long",
    ("nl", 404): "niets te vinden", ("en", 404): "nothing here",
    ("nl", 500): "mis bij ons", ("en", 500): "wrong on our side",
    ("nl", 503): "even weg", ("en", 503): "away for a moment",
}  # fmt: skip


def _broken(error: Exception):
    def view(*_args, **_options):
        raise error

    return view


@pytest.fixture
def answer_of(requester, monkeypatch):
    """`answer_of(503, "nl")`: that answer to somebody who reads Dutch."""

    def ask(status: int, language: str):
        requester.language = language
        requester.save()
        browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
        browser.force_login(requester)
        browser.cookies[desk_settings.LANGUAGE_COOKIE_NAME] = language
        if status == 400:
            return browser.get("/articles/", headers={"Host": "evil.example"})
        if status == 403:
            return browser.post(reverse("outbox:notification-read-all"))
        if status == 404:
            return browser.get("/nergens/")
        error = OperationalError("server closed") if status == 503 else RuntimeError("geheim")
        monkeypatch.setattr(views, "_portal", _broken(error))
        return browser.get(reverse("home"))

    return ask


@pytest.mark.parametrize(("language", "status"), WORDS)
def test_what_went_wrong_is_a_sentence_in_the_language_of_the_reader(answer_of, language, status):
    answer = answer_of(status, language)
    page = answer.content.decode()
    assert answer.status_code == status
    assert WORDS[language, status] in page
    for trace in ("Traceback", "Error", "geheim", "server closed", "evil.example", ".py"):
        assert trace not in page
    assert "Content-Security-Policy" in answer.headers


def test_the_page_of_an_absent_database_looks_again_by_itself_but_never_sends_again():
    make = RequestFactory()
    assert unavailable(make.get("/"))["Refresh"] == "10"
    assert "Refresh" not in unavailable(make.post("/"))


def test_a_nul_byte_in_an_address_is_a_bad_request_with_a_page(client):
    answer = client.get("/articles/?q=%00")
    assert answer.status_code == 400
    assert "begrepen deze aanvraag niet" in answer.content.decode()


def test_a_passkey_that_is_a_number_without_end_is_no_passkey(client):
    """More digits than Python reads."""
    answer = client.post("/accounts/second-step/webauthn/login/", {"credential": "9" * 5_000})
    assert answer.status_code == 302


def test_brackets_nested_by_the_thousand_are_a_bad_request_and_stand_in_the_log(client, caplog):
    answer = client.post("/accounts/second-step/webauthn/login/", {"credential": "[" * 9_000})
    assert answer.status_code == 400
    assert "begrepen deze aanvraag niet" in answer.content.decode()
    assert [one.exc_info[0] for one in caplog.records if one.levelname == "ERROR"] == [
        RecursionError
    ]
