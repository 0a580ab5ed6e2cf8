"""Tables on paper: names to tick, numbers to ring. Quick enough for hundreds of rows, and no cell is ever cut off.

A cell that fits is drawn as it is; one that does not is broken by the rules of the other text. The header row is
repeated on every page, and rows are not divided between pages while a page can hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.pdf import fonts
from core.pdf.blocks import Laid
from core.pdf.glyphs import printable
from core.pdf.pen import MM, Pen
from core.pdf.text import ASCENT, SetText, Setting, Text, set_text

_PAD = 1.6 * MM


@dataclass(frozen=True)
class Column:
    """One column: its heading, and its width in millimetres or, when 0, a share of what is left."""

    heading: str = ""
    millimetres: float = 0.0
    share: float = 1.0
    align: str = "left"
    figures: bool = False
    strong: bool = False


@dataclass(frozen=True)
class TableBlock:
    """Rows of strings (or Texts) under headings. An empty string is an empty cell, to be written in with a pen.

    `row_height` in millimetres is the least height of a row; a cell that is "□" becomes a square to tick. The last
    `spare` rows wait for a pen: they never stand on a page alone, and some are left out where that saves a page.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    size: float = 11.0
    row_height: float = 8.0
    caption: str = ""
    grid: bool = True
    spare: int = 0

    def lay(self, setting: Setting, width: float) -> Laid:
        fixed = sum(column.millimetres * MM for column in self.columns)
        shares = sum(column.share for column in self.columns if not column.millimetres)
        squeeze = min(1.0, width / fixed) if fixed else 1.0
        rest = max(0.0, width - fixed)
        widths = [
            column.millimetres * MM * squeeze if column.millimetres else rest * column.share / shares
            for column in self.columns
        ]
        size = self.size * setting.scale
        style = _TableStyle(setting, tuple(self.columns), tuple(widths), size, self.row_height * MM, self.grid)
        head = style.row([column.heading for column in self.columns], strong=True) if self._has_headings else None
        rows = [style.row(row) for row in self.rows]
        caption = set_text(self.caption, setting, width, size * 1.1, strong=True) if self.caption else None
        return LaidTable(style, head, rows, caption, spare=self.spare)

    @property
    def _has_headings(self) -> bool:
        return any(column.heading for column in self.columns)


TICK = "□"  # alone in a cell: drawn as a square large enough for a pencil

Cell = tuple[float, str, "fonts.Face"] | SetText | str | None
Row = tuple[float, list[Cell]]


@dataclass(frozen=True)
class _TableStyle:
    setting: Setting
    columns: tuple[Column, ...]
    widths: tuple[float, ...]
    size: float
    row_height: float
    grid: bool

    def row(self, values: Sequence[Text], *, strong: bool = False) -> Row:
        """Measure one row: a cell is (offset, string, face) when it fits on one line, else set text."""
        height = self.row_height
        cells: list[Cell] = []
        for column, width, value in zip(self.columns, self.widths, values, strict=True):
            if value == "":
                cells.append(None)
                continue
            if value == TICK:
                cells.append(TICK)
                continue
            bold = strong or column.strong
            room = width - 2 * _PAD
            if isinstance(value, str):
                text = printable(value, self.setting.told).strip()
                face = self._face(bold=bold, figures=column.figures and not strong)
                length = face.width(text, self.size)
                if length <= room and "\n" not in text:
                    spare = room - length
                    offset = spare if column.align == "right" else spare / 2 if column.align == "center" else 0.0
                    cells.append((offset, text, face))
                    height = max(height, self.size * 1.5)
                    continue
            cell = set_text(
                value, self.setting, max(room, self.size), self.size, strong=bold, align=column.align, leading=1.3
            )
            cells.append(cell)
            height = max(height, cell.height + 1.6 * MM)
        return height, cells

    def _face(self, *, bold: bool, figures: bool) -> fonts.Face:
        if figures:
            return self.setting.faces[fonts.FIXED_BOLD if bold else fonts.FIXED]
        return self.setting.faces[fonts.BOLD if bold else fonts.REGULAR]


