"""Reports read from the replica, and nothing else does."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from servicedesk.lib.replica import ReportsRouter, reads_replica
from tickets.models import Ticket

router = ReportsRouter()


@pytest.fixture
def replica(settings, monkeypatch):
    """One is named in the settings."""
    monkeypatch.setitem(settings.DATABASES, "reports", settings.DATABASES["default"])


@reads_replica
def where_a_report_reads() -> str | None:
    return router.db_for_read(Ticket)


def test_a_report_reads_from_the_replica(replica):
    assert where_a_report_reads() == "reports"
    assert router.db_for_read(Ticket) is None


def test_without_a_replica_it_reads_as_everything_does():
    assert where_a_report_reads() is None


def test_it_is_over_when_the_report_failed(replica):
    @reads_replica
    def fails() -> HttpResponse:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 (any will do)
        fails()
    assert router.db_for_read(Ticket) is None


def test_a_file_is_read_from_the_replica_to_its_end(replica):
    @reads_replica
    def file() -> StreamingHttpResponse:
        return StreamingHttpResponse(f"{router.db_for_read(Ticket)} " for _part in range(3))

    places = []
    for part in file():
        places.append(part.decode())
        assert router.db_for_read(Ticket) is None
    assert places == ["reports "] * 3


def test_nothing_is_written_or_migrated_there(replica):
    assert router.db_for_write(Ticket) == "default"
    assert not router.allow_migrate("reports", "tickets")
    assert router.allow_migrate("default", "tickets")
