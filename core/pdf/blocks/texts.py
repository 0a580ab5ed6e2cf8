"""Words: headings, paragraphs, lists, numbered actions, and facts with their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.pdf.blocks.laid import Laid, LaidColumns, LaidStack, LaidText
from core.pdf.pen import MM, Pen
from core.pdf.text import SetText, Setting, Text, plain, set_text

MIDDLE = 0.37  # of the size above the baseline: where the eye sees the middle of a line


@dataclass(frozen=True)
class Heading:
    """A heading, listed in the bookmarks; level 1 is the paper's name, 2 a part of it."""

    text: Text
    level: int = 1

    def lay(self, setting: Setting, width: float) -> Laid:
        size = {1: 23.0, 2: 19.0}.get(self.level, 17.0) * setting.scale
        lines = set_text(self.text, setting, width, size, strong=True, leading=1.35)
        return LaidText(lines, 5 * MM, 1.5 * MM, keep_with_next=True, bookmark=plain(self.text), level=self.level - 1)


@dataclass(frozen=True)
class Paragraph:
    """Running text; `size` is in points on ordinary paper."""

    text: Text
    size: float = 16.0
    align: str = "left"
    grey: float = 0.0
    after: float = 2 * MM

    def lay(self, setting: Setting, width: float) -> Laid:
        lines = set_text(
            self.text, setting, width, self.size * setting.scale, align=self.align, grey=self.grey, leading=1.6
        )
        return LaidText(lines, 0, self.after)


@dataclass(frozen=True)
class SmallPrint:
    """The lines at the foot of a slip that must be there and need not be large (10 points, never smaller)."""

    texts: Sequence[Text]
    size: float = 10.0

    def lay(self, setting: Setting, width: float) -> Laid:
        size = max(10.0, self.size * setting.scale)
        lines: list[Laid] = [LaidText(set_text(text, setting, width, size, leading=1.5)) for text in self.texts]
        return LaidStack(lines, width, after=MM)


@dataclass(frozen=True)
class Bullets:
    """A list with ・ in front, or □ to tick with a pencil."""

    items: Sequence[Text]
    sign: str = "・"
    size: float = 16.0

    def lay(self, setting: Setting, width: float) -> Laid:
        size = self.size * setting.scale
        indent = size * 1.25
        rows: list[Laid] = []
        for item in self.items:
            sign = set_text(self.sign, setting, indent, size)
            words = set_text(item, setting, width - indent, size)
            rows.append(LaidColumns([(0.0, LaidText(sign)), (indent, LaidText(words))], after=0.8 * MM))
        return LaidStack(rows, width, after=2 * MM)


@dataclass(frozen=True)
class NumberedAction:
    """One thing to do: a black disc with its number, and the words."""

    number: int | str
    text: Text
    size: float = 17.0

    def lay(self, setting: Setting, width: float) -> Laid:
        size = self.size * setting.scale
        radius = 4.5 * MM * max(1.0, setting.scale * 0.9)
        indent = 2 * radius + 3 * MM
        words = set_text(self.text, setting, width - indent, size, leading=1.55)
        return _LaidAction(str(self.number), radius, indent, words, size)


@dataclass
class _LaidAction(Laid):
    number: str
    radius: float
    indent: float
    words: SetText
    size: float

    def __post_init__(self) -> None:
        middle = self.words.lines[0].baseline - MIDDLE * self.size
        self.centre = max(self.radius, middle)
        self.shift = self.centre - middle
        self.height = max(self.shift + self.words.height, self.centre + self.radius)
        self.after = 3 * MM

    def draw(self, pen: Pen, x: float, y: float) -> None:
        if self.number:
            pen.disc(x + self.radius, y + self.centre, self.radius, self.number)
        self.words.draw(pen, x + self.indent, y + self.shift)

    def split(self, height: float) -> tuple[Laid, Laid] | None:
        cut = self.words.split(height - self.shift)
        if cut is None:
            return None
        return (
            _LaidAction(self.number, self.radius, self.indent, cut[0], self.size),
            _LaidAction("", self.radius, self.indent, cut[1], self.size),
        )


@dataclass(frozen=True)
class DefinitionList:
    """Labels on the left, values on the right, as on a slip. A value may be (value, note at the right margin)."""

    rows: Sequence[tuple[Text, Text] | tuple[Text, Text, str]]
    label_width: float = 22 * MM
    size: float = 14.0
    # Of the labels and notes, beside the values.
    label_scale: float = 13 / 14
    leading: float = 1.45
    between: float = 1.6 * MM

    def lay(self, setting: Setting, width: float) -> Laid:
        size = self.size * setting.scale
        small = size * self.label_scale
        beside = 1.6 if self.label_scale < 1 else self.leading  # smaller words on the same base line
        gap = 2 * MM
        widest = max((setting.faces["regular"].width(plain(row[0]), small) for row in self.rows), default=0.0)
        label_width = min(max(self.label_width, widest + gap), 0.4 * width)
        room = width - label_width - gap
        laid: list[Laid] = []
        for label, value, *notes in self.rows:
            columns: list[tuple[float, Laid]] = [
                (0.0, LaidText(set_text(label, setting, label_width, small, leading=beside)))
            ]
            space = room
            if notes and notes[0]:
                note = set_text(notes[0], setting, room * 0.6, small, align="right", leading=beside)
                note.width = note.natural_width
                space -= note.width + gap
                columns.append((width - note.width, LaidText(note)))
            columns.insert(
                1, (label_width + gap, LaidText(set_text(value, setting, space, size, leading=self.leading)))
            )
            row = LaidColumns(columns, after=self.between)
            # An answer of a few lines is read as one; only a long one may go on overleaf.
            row.together = row.height <= 50 * MM
            laid.append(row)
        return LaidStack(laid, width, after=3 * MM)
