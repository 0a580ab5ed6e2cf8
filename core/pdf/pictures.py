"""Pictures on paper: a file or a drawn scene, with its marks, and its place on the sheet.

One file is stored once in the PDF however often it is drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfdoc import PDFArrayCompact, PDFDictionary, PDFName, PDFObject, PDFStream

from core.pdf.blocks import Laid
from core.pdf.pen import MM, Pen
from core.pdf.png import Pixels, pixels_of, size_of
from core.pdf.scene import draw_marks, draw_scene
from core.scene import Mark, Scene

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFDocument

    from core.pdf.text import Setting

Source = Scene | Path | str | bytes


class _ImageObject(PDFObject):
    """A picture as an image XObject, its rows passed through as they are."""

    __RefOnly__ = 1

    def __init__(self, name: str, pixels: Pixels) -> None:
        self.name = name
        self.pixels: Pixels | None = pixels

    def format(self, document: PDFDocument) -> bytes:
        pixels = self.pixels
        if pixels is None:
            raise RuntimeError("a picture is written into a document once")
        entries = {
            "Type": PDFName("XObject"),
            "Subtype": PDFName("Image"),
            "Width": pixels.width,
            "Height": pixels.height,
            "BitsPerComponent": 8,
            "ColorSpace": PDFName("DeviceRGB"),
            "Filter": PDFArrayCompact([PDFName("FlateDecode")]),
        }
        if pixels.predicted:
            predictor = {"Predictor": 15, "Colors": 3, "BitsPerComponent": 8, "Columns": pixels.width}
            entries["DecodeParms"] = PDFArrayCompact([PDFDictionary(predictor)])
        data, self.pixels = pixels.data, None  # let go at once: two hundred pictures weigh thirty megabytes
        return PDFStream(PDFDictionary(entries), data, filters=[]).format(document)


def draw_picture(pen: Pen, source: Path | str | bytes, x: float, y: float, width: float, height: float) -> None:
    """Draw a picture file with its top left corner at (x, y)."""
    key = source if isinstance(source, bytes) else str(source).encode()
    name = "picture-" + hashlib.sha256(key).hexdigest()[:24]
    canvas = pen.canvas
    document = canvas._doc  # noqa: SLF001 - reportlab's drawImage would decode and encode the picture again
    registered = document.getXObjectName(name)
    if registered not in document.idToObject:
        image = _ImageObject(name, pixels_of(source if isinstance(source, bytes) else Path(source)))
        document.Reference(image, registered)
        document.addForm(name, image)
    pen.write(f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {pen.height - y - height:.2f} cm /{registered} Do Q")
    canvas._formsinuse.append(name)  # noqa: SLF001 - the page lists its pictures here


@dataclass(frozen=True)
class Picture:
    """A picture with its marks, as wide as there is room or `width` points, never higher than `max_height`."""

    source: Source
    marks: Sequence[Mark] = ()
    width: float | None = None
    max_height: float = 180 * MM
    align: str = "left"
    border: bool | None = None

    def lay(self, setting: Setting, width: float) -> Laid:
        if isinstance(self.source, Scene):
            own = (self.source.width, self.source.height)
        else:
            own = size_of(self.source if isinstance(self.source, bytes) else Path(self.source))
        wide = min(self.width or width, width)
        if wide * own[1] / own[0] > self.max_height:
            wide = self.max_height * own[0] / own[1]
        spare = width - wide
        left = {"center": spare / 2, "right": spare}.get(self.align, 0.0)
        border = self.border if self.border is not None else not isinstance(self.source, Scene)
        return LaidPicture(self.source, tuple(self.marks), left, wide, wide * own[1] / own[0], border=border)


@dataclass
class LaidPicture(Laid):
    """A picture at its size on paper."""

    source: Source
    marks: tuple[Mark, ...]
    left: float
    width: float
    height: float
    border: bool = False
    after: float = 3 * MM

    def draw(self, pen: Pen, x: float, y: float) -> None:
        x += self.left
        if isinstance(self.source, Scene):
            draw_scene(pen, self.source, x, y, self.width)
        else:
            draw_picture(pen, self.source, x, y, self.width, self.height)
        if self.border:
            pen.rect(x, y, self.width, self.height, width=0.3 * MM)
        draw_marks(pen, self.marks, x, y, self.width, self.height)
