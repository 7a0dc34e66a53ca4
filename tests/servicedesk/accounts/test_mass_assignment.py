"""No form that people fill in about themselves gives a right that it does not show."""

import pytest

from servicedesk.accounts.models import User
from tests.conftest import PASSWORD

EXTRA = {
    "role": "administrator",
    "line": "2",
    "sees": "organisation",
    "is_contact": "on",
    "is_active": "",
    "is_staff": "on",
    "is_superuser": "on",
    "email": "beheerder@desk.example",
    "organisation": "1",
    "organisation_id": "1",
    "role_given_by": "x",
    "sign_in_epoch": "9",
    "user": "1",
    "pk": "1",
    "id": "1",
}
FORMS = {
    "/profile/": {"name": "Sofie", "language": "nl", "theme": "auto"},
    "/profile/language/": {"language": "en"},
    "/profile/theme/": {"theme": "dark"},
    "/profile/sessions/end-others/": {},
    "/accounts/password/change/": {
        "oldpassword": PASSWORD,
        "password1": "x" * 14,
        "password2": "x",
    },
    "/accounts/reauthenticate/": {"password": PASSWORD},
    "/accounts/second-step/totp/activate/": {"code": "000000"},
    "/accounts/second-step/webauthn/add/": {"name": "x", "credential": "{}"},
    "/accounts/login/": {"login": "sofie@heidedal.example", "password": PASSWORD},
    "/accounts/password/reset/": {},
}
RIGHTS = ("role", "line", "sees", "is_contact", "is_active", "email", "organisation_id")
KEPT = (*RIGHTS, "role_given_by", "sign_in_epoch")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("who", ["requester", "agent"])
def test_extra_fields_change_no_right(as_user, request, elsewhere, path, who):
    person = request.getfixturevalue(who)
    before = User.objects.values(*KEPT).get(pk=person.pk)

    as_user(person).post(path, EXTRA | FORMS[path])

    assert User.objects.values(*KEPT).get(pk=person.pk) == before
    assert not User.objects.filter(role="administrator").exists()
