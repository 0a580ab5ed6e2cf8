"""Courses, their runs and their lessons: made, changed, staffed.

What is planned here is what residents are promised by telephone. What must never happen: a room or an instructor
promised twice without the clerk having been shown it, or a person losing a seat because the capacity was changed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Unpack

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Volunteer
from city.models import CityProfile, Venue
from classes.answer_time import bring_answers_forward
from classes.clashing import Clash, ClashOfPeople, LessonPlan, clashes, clashes_of_people
from classes.lottery import prepare, refuse_other_seats
from classes.models import Assignment, Course, CourseRun, Lesson
from classes.noticing import tell_of_added
from classes.reception import default_reception, refuse_reception, refuse_reopening
from classes.registration import RunIsCalledOff
from classes.reminding import replan_lesson
from classes.renaming import follow, lock_runs_of
from classes.terms import CourseDetails, RunTerms, course_as_it_stands, staff_of, terms_of
from classes.waiting_list import offer_free_seats, take_back_unheard
from core import audit
from core.refusal import Refusal
from core.stale import refuse_stale
from materials.models import Guide, Topic


class NothingPlanned(Refusal):
    """A run without a date."""

    sentence = _("A course run needs at least one lesson.")


class LessonsOverlap(Refusal):
    """Two lessons of one run at the same time: nobody could attend both."""

    sentence = _("Lessons %(first)d and %(second)d of this run are at the same time.")


class Taken(Refusal):
    """A room, a volunteer or a participant is promised elsewhere then, and the clerk has not said to go on."""

    sentence = _("The venue, a volunteer or a participant is already taken at that time.")
    clashes: list[Clash | ClashOfPeople]


class LessonIsOver(Refusal):
    """What has taken place is not planned any more."""

    sentence = _("This lesson has already taken place.")


class LessonIsCancelled(Refusal):
    """A cancelled lesson stays cancelled."""

    sentence = _("This lesson has been cancelled.")


class SelectionIsSettled(Refusal):
    """People have registered on the word that seats are for the first to come, are drawn, or are decided."""

    sentence = _("People have registered already, so how the seats are given, and who is preferred, stays as it is.")


@transaction.atomic
def make_course(*, by: User, guides: Iterable[Guide] = (), **details: Unpack[CourseDetails]) -> Course:
    """A new course, with the guides that are handed out in it. The same course twice is once."""
    Topic.objects.select_for_update(no_key=True).get(pk=details["topic"].pk)
    standing = Course.objects.filter(**details).first()
    if standing is not None:
        return standing
    course = Course.objects.create(**details)
    course.guides.set(guides)

    audit.record("course.made", course, by=by)
    return course


@transaction.atomic
def change_course(
    course: Course,
    *,
    by: User,
    guides: Iterable[Guide] | None = None,
    seen: str | None = None,
    say: Callable[[str], object] | None = None,
    **details: Unpack[CourseDetails],
) -> Course:
    """The course as it is to be from now on, also in runs that exist; what is not named stays.

    `seen` is the fingerprint of what the page showed (`course_as_it_stands`), `say` hears in a sentence how many
    planned texts have the new title. Raises ChangedMeanwhile.
    """
    runs = lock_runs_of(course)
    course = Course.objects.select_for_update(no_key=True, of=("self",)).get(pk=course.pk)
    stands = course_as_it_stands(course)
    wanted = {**stands, **details, "topic": details["topic"].pk if "topic" in details else course.topic_id}
    if guides is not None:
        guides = list(guides)
        wanted["guides"] = sorted(guide.pk for guide in guides)
    if wanted != stands:
        refuse_stale(seen, stands)

    title_before = course.title
    for name, value in details.items():
        setattr(course, name, value)
    course.save()
    if guides is not None:
        course.guides.set(guides)

    audit.record("course.changed", course, by=by)
    if course.title != title_before and (sentence := follow(runs, by=by)) and say:
        say(sentence)
    return course


@transaction.atomic
def make_run(
    course: Course,
    *,
    lessons: Sequence[LessonPlan],
    by: User,
    despite_clashes: bool = False,
    **terms: Unpack[RunTerms],
) -> CourseRun:
    """A run of a course with its lessons, numbered in order of time. The same run twice is once.

    Raises NothingPlanned, LessonsOverlap, Taken or WrongReception.
    """
    plans = sorted(lessons, key=lambda plan: plan.starts_at)
    lock_wanted(plans)
    if (standing := _same_run(course, plans, capacity=terms.get("capacity", 0))) is not None:
        return standing
    refuse_unless_free(plans, despite_clashes=despite_clashes)

    opens, closes = default_reception(plans[0].starts_at, now=timezone.now())
    usual: RunTerms = {
        "reception_opens_at": opens,
        "reception_closes_at": closes,
        "reminder_rules": CityProfile.current().reminder_rules,
    }
    run = CourseRun(course=course, created_by=by, **{**usual, **terms})
    refuse_reception(run, [plan.starts_at for plan in plans])
    run.save()
    for ordinal, plan in enumerate(plans, start=1):
        _write(run, plan, ordinal=ordinal)
    _seal_if_drawn(run)

    audit.record("run.made", run, by=by, course=course, lessons=len(plans), despite_clashes=despite_clashes)
    return run


@transaction.atomic
def make_runs(
    course: Course,
    *,
    lessons: Sequence[LessonPlan],
    by: User,
    despite_clashes: bool = False,
    **terms: Unpack[RunTerms],
) -> list[CourseRun]:
    """A run of its own for each of these lessons, as a class of one day that is held every week.

    Reception opens for all of them at once, and closes as long before each as before the first. Raises as make_run
    does, with the clashes of all.
    """
    plans = sorted(lessons, key=lambda plan: plan.starts_at)
    lock_wanted(plans)
    made, taken = [], []
    closes = terms.get("reception_closes_at")
    for plan in plans:
        if closes:
            terms["reception_closes_at"] = closes + (plan.starts_at - plans[0].starts_at)
        try:
            made.append(make_run(course, lessons=[plan], by=by, despite_clashes=despite_clashes, **terms))
        except Taken as refusal:
            taken += refusal.clashes
    if taken:
        raise Taken(clashes=taken)
    return made


@transaction.atomic
def change_run(run: CourseRun, *, by: User, seen: str | None = None, **terms: Unpack[RunTerms]) -> CourseRun:
    """Other seats, reception or reminders. More seats are offered to who waits; fewer than are taken evict nobody.

    Only whoever has not heard yet of the seat held for them is not offered it any more, and keeps the place in line.

    `seen` is the fingerprint of the terms that the page showed (`terms_of`). Raises RunIsCalledOff, ChangedMeanwhile,
    WrongReception, SelectionIsSettled or SeatsAreListed.
    """
    run = CourseRun.objects.locked(run.pk)
    if run.called_off_at:
        raise RunIsCalledOff(title=run.course.title)
    stands = terms_of(run)
    if stands | dict(terms) != stands:
        refuse_stale(seen, stands)
    capacity_before, devices_before, rules_before = run.capacity, run.loan_devices, run.reminder_rules
    selection_before, closed_before = (run.selection, run.preferences), run.reception_closes_at

    for name, value in terms.items():
        setattr(run, name, value)
    refuse_reception(run, [lesson.starts_at for lesson in run.lessons_not_cancelled()])
    refuse_reopening(run, closed_before=closed_before)
    if (run.selection, run.preferences) != selection_before and run.registrations.exists():
        raise SelectionIsSettled
    if (run.capacity, run.loan_devices) != (capacity_before, devices_before):
        refuse_other_seats(run)
    run.save()
    _seal_if_drawn(run)

    audit.record("run.changed", run, by=by, capacity=run.capacity, capacity_before=capacity_before)
    if run.capacity < capacity_before or run.loan_devices < devices_before:
        take_back_unheard(run, by=by)
    if run.capacity > capacity_before or run.loan_devices > devices_before:
        offer_free_seats(run, by=by)
    if run.reminder_rules != rules_before:
        for lesson in run.lessons.standing().filter(starts_at__gt=timezone.now()):
            replan_lesson(lesson, by=by)
    return run


@transaction.atomic
def add_lesson(run: CourseRun, plan: LessonPlan, *, by: User, despite_clashes: bool = False) -> Lesson:
    """One more lesson of a run; whoever has a place is told, and reminded with a seat. The same lesson twice is once.

    Raises RunIsCalledOff, LessonsOverlap or Taken.
    """
    run = CourseRun.objects.locked(run.pk)
    if run.called_off_at:
        raise RunIsCalledOff(title=run.course.title)
    same = {"starts_at": plan.starts_at, "ends_at": plan.ends_at, "venue": plan.venue}
    if (standing := run.lessons.standing().filter(**same).first()) is not None:
        return standing
    refuse_unless_free([plan], within=run, despite_clashes=despite_clashes)

    last = run.lessons.aggregate(last=Max("ordinal"))["last"] or 0
    lesson = _write(run, plan, ordinal=last + 1)

    audit.record("lesson.added", lesson, by=by, run=run, despite_clashes=despite_clashes)
    replan_lesson(lesson, by=by)
    bring_answers_forward(run)
    tell_of_added(lesson, by=by)
    return lesson


@transaction.atomic
def assign(
    lesson: Lesson,
    *,
    lead: Volunteer | None,
    helpers: Iterable[Volunteer] = (),
    by: User,
    despite_clashes: bool = False,
    seen: str | None = None,
) -> Lesson:
    """Who teaches and who helps in a lesson from now on. Raises Taken when one of them is promised elsewhere.

    `seen` is the fingerprint of whom the page showed (`staff_of`); raises ChangedMeanwhile.
    """
    CourseRun.objects.locked(lesson.run_id)
    lesson = Lesson.objects.select_related("venue").get(pk=lesson.pk)
    plan = LessonPlan(lesson.starts_at, lesson.ends_at, lesson.venue, lead, tuple(helpers))
    lock_wanted([plan])
    if set(_seats_of(plan)) == set(lesson.assignments.values_list("volunteer", "part")):
        return lesson
    refuse_stale(seen, staff_of(lesson))
    found = [clash for clash in clashes([plan], ignoring=[lesson]) if clash.wanted in plan.staff]
    if found and not despite_clashes:
        raise Taken(clashes=found)

    _seat(lesson, plan)

    audit.record("lesson.staffed", lesson, by=by, volunteers=plan.staff, despite_clashes=bool(found))
    return lesson


def refuse_unless_free(
    plans: Sequence[LessonPlan],
    *,
    within: CourseRun | None = None,
    moving: Lesson | None = None,
    despite_clashes: bool = False,
) -> None:
    """Raise NothingPlanned, LessonsOverlap or Taken unless these plans can stand beside what is planned already.

    `within` is the run they belong to when it exists; `moving` is the lesson that leaves its place for the plan.
    The rooms and volunteers are locked first, so that two clerks cannot both find them free.
    """
    if not plans:
        raise NothingPlanned
    _refuse_overlap(plans, within=within, moving=moving)

    lock_wanted(plans)
    if despite_clashes:
        return
    found = [
        *clashes(plans, ignoring=[moving] if moving else []),
        *(clashes_of_people(plans, within) if within else ()),
    ]
    if found:
        raise Taken(clashes=found)


def lock_wanted(plans: Iterable[LessonPlan]) -> None:
    """Hold the rooms and volunteers that these plans want until the transaction ends, always in the same order."""
    venues = {plan.venue.pk for plan in plans}
    staff = {volunteer.pk for plan in plans for volunteer in plan.staff}
    list(Venue.objects.select_for_update(no_key=True).filter(pk__in=venues).order_by("pk"))
    list(Volunteer.objects.select_for_update(no_key=True).filter(pk__in=staff).order_by("pk"))


def _refuse_overlap(plans: Sequence[LessonPlan], *, within: CourseRun | None, moving: Lesson | None) -> None:
    for number, plan in enumerate(plans, start=1):
        for other_number, other in enumerate(plans[number:], start=number + 1):
            if plan.overlaps(other):
                raise LessonsOverlap(first=number, second=other_number)
    if within is None:
        return
    others = within.lessons.standing()
    if moving:
        others = others.exclude(pk=moving.pk)
    for lesson in others:
        for plan in plans:
            if plan.overlaps(lesson):
                mine = moving.ordinal if moving else within.lessons.count() + 1
                raise LessonsOverlap(first=mine, second=lesson.ordinal)


def _seal_if_drawn(run: CourseRun) -> None:
    """The flyer shows the seal of a lottery before anybody applies."""
    if run.selection == CourseRun.Selection.LOTTERY:
        prepare(run)


def _same_run(course: Course, plans: Sequence[LessonPlan], *, capacity: int) -> CourseRun | None:
    """The run that a button pressed twice has made already: same course, seats, times and rooms."""
    wanted = {(plan.starts_at, plan.ends_at, plan.venue.pk) for plan in plans}
    first = {"lessons__starts_at": plans[0].starts_at, "lessons__venue": plans[0].venue} if plans else {"pk": None}
    for run in course.runs.filter(**first, capacity=capacity, called_off_at__isnull=True):
        if set(run.lessons.values_list("starts_at", "ends_at", "venue")) == wanted:
            return run
    return None


def _write(run: CourseRun, plan: LessonPlan, *, ordinal: int) -> Lesson:
    lesson = Lesson.objects.create(
        run=run, ordinal=ordinal, starts_at=plan.starts_at, ends_at=plan.ends_at, venue=plan.venue
    )
    _seat(lesson, plan)
    return lesson


def _seat(lesson: Lesson, plan: LessonPlan) -> None:
    lesson.assignments.all().delete()
    Assignment.objects.bulk_create(
        Assignment(lesson=lesson, volunteer_id=volunteer, part=part) for volunteer, part in _seats_of(plan)
    )


def _seats_of(plan: LessonPlan) -> Iterator[tuple[int, str]]:
    """Who does what in a planned lesson."""
    for volunteer in plan.staff:
        yield volunteer.pk, Assignment.Part.LEAD if volunteer == plan.lead else Assignment.Part.HELP
