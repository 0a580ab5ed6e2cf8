"""A lesson moved or cancelled, a run called off.

Whoever is registered has been told a date on the telephone, so everybody whom a change concerns is told of it at once,
and the reminders follow. What must never happen: a reminder that names the old date, or one of a lesson that does not
take place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from city.models import Venue
from classes import absence
from classes.answer_time import bring_answers_forward
from classes.broadcast_purposes import take_back_untrue
from classes.broadcast_words import says_nothing
from classes.clashing import LessonPlan
from classes.models import CourseRun, Lesson, Move, Offer, Registration
from classes.noticing import lesson_off, run_off, tell_of_move
from classes.planning import LessonIsCancelled, LessonIsOver, refuse_unless_free
from classes.registration import RunIsCalledOff
from classes.reminding import replan_lesson
from core import audit
from core.refusal import Refusal
from core.stale import refuse_stale
from reminders.reach import Reach
from reminders.routing import Route, routes


class ReasonIsMissing(Refusal):
    """No reason, or one of signs alone."""

    sentence = _("Write the reason in words: whoever calls will ask why.")


@dataclass(frozen=True)
class Concerned:
    """One of them, and how this one is told of something now."""

    registration: Registration
    way: Route

    @property
    def has_seat(self) -> bool:
        """Whether the seat is theirs, and not one they wait for."""
        return self.registration.state == Registration.State.CONFIRMED


@dataclass(frozen=True)
class Touched:
    """Whom a change concerns, in the order of the roster: how they stand, and how they are reached."""

    seated: Sequence[Concerned]
    without_a_seat: Sequence[Concerned]

    @property
    def everybody(self) -> list[Concerned]:
        """All of them, those who have a seat first."""
        return [*self.seated, *self.without_a_seat]

    @property
    def people(self) -> int:
        """How many have to be told."""
        return len(self.everybody)

    @property
    def confirmed(self) -> int:
        """How many have a seat."""
        return len(self.seated)

    @property
    def waiting(self) -> int:
        """How many wait for one, or for the decision."""
        return len(self.without_a_seat)

    @property
    def offered(self) -> int:
        """Of those who wait, for how many a seat is held until they answer."""
        return sum(vars(each.registration)["has_open_offer"] for each in self.without_a_seat)

    @property
    def borrowing(self) -> int:
        """Of those who have a seat, how many use a device of the office."""
        return sum(each.registration.borrows for each in self.seated)

    @property
    def reach(self) -> Reach:
        """How all of them are told of something now."""
        return Reach.of_ways(each.way for each in self.everybody)

    @property
    def reach_of_seated(self) -> Reach:
        """The same of those who have a seat."""
        return Reach.of_ways(each.way for each in self.seated)


def touched_by_change(run: CourseRun) -> Touched:
    """Whom a change of this run concerns: those who have a seat in it and those who wait for one."""
    people = list(run.registrations.active().with_offers().with_routes().order_by("resident__kana_key", "pk"))
    ways = routes([each.resident for each in people])
    concerned = [Concerned(each, way) for each, way in zip(people, ways, strict=True)]
    return Touched(
        seated=[each for each in concerned if each.has_seat],
        without_a_seat=[each for each in concerned if not each.has_seat],
    )


@transaction.atomic
def move(
    lesson: Lesson,
    *,
    starts_at: datetime,
    ends_at: datetime,
    venue: Venue,
    by: User,
    despite_clashes: bool = False,
    seen: str | None = None,
    say: Callable[[str], object] | None = None,
) -> Lesson:
    """The lesson at another time or in another room, with the people it has; its reminders are planned anew.

    Whoever could not come at the hour that it was to be is expected again; `say` hears how many. `seen` is the
    fingerprint of when and where the page showed it (`place_of`). Raises LessonIsCancelled, RunIsCalledOff,
    LessonIsOver, ChangedMeanwhile, LessonsOverlap or Taken.
    """
    lesson = _locked(lesson)
    if lesson.ends_at <= timezone.now():
        raise LessonIsOver
    before = Move(lesson=lesson, starts_at=lesson.starts_at, ends_at=lesson.ends_at, venue=lesson.venue, moved_by=by)
    if (before.starts_at, before.ends_at, before.venue_id) == (starts_at, ends_at, venue.pk):
        return lesson
    refuse_stale(seen, place_of(lesson))
    plan = LessonPlan.of(lesson, starts_at=starts_at, ends_at=ends_at, venue=venue)
    refuse_unless_free([plan], within=lesson.run, moving=lesson, despite_clashes=despite_clashes)

    lesson.starts_at, lesson.ends_at, lesson.venue = starts_at, ends_at, venue
    lesson.save(update_fields=["starts_at", "ends_at", "venue"])
    before.save()

    audit.record(
        "lesson.moved",
        lesson,
        by=by,
        starts_at=starts_at,
        starts_at_before=before.starts_at,
        venue=venue,
        venue_before=before.venue_id,
        despite_clashes=despite_clashes,
    )
    expected_again = absence.take_back_told(lesson, by=by) if before.starts_at != starts_at else 0
    replan_lesson(lesson, by=by)
    bring_answers_forward(lesson.run)
    take_back_untrue([lesson], by=by)
    tell_of_move(before, by=by)
    if expected_again and say:
        say(_expected_again(expected_again))
    return lesson


def place_of(lesson: Lesson) -> list[Any]:
    """What a page on which a lesson is moved shows, and what is compared before it is moved."""
    return [lesson.starts_at, lesson.ends_at, lesson.venue_id]


@transaction.atomic
def cancel_lesson(lesson: Lesson, *, reason: str, by: User, tell: bool = True) -> Lesson:
    """The lesson does not take place; its reminders are withdrawn, the seats in the run stay. Twice is once.

    Whoever tells people in words of their own does not let this deed `tell` them. Raises RunIsCalledOff, LessonIsOver
    or ReasonIsMissing.
    """
    try:
        lesson = _locked(lesson)
    except LessonIsCancelled:
        return Lesson.objects.get(pk=lesson.pk)
    if lesson.ends_at <= timezone.now():
        raise LessonIsOver
    if says_nothing(reason):
        raise ReasonIsMissing

    lesson.cancelled_at, lesson.cancelled_reason = timezone.now(), reason
    lesson.save(update_fields=["cancelled_at", "cancelled_reason"])

    audit.record("lesson.cancelled", lesson, by=by)
    replan_lesson(lesson, by=by)
    take_back_untrue([lesson], by=by)
    lesson_off(lesson, by=by, tell=tell)
    return lesson


@transaction.atomic
def call_off(run: CourseRun, *, reason: str, by: User, tell: bool = True) -> CourseRun:
    """The whole run does not take place. Registrations stay on record; reminders and open offers are withdrawn.

    Whoever tells people in words of their own does not let this deed `tell` them. Raises ReasonIsMissing.
    """
    run = CourseRun.objects.locked(run.pk)
    if run.called_off_at:
        return run
    if says_nothing(reason):
        raise ReasonIsMissing

    run.called_off_at, run.called_off_reason = timezone.now(), reason
    run.save(update_fields=["called_off_at", "called_off_reason"])

    audit.record("run.called_off", run, by=by)
    Offer.objects.open().filter(registration__run=run).update(
        state=Offer.State.WITHDRAWN, decided_at=timezone.now(), decided_by=by
    )
    take_back_untrue(run.lessons.all(), by=by)
    run_off(run, by=by, tell=tell)
    return run


def _expected_again(people: int) -> str:
    return ngettext(
        "%(count)d person had said that they cannot come on the old date. They count as coming again and are told of "
        "the new one.",
        "%(count)d people had said that they cannot come on the old date. They count as coming again and are told of "
        "the new one.",
        people,
    ) % {"count": people}


def _locked(lesson: Lesson) -> Lesson:
    run = CourseRun.objects.locked(lesson.run_id)
    if run.called_off_at:
        raise RunIsCalledOff(title=run.course.title)
    lesson = Lesson.objects.select_related("venue").prefetch_related("assignments__volunteer").get(pk=lesson.pk)
    lesson.run = run
    if lesson.cancelled_at:
        raise LessonIsCancelled
    return lesson
