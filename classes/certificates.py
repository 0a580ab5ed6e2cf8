"""Who gets a certificate (修了証) for a run: whoever was there, as the roster says it, and whoever the office adds.

A certificate is handed over at the end of the last lesson, so it is printed before that lesson has been ticked. What
must never happen: one for somebody who never came, chosen by a machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from classes.attendance import CAME
from classes.models import CourseRun, Lesson, Registration


@dataclass(frozen=True)
class Attended:
    """Somebody with a seat, and to how many of the lessons that are over they came."""

    registration: Registration
    came: int
    # Lessons that are over and took place.
    held: int

    @property
    def missed_none(self) -> bool:
        """Whether they came to every lesson so far; true of everybody before the first."""
        return self.came == self.held


@dataclass(frozen=True)
class Certified:
    """A run with those who can be given a certificate, in the order of their kana."""

    run: CourseRun
    lessons: Sequence[Lesson]
    people: Sequence[Attended]


def certified(run: CourseRun, *, now: datetime) -> Certified:
    """Whom a run can certify: two questions, however many people. Nobody where no lesson takes place."""
    lessons = list(run.lessons.standing().order_by("starts_at"))
    over = [lesson.pk for lesson in lessons if lesson.ends_at <= now]
    came = Count("attendances", filter=Q(attendances__lesson__in=over, attendances__mark__in=CAME))
    seated = run.registrations.confirmed().select_related("resident").annotate(came=came)
    people = [
        Attended(each, came=vars(each)["came"], held=len(over)) for each in seated.order_by("resident__kana_key", "pk")
    ]
    return Certified(run, lessons, people if lessons else [])
