"""Blocks set to a width: what has a height, can be drawn, and split between two pages where that does no harm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.pdf.pen import MM, Pen
from core.pdf.text import SetText, Setting


class Laid:
    """A block set to a width: what the paginator places."""

    height: float = 0.0
    before: float = 0.0
    after: float = 0.0
    keep_with_next: bool = False
    bookmark: str = ""
    level: int = 0

    def draw(self, pen: Pen, x: float, y: float) -> None:
        """Draw with the top left corner at (x, y)."""

    def split(self, height: float) -> tuple[Laid, Laid] | None:
        """What fits into `height` and what remains; None when it should move to the next page whole."""
        return None

    def trimmed(self, height: float) -> Laid:
        """The block, less what may be left out of it where only so it fits into `height`; most leave out nothing."""
        return self

    def least(self) -> float:
        """The height below which not even the first part fits."""
        return self.height


class Block(Protocol):
    """Anything that can be set to a width."""

    def lay(self, setting: Setting, width: float) -> Laid: ...


@dataclass
class LaidText(Laid):
    """Set lines with space around them."""

    text: SetText
    before: float = 0.0
    after: float = 0.0
    keep_with_next: bool = False
    bookmark: str = ""
    level: int = 0

    def __post_init__(self) -> None:
        self.height = self.text.height

    def draw(self, pen: Pen, x: float, y: float) -> None:
        self.text.draw(pen, x, y)

    def split(self, height: float) -> tuple[Laid, Laid] | None:
        parts = self.text.split(height)
        if parts is None:
            return None
        return LaidText(parts[0], self.before, 0, bookmark=self.bookmark, level=self.level), LaidText(
            parts[1], 0, self.after
        )

    def least(self) -> float:
        return sum(line.height for line in self.text.lines[:2])


@dataclass
class LaidStack(Laid):
    """Blocks one under the other, with a frame around them when `frame` says so."""

    parts: list[Laid]
    width: float
    frame: Frame | None = None
    before: float = 0.0
    after: float = 0.0
    together: bool = False
    bookmark: str = ""
    level: int = 0

    def __post_init__(self) -> None:
        y = self.frame.top if self.frame else 0.0
        self.places: list[float] = []
        for index, part in enumerate(self.parts):
            y += part.before if index else 0.0
            self.places.append(y)
            y += part.height + (part.after if index < len(self.parts) - 1 else 0.0)
        self.height = y + (self.frame.bottom if self.frame else 0.0)

    def draw(self, pen: Pen, x: float, y: float) -> None:
        inside = x
        if self.frame:
            self.frame.draw(pen, x, y, self.width, self.height)
            inside += self.frame.side
        for part, place in zip(self.parts, self.places, strict=True):
            part.draw(pen, inside, y + place)

    def split(self, height: float) -> tuple[Laid, Laid] | None:
        room = height - (self.frame.bottom if self.frame else 0.0)
        for index, (part, place) in enumerate(zip(self.parts, self.places, strict=True)):
            if place + part.height <= room + 0.01:
                continue
            cut = part.split(room - place) if room > place else None
            head = self.parts[:index] + ([cut[0]] if cut else [])
            tail = ([cut[1]] if cut else []) + self.parts[index + (1 if cut else 0) :]
            while head and not cut and head[-1].keep_with_next:
                tail.insert(0, head.pop())
            if not head:
                return None
            return (
                LaidStack(head, self.width, self.frame, self.before, 0, bookmark=self.bookmark, level=self.level),
                LaidStack(tail, self.width, self.frame, 0, self.after),
            )
        return None

    def least(self) -> float:
        if self.together or not self.parts:
            return self.height
        return self.places[0] + self.parts[0].least() + (self.frame.bottom if self.frame else 0.0)


@dataclass
class LaidColumns(Laid):
    """Things side by side at given offsets."""

    columns: list[tuple[float, Laid]]
    before: float = 0.0
    after: float = 0.0
    together: bool = False
    bookmark: str = ""
    level: int = 0

    def __post_init__(self) -> None:
        self.height = max((part.height for _, part in self.columns), default=0.0)

    def draw(self, pen: Pen, x: float, y: float) -> None:
        for offset, part in self.columns:
            part.draw(pen, x + offset, y)

    def split(self, height: float) -> tuple[Laid, Laid] | None:
        if self.together:
            return None
        heads, tails = [], []
        for offset, part in self.columns:
            if part.height <= height + 0.01:
                heads.append((offset, part))
                continue
            cut = part.split(height)
            if cut:
                heads.append((offset, cut[0]))
                tails.append((offset, cut[1]))
            else:
                tails.append((offset, part))
        if not heads or not tails:
            return None
        return (
            LaidColumns(heads, self.before, 0, bookmark=self.bookmark, level=self.level),
            LaidColumns(tails, 0, self.after),
        )

    def least(self) -> float:
        if self.together:
            return self.height
        return max((part.least() for _, part in self.columns), default=0.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """The look of a box: its border, its tint and the space inside, in points."""

    side: float
    top: float
    bottom: float
    radius: float = 3 * MM
    stroke: float | None = 0.0
    width: float = 0.42 * MM
    dash: tuple[float, ...] = ()
    fill: float | None = None

    def draw(self, pen: Pen, x: float, y: float, width: float, height: float) -> None:
        pen.rect(
            x,
            y,
            width,
            height,
            radius=self.radius,
            fill=self.fill,
            stroke=self.stroke,
            width=self.width,
            dash=self.dash,
        )
