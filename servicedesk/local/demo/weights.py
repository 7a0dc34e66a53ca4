"""Drawing lots that are not all as heavy."""

from bisect import bisect
from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Draws one of some things, each as often as its weight says."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.things, self.sums = list(weights), list(accumulate(weights.values()))

    def draw(self, dice: Random) -> T:
        return self.things[bisect(self.sums, dice.random() * self.sums[-1], hi=len(self.sums) - 1)]
