from collections.abc import Iterator

import pytest

from tests.servicedesk.local.desk import Desk


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    """A desk that does not run yet; whatever happens, nothing of it is left running."""
    desk = Desk(tmp_path / "var")
    yield desk
    if desk.process is not None and desk.process.poll() is None:
        desk.command("stop")
        desk.process.wait(60)
    assert desk.nothing_runs(), desk.processes()