class LaidTable(Laid):
    """A measured table, or the part of it that stands on one page."""

    def __init__(
        self, style: _TableStyle, head: Row | None, rows: list[Row], caption: SetText | None, *, spare: int = 0
    ) -> None:
        self.style = style
        self.head = head
        self.rows = rows
        self.caption = caption
        self.spare = spare
        self.after = 3 * MM
        self.head_height = (head[0] if head else 0.0) + (caption.height + 1 * MM if caption else 0.0)
        self.height = self.head_height + sum(height for height, _cells in rows)

    def least(self) -> float:
        return self.head_height + (self.rows[0][0] if self.rows else 0.0)

    def trimmed(self, height: float) -> Laid:
        """With fewer spare rows, at least one, where a page holds that and not all of them."""
        over, left_out = self.height - height, 0
        while over > 0.01 and left_out < self.spare - 1:
            left_out += 1
            over -= self.rows[-left_out][0]
        if not left_out or over > 0.01:
            return self
        return LaidTable(self.style, self.head, self.rows[:-left_out], self.caption, spare=self.spare - left_out)

    def split(self, height: float) -> tuple[Laid, Laid] | None:
        used = self.head_height
        for place, (row_height, _cells) in enumerate(self.rows):
            used += row_height
            if used > height + 0.01:
                # Spare rows never stand on a page alone: the last row before them goes along.
                index = max(min(place, len(self.rows) - self.spare - 1), 0) if self.spare else place
                if index == 0:
                    return self._split_row(height - self.head_height)
                head = LaidTable(self.style, self.head, self.rows[:index], self.caption)
                tail = LaidTable(self.style, self.head, self.rows[index:], None, spare=self.spare)
                return head, tail
        return None

    def _split_row(self, room: float) -> tuple[Laid, Laid] | None:
        """Divide a first row that is higher than a whole page; None when it can wait for the next one."""
        height, cells = self.rows[0]
        if height < 200 * MM:
            return None
        upper: list[Cell] = []
        lower: list[Cell] = []
        for cell in cells:
            cut = cell.split(room - 1.6 * MM) if isinstance(cell, SetText) else None
            upper.append(cut[0] if cut else cell)
            lower.append(cut[1] if cut else None)
        if not any(isinstance(cell, SetText) for cell in lower):
            return None
        rest = max((cell.height for cell in lower if isinstance(cell, SetText)), default=0.0) + 1.6 * MM
        head = LaidTable(self.style, self.head, [(room, upper)], self.caption)
        tail = LaidTable(self.style, self.head, [(max(rest, self.style.row_height), lower), *self.rows[1:]], None)
        return head, tail

    def draw(self, pen: Pen, x: float, y: float) -> None:
        style = self.style
        total = sum(style.widths)
        if self.caption:
            self.caption.draw(pen, x, y)
            y += self.caption.height + 1 * MM
        top = y
        rules: list[tuple[float, float]] = []
        if self.head:
            pen.rect(x, y, total, self.head[0], fill=0.9, stroke=None)
            self._draw_row(pen, self.head, x, y)
            y += self.head[0]
            rules.append((y, 0.4 * MM))
        for row in self.rows:
            self._draw_row(pen, row, x, y)
            y += row[0]
            rules.append((y, 0.15 * MM))
        pen.line(x, top, x + total, top, width=0.4 * MM)
        for at, width in rules:
            pen.line(x, at, x + total, at, width=width)
        if style.grid:
            edge = x
            for width in (0.0, *style.widths):
                edge += width
                pen.line(edge, top, edge, y, width=0.15 * MM)

    def _draw_row(self, pen: Pen, row: Row, x: float, y: float) -> None:
        style = self.style
        height, cells = row
        baseline = y + (height - style.size) / 2 + ASCENT * style.size
        for cell, width in zip(cells, style.widths, strict=True):
            if isinstance(cell, SetText):
                cell.draw(pen, x + _PAD, y + (height - cell.height) / 2)
            elif isinstance(cell, str):
                side = min(5 * MM, height - 2 * MM)
                pen.rect(x + (width - side) / 2, y + (height - side) / 2, side, side, width=0.3 * MM)
            elif cell is not None:
                offset, text, face = cell
                pen.text(x + _PAD + offset, baseline, text, face, style.size)
            x += width
