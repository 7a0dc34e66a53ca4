"""`manage.py demo`: what it prints, and that it leaves a filled desk alone."""

import io
import json

import pytest
from django.core.management import call_command

from servicedesk.accounts.models import User
from servicedesk.local.demo import filling
from tickets.models import Ticket


def demo(*arguments: str) -> dict:
    out, err = io.StringIO(), io.StringIO()
    call_command("demo", *arguments, stdout=out, stderr=err)
    (line,) = out.getvalue().splitlines()
    assert err.getvalue()
    return json.loads(line)


@pytest.mark.django_db(transaction=True)
def test_two_processes_fill_the_desk_once(client, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    first = demo("--months", "2", "--tickets", "300", "--processes", "2", "--seed", "zes")
    count = Ticket.objects.count()
    assert first["filled"]
    assert first["tickets"] == count
    assert count > 250
    numbers = Ticket.objects.order_by("created_at", "pk").values_list("pk", flat=True)
    assert list(numbers) == list(range(10001, 10001 + count))
    again = demo("--months", "2", "--processes", "2")
    assert again == {"filled": False, "tickets": count}
    assert Ticket.objects.count() == count
    for login in first["logins"]:
        assert client.login(email=login, password="demo-servicedesk")


@pytest.mark.django_db(transaction=True)
def test_a_process_that_breaks_leaves_no_ticket_behind(monkeypatch):
    """And the next try goes through, on the people that are there."""

    def break_down(*_args: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(filling, "keep_files", break_down)
        with pytest.raises(Exception, match="Nothing was written"):
            demo("--months", "1", "--tickets", "60", "--processes", "2")
    assert not Ticket.objects.exists()
    people = User.objects.count()
    assert demo("--months", "1", "--tickets", "60", "--processes", "2")["filled"]
    assert User.objects.count() == people
