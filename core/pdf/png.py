"""Pictures made fit for paper once, when they come in: 8-bit RGB PNG, nothing hidden in it, nothing that explodes.

A PNG of that kind goes into the PDF byte for byte, without being decoded (its filter is PDF's Predictor 15); a guide of
two hundred pictures is then a matter of two seconds. Anything else is decoded first.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.refusal import Refusal

MAX_PIXELS = 12_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2


class PictureRefused(Refusal):
    """The file is not a picture that can be printed."""

    sentence = _("This file is not a picture that can be read. Please choose a PNG or JPEG file.")


class PictureTooLarge(Refusal):
    """The picture has more pixels than the office allows; facts: width, height, limit."""

    sentence = _(
        "This picture is %(width)d × %(height)d pixels, which is too large."
        " Please make it smaller than %(limit)d pixels in all."
    )


def normalise_png(data: bytes, *, max_pixels: int = MAX_PIXELS) -> bytes:
    """The picture as plain 8-bit RGB PNG, nothing else in the file; raises PictureRefused, PictureTooLarge."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF"))
        if picture.width * picture.height > max_pixels:
            raise PictureTooLarge(width=picture.width, height=picture.height, limit=max_pixels)
        picture.seek(0)
        picture.load()
        flat = _on_white(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(width=0, height=0, limit=max_pixels) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error) as error:
        raise PictureRefused from error
    out = io.BytesIO()
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    clean.save(out, "PNG", optimize=False, compress_level=9)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in RGB, what was transparent being white as the paper is."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    if picture.mode in {"I", "I;16", "F"}:
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as PDF wants it: its size and its deflated rows; `predicted` when they carry PNG's filter bytes."""

    width: int
    height: int
    data: bytes
    predicted: bool


def size_of(source: Path | bytes) -> tuple[int, int]:
    """Width and height in pixels, read from the head of the file; raises PictureRefused."""
    head = source[:33] if isinstance(source, bytes) else _head(source)
    if head[:8] == _SIGNATURE and len(head) >= 24:
        width, height = struct.unpack_from(">II", head, 16)
        return width, height
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError) as error:
        raise PictureRefused from error


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(33)
    except OSError as error:
        raise PictureRefused from error


def pixels_of(source: Path | bytes) -> Pixels:
    """The picture ready to be put into a PDF, passed through untouched where it can be; raises PictureRefused."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    return _passed_through(data) or _passed_through(normalise_png(data)) or _decoded(data)


def _passed_through(data: bytes) -> Pixels | None:
    """The joined IDAT chunks of an 8-bit RGB, non-interlaced PNG without transparency; None for any other file."""
    if data[:8] != _SIGNATURE or len(data) < 33:
        return None
    width, height, depth, colour, _compression, _filter, interlace = struct.unpack_from(">IIBBBBB", data, 16)
    if (depth, colour, interlace) != (8, _RGB, 0):
        return None
    parts = []
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if name == b"tRNS":
            return None
        if name == b"IDAT":
            parts.append(data[at + 8 : at + 8 + length])
        elif name == b"IEND":
            break
        at += 12 + length
    else:
        return None
    return Pixels(width, height, b"".join(parts), predicted=True) if parts else None


def _decoded(data: bytes) -> Pixels:
    """The slow way, for the file that no fast way takes."""
    with Image.open(io.BytesIO(data)) as picture:
        rgb = picture.convert("RGB")
        return Pixels(rgb.width, rgb.height, zlib.compress(rgb.tobytes()), predicted=False)
