"""Text as data: runs of plain, bold, ruby and button words, set into lines with the real widths of the font.

What a person typed is only ever a string inside a Run; there is no markup to escape, and none that could be obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.pdf import fonts
from core.pdf.breaking import HANG, HANGING, Piece, cut_word, into_lines, mark_breaks, pieces_of
from core.pdf.glyphs import Substitution, printable

if TYPE_CHECKING:
    from core.pdf.pen import Pen

ASCENT = 0.88  # of the em box; the same in BIZ UD Gothic and IPAex Gothic
LEADING = 1.5
RUBY_SIZE = 0.5
SMALLEST_RUBY = 7.0  # points; below this a reading is only dirt to a reader of 75


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `scale` is relative to the size it is set in."""

    text: str
    bold: bool = False
    scale: float = 1.0
    reading: str = ""
    button: bool = False
    fixed: bool = False


Text = str | Run | Iterable["str | Run"]


def bold(text: str, scale: float = 1.0) -> Run:
    """Words in bold, larger or smaller than their surroundings if wished."""
    return Run(text, bold=True, scale=scale)


def sized(text: str, scale: float) -> Run:
    """Words larger or smaller than their surroundings."""
    return Run(text, scale=scale)


def ruby(base: str, reading: str) -> Run:
    """Kanji with their reading above."""
    return Run(base, reading=reading)


def key(label: str) -> Run:
    """A word that is a button on the screen, drawn in a rounded frame."""
    return Run(label, bold=True, button=True)


def runs_of(text: Text) -> list[Run]:
    """Any way of writing a Text, as a list of runs."""
    if isinstance(text, str):
        return [Run(text)]
    if isinstance(text, Run):
        return [text]
    return [part if isinstance(part, Run) else Run(part) for part in text]


def plain(text: Text) -> str:
    """The words alone, without readings or style."""
    return "".join(run.text for run in runs_of(text))


@dataclass(slots=True)
class Setting:
    """What a piece of paper is set in: the body size in points, and the list of characters that had to be replaced."""

    size: float = 16.0
    told: list[Substitution] = field(default_factory=list)
    faces: fonts.Faces = field(init=False)

    def __post_init__(self) -> None:
        self.faces = fonts.faces()

    @property
    def scale(self) -> float:
        """How much larger than the ordinary 16 points this paper is."""
        return self.size / 16.0

    def face(self, run: Run, *, strong: bool = False, fixed: bool = False) -> fonts.Face:
        weight = fonts.FIXED if run.fixed or fixed else fonts.REGULAR
        if run.bold or strong:
            weight = fonts.FIXED_BOLD if weight == fonts.FIXED else fonts.BOLD
        return self.faces[weight]


@dataclass(frozen=True, slots=True)
class _Style:
    face: fonts.Face
    size: float
    reading: str = ""
    button: bool = False


@dataclass(slots=True)
class Fragment:
    """A string at its place in a line: `x` from the line's start, in points."""

    x: float
    text: str
    width: float
    style: _Style


@dataclass(slots=True)
class Line:
    """One set line: its height, where its baseline is, and what stands on it."""

    height: float
    baseline: float
    width: float
    fragments: list[Fragment]


@dataclass(slots=True)
class SetText:
    """Text set into lines, ready to be drawn or split between two pages."""

    lines: list[Line]
    width: float
    align: str = "left"
    grey: float = 0.0

    @property
    def height(self) -> float:
        return sum(line.height for line in self.lines)

    @property
    def natural_width(self) -> float:
        """The length of the longest line."""
        return max((line.width for line in self.lines), default=0.0)

    def draw(self, pen: Pen, x: float, y: float) -> None:
        for line in self.lines:
            left = x
            if self.align != "left":
                spare = self.width - line.width
                left = x + (spare / 2 if self.align == "center" else spare)
            for fragment in line.fragments:
                _draw_fragment(pen, fragment, left + fragment.x, y + line.baseline, self.grey)
            y += line.height

    def split(self, height: float) -> tuple[SetText, SetText] | None:
        """The lines that fit into `height` and the rest; None when not two lines fit, or all do."""
        used = 0.0
        for index, line in enumerate(self.lines):
            used += line.height
            if used > height + 0.01:
                fitting = index if len(self.lines) - index > 1 or index < 3 else index - 1
                if fitting < min(2, len(self.lines)):
                    return None
                return replace(self, lines=self.lines[:fitting]), replace(self, lines=self.lines[fitting:])
        return None


