"""Where things stand on the paper: gaps, rules, new pages, the foot of a page, what stays together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.pdf.blocks.laid import Block, Laid, LaidStack
from core.pdf.pen import MM, Pen
from core.pdf.text import Setting


@dataclass(frozen=True)
class Spacer:
    """Empty space of a height in millimetres."""

    millimetres: float = 4.0

    def lay(self, setting: Setting, width: float) -> Laid:
        return _Gap(self.millimetres * MM)


@dataclass
class _Gap(Laid):
    height: float = 0.0


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""

    def lay(self, setting: Setting, width: float) -> Laid:
        return _LaidRule(width)


@dataclass
class _LaidRule(Laid):
    width: float
    height: float = 0.5 * MM
    before: float = 2 * MM
    after: float = 2 * MM

    def draw(self, pen: Pen, x: float, y: float) -> None:
        pen.line(x, y, x + self.width, y, width=0.4 * MM)


@dataclass
class BreakMark(Laid):
    """Not drawn: tells the paginator to begin a new page."""


@dataclass
class FillMark(Laid):
    """Not drawn: tells the paginator to push what follows to the foot of the page."""


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""

    def lay(self, setting: Setting, width: float) -> Laid:
        return BreakMark()


@dataclass(frozen=True)
class Fill:
    """What follows on this page stands at its foot."""

    def lay(self, setting: Setting, width: float) -> Laid:
        return FillMark()


@dataclass(frozen=True)
class KeepTogether:
    """Blocks that stay on one page as long as a page can hold them."""

    blocks: Sequence[Block] = field(default_factory=tuple)

    def lay(self, setting: Setting, width: float) -> Laid:
        parts = [block.lay(setting, width) for block in self.blocks]
        first, last = (parts[0], parts[-1]) if parts else (Laid(), Laid())
        return LaidStack(
            parts, width, None, first.before, last.after, together=True, bookmark=first.bookmark, level=first.level
        )
