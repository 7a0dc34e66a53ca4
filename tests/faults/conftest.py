import pytest

from tests.servicedesk.local.conftest import desk as empty_desk
from tests.servicedesk.local.desk import Desk
from tests.sla.conftest import asked

__all__ = ["asked", "empty_desk"]


@pytest.fixture
def desk(empty_desk) -> Desk:
    """A desk that does not run yet, its database up to date."""
    empty_desk.move_in()
    return empty_desk
