"""Passwords of which others guess the words first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.fixture(autouse=True)
def _desk(settings):
    settings.DESK_BASE_URL = "https://hulp.cultuurconnect.example"
    settings.DESK_PASSWORD_WORDS = ["servicedesk", "wachtwoord"]


@pytest.mark.parametrize(
    "password",
    [
        "Servicedesk2026!",
        "wachtwoord-1234",
        "HeidedalHeidedal1",
        "cultuurconnect#26",
        "Bibliotheek-26",
    ],
)
def test_words_of_the_house_are_no_password(requester, password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, requester)
    assert [error.code for error in refused.value.error_list] == ["password_of_house_words"]


@pytest.mark.parametrize(
    "password", ["wachtwoord-van-drie-geiten", "een-lang-wachtwoord", "qhv7 wmz2 pk4t"]
)
def test_with_enough_of_ones_own_they_may_stand_there(requester, password):
    validate_password(password, requester)


def test_who_belongs_to_no_organisation_may_name_one(agent):
    validate_password("HeidedalHeidedal1", agent)
