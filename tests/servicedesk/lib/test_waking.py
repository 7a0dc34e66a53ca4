"""Waking workers: once a second where many things are done, and never not at all."""

import pytest

from servicedesk.lib import waking
from servicedesk.lib.waking import gathered, wake


class Bell:
    """A task that counts how often it was sent."""

    name = "bell"
    OperationalError = OSError

    def __init__(self) -> None:
        self.rung = 0

    def apply_async(self, **_options) -> None:
        self.rung += 1


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.mark.django_db(transaction=True)
def test_many_wake_ups_are_two(bell, monkeypatch):
    monkeypatch.setattr(waking, "ONCE_IN", 3600)
    with gathered():
        for _turn in range(5):
            wake(bell)
        assert bell.rung == 1
    assert bell.rung == 2
    wake(bell)
    assert bell.rung == 3


@pytest.mark.django_db(transaction=True)
def test_a_second_later_it_is_woken_at_once(bell, monkeypatch):
    monkeypatch.setattr(waking, "ONCE_IN", 0)
    with gathered():
        wake(bell)
        wake(bell)
    assert bell.rung == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_owed_is_sent_when_the_work_fails(bell, monkeypatch):
    monkeypatch.setattr(waking, "ONCE_IN", 3600)

    def fail() -> None:
        with gathered():
            wake(bell)
            wake(bell)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert bell.rung == 2
