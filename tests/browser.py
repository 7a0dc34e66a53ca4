"""A real browser on the desk of a test: who is signed in, what it complains of, what axe says."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from servicedesk import browser_reports

AXE = (Path(__file__).resolve().parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: A busy machine is no reason to fail; a test that passes never waits this long.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
MISSING = "These tests need Chromium. Type: sudo apt-get install chromium"


@pytest.fixture(scope="session")
def chromium(django_db_setup) -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail(MISSING)
    # Playwright's event loop has connections of its own: nobody could close these any more.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def context_of(chromium, live_server, as_user) -> Iterator[Callable[..., BrowserContext]]:
    """`context_of(agent, …)`: a browser in which that person is signed in; None: nobody."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    opened: list[BrowserContext] = []

    def open_context(user=None, **options) -> BrowserContext:
        context = chromium.new_context(
            **{
                "base_url": live_server.url,
                "viewport": {"width": 1440, "height": 900},
                "locale": "nl-BE",
                **options,
            }
        )
        if user is not None:
            key = settings.SESSION_COOKIE_NAME
            cookie = as_user(user).cookies[key].value
            context.add_cookies([{"name": key, "value": cookie, "url": live_server.url}])
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()
    # A page that asks until its last moment may hold rows while the tables are emptied: then that
    # question is to be given up (after a second), not the emptying.
    with connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '60s'")


class Reports(logging.Handler):
    """What browsers told the desk that its content security policy stopped."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self.told = told

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"reported: {record.__dict__.get('directive')} {record.__dict__}")


@pytest.fixture
def policy_reports() -> Iterator[list[str]]:
    """The reports that reach the desk during a test, which runs in this very process."""
    told: list[str] = []
    handler = Reports(told)
    logger = logging.getLogger(browser_reports.__name__)
    logger.addHandler(handler)
    yield told
    logger.removeHandler(handler)


@pytest.fixture
def page_of(context_of, policy_reports) -> Iterator[Callable[..., Page]]:
    """`page_of(agent)`: a page of that person; any complaint or report of the browser fails it."""
    complaints: list[str] = []

    def open_page(user=None, **options) -> Page:
        page = context_of(user, **options).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    assert complaints + policy_reports == []


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds on the page, by rule."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found]


def fits(page: Page) -> bool:
    """Nothing sticks out of the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")
