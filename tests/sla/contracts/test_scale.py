"""What a contract says of a priority, and of a missed month."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.contracts.levels import Level, level_for
from sla.contracts.scale import Step, amount, descends, reached
from sla.legs import Metric
from tests.sla.oracle import examples

SCALE = [Step(Decimal("99.50"), Decimal(5)), Step(Decimal("99.00"), Decimal(10))]
NORMAL = Level("Normaal", "normal", 240, 1440)
CRITICAL = Level("Kritiek", "urgent", 30, None)


@pytest.mark.parametrize(
    ("attained", "percent"),
    [
        ("99.60", None), ("99.50", None), ("99.49", 5), ("99.00", 5), ("98.99", 10), ("0.00", 10),
    ],
)  # fmt: skip
def test_the_deepest_step_above_the_attainment_counts(attained, percent):
    step = reached(SCALE, Decimal(attained))
    assert (step.percent if step else None) == percent


def test_a_scale_falls_and_gives_more():
    assert descends(SCALE)
    assert descends(list(reversed(SCALE)))
    assert not descends([Step(Decimal(99), Decimal(5)), Step(Decimal(98), Decimal(5))])
    assert not descends([Step(Decimal(99), Decimal(5)), Step(Decimal(99), Decimal(10))])


def test_an_amount_is_rounded_half_up_to_cents():
    assert amount(Decimal("1250.00"), Decimal("10")) == Decimal("125.00")
    assert amount(Decimal("0.50"), Decimal("1.00")) == Decimal("0.01")
    assert amount(Decimal("33.33"), Decimal("33.33")) == Decimal("11.11")


HUNDREDTHS = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)


@given(
    edges=st.lists(HUNDREDTHS, unique=True, max_size=5),
    attained=HUNDREDTHS,
    shift=st.randoms(use_true_random=False),
)
@examples(150)
def test_a_step_is_found_as_a_slow_reader_finds_it(edges, attained, shift):
    ordered = sorted(edges, reverse=True)
    steps = [Step(edge, Decimal(number + 1)) for number, edge in enumerate(ordered)]
    shuffled = shift.sample(steps, len(steps))
    above = [step for step in steps if step.below > attained]
    expected = min(above, key=lambda step: step.below) if above else None
    assert reached(shuffled, attained) == expected
    assert descends(shuffled)


def test_a_level_holds_for_its_priority_and_all_above():
    levels = [CRITICAL, NORMAL]
    found = {name: level_for(levels, name) for name in ("low", "normal", "high", "urgent")}
    assert found == {"low": None, "normal": NORMAL, "high": NORMAL, "urgent": CRITICAL}
    assert level_for([], "urgent") is None


def test_targets_of_a_level_are_business_seconds():
    assert NORMAL.seconds(Metric.FIRST_RESPONSE) == 4 * 3600
    assert NORMAL.seconds(Metric.RESOLUTION) == 24 * 3600
    assert CRITICAL.seconds(Metric.RESOLUTION) is None
