"""A pytest plugin (`-p servicedesk.local.testenv`): services and settings of one test run.

pytest-django reads the settings before any conftest.py, so the embedded servers must be up when
plugins are loaded. Workers of pytest-xdist share the PostgreSQL of the run, where each has a
database of its own; a queue has no such names, so each gets a Valkey and a data folder of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from servicedesk.local.postgres import CARELESS, Postgres
from servicedesk.local.valkey import Valkey

#: Set by us in the first process of a run, for its xdist workers.
EMBEDDED = "DESK_TEST_EMBEDDED"
#: The folder of the first process, for what they make once; see tests/once.py.
SHARED = "DESK_TEST_SHARED"
URLS = ("DATABASE_URL", "REDIS_URL")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long rounds too")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: takes minutes; only with --long")
    if config.getoption("--long"):
        os.environ["DESK_TEST_LONG"] = "1"
        os.environ.setdefault("DESK_TEST_THOROUGHNESS", "20")  # times the examples of a property


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="a long round: run with --long"))


def _start() -> None:
    """Servers and settings for this process; they are gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="desk-test-"))
    (folder / "static").mkdir()
    first = "PYTEST_XDIST_WORKER" not in os.environ
    if first:
        _forget_the_desk_of_the_tester()
        os.environ[SHARED] = str(folder)
        os.environ[EMBEDDED] = " ".join(name for name in URLS if name not in os.environ)
    embedded = os.environ[EMBEDDED].split()
    servers: list[Postgres | Valkey] = []
    if first and "DATABASE_URL" in embedded:
        postgres = Postgres(folder / "postgres", folder / "s")
        os.environ["DATABASE_URL"] = postgres.start(*CARELESS)
        servers.append(postgres)
    if "REDIS_URL" in embedded:
        valkey = Valkey(folder / "valkey", folder / "s")
        os.environ["REDIS_URL"] = valkey.start()
        servers.append(valkey)
    os.environ["DESK_SECRET_KEY"] = os.environ["DESK_MAIL_KEY"] = "only-for-tests"  # noqa: S105
    os.environ["DESK_DATA"] = str(folder)
    # Playwright's synchronous API keeps an event loop in the thread of the test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    atexit.register(_stop, servers, folder)


def _forget_the_desk_of_the_tester() -> None:
    for name in list(os.environ):
        if name == "EMAIL_URL" or (name.startswith("DESK_") and not name.startswith("DESK_TEST_")):
            del os.environ[name]


def _stop(servers: list[Postgres | Valkey], folder: Path) -> None:
    for server in reversed(servers):
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


_start()
