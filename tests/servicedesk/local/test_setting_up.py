"""What goes wrong before the desk opens is one sentence, not a traceback."""

import pytest
from django.db import InterfaceError, connection
from django.db.models.expressions import RawSQL

from servicedesk.accounts.models import User
from servicedesk.local.place import Place, Trouble
from servicedesk.local.setting_up import _told_in_one_sentence


@pytest.mark.django_db(transaction=True)
def test_a_question_that_the_database_does_not_understand_is_told(tmp_path):
    """By a cursor of the server: closing it fails as well, with an error of the driver itself."""
    people = User.objects.annotate(shown=RawSQL("accounts_user.not_there", []))
    with pytest.raises(Trouble) as told, _told_in_one_sentence(Place(tmp_path), "Not saved"):
        list(people.iterator(10))
    assert str(told.value).startswith("Not saved: column accounts_user.not_there does not exist")
    assert "\n" not in str(told.value)
    assert "Traceback" in (tmp_path / "setting-up.log").read_text()
    assert connection.is_usable()


def test_a_connection_that_is_gone_is_told(tmp_path):
    with pytest.raises(Trouble) as told, _told_in_one_sentence(Place(tmp_path), "Not saved"):
        raise InterfaceError("connection already closed")
    assert str(told.value).startswith("Not saved: connection already closed (see ")