def set_text(
    text: Text,
    setting: Setting,
    width: float,
    size: float,
    *,
    strong: bool = False,
    fixed: bool = False,
    leading: float = LEADING,
    align: str = "left",
    grey: float = 0.0,
    phrases: bool = True,
) -> SetText:
    """Set `text` at `size` points into lines no longer than `width` points."""
    runs = runs_of(text)
    if len(runs) == 1 and not runs[0].reading and not runs[0].button:
        line = _single_line(runs[0], setting, width, size, strong=strong, fixed=fixed, leading=leading)
        if line is not None:
            return SetText([line], width, align, grey)
    pieces: list[Piece] = []
    for run in runs:
        style = _Style(
            setting.face(run, strong=strong, fixed=fixed),
            size * run.scale,
            printable(run.reading, setting.told).replace("\n", " "),
            run.button,
        )
        pieces += _pieces(printable(run.text, setting.told), style, width, setting)
    mark_breaks(pieces, phrases=phrases)
    _let_ruby_overhang(pieces)
    lines = [_line(row, size, leading) for row in into_lines(pieces, width, size)]
    return SetText(lines or [_line([], size, leading)], width, align, grey)


def _single_line(
    run: Run, setting: Setting, width: float, size: float, *, strong: bool, fixed: bool, leading: float
) -> Line | None:
    """The whole text as one line when it fits; most cells and labels do."""
    words = printable(run.text, setting.told)
    if "\n" in words:
        return None
    words = words.rstrip(" \u3000")
    face = setting.face(run, strong=strong, fixed=fixed)
    own = size * run.scale
    length = face.width(words, own)
    if length > width + (HANG * own if words[-1:] in HANGING else 0.0) + 0.01:
        return None
    height = leading * own
    return Line(height, (height - own) / 2 + ASCENT * own, length, [Fragment(0.0, words, length, _Style(face, own))])


def _ruby_size(size: float) -> float:
    return max(SMALLEST_RUBY, size * RUBY_SIZE) if size > SMALLEST_RUBY else size * RUBY_SIZE


def _pieces(text: str, style: _Style, width: float, setting: Setting) -> list[Piece]:
    """One run as pieces; a reading or a button stays whole as long as a line can hold it."""
    if not text:
        return []
    if style.reading and "\n" not in text:
        base = style.face.width(text, style.size)
        reading = setting.faces[fonts.REGULAR].width(style.reading, _ruby_size(style.size))
        if max(base, reading) <= width:
            return [Piece(text, max(base, reading), style)]
        text = f"{text}（{style.reading}）"
        style = replace(style, reading="")
    if style.button and "\n" not in text:
        whole = style.face.width(text, style.size) + _button_space(style.size)
        if whole <= width:
            return [Piece(text, whole, style)]
        style = replace(style, button=False)
        text = f"［{text}］"
    out: list[Piece] = []
    widths = style.face.widths
    size = style.size
    for part in pieces_of(text):
        if part == "\n":
            out.append(Piece(part, 0.0, style))
            continue
        length = widths[part] * size if len(part) == 1 else style.face.width(part, size)
        space = part[0] in " \u3000"
        if length > width and not space:
            out += _cut(part, style, width)
        else:
            out.append(Piece(part, length, style, is_space=space))
    return out


