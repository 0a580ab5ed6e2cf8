"""Whether a room, a volunteer or a participant is already promised at the time of a planned lesson.

Two courses in one room on one morning are found out by the residents who stand before the door. What must never happen:
a clash that nobody was shown. A clerk who knows better may still plan it, with an explicit tick.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Volunteer
from city.models import Venue
from classes.models import Assignment, CourseRun, Lesson, LessonQuerySet, Registration
from core import wareki
from residents.models import Resident


@dataclass(frozen=True)
class LessonPlan:
    """When, where and with whom a lesson is to take place."""

    starts_at: datetime
    ends_at: datetime
    venue: Venue
    lead: Volunteer | None = None
    helpers: tuple[Volunteer, ...] = ()

    @property
    def staff(self) -> tuple[Volunteer, ...]:
        """Everybody who teaches or helps, each once, the instructor first."""
        everybody = (self.lead, *self.helpers) if self.lead else self.helpers
        return tuple(dict.fromkeys(everybody))

    @classmethod
    def of(cls, lesson: Lesson, *, starts_at: datetime, ends_at: datetime, venue: Venue) -> "LessonPlan":
        """A lesson as it would be at another time or place, with the people it has; reads them, prefetched or not."""
        assigned = list(lesson.assignments.all())
        lead = next((each.volunteer for each in assigned if each.part == Assignment.Part.LEAD), None)
        helpers = tuple(each.volunteer for each in assigned if each.part == Assignment.Part.HELP)
        return cls(starts_at, ends_at, venue, lead, helpers)

    def overlaps(self, other: "LessonPlan | Lesson") -> bool:
        """True when both take place at the same moment; one that begins as the other ends does not overlap."""
        return self.starts_at < other.ends_at and self.ends_at > other.starts_at


@dataclass(frozen=True)
class Clash:
    """A room or a volunteer wanted by a plan and promised to another lesson at the same time."""

    wanted: Venue | Volunteer
    lesson: Lesson

    @property
    def sentence(self) -> str:
        """What the clerk reads: who or what is taken, when, and by which course."""
        facts = {
            "wanted": str(self.wanted),
            "course": self.lesson.run.course.title,
            "when": wareki.span(self.lesson.starts_at, self.lesson.ends_at),
        }
        if isinstance(self.wanted, Venue):
            return _("%(wanted)s is taken %(when)s by “%(course)s”.") % facts
        return _("%(wanted)s is in “%(course)s” %(when)s.") % facts


@dataclass(frozen=True)
class ClashOfPeople:
    """People of the run who have a place in a lesson of another one at the time of a plan, by their slip numbers."""

    slips: tuple[str, ...]
    lesson: Lesson

    @property
    def sentence(self) -> str:
        """What the clerk reads: how many, in which course and when, and whom to look up in the list of the run."""
        return ngettext(
            "%(number)d person of this run is registered for “%(course)s” %(when)s: %(slips)s",
            "%(number)d people of this run are registered for “%(course)s” %(when)s: %(slips)s",
            len(self.slips),
        ) % {
            "number": len(self.slips),
            "course": self.lesson.run.course.title,
            "when": wareki.span(self.lesson.starts_at, self.lesson.ends_at),
            "slips": pgettext("between two slip numbers", ", ").join(self.slips),
        }


@dataclass(frozen=True)
class ClashOfPlaces:
    """Two lessons at one time, in both of which one person has a place."""

    registrations: tuple[Registration, Registration]
    lesson: Lesson

    @property
    def sentence(self) -> str:
        """What the clerk reads: when, in which courses, and the slips of both."""
        one, other = self.registrations
        return _("%(when)s: “%(course)s” (%(slip)s) and “%(other_course)s” (%(other_slip)s)") % {
            "when": wareki.span(self.lesson.starts_at, self.lesson.ends_at),
            "course": one.run.course.title,
            "slip": one.slip,
            "other_course": other.run.course.title,
            "other_slip": other.slip,
        }


def clashes(plans: Sequence[LessonPlan], *, ignoring: Iterable[Lesson] = ()) -> list[Clash]:
    """Every clash of these plans with lessons that take place, in order of time; `ignoring` are lessons being moved."""
    if not plans:
        return []
    neighbours = list(
        _at_the_time_of(plans)
        .exclude(pk__in=[lesson.pk for lesson in ignoring])
        .select_related("run__course", "venue")
        .prefetch_related("assignments__volunteer")
    )
    found = (clash for plan in plans for lesson in neighbours for clash in _between(plan, lesson))
    return list(dict.fromkeys(found))


def clashes_of_people(plans: Sequence[LessonPlan], run: CourseRun) -> list[ClashOfPeople]:
    """Who of a run, with a seat or waiting, is expected in another run at the time of these plans."""
    here = {each.resident_id: each for each in run.registrations.active().order_by("slip_number")}
    if not plans or not here:
        return []
    lessons = list(_at_the_time_of(plans).exclude(run=run).select_related("run__course"))
    elsewhere: dict[int, set[int]] = {lesson.run_id: set() for lesson in lessons}
    there = Registration.objects.active().filter(run__in=elsewhere, resident__in=here)
    for run_pk, resident_pk in there.values_list("run", "resident"):
        elsewhere[run_pk].add(resident_pk)
    found = []
    for lesson in lessons:
        slips = tuple(each.slip for pk, each in here.items() if pk in elsewhere[lesson.run_id])
        if slips:
            found.append(ClashOfPeople(slips, lesson))
    return found


def clashes_of_places(resident: Resident, *, at: datetime) -> list[ClashOfPlaces]:
    """Where one person is expected twice at one time, with a seat or waiting: once for every two runs, the next first.

    The desk asks before it makes two such places; two records of one person that were merged may bring them along.
    """
    places = {each.run_id: each for each in resident.registrations.active().select_related("run__course")}
    lessons = Lesson.objects.upcoming(at).filter(run__in=places).order_by("starts_at", "pk")
    found: dict[tuple[int, int], ClashOfPlaces] = {}
    for one, other in combinations(lessons, 2):
        if one.run_id != other.run_id and one.overlaps(other):
            pair = tuple(sorted((one.run_id, other.run_id)))
            both = places[one.run_id], places[other.run_id]
            found.setdefault((pair[0], pair[1]), ClashOfPlaces(both, other))
    return list(found.values())


def _at_the_time_of(plans: Sequence[LessonPlan]) -> LessonQuerySet:
    """Lessons that take place while one of these would."""
    at_these_times = Q()
    for plan in plans:
        at_these_times |= Q(starts_at__lt=plan.ends_at, ends_at__gt=plan.starts_at)
    return Lesson.objects.standing().filter(at_these_times)


def _between(plan: LessonPlan, lesson: Lesson) -> Iterator[Clash]:
    if not plan.overlaps(lesson):
        return
    if lesson.venue_id == plan.venue.pk:
        yield Clash(lesson.venue, lesson)
    wanted = {volunteer.pk for volunteer in plan.staff}
    for assignment in lesson.assignments.all():
        if assignment.volunteer_id in wanted:
            yield Clash(assignment.volunteer, lesson)
