"""Pictures of steps: a screenshot made safe, or a drawing; set on a step with marks where to tap.

What must never happen: a file kept or served as it was sent. An upload is decoded, stripped of everything but its
pixels and written anew; what cannot be decoded is refused with a sentence.
"""

from dataclasses import asdict
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.pdf.png import normalise_png, size_of
from core.refusal import Refusal
from core.scene import Mark, Scene, SceneError
from materials.models import Picture, Step
from materials.writing import clean_line, lock_draft_step

# What a telephone's camera makes at most; a screenshot is a tenth of it.
MOST_BYTES = 10 * 1024 * 1024
MOST_MARKS = 20


class PictureIsTooHeavy(Refusal):
    """The file has more bytes than the office takes."""

    sentence = _("This file has %(size)s MB, and %(most)s MB is the most. Please choose a smaller picture.")


class MarksCannotBeDrawn(Refusal):
    """A mark that lies outside of the picture, or too many of them."""

    sentence = _("Row %(row)s of the marks does not fit on the picture. Please enter places between 0 and 100.")


def make_safe(upload: UploadedFile) -> bytes:
    """The pixels of an upload as a new PNG.

    Raises PictureIsTooHeavy, core.pdf.png.PictureTooLarge, or core.pdf.png.PictureRefused.
    """
    if (upload.size or 0) > MOST_BYTES:
        megabytes = -(-(upload.size or 0) // (1024 * 1024))
        raise PictureIsTooHeavy(size=megabytes, most=MOST_BYTES // (1024 * 1024))
    return normalise_png(upload.read())


@transaction.atomic
def add_upload(png: bytes, *, description: str, by: User) -> Picture:
    """Keep a screenshot that `make_safe` wrote anew."""
    width, height = size_of(png)
    picture = Picture(description=clean_line(description), width=width, height=height)
    picture.file.save("picture.png", ContentFile(png), save=False)
    picture.save()

    audit.record("picture.uploaded", picture, by=by, width=width, height=height)
    return picture


@transaction.atomic
def add_drawing(scene: Scene, *, description: str, by: User) -> Picture:
    """Keep a drawing described as data."""
    picture = Picture.objects.create(
        scene=scene.as_json(),
        description=clean_line(description),
        width=round(scene.width),
        height=round(scene.height),
    )

    audit.record("picture.drawn", picture, by=by)
    return picture


@transaction.atomic
def set_picture(
    step: Step, picture: Picture | None, *, description: str = "", marks: list[dict[str, Any]], by: User
) -> Step:
    """Show a picture on a step, with its description and the marks where to tap.

    A picture is shared between editions and therefore never reworded: another description makes another row that
    shows the same file or drawing.
    """
    step = lock_draft_step(step)
    _refuse_unless_drawable(marks)

    description = clean_line(description)
    is_shown = picture is not None and (picture.pk, marks) == (step.picture_id, step.marks)
    if picture and is_shown and description in {"", picture.description}:
        return step
    if picture and description and picture.description != description:
        picture = Picture.objects.create(
            file=picture.file.name or "",
            scene=picture.scene,
            description=description,
            width=picture.width,
            height=picture.height,
        )
    step.picture = picture
    step.marks = marks if picture else []
    step.changed_at = timezone.now()
    step.save()

    audit.record("step.pictured", step, by=by, edition=step.edition_id, picture=picture)
    return step


def stored(mark: Mark) -> dict[str, Any]:
    """A mark as a step keeps it: only what its kind needs."""
    return {name: value for name, value in asdict(mark).items() if value or name in {"x", "y"}}


def _refuse_unless_drawable(marks: list[dict[str, Any]]) -> None:
    for row, mark in enumerate(marks, start=1):
        try:
            Mark(**mark)
        except (SceneError, TypeError) as error:
            raise MarksCannotBeDrawn(row=row) from error
    if len(marks) > MOST_MARKS:
        raise MarksCannotBeDrawn(row=MOST_MARKS + 1)
