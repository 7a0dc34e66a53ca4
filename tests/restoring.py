"""Tests in any order: what migrations wrote is there again after a test that emptied the tables.

A test with real transactions (every test in a browser is one) can only be undone by emptying all
tables, and Django expects such tests to be the last. Spread over processes they are not.
"""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key

MIGRATED = pytest.StashKey[str]()
EMPTIED = pytest.StashKey[bool]()
SAFE = "django_db_serialized_rollback"


def _is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", [])
    asked = marker is not None and marker.kwargs.get("transaction", False)
    return asked or not {"transactional_db", "live_server"}.isdisjoint(names)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _is_transactional(item):
            _ask_to_restore(item)


def _ask_to_restore(item: pytest.Item) -> None:
    """Where a marker says it, pytest-django does not look at the names of fixtures."""
    if marker := item.get_closest_marker("django_db"):
        wanted = {**marker.kwargs, "serialized_rollback": True}
        item.add_marker(pytest.mark.django_db(*marker.args, **wanted), append=False)
    elif SAFE not in item.fixturenames:
        item.fixturenames.append(SAFE)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request) -> Iterator[None]:
    result = yield
    if fixturedef.argname == "django_db_setup":
        # Kept here, as a connection of another thread or event loop knows nothing of it.
        contents = getattr(connection, "_test_serialized_contents", "[]")
        request.config.stash[MIGRATED] = contents
    return result


def pytest_runtest_teardown(item: pytest.Item) -> None:
    item.config.stash[EMPTIED] = _is_transactional(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.config.stash.get(EMPTIED, False) and not _is_transactional(item):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(item.config.stash[MIGRATED])
