"""The one hand that draws on a reportlab canvas, in points from the top left corner of the page.

Operators are written straight into the page, because reportlab's own number formatting is slow and its text objects cut
Japanese into many small fonts. What is drawn must survive a copy of a copy: black, grey and shape, never colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from core.pdf import fonts

if TYPE_CHECKING:
    from core.pdf.fonts import EmbeddedFace, Face

MM = 72 / 25.4
_KAPPA = 0.5522847498

Colour = float | tuple[float, float, float]


class PaperCanvas(Canvas):
    """A canvas that starts a page without reportlab's Helvetica, so that every font in the file is embedded."""

    def _make_preamble(self) -> None:
        self._preamble = "1 0 0 1 0 0 cm"


class Pen:
    """Draws text and shapes on the current page of a canvas."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self.canvas = canvas
        self.height = height
        self.embedded: dict[int, EmbeddedFace] = {}
        self.regular = fonts.faces()[fonts.REGULAR]
        self._fill: Colour | None = None
        self._stroke: Colour | None = None

    def new_page(self) -> None:
        """Finish the page; the next one starts in black."""
        self.canvas.showPage()
        self._fill = self._stroke = None

    def write(self, operators: str) -> None:
        """Append PDF operators to the page."""
        self.canvas._code.append(operators)  # noqa: SLF001 - reportlab offers no public door for raw operators

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        face: Face,
        size: float,
        colour: Colour = 0.0,
        *,
        spacing: float = 0.0,
    ) -> None:
        """Draw one line of printable text; `spacing` is added after every character, in points."""
        if not text:
            return
        used = self.embedded.get(id(face.file))
        if used is None:
            used = self.embedded[id(face.file)] = fonts.EmbeddedFace(face, f"K{len(self.embedded) + 1}")
        self._fill_with(colour)
        if face.thickened:
            self._stroke_with(colour)
            self.write(f"2 Tr {size / 30:.2f} w")
        spaced = f"{spacing:.2f} Tc " if spacing else ""
        unspaced = " 0 Tc" if spacing else ""
        self.write(
            f"BT /{used.name} {size:.2f} Tf {spaced}1 0 0 1 {x:.2f} {self.height - baseline:.2f} Tm"
            f" <{used.encode(text)}> Tj{unspaced} ET"
        )
        if face.thickened:
            self.write("0 Tr")

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        radius: float = 0.0,
        fill: Colour | None = None,
        stroke: Colour | None = 0.0,
        width: float = 1.0,
        dash: Sequence[float] = (),
    ) -> None:
        """A rectangle from its top left corner, with round corners if wished."""
        bottom = self.height - y - h
        if radius <= 0:
            path = f"{x:.2f} {bottom:.2f} {w:.2f} {h:.2f} re"
        else:
            path = _rounded(x, bottom, w, h, min(radius, w / 2, h / 2))
        self._paint(path, fill, stroke, width, dash)

    def circle(
        self,
        x: float,
        y: float,
        r: float,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        width: float = 1.0,
    ) -> None:
        """A circle around (x, y)."""
        self._paint(_rounded(x - r, self.height - y - r, 2 * r, 2 * r, r), fill, stroke, width, ())

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        width: float = 1.0,
        colour: Colour = 0.0,
        dash: Sequence[float] = (),
    ) -> None:
        """A straight line."""
        path = f"{x1:.2f} {self.height - y1:.2f} m {x2:.2f} {self.height - y2:.2f} l"
        self._paint(path, None, colour, width, dash)

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        *,
        fill: Colour | None = 0.0,
        stroke: Colour | None = None,
        width: float = 1.0,
        closed: bool = True,
    ) -> None:
        """A shape with straight sides, or a line with corners when not `closed`."""
        path = " ".join(f"{x:.2f} {self.height - y:.2f} {'l' if index else 'm'}" for index, (x, y) in enumerate(points))
        self._paint(path + (" h" if closed else ""), fill, stroke, width, ())

    def disc(self, x: float, y: float, r: float, number: str, *, fill: Colour = 0.0) -> None:
        """A filled disc with a white number in it, readable after any number of copies."""
        self.circle(x, y, r, fill=fill)
        face = fonts.faces()[fonts.BOLD]
        size = r * (1.24 if len(number) < 2 else 1.0)
        self.text(x - face.width(number, size) / 2, y + size * 0.36, number, face, size, 1.0)

    def _paint(
        self, path: str, fill: Colour | None, stroke: Colour | None, width: float, dash: Sequence[float]
    ) -> None:
        if fill is not None:
            self._fill_with(fill)
        if stroke is None:
            if fill is not None:
                self.write(f"{path} f")
            return
        self._stroke_with(stroke)
        dashes = f"[{' '.join(f'{part:.2f}' for part in dash)}] 0 d " if dash else ""
        solid = " [] 0 d" if dash else ""
        self.write(f"{width:.2f} w {dashes}{path} {'S' if fill is None else 'B'}{solid}")

    def _stroke_with(self, colour: Colour) -> None:
        if colour != self._stroke:
            self.write(_colour(colour, "G", "RG"))
            self._stroke = colour

    def _fill_with(self, colour: Colour) -> None:
        if colour != self._fill:
            self.write(_colour(colour, "g", "rg"))
            self._fill = colour


def _colour(colour: Colour, grey: str, rgb: str) -> str:
    if isinstance(colour, tuple):
        return f"{colour[0]:.3f} {colour[1]:.3f} {colour[2]:.3f} {rgb}"
    return f"{colour:.3f} {grey}"


def _rounded(x: float, y: float, w: float, h: float, r: float) -> str:
    """The path of a rectangle with round corners, from its lower left corner in PDF coordinates."""
    k = r * (1 - _KAPPA)
    right, top = x + w, y + h
    return (
        f"{x + r:.2f} {y:.2f} m {right - r:.2f} {y:.2f} l"
        f" {right - k:.2f} {y:.2f} {right:.2f} {y + k:.2f} {right:.2f} {y + r:.2f} c"
        f" {right:.2f} {top - r:.2f} l"
        f" {right:.2f} {top - k:.2f} {right - k:.2f} {top:.2f} {right - r:.2f} {top:.2f} c"
        f" {x + r:.2f} {top:.2f} l"
        f" {x + k:.2f} {top:.2f} {x:.2f} {top - k:.2f} {x:.2f} {top - r:.2f} c"
        f" {x:.2f} {y + r:.2f} l"
        f" {x:.2f} {y + k:.2f} {x + k:.2f} {y:.2f} {x + r:.2f} {y:.2f} c h"
    )
