"""What `DESK_OIDC` may say, and how a mistake in it is told."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from servicedesk.accounts.providers import Rule, origin_of, read_providers

GOOD = {
    "id": "entra",
    "name": "Microsoft",
    "server": "https://login.example/tenant/v2.0",
    "client_id": "desk",
    "client_secret": "geheim",
    "domains": ["Heidedal.example"],
}


def read(*entries: dict):
    return read_providers(json.dumps(entries))


def test_none_at_all():
    assert read_providers("") == []


def test_reads_several_with_secrets_from_files(tmp_path):
    (tmp_path / "secret").write_text("uit-een-bestand\n")
    other = {name: value for name, value in GOOD.items() if name != "client_secret"}
    other |= {"id": "huis", "desk": True, "client_secret_file": str(tmp_path / "secret")}
    other["rules"] = [{"claim": "groups", "value": "desk", "role": "agent"}]

    first, second = read(GOOD, other)

    assert (first.domains, first.create, first.link, first.second_step) == (
        ("heidedal.example",),
        True,
        True,
        False,
    )
    assert second.client_secret == "uit-een-bestand"
    assert second.rules == (Rule("groups", "desk", role="agent"),)
    assert origin_of(first) == "https://login.example"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "Two Words"}, "small letters"),
        ({"server": "login.example"}, "not the address"),
        ({"domains": []}, "name the mail domains"),
        ({"rules": [{"claim": "g", "value": "x", "role": "agent"}]}, "may give roles"),
        ({"rules": [{"claim": "g", "value": "x", "role": "boss"}]}, "'boss' is not one of"),
        ({"rules": [{"claim": "g"}]}, "a rule is not right"),
        ({"domains": "heidedal.example"}, "domains is not a list"),
        ({"desk": "false"}, "desk is not true or false"),
        ({"name": None}, "name is not a text"),
        ({"colour": "red"}, "colour means nothing"),
        ({"client_secret_file": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_a_mistake_stops_the_start_with_a_sentence(change, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        read({**GOOD, **change})


@pytest.mark.parametrize("text", ["{", "{}", '["x"]', '[{"id": "x"}]'])
def test_so_does_what_is_no_list_of_services(text):
    with pytest.raises(ImproperlyConfigured, match="DESK_OIDC"):
        read_providers(text)


def test_an_id_is_used_once():
    with pytest.raises(ImproperlyConfigured, match="twice"):
        read(GOOD, GOOD)
