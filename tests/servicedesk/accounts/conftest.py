"""Browsers of people who typed their password just now."""

from collections.abc import Callable

import pytest
from django.test import Client

from servicedesk.accounts.models import User
from tests.conftest import PASSWORD


@pytest.fixture
def signed_in_now() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        browser = Client()
        browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
        return browser

    return sign_in
