"""What a course, a run and the staff of a lesson are, as a page shows them and a deed changes them.

What a page showed is compared with it before anything is changed (core.stale).
"""

from datetime import datetime
from typing import Any, TypedDict

from classes.models import Course, CourseRun, Lesson
from materials.models import Topic


class CourseDetails(TypedDict, total=False):
    """What a course is."""

    title: str
    topic: Topic
    summary: str
    level: str
    device: str
    bring: str


class RunTerms(TypedDict, total=False):
    """Seats, how they are given, reception and reminders of a run."""

    capacity: int
    minimum: int
    loan_devices: int
    selection: str
    preferences: list[str]
    reception_opens_at: datetime
    reception_closes_at: datetime
    bring: str
    is_public: bool
    reminder_rules: list[list[Any]]


def course_as_it_stands(course: Course) -> dict[str, Any]:
    """What a page that changes the course shows, and what is compared before it is changed."""
    stands = {name: getattr(course, name) for name in CourseDetails.__annotations__}
    return {**stands, "topic": course.topic_id, "guides": sorted(course.guides.values_list("pk", flat=True))}


def terms_of(run: CourseRun) -> dict[str, Any]:
    """What a page that changes the run shows, and what is compared before it is changed."""
    return {name: getattr(run, name) for name in RunTerms.__annotations__}


def staff_of(lesson: Lesson) -> list[list[Any]]:
    """What a page on which a lesson is staffed shows, and what is compared before others are put in."""
    return sorted([each.volunteer_id, each.part] for each in lesson.assignments.all())
