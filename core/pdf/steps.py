"""A step of a guide on paper: its number as large as a coin, the picture left and the words right.

In large print the words stand under the picture. A step stays on one page as long as a page can hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.pdf.blocks import MIDDLE, Block, Laid, LaidColumns, LaidStack, LaidText
from core.pdf.pen import MM, Pen
from core.pdf.pictures import Picture
from core.pdf.text import Setting, Text, plain, set_text

LARGE_PRINT = 20.0  # from this body size on, picture and words are stacked
SMALLEST = 56 * MM  # a screen drawn smaller than this cannot be read


@dataclass(frozen=True)
class StepRow:
    """One step: number, what it is called, its picture, and blocks of words (NumberedAction, ok_box, care_box …).

    In large print the picture shrinks, never below `SMALLEST`, as long as the step would be higher than `most_height`
    points: a step on two sheets is read from neither.
    """

    number: int | str
    title: Text
    picture: Picture | None = None
    words: Sequence[Block] = field(default_factory=tuple)
    most_height: float = 0.0

    def lay(self, setting: Setting, width: float) -> Laid:
        radius = 8 * MM * min(setting.scale, 1.2)
        indent = max(21 * MM, 2 * radius + 5 * MM)
        size = 22.0 * setting.scale
        room = width - indent
        title = set_text(self.title, setting, room, size, strong=True, leading=1.5)
        head = _StepHead(str(self.number), radius, indent, LaidText(title), size)
        stacked = setting.size >= LARGE_PRINT
        if self.picture is None:
            parts: list[Laid] = [head, _indented(LaidStack([b.lay(setting, room) for b in self.words], room), indent)]
        elif stacked:
            words = LaidStack([block.lay(setting, room) for block in self.words], room)
            side = 84 * MM
            if self.most_height:
                others = head.height + head.after + words.height + 6 * MM
                side = min(side, max(SMALLEST, self.most_height - others))
            picture = Picture(self.picture.source, self.picture.marks, side, side).lay(setting, room)
            parts = [head, _indented(picture, indent), _indented(words, indent)]
        else:
            picture = Picture(self.picture.source, self.picture.marks, 68 * MM, 110 * MM).lay(setting, 68 * MM)
            left = 76 * MM
            words = LaidStack([block.lay(setting, room - left) for block in self.words], room - left)
            parts = [head, LaidColumns([(indent, picture), (indent + left, words)])]
        number = f"{self.number} " if str(self.number) else ""
        return LaidStack(
            parts, width, None, 8 * MM, 2 * MM, together=True, bookmark=number + plain(self.title), level=1
        )


def _indented(part: Laid, indent: float) -> Laid:
    return LaidColumns([(indent, part)], after=3 * MM)


class _StepHead(Laid):
    """The coin and the step's name beside it."""

    def __init__(self, number: str, radius: float, indent: float, title: LaidText, size: float) -> None:
        self.number = number
        self.radius = radius
        self.indent = indent
        self.title = title
        middle = title.text.lines[0].baseline - MIDDLE * size
        self.centre = max(radius, middle)
        self.top = self.centre - middle
        self.height = max(self.centre + radius, self.top + title.height)
        self.after = 1.5 * MM
        self.keep_with_next = True

    def draw(self, pen: Pen, x: float, y: float) -> None:
        pen.disc(x + self.radius, y + self.centre, self.radius, self.number)
        self.title.draw(pen, x + self.indent, y + self.top)
