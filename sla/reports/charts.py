"""Numbers → coordinates, so that templates only write them down as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sla.reports.cells import Cell
from sla.reports.times import Slice

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 48, 540, 16, 208
BAR_WIDTH, BAR_HEIGHT = 560, 200


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    cell: Cell


@dataclass(frozen=True)
class Line:
    """One series: the points for a polyline, the last one labelled."""

    points: list[Point]

    @property
    def path(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None


@dataclass(frozen=True)
class LineChart:
    """Two series over the same months, the oldest at the left; perhaps a target across."""

    lines: list[Line]
    grid: list[tuple[float, int]]
    labels: list[Point]
    target: float | None = None

    @property
    def label_ys(self) -> list[float]:
        """Where the words beside the last points stand, apart even when the points are not."""
        first, second = (line.last.y + 4 if line.last else 0 for line in self.lines[:2])
        apart = max(16 - abs(first - second), 0) / 2
        away = -apart if first <= second else apart
        return [first + away, second - away]


def count_chart(series: Sequence[Sequence[Cell]]) -> LineChart:
    """How many, by month. `series` give their cells latest first, as tables do."""
    counts = [cell.count for cells in series for cell in cells]
    step = _step(max(counts) - min(counts))
    low = math.floor(min(counts) / step) * step
    high = max(math.ceil(max(counts) / step) * step, low + step)
    return _lines(series, lambda cell: cell.count, range(low, high + 1, step))


def percent_chart(series: Sequence[Sequence[Cell]], target: Decimal) -> LineChart:
    """Per cent by month, up to 100, with a line at the target. Months without data are gaps."""
    shares = [float(cell.percent) for cells in series for cell in cells if cell.percent is not None]
    low = int(min([*shares, float(target)]) // 5) * 5
    step = 5 if low >= 75 else 20
    ticks = range(low // step * step, 101, step)
    chart = _lines(series, lambda cell: cell.percent, ticks)
    return replace(chart, target=_y(float(target), ticks))


def _lines(
    series: Sequence[Sequence[Cell]], value: Callable[[Cell], float | Decimal | None], ticks: range
) -> LineChart:
    lines = []
    for cells in series:
        gap = (RIGHT - LEFT) / max(len(cells) - 1, 1)
        known = [(i, c, value(c)) for i, c in enumerate(reversed(cells))]
        points = [Point(LEFT + i * gap, _y(v, ticks), c) for i, c, v in known if v is not None]
        lines.append(Line(points))
    months = [
        Point(LEFT + i * gap, BOTTOM, cell) for i, cell in enumerate(reversed(list(series[0])))
    ]
    return LineChart(lines, [(_y(tick, ticks), tick) for tick in ticks], months)


def _y(value: float | Decimal, ticks: range) -> float:
    low, high = ticks[0], ticks[-1]
    return BOTTOM - (float(value) - low) / (high - low) * (BOTTOM - TOP)


def _step(span: int) -> int:
    """A round distance between grid lines: 1, 2 or 5 times a power of ten, some five lines."""
    rough = max(span, 1) / 5
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    return int(next(power * m for m in (1, 2, 5, 10) if power * m >= rough))


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    slice: Slice


@dataclass(frozen=True)
class BarChart:
    """A bar for each class; a line before the first late one."""

    bars: list[Bar]
    late_at: float | None


def bar_chart(slices: Sequence[Slice]) -> BarChart:
    most = max((part.count for part in slices), default=0) or 1
    gap = (BAR_WIDTH - 16) / len(slices)
    bars = []
    for index, part in enumerate(slices):
        height = part.count / most * 148
        x = 14 + index * gap
        width = gap - 12
        bars.append(Bar(x, 172 - height, width, height, x + width / 2, part))
    late = next((bar.x - 6 for bar in bars if bar.slice.late), None)
    return BarChart(bars, late)


@dataclass(frozen=True)
class Spark:
    x: float
    y: float
    height: float
    latest: bool


def sparks(cells: Sequence[Cell]) -> list[Spark]:
    """Small bars for a table row, the oldest at the left."""
    most = max((cell.count for cell in cells), default=0) or 1
    ordered = list(reversed(cells))
    heights = [max(cell.count / most * 16, 0.5) for cell in ordered]
    return [
        Spark(i * 11.5, 18 - height, height, i == len(ordered) - 1)
        for i, height in enumerate(heights)
    ]
