"""Scenes and marks on paper: the shapes of `core.scene`, drawn by a pen at any size.

Marks are black here: a copy of a copy still shows their shape and their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.pdf import fonts
from core.pdf.glyphs import printable
from core.pdf.pen import Colour, Pen
from core.scene import HALO, MARK, Circle, Line, Mark, Polygon, Rect, Scene, Shape, Words, mark_shapes

PAPER_COLOURS: dict[str, Colour] = {MARK: 0.0, HALO: 1.0, "": 0.0}


@lru_cache(maxsize=256)
def paper_colour(colour: str) -> Colour:
    """A hexadecimal colour as a grey between 0 and 1 when it is one, else as red, green and blue."""
    if colour in PAPER_COLOURS:
        return PAPER_COLOURS[colour]
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red if red == green == blue else (red, green, blue)


def draw_scene(pen: Pen, scene: Scene, x: float, y: float, width: float) -> None:
    """Draw a scene with its top left corner at (x, y), `width` points wide."""
    draw_shapes(pen, scene.shapes(), x, y, width / scene.width)


def draw_marks(pen: Pen, marks: Iterable[Mark], x: float, y: float, width: float, height: float) -> None:
    """Draw marks over a picture that lies at (x, y) and is `width` by `height` points large."""
    draw_shapes(pen, mark_shapes(marks, width, height), x, y, 1.0)


def draw_shapes(pen: Pen, shapes: Sequence[Shape], x: float, y: float, scale: float) -> None:
    """Draw plain shapes, `scale` points to a unit."""
    faces = fonts.faces()
    for shape in shapes:
        match shape:
            case Rect():
                pen.rect(
                    x + shape.x * scale,
                    y + shape.y * scale,
                    shape.w * scale,
                    shape.h * scale,
                    radius=shape.radius * scale,
                    fill=paper_colour(shape.fill) if shape.fill else None,
                    stroke=paper_colour(shape.stroke) if shape.stroke else None,
                    width=shape.width * scale,
                    dash=[part * scale for part in shape.dash],
                )
            case Circle():
                pen.circle(
                    x + shape.x * scale,
                    y + shape.y * scale,
                    shape.r * scale,
                    fill=paper_colour(shape.fill) if shape.fill else None,
                    stroke=paper_colour(shape.stroke) if shape.stroke else None,
                    width=shape.width * scale,
                )
            case Line():
                pen.line(
                    x + shape.x1 * scale,
                    y + shape.y1 * scale,
                    x + shape.x2 * scale,
                    y + shape.y2 * scale,
                    width=shape.width * scale,
                    colour=paper_colour(shape.stroke),
                    dash=[part * scale for part in shape.dash],
                )
            case Polygon():
                pen.polygon(
                    [(x + px * scale, y + py * scale) for px, py in shape.points],
                    fill=paper_colour(shape.fill) if shape.fill else None,
                    stroke=paper_colour(shape.stroke) if shape.stroke else None,
                    width=shape.width * scale,
                    closed=shape.closed,
                )
            case Words():
                face = faces[fonts.BOLD if shape.bold else fonts.REGULAR]
                words = printable(shape.text).replace("\n", " ")
                size = shape.size * scale
                share = {"middle": 0.5, "end": 1.0}.get(shape.anchor, 0.0)
                left = x + shape.x * scale - share * face.width(words, size)
                pen.text(left, y + shape.y * scale, words, face, size, paper_colour(shape.fill))
