"""A desk with office hours Mon–Fri 9–17 and on-call hours Mon–Fri 17–20, Sat 9–19, Sun 9–13."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from servicedesk.catalogue.models import Service
from sla.alarms.models import Shift
from sla.alarms.roster import Turn, plan_shift

BRUSSELS = ZoneInfo("Europe/Brussels")
#: A Tuesday, and the Saturday after it.
OFFICE = dt.datetime(2026, 3, 10, 10, 0, tzinfo=BRUSSELS)
EVENING = dt.datetime(2026, 3, 10, 18, 0, tzinfo=BRUSSELS)
NIGHT = dt.datetime(2026, 3, 10, 23, 0, tzinfo=BRUSSELS)
SATURDAY = dt.datetime(2026, 3, 14, 10, 0, tzinfo=BRUSSELS)


@pytest.fixture
def critical(websites) -> Service:
    websites.is_critical = True
    websites.save(update_fields=["is_critical"])
    return websites


@pytest.fixture
def on_roster(agent, second_line, manager, time_machine) -> list:
    """Noor is told first, Bram second, in the whole of March."""
    time_machine.move_to(OFFICE - dt.timedelta(days=9), tick=False)
    month = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
    plan_shift(Turn(agent, Shift.Place.FIRST, *month), by=manager)
    plan_shift(Turn(second_line, Shift.Place.SECOND, *month), by=manager)
    return [agent, second_line]
