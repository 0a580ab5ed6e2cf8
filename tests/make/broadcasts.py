"""Builders of what is told to everybody at once."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from city.models import CityProfile
from classes.audience import Audience, Draft, audience_of
from classes.broadcast_words import default_body
from classes.broadcasting import broadcast
from classes.models import Broadcast, CourseRun, Lesson
from tests.make import classes as make_classes

TYPHOON = "台風第10号の接近"


def draft(*about: CourseRun | Lesson, **fields: Any) -> Draft:
    """That these lessons, or all lessons of these runs, are called off for a typhoon."""
    lessons = [lesson for each in about for lesson in _lessons(each)]
    usual: dict[str, Any] = {"kind": Broadcast.Kind.CALLED_OFF, "reason": TYPHOON, "lessons": lessons}
    said = {**usual, **fields}
    if "body" not in said:
        said["body"] = default_body(said["kind"], lessons, said["reason"], city=CityProfile.current())
    return Draft(**said)


def notice(*about: CourseRun | Lesson, **fields: Any) -> Draft:
    """That something is different in these lessons."""
    return draft(*about, **{"kind": Broadcast.Kind.NOTICE, "reason": "会場の入口が変わります", **fields})


def audience(draft: Draft, *, now: datetime | None = None) -> Audience:
    """Whom it would reach."""
    return audience_of(draft, city=CityProfile.current(), now=now or timezone.now())


def sent(draft: Draft, *, by: User | None = None, **given: Any) -> Broadcast:
    """A broadcast that was looked at and sent."""
    usual = {"key": uuid4(), "seen": audience(draft).fingerprint}
    return broadcast(draft, by=by or make_classes.clerk(), **{**usual, **given})


def _lessons(about: CourseRun | Lesson) -> list[Lesson]:
    lessons = Lesson.objects.select_related("run__course", "venue")
    mine = lessons.filter(pk=about.pk) if isinstance(about, Lesson) else lessons.filter(run=about)
    return list(mine)
