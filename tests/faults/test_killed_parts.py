"""Worker, beat or Valkey die while tickets come in: pages go on, nothing is lost or doubled."""

import random
import re
import signal
import time
from collections.abc import Iterator

import pytest

from tests.faults.house import House, house_of
from tests.faults.pace import Pace
from tests.faults.rounds import rounds
from tests.servicedesk.local.desk import Desk

TICKETS = rounds(10, 200)
PARTS = {"worker": "celery.* worker", "beat": "celery.* beat", "valkey": "valkey-server"}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with house_of(Desk(tmp_path_factory.mktemp("desk") / "var")) as house:
        yield house


@pytest.mark.parametrize("part", PARTS)
def test_a_part_dies_while_tickets_come_in(house, part):
    house.pace = Pace(house.desk)
    slowest = 0.0
    for number in range(TICKETS):
        if number % 5 == 2:
            if house.desk.processes(PARTS[part]):
                house.desk.kill(PARTS[part], signal.SIGKILL)
            time.sleep(random.uniform(0, 0.3))
        began = time.monotonic()
        assert re.search(r"/tickets/\d+/$", house.visitor.ask(house.asked))
        slowest = max(slowest, time.monotonic() - began)
        house.asked += 1
    assert slowest < 2 * house.pace.page  # the form and its answer
    house.must_be_sound()

    mails = [path.read_text() for path in (house.desk.data / "mail").iterdir()]
    sent = re.findall(r"^Message-ID: (\S+)", "\n".join(mails), re.MULTILINE)
    # A worker that died between sending and noting it down sends once more, under the same name.
    assert len(set(sent)) == house.asked
