"""QR codes as one filled path, kept once in a document: sharp at any size and quick however many pages carry it.

A QR code is never the only way: the path it leads to is printed in letters beside it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from core.pdf.pen import Pen


@lru_cache(maxsize=256)
def _rows(content: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """The side of the symbol in modules, and its dark runs as (column, row, length)."""
    matrix = segno.make(content, error="m", micro=False).matrix
    runs = []
    for row, line in enumerate(matrix):
        column = 0
        for dark, group in groupby(line):
            length = len(list(group))
            if dark:
                runs.append((column, row, length))
            column += length
    return len(matrix), tuple(runs)


def draw_qr(pen: Pen, content: str, x: float, y: float, size: float) -> None:
    """Draw the code with its top left corner at (x, y), `size` points wide; the caller leaves the quiet margin."""
    canvas = pen.canvas
    name = "qr-" + hashlib.sha256(content.encode()).hexdigest()[:24]
    if not canvas.hasForm(name):
        side, runs = _rows(content)
        canvas.beginForm(name, 0, 0, side, side)
        path = " ".join(f"{column} {side - row - 1} {length} 1 re" for column, row, length in runs)
        pen.write(f"0 g {path} f")
        canvas.endForm()
    module = size / _rows(content)[0]
    pen.write(f"q {module:.4f} 0 0 {module:.4f} {x:.2f} {pen.height - y - size:.2f} cm")
    canvas.doForm(name)
    pen.write("Q")
