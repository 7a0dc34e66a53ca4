"""Secrets that only the desk's own key opens."""

import pytest

from servicedesk.lib.sealing import CannotUnseal, seal, unseal


def test_what_was_sealed_can_be_read_again_and_looks_different_each_time():
    first, second = seal("geheim ✓"), seal("geheim ✓")

    assert unseal(first) == unseal(second) == "geheim ✓"
    assert first != second
    assert b"geheim" not in first


def test_another_key_opens_nothing(settings):
    sealed = seal("geheim")
    settings.DESK_MAIL_KEYS = ["een andere sleutel"]

    with pytest.raises(CannotUnseal):
        unseal(sealed)


def test_a_former_key_still_opens_what_it_sealed(settings):
    sealed = seal("geheim")
    settings.DESK_MAIL_KEYS = ["een nieuwe sleutel", *settings.DESK_MAIL_KEYS]

    assert unseal(sealed) == "geheim"


def test_damage_is_noticed():
    with pytest.raises(CannotUnseal):
        unseal(seal("geheim")[:-4] + b"AAA=")
