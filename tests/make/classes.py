"""Builders of courses, runs, lessons and registrations.

Runs are made ready to be registered for: reception is open, and the lessons lie ahead.
"""

from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from city.models import Venue
from classes.models import Course, CourseRun, Lesson, Offer, Registration
from classes.offer_calls import not_reached
from classes.registration import register
from classes.rescheduling import place_of
from classes.terms import terms_of
from core.stale import fingerprint
from core.wareki import TOKYO
from materials.models import Topic
from residents.models import Resident
from tests.make import accounts as make_accounts
from tests.make import residents as make_residents

_numbers = count(1)


def clerk() -> User:
    """Somebody at reception."""
    return make_accounts.user(Role.RECEPTION)


def venue(name: str = "", **fields: Any) -> Venue:
    """A community hall."""
    return Venue.objects.create(**{"name": name or f"集会所{next(_numbers)}", **fields})


def topic() -> Topic:
    """What a course is about."""
    return Topic.objects.get_or_create(key="photo", defaults={"name": "写真"})[0]


def course(title: str = "写真をとって送る", **fields: Any) -> Course:
    """A course."""
    return Course.objects.create(**{"title": title, "topic": topic(), "bring": "スマートフォン、充電器", **fields})


def days_ahead(days: int, at: str = "10:00") -> datetime:
    """A moment so many days from today, in the time of the city."""
    return datetime.combine(timezone.localdate() + timedelta(days=days), time.fromisoformat(at), TOKYO)


def run(*, lessons: int = 1, starts_at: datetime | None = None, **fields: Any) -> CourseRun:
    """A run whose reception is open, its first lesson two weeks ahead at ten o'clock, the others weekly."""
    now = timezone.now()
    first = starts_at or days_ahead(14)
    place = fields.pop("venue", None) or venue()
    usual: dict[str, Any] = {
        "capacity": 3,
        "reception_opens_at": now - timedelta(days=7),
        "reception_closes_at": max(now + timedelta(days=1), first - timedelta(days=1)),
        "reminder_rules": [[3, "10:00"], [1, "15:00"]],
    }
    made = CourseRun.objects.create(course=fields.pop("course", None) or course(), **{**usual, **fields})
    for number in range(lessons):
        lesson(made, starts_at=first + timedelta(days=7 * number), venue=place, ordinal=number + 1)
    return made


def lesson(
    run: CourseRun, *, starts_at: datetime | None = None, hours: int = 2, ordinal: int = 0, **fields: Any
) -> Lesson:
    """One more lesson of a run."""
    begins = starts_at or days_ahead(14)
    return Lesson.objects.create(
        run=run,
        ordinal=ordinal or run.lessons.count() + 1,
        starts_at=begins,
        ends_at=begins + timedelta(hours=hours),
        venue=fields.pop("venue", None) or venue(),
        **fields,
    )


def nobody_answers(offer: Offer, *, by: User, calls: int = 2) -> Offer:
    """An offer about which so many calls were made, hours apart."""
    for _each in range(calls):
        Offer.objects.filter(pk=offer.pk).update(last_attempt_at=None)
        offer = not_reached(offer, by=by)
    return offer


def seen(shown: CourseRun | Lesson) -> str:
    """What a page on which a run's terms, or a lesson's time and room, are changed brings back when just opened."""
    if isinstance(shown, Lesson):
        return fingerprint(place_of(Lesson.objects.get(pk=shown.pk)))
    return fingerprint(terms_of(CourseRun.objects.get(pk=shown.pk)))


def registration(
    run: CourseRun, resident: Resident | None = None, *, by: User | None = None, **circumstances: Any
) -> Registration:
    """Somebody registered by telephone: with a seat when one is free, else waiting.

    Runs are at the same hour unless a test says otherwise, so somebody may be in two of them.
    """
    circumstances = {"channel": Registration.Channel.PHONE, "despite_clash": True, **circumstances}
    who = by or clerk()
    return register(resident or make_residents.resident(by=who), run, by=who, **circumstances)
