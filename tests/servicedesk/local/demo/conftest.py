"""Filled desks, each written once for the tests of a module and taken back after them."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from servicedesk.local.demo.filling import Filling, Wish

#: The Tuesday of the published report, in the middle of a morning.
TUESDAY = dt.datetime(2025, 11, 4, 9, 6, tzinfo=dt.UTC)

Fill = Callable[[Wish], Filling]


@contextlib.contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def filled(wish: Wish) -> Filling:
    filling = Filling(wish)
    filling.fill(lambda done, total: None)
    return filling


@pytest.fixture(scope="package")
def _files(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("files")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(MEDIA_ROOT=folder, PASSWORD_HASHERS=hashers):
        yield folder


@pytest.fixture(scope="module")
def small_desk(django_db_setup, django_db_blocker, _files) -> Iterator[Filling]:
    """Two months with some hundreds of tickets."""
    with django_db_blocker.unblock(), taken_back():
        yield filled(Wish(months=2, tickets=500, now=TUESDAY))


@pytest.fixture(autouse=True)
def _files_of_the_demo(settings, _settings_for_tests, _files) -> None:
    settings.MEDIA_ROOT = _files
