"""The administrator at the editors of promises, in English so that sentences can be compared."""

import pytest


@pytest.fixture
def desk(administrator, as_user):
    administrator.language = "en"
    administrator.save()
    return as_user(administrator)
