"""Reply addresses: only the desk makes them, and they name one person and one ticket."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.mail.tokens import Detail, is_own, read_address, reply_address

numbers = st.integers(min_value=1, max_value=10**9)


@given(ticket=numbers, person=numbers)
def test_an_address_says_what_was_put_in(ticket, person):
    address = reply_address(ticket, person)
    assert read_address(address) == read_address(address.upper()) == Detail(ticket, person)


@given(ticket=st.integers(1, 9_999_999), person=st.integers(1, 999_999))
def test_it_fits_into_a_mailbox_name(ticket, person):
    assert len(reply_address(ticket, person).partition("@")[0]) <= 64


@given(ticket=numbers, person=numbers, other=numbers)
def test_a_seal_serves_no_other_person_or_ticket(ticket, person, other):
    _box, _dot, seal = reply_address(ticket, person).partition("@")[0].rpartition(".")
    forged = f"servicedesk+{ticket}.{other}.{seal}@desk.example"
    moved = f"servicedesk+{other}.{person}.{seal}@desk.example"
    assert read_address(forged) == Detail(ticket, person if other == person else None)
    assert read_address(moved) == Detail(other, person if other == ticket else None)


@given(st.integers(0, 25), st.sampled_from(string.ascii_lowercase + "234567"))
def test_one_letter_changed_is_no_proof(position, letter):
    head, seal = reply_address(10023, 881)[:-13].rsplit(".", 1)
    changed = seal[:position] + letter + seal[position + 1 :]
    found = read_address(f"{head}.{changed}@desk.example")
    assert found == Detail(10023, 881 if changed == seal else None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("servicedesk+10023@desk.example", Detail(10023, None)),
        ("info+10023@desk.example", Detail(10023, None)),
        ("servicedesk+10023@elsewhere.example", None),
        ("someone+10023@desk.example", None),
        ("servicedesk@desk.example", None),
        ("servicedesk+abc@desk.example", None),
        ("servicedesk+" + "9" * 400 + "@desk.example", None),
        ("", None),
        ("\x00@\n", None),
    ],
)
def test_other_addresses(address, expected):
    assert read_address(address) == expected


def test_a_former_key_still_proves(settings):
    settings.DESK_MAIL_KEYS = ["old"]
    address = reply_address(10023, 881)
    settings.DESK_MAIL_KEYS = ["new", "old"]
    assert read_address(address) == Detail(10023, 881)
    settings.DESK_MAIL_KEYS = ["new"]
    assert read_address(address) == Detail(10023, None)


def test_own_addresses():
    assert is_own("ServiceDesk+7@desk.example")
    assert is_own("info@desk.example")
    assert not is_own("sofie@desk.example")
