"""Room for the frames of Python calls."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

#: In values of eight bytes: the interpreter takes a megabyte, of which this leaves 200 kB free.
STACK = 100_000


def with_room(call: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """`call`, so run that all it calls in turn finds memory at hand.

    CPython (3.11 and later) lays frames in chunks of 16 kB, taken from the kernel when a call
    crosses the edge of one and given back when it returns. A loop whose depth happens to lie at
    such an edge pays for that in every turn: the rows of a queue did, a fifth of the page's time.
    A frame that says it needs much gets a chunk to its measure, and its callees live in the rest.
    What it does not touch costs nothing.
    """

    def roomy(*given: Given.args, **named: Given.kwargs) -> Answer:
        return call(*given, **named)

    roomy.__code__ = roomy.__code__.replace(co_stacksize=STACK)
    return wraps(call)(roomy)
