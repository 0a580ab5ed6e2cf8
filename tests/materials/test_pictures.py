import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from core.pdf.png import PictureRefused, PictureTooLarge
from core.scene import Mark, Scene
from materials.models import Picture
from materials.pictures import PictureIsTooHeavy, add_upload, make_safe, stored
from tests.make import materials as make

SCENE = Scene(300, 240, [{"kind": "button", "x": 60, "y": 80, "w": 180, "h": 60, "text": "確認"}])


def upload(content, name="screen.png"):
    return SimpleUploadedFile(name, content, content_type="image/png")


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb():
    """A PNG of 30,000 × 30,000 pixels in a few bytes."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 a paper",
        b"\x89PNG\r\n\x1a\n broken off",
        b"GIF89a",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content):
    with pytest.raises(PictureRefused):
        make_safe(upload(content))


def test_a_picture_that_explodes_is_refused():
    with pytest.raises(PictureTooLarge):
        make_safe(upload(bomb()))


def test_a_file_that_is_too_heavy_is_refused_before_it_is_read():
    heavy = upload(b"x")
    heavy.size = 11 * 1024 * 1024

    with pytest.raises(PictureIsTooHeavy) as refused:
        make_safe(heavy)

    assert refused.value.size == 11


def test_a_photograph_loses_where_and_when_it_was_taken():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (34.0, 30.0, 0.0)}

    safe = make_safe(upload(make.png(format="JPEG", exif=exif.tobytes()), name="photo.jpg"))

    picture = Image.open(io.BytesIO(safe))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (60, 100))
    assert not picture.getexif()
    assert b"taken at home" not in safe


@pytest.mark.django_db
def test_an_upload_is_kept_under_a_name_of_ours():
    picture = add_upload(make_safe(upload(make.png(), "yamada-taro.png")), description="画面", by=make.author())

    assert (picture.width, picture.height) == (60, 100)
    assert picture.file.name.startswith("pictures/")
    assert "yamada" not in picture.file.name


@pytest.mark.django_db
def test_a_picture_is_a_file_or_a_drawing_never_both_or_neither():
    for fields in ({}, {"file": "pictures/a.png", "scene": SCENE.as_json()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Picture.objects.create(description="画面", **fields)


def test_a_mark_is_stored_with_what_its_kind_needs():
    assert stored(Mark("tap", 0.0, 0.5, number=1)) == {"kind": "tap", "x": 0.0, "y": 0.5, "number": 1}
