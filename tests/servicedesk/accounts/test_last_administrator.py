"""The desk never loses its last administrator, whichever way."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from servicedesk.accounts.actions import deactivate, set_role
from servicedesk.accounts.exceptions import LastAdministrator
from servicedesk.accounts.models import User
from tests.conftest import person


def test_by_a_verb(administrator, agent):
    with pytest.raises(LastAdministrator):
        set_role(administrator, "manager", by=administrator)
    with pytest.raises(PermissionDenied):
        deactivate(administrator, by=administrator)
    with pytest.raises(PermissionDenied):
        deactivate(administrator, by=agent)

    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_who_was_switched_off_does_not_count(administrator):
    person("b@desk.example", "B", role="administrator", is_active=False)

    with pytest.raises(LastAdministrator):
        set_role(administrator, "manager", by=administrator)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_each_others_role_at_once(administrator):
    other, refused = person("b@desk.example", "B", role="administrator"), []
    start = threading.Barrier(2)

    def demote(whom: User, by: User) -> None:
        start.wait()
        try:
            set_role(whom, "manager", by=by)
        except LastAdministrator:
            refused.append(whom)
        finally:
            connection.close()

    pairs = [(administrator, other), (other, administrator)]
    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert User.objects.filter(role="administrator", is_active=True).count() == 1
