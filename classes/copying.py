"""A run as the model of a new one: the same in everything but its days and its people.

What is worked out here is a proposal that the clerk reads, changes and saves. What must never happen: a person taken
along into a run that nobody asked them about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Volunteer
from city.models import Venue
from classes.clashing import LessonPlan
from classes.models import CourseRun, Lesson
from classes.planning_forms import RunTermsForm
from classes.series import DayOfRest, every_week, with_gaps_of
from core.wareki import TOKYO, local_date


@dataclass(frozen=True)
class Copy:
    """What a new run would be, after the model of another one."""

    model: CourseRun
    plans: tuple[LessonPlan, ...]
    left_out: tuple[DayOfRest, ...]
    # As many runs of one day as there are plans, or one run of all of them.
    single_days: bool

    @property
    def terms(self) -> dict[str, Any]:
        """What stands in the boxes of a new run; reception opens and closes as long before the first day as it did."""
        later = timedelta(0)
        if self.plans:
            later = local_date(self.plans[0].starts_at) - local_date(copied_lessons(self.model)[0].starts_at)
        terms = RunTermsForm.initial_of(self.model)
        terms["opens_on"] += later
        terms["closes_on"] += later
        helpers = [helper.pk for plan in self.plans for helper in plan.helpers if helper.is_active]
        return {**terms, "course": self.model.course_id, "helpers": helpers, "single_days": self.single_days}

    @property
    def closes_at(self) -> datetime:
        """When reception of the new run would close."""
        terms = self.terms
        return datetime.combine(terms["closes_on"], terms["closes_at"], TOKYO)

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """What stands in the rows of the lessons."""
        for plan in self.plans:
            starts, ends = timezone.localtime(plan.starts_at), timezone.localtime(plan.ends_at)
            yield {
                "day": starts.date(),
                "starts": starts.time(),
                "ends": ends.time(),
                "venue": plan.venue.pk,
                "lead": plan.lead.pk if plan.lead else "",
            }

    @property
    def losses(self) -> list[str]:
        """What of the model cannot be taken over, in sentences."""
        gone: list[Venue | Volunteer] = [plan.venue for plan in self.plans if not plan.venue.is_active]
        gone += [person for plan in self.plans for person in plan.staff if not person.is_active]
        told = [_("%(name)s is not in use any more. Please choose another.") % {"name": each} for each in gone]
        if len({frozenset(plan.helpers) for plan in self.plans}) > 1:
            told.append(_("The helpers differed from lesson to lesson. All of them are ticked for every lesson."))
        return list(dict.fromkeys(told))


def copied_lessons(run: CourseRun) -> list[Lesson]:
    """The lessons of a run that a copy has: those that were not cancelled, or all when none is left."""
    return run.lessons_not_cancelled() or list(run.lessons.all())


def copy_of(run: CourseRun, *, first: date, times: int = 1) -> Copy:
    """The run again from a new first day on; with `times`, a run of one lesson so many weeks one after another.

    Reads the run's lessons with their venues and people, prefetched or not.
    """
    lessons = copied_lessons(run)
    if len(lessons) == 1 and times > 1:
        lessons, series = lessons * times, every_week(first, times=times)
    else:
        times, series = 1, with_gaps_of([local_date(lesson.starts_at) for lesson in lessons], first=first)
    plans = tuple(_on(day, lesson) for day, lesson in zip(series.days, lessons, strict=False))
    return Copy(run, plans, series.left_out, single_days=times > 1)


def _on(day: date, lesson: Lesson) -> LessonPlan:
    """A lesson at its hour of another day."""
    later = day - local_date(lesson.starts_at)
    return LessonPlan.of(lesson, starts_at=lesson.starts_at + later, ends_at=lesson.ends_at + later, venue=lesson.venue)
