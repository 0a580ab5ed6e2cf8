"""Lines to be typed in exactly as they stand, such as those of a small program."""

from __future__ import annotations

from dataclasses import dataclass

from core.pdf.blocks.laid import Frame, Laid, LaidStack, LaidText
from core.pdf.pen import MM
from core.pdf.text import Run, Setting, set_text


@dataclass(frozen=True)
class Listing:
    """Equal-width lines with their indents, on one page; a line is broken only where it is wider than the paper."""

    text: str
    size: float = 9.5

    def lay(self, setting: Setting, width: float) -> Laid:
        frame = Frame(side=3 * MM, top=2 * MM, bottom=2.3 * MM)
        inner = width - 2 * frame.side
        size = self.size * setting.scale
        lines = [set_text(Run(line, fixed=True), setting, inner, size, leading=1.45) for line in self.text.splitlines()]
        return LaidStack([LaidText(line) for line in lines], width, frame, 0, 4 * MM, together=True)