def _cut(word: str, style: _Style, width: float) -> list[Piece]:
    """A word longer than any line, in parts that are not."""
    out = []
    for part in cut_word(word):
        length = style.face.width(part, style.size)
        if length > width and len(part) > 1:
            out += [Piece(char, style.face.widths[char] * style.size, style) for char in part]
        else:
            out.append(Piece(part, length, style))
    return out


def _button_space(size: float) -> float:
    return 1.5 * size


def _is_kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30ff"


def _let_ruby_overhang(pieces: Sequence[Piece]) -> None:
    """A reading wider than its base may lie up to half a ruby character over a neighbouring kana (JIS X 4051)."""
    for index, piece in enumerate(pieces):
        style = piece.style
        if not isinstance(style, _Style) or not style.reading:
            continue
        base = style.face.width(piece.text, style.size)
        excess = (piece.width - base) / 2
        if excess <= 0:
            continue
        allowed = min(excess, _ruby_size(style.size) / 2)
        before = pieces[index - 1].text[-1:] if index else ""
        after = pieces[index + 1].text[:1] if index + 1 < len(pieces) else ""
        piece.width -= (allowed if before and _is_kana(before) else 0) + (allowed if after and _is_kana(after) else 0)


def _line(pieces: Sequence[Piece], size: float, leading: float) -> Line:
    """Join neighbouring pieces of one style, place them, and make the line high enough for readings and frames."""
    fragments: list[Fragment] = []
    x = 0.0
    largest = max((piece.style.size for piece in pieces), default=size)  # type: ignore[attr-defined]
    height = leading * largest
    above = (height - largest) / 2
    extra = 0.0
    for piece in pieces:
        style: _Style = piece.style  # type: ignore[assignment]
        last = fragments[-1] if fragments else None
        if last and last.style == style and not style.reading and not style.button:
            last.text += piece.text
            last.width += piece.width
        else:
            fragments.append(Fragment(x, piece.text, piece.width, style))
        x += piece.width
        room = above + ASCENT * (largest - style.size)
        if style.reading:
            extra = max(extra, _ruby_size(style.size) * 1.02 - room)
        elif style.button:
            extra = max(extra, style.size * 0.3 - room)
    return Line(height + extra, above + extra + ASCENT * largest, x, fragments)


def _draw_fragment(pen: Pen, fragment: Fragment, x: float, baseline: float, grey: float) -> None:
    style = fragment.style
    if style.button:
        size = style.size
        side = _button_space(size)
        pen.rect(
            x + 0.22 * size,
            baseline - ASCENT * size - 0.2 * size,
            fragment.width - 0.44 * size,
            1.4 * size,
            radius=0.32 * size,
            width=max(0.8, size / 13),
        )
        pen.text(x + side / 2, baseline, fragment.text, style.face, size, grey)
        return
    if not style.reading:
        pen.text(x, baseline, fragment.text, style.face, style.size, grey)
        return
    base = style.face.width(fragment.text, style.size)
    centre = x + fragment.width / 2
    pen.text(centre - base / 2, baseline, fragment.text, style.face, style.size, grey)
    _draw_reading(pen, style.reading, centre, base, baseline - ASCENT * style.size, _ruby_size(style.size), grey)


def _draw_reading(pen: Pen, reading: str, centre: float, base: float, bottom: float, size: float, grey: float) -> None:
    """The reading above its base: spread 1:2:1 when shorter, centred when longer (JIS X 4051)."""
    face = pen.regular
    length = face.width(reading, size)
    baseline = bottom - (1 - ASCENT) * size
    gap = min((base - length) / len(reading), size) if length < base else 0.0
    if gap < 0.15 * size:
        pen.text(centre - length / 2, baseline, reading, face, size, grey)
        return
    x = centre - (length + gap * (len(reading) - 1)) / 2
    pen.text(x, baseline, reading, face, size, grey, spacing=gap)
