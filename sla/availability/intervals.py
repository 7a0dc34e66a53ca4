"""Sets of seconds as ordered spans: what is down, what counts, what was announced.

A span is half-open, [start, end), in whole seconds since 1970-01-01T00:00Z. `Spans` are in order,
apart from each other and never empty; `united` makes them out of anything.
"""

from collections.abc import Iterable

Span = tuple[int, int]
Spans = tuple[Span, ...]


def united(spans: Iterable[Span]) -> Spans:
    """Every second that lies in at least one of them, once. Empty and reversed ones hold none."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def common(one: Spans, other: Spans) -> Spans:
    """The seconds that lie in both."""
    found: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            found.append((start, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def without(one: Spans, other: Spans) -> Spans:
    """The seconds of `one` that do not lie in `other`."""
    left: list[Span] = []
    j = 0
    for start, end in one:
        while j < len(other) and other[j][1] <= start:
            j += 1
        k = j
        while k < len(other) and other[k][0] < end:
            if start < other[k][0]:
                left.append((start, other[k][0]))
            start = other[k][1]
            k += 1
        if start < end:
            left.append((start, end))
    return tuple(left)


def length(spans: Spans) -> int:
    """How many seconds they hold."""
    return sum(end - start for start, end in spans)
