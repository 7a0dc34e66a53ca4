"""Numbers as they are written in Dutch and in English."""

from decimal import Decimal

import pytest
from django.utils import translation

from servicedesk.lib import numbers


@pytest.mark.parametrize(
    ("language", "thousands", "share", "change", "size"),
    [
        ("nl", "1\u00a0927", "99,76\u00a0%", "−2,8", "1,2\u00a0MB"),
        ("en", "1,927", "99.76%", "−2.8", "1.2\u00a0MB"),
    ],
)
def test_both_languages(language, thousands, share, change, size):
    with translation.override(language):
        assert numbers.number(1927) == thousands
        assert numbers.percent(Decimal("99.76")) == share
        assert numbers.signed(-2.8, 1) == change
        assert numbers.file_size(1_234_567) == size


def test_halves_go_up_and_zeros_stay():
    with translation.override("nl"):
        assert numbers.percent(Decimal("43.435")) == "43,44\u00a0%"
        assert numbers.percent(100) == "100,00\u00a0%"
        assert numbers.percent(80, 0) == "80\u00a0%"
        assert numbers.signed(2.15, 1) == "+2,2"
        assert numbers.number(1_234_567) == "1\u00a0234\u00a0567"


def test_no_data_is_a_dash_never_a_zero():
    assert numbers.number(None) == "–"
    assert numbers.percent(None) == "–"


def test_file_sizes():
    with translation.override("nl"):
        assert numbers.file_size(512) == "512\u00a0B"
        assert numbers.file_size(88_123) == "88\u00a0kB"
        assert numbers.file_size(79_015_000_000) == "79,0\u00a0GB"
