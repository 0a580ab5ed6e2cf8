import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from core.pdf.pictures import Picture
from core.pdf.png import PictureRefused, PictureTooLarge, normalise_png, pixels_of, size_of
from core.scene import Mark
from tests.make import paper


def picture(mode="RGB", size=(40, 30), kind="PNG", **options):
    file = io.BytesIO()
    colour = {"RGBA": (255, 0, 0, 0), "LA": (0, 0), "P": 3, "1": 1}.get(mode, "red" if mode == "RGB" else 90)
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def interlaced():
    """A PNG whose header says Adam7; only the header matters here."""
    data = bytearray(picture())
    data[28] = 1
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("RGB", "JPEG")],
)
def test_any_picture_becomes_plain_rgb(mode, kind):
    made = Image.open(io.BytesIO(normalise_png(picture(mode, kind=kind))))

    assert (made.format, made.mode, made.size, made.info) == ("PNG", "RGB", (40, 30), {})


def test_what_was_transparent_is_white():
    assert Image.open(io.BytesIO(normalise_png(picture("RGBA")))).getpixel((0, 0)) == (255, 255, 255)


def test_what_a_telephone_wrote_into_the_picture_is_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Location", "34.4878, 135.7290")
    data = picture(pnginfo=notes)

    assert b"34.4878" in data
    assert b"34.4878" not in normalise_png(data)


def test_a_photograph_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = picture(kind="JPEG", exif=exif)

    assert size_of(normalise_png(data)) == (30, 40)


@pytest.mark.parametrize(
    "data", [b"", b"x", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", picture()[:60], b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_not_a_picture_is_refused(data):
    with pytest.raises(PictureRefused) as refusal:
        normalise_png(data)

    assert str(refusal.value)


def test_a_picture_that_would_explode_is_refused_before_it_is_opened():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    bomb += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))

    with pytest.raises(PictureTooLarge):
        normalise_png(bomb)


def test_the_office_sets_how_large_a_picture_may_be():
    with pytest.raises(PictureTooLarge) as refusal:
        normalise_png(picture(size=(40, 30)), max_pixels=1199)

    assert "40" in str(refusal.value)


def test_a_plain_png_is_passed_through_byte_for_byte():
    data = normalise_png(picture())
    pixels = pixels_of(data)

    assert pixels.predicted
    assert pixels.data in data


@pytest.mark.parametrize("data", [picture("RGBA"), picture("P"), picture(kind="JPEG")])
def test_any_other_picture_is_made_plain_first(data):
    pixels = pixels_of(data)

    assert (pixels.width, pixels.height, pixels.predicted) == (40, 30, True)


def test_an_interlaced_png_is_never_passed_through():
    with pytest.raises(PictureRefused):
        pixels_of(interlaced())


def test_a_picture_on_paper_has_the_pixels_it_came_with(tmp_path):
    colours = Image.new("RGB", (3, 2))
    colours.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255), (1, 2, 3), (4, 5, 6), (250, 251, 252)])
    path = tmp_path / "a.png"
    file = io.BytesIO()
    colours.save(file, "PNG")
    path.write_bytes(normalise_png(file.getvalue()))

    pdf = paper.document(Picture(path), Picture(str(path), [Mark("tap", 0.5, 0.5, number=1)])).to_bytes()

    (image,) = {image.name: image.image for image in paper.read(pdf).pages[0].images}.values()
    assert image.convert("RGB").tobytes() == colours.tobytes()


def test_a_missing_picture_is_refused(tmp_path):
    with pytest.raises(PictureRefused):
        paper.document(Picture(Path(tmp_path / "gone.png"))).to_bytes()
