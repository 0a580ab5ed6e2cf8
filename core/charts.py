"""Charts of counts: counts in, one drawing out, the same on the page (`core.svg`) and on paper (`core.pdf.pictures`).

Every value stands beside its bar in figures, and the description says them all in words, so that no one depends on
colour or on seeing. What blue and grey tell apart on screen, dark, light and slanting lines tell apart in a copy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.scene import INK, Circle, Line, Rect, Scene, Shape, Words, estimated_width, polyline

STRONG = "#0017c1"
WEAK = "#949494"
RULE = "#cccccc"
TEXT = 18.0
SMALL = 15.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its value (None when it may not be shown), and the words beside it instead of the number."""

    label: str
    value: float | None
    note: str = ""
    strong: bool = False

    @property
    def words(self) -> str:
        if self.note:
            return self.note
        return "–" if self.value is None else number(self.value)


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a trend: its name and a value for each label, None where nothing is known."""

    name: str
    values: Sequence[float | None]


def number(value: float) -> str:
    """A count with thousands separated, or one decimal where there is one."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def bar_chart(title: str, bars: Sequence[Bar], *, top: float | None = None, width: float = 640) -> Scene:
    """Horizontal bars under each other; `top` is the value of a full-length bar, the largest one unless given."""
    label_width = min(max((estimated_width(bar.label, TEXT) for bar in bars), default=0.0), width * 0.4)
    note_width = max((estimated_width(bar.words, TEXT) for bar in bars), default=0.0)
    left = label_width + 16
    room = max(width - left - note_width - 12, (width - left) * 0.3)
    largest = top or max((bar.value or 0 for bar in bars), default=0) or 1
    shapes: list[Shape] = []
    y = 8.0
    for bar in bars:
        length = min((bar.value or 0) / largest, 1.0) * room
        at = left + length + 10
        label = _wrapped(bar.label, TEXT, label_width)
        words = _wrapped(bar.words, TEXT, width - at)
        height = max(28.0, max(len(label), len(words)) * TEXT * 1.3)
        middle = y + height / 2
        if length > 0:
            shapes.append(Rect(left, middle - 14, max(length, 2.0), 28, fill=STRONG if bar.strong else WEAK))
        shapes += _lines(0, middle, label, bold=bar.strong) + _lines(at, middle, words, bold=bar.strong)
        y += height + 18
    shapes.append(Line(left, 0, left, max(y - 10, 1), stroke=INK, width=1.5))
    return Scene(width, max(y - 8, 1), (), title, _described((bar.label, bar.words) for bar in bars), shapes)


def line_chart(
    title: str, labels: Sequence[str], series: Sequence[Series], *, width: float = 720, height: float = 320
) -> Scene:
    """Lines over time, each told by its dots (full, hollow, square) and its name at the right end."""
    name_width = min(max((estimated_width(one.name, SMALL) for one in series), default=0.0) + 16, width * 0.3)
    values = [value for one in series for value in one.values]
    frame = _Frame.around(values, len(labels), width - name_width, height)
    shapes = frame.grid()
    for index, label in enumerate(labels):
        shapes += frame.label(index, label)
    taken: list[float] = []
    for order, one in enumerate(series):
        places = [None if value is None else (frame.x(i), frame.y(value)) for i, value in enumerate(one.values)]
        shapes += _line(places, order)
        known = [place for place in places if place]
        if known:
            y = known[-1][1] + 0.36 * SMALL
            while any(abs(y - other) < SMALL * 1.2 for other in taken):
                y += SMALL * 1.2
            taken.append(y)
            shapes.append(Words(known[-1][0] + 12, y, one.name, SMALL, anchor="start", bold=order == 0))
    told = []
    for one in series:
        for label, value in zip(labels, one.values, strict=True):
            told.append((f"{one.name} {label}", "–" if value is None else number(value)))
    return Scene(width, height, (), title, _described(told), shapes)


def _line(places: Sequence[tuple[float, float] | None], order: int) -> list[Shape]:
    """A trend with a sign at every point; a gap where nothing is known."""
    stroke = (STRONG, "#595959", INK)[order % 3]
    shapes: list[Shape] = []
    stretch: list[tuple[float, float]] = []
    for place in [*places, None]:
        if place is not None:
            stretch.append(place)
            continue
        shapes += polyline(stretch, stroke=stroke, width=3 if order == 0 else 2)
        for x, y in stretch:
            if order % 3 == 2:
                shapes.append(Rect(x - 5, y - 5, 10, 10, fill="#ffffff", stroke=stroke, width=2))
            else:
                shapes.append(Circle(x, y, 5, fill=stroke if order % 3 == 0 else "#ffffff", stroke=stroke, width=2))
        stretch = []
    return shapes


@dataclass(frozen=True, slots=True)
class _Frame:
    """The axes of an upright chart: where a value and a column are."""

    left: float
    top: float
    right: float
    bottom: float
    step: float
    ticks: tuple[float, ...]

    @classmethod
    def around(cls, values: Sequence[float | None], count: int, width: float, height: float) -> _Frame:
        ticks = nice_ticks(max((value for value in values if value is not None), default=0))
        left = max(estimated_width(number(tick), SMALL) for tick in ticks) + 12
        right = width - 4
        return cls(left, 26, right, height - 34, (right - left) / max(count, 1), ticks)

    def x(self, index: int) -> float:
        return self.left + (index + 0.5) * self.step

    def y(self, value: float) -> float:
        return self.bottom - value / self.ticks[-1] * (self.bottom - self.top)

    def grid(self) -> list[Shape]:
        shapes: list[Shape] = []
        for tick in self.ticks:
            y = self.y(tick)
            stroke, width = (INK, 1.5) if tick == 0 else (RULE, 1.0)
            shapes.append(Line(self.left, y, self.right, y, stroke=stroke, width=width))
            shapes.append(Words(self.left - 8, y + 0.36 * SMALL, number(tick), SMALL, anchor="end"))
        return shapes

    def label(self, index: int, text: str) -> list[Shape]:
        """A label under the axis, every second or third one where they would run into each other."""
        every = max(1, math.ceil(estimated_width(text, SMALL) / max(self.step - 4, 1)))
        return [] if index % every else [Words(self.x(index), self.bottom + 22, text, SMALL)]


def nice_ticks(largest: float) -> tuple[float, ...]:
    """From 0 to at least `largest` in 2 to 5 even steps of 1, 2 or 5 times a power of ten; whole numbers for counts."""
    if largest <= 0:
        return (0.0, 1.0)
    raw = largest / 4
    power = 10 ** math.floor(math.log10(raw))
    step = max(1.0, next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw))
    return tuple(step * index for index in range(math.ceil(largest / step) + 1))


def _wrapped(text: str, size: float, width: float) -> list[str]:
    """A label in as many lines as it needs, none longer than `width`."""
    lines = [""]
    for char in text:
        if lines[-1] and estimated_width(lines[-1] + char, size) > width + 0.01:
            lines.append("")
        lines[-1] += char
    return lines


def _lines(x: float, middle: float, lines: Sequence[str], *, bold: bool) -> list[Shape]:
    """Lines of text around a middle, from x on."""
    first = middle - (len(lines) - 1) / 2 * TEXT * 1.3 + 0.36 * TEXT
    return [Words(x, first + at * TEXT * 1.3, line, TEXT, anchor="start", bold=bold) for at, line in enumerate(lines)]


def _described(pairs: Iterable[tuple[str, str]]) -> str:
    """Every label and value in words, for `<desc>`."""
    return _(", ").join(f"{label} {words}" for label, words in pairs)
