"""The bookshelf: what is taught and helped with, and the guides to it, step by step."""

from materials.models.guides import (
    STALE_AFTER,
    Edition,
    EditionQuerySet,
    Guide,
    GuideQuerySet,
    Picture,
    PictureQuerySet,
    Printing,
    PublishedIsFixed,
    Step,
    System,
    picture_path,
)
from materials.models.topics import Procedure, Term, Topic

__all__ = [
    "STALE_AFTER",
    "Edition",
    "EditionQuerySet",
    "Guide",
    "GuideQuerySet",
    "Picture",
    "PictureQuerySet",
    "Printing",
    "Procedure",
    "PublishedIsFixed",
    "Step",
    "System",
    "Term",
    "Topic",
    "picture_path",
]
