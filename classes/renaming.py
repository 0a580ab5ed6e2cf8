"""Planned texts follow a course or a venue to its new name, as they follow a lesson to its new day.

Whoever renames holds the runs first and then what is renamed (docs/locking.md), so that no lesson moves meanwhile. What
must never happen: a text that sends somebody to a hall by a name that stands on no door any more.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from city.models import CityProfile, Venue
from classes import noticing, reminding
from classes.lesson_words import facts_of
from classes.models import Course, CourseRun, Lesson, LessonQuerySet, Move, Registration
from classes.notice_words import facts_of_added, facts_of_booking, facts_of_move, facts_of_off, facts_of_result
from classes.noticing import NoticeKey
from reminders.models import Request
from reminders.purposes import purpose
from reminders.rewording import say_anew
from reminders.wording import words_of

Facts = dict[str, str]


def lock_runs_of(course: Course) -> list[CourseRun]:
    """The runs of a course with a lesson to come, locked."""
    return _locked(Lesson.objects.filter(run__course=course))


def before_a_venue_changes(venue: Venue) -> Callable[[User], str]:
    """Lock the runs with a lesson to come in a venue; gives what is to be done once the venue has its new name."""
    was = Venue.objects.get(pk=venue.pk)
    if (was.name, was.room) == (venue.name, venue.room):
        return lambda _by: ""
    runs = _locked(Lesson.objects.filter(venue=venue))
    return lambda by: follow(runs, by=by)


def follow(runs: Sequence[CourseRun], *, by: User) -> str:
    """What is planned about these runs says names as they are now; a sentence on how many texts that changed, if any.

    The caller holds the runs.
    """
    runs = list(CourseRun.objects.filter(pk__in=[run.pk for run in runs]).select_related("course"))
    changed = say_anew(_bodies(runs), by=by) if runs else 0
    if not changed:
        return ""
    said = ngettext(
        "%(number)d planned text has the new name now.", "%(number)d planned texts have the new name now.", changed
    )
    return said % {"number": changed}


def _locked(lessons: LessonQuerySet) -> list[CourseRun]:
    ahead = lessons.filter(starts_at__gt=timezone.now())
    return CourseRun.objects.all_locked(ahead.order_by().values_list("run_id", flat=True))


def _bodies(runs: Sequence[CourseRun]) -> dict[str, str]:
    """In which words everything is told that is asked for about these runs, by its key."""
    prefetch_related_objects(runs, "lessons__venue")
    lessons = {reminding.occasion_of(lesson): lesson for run in runs for lesson in run.lessons.all()}
    about = [*lessons, *map(noticing.occasion_of, runs)]
    asked = Request.objects.standing().filter(purpose__in=[reminding.PURPOSE, *_FACTS], occasion__in=about)
    told = list(asked.values_list("key", "purpose", "occasion"))
    booked = _Booked(runs, [key for key, name, _about in told if name in _FACTS])
    city = CityProfile.current()
    words = {name: words_of(purpose(name), city=city) for name in {name for _key, name, _about in told}}
    found = {}
    for key, name, occasion in told:
        facts = booked.facts(key, name) if name in _FACTS else facts_of(lessons[occasion])
        if facts:
            found[key] = words[name].say(facts)
    return found


class _Booked:
    """The registrations and moves of which some notices tell, read once."""

    def __init__(self, runs: Sequence[CourseRun], keys: Sequence[str]) -> None:
        told = [NoticeKey.of(key) for key in keys]
        places = Registration.objects.with_place().order_by("pk")
        own = list(places.filter(pk__in={about.registration for about in told}))
        parties = {each.party_id for each in own if each.party_id}
        by_run = {run.pk: run for run in runs}
        self.members: dict[tuple[int | None, str], list[Registration]] = defaultdict(list)
        for each in places.filter(party__in=parties):
            self.members[each.party_id, each.state].append(each)
        self.registrations = {each.pk: each for each in own}
        for each in own:
            each.run = by_run[each.run_id]
        self.moves = Move.objects.in_bulk({about.first_move for about in told if about.first_move})

    def facts(self, key: str, name: str) -> Facts | None:
        """What one notice is filled with; nothing once nothing of it is ahead."""
        about = NoticeKey.of(key)
        return _FACTS[name](self, self.registrations[about.registration], about)

    def together(self, registration: Registration) -> list[Registration]:
        """Somebody with those of the party who stand alike."""
        return self.members.get((registration.party_id, registration.state)) or [registration]


def _ahead(registration: Registration) -> list[Lesson]:
    return registration.run.lessons_ahead(timezone.now())


def _booking(booked: _Booked, registration: Registration, _about: NoticeKey) -> Facts | None:
    ahead = _ahead(registration)
    return facts_of_booking(booked.together(registration), ahead) if ahead else None


def _given_back(_booked: _Booked, registration: Registration, _about: NoticeKey) -> Facts | None:
    ahead = _ahead(registration)
    return facts_of_booking([registration], ahead) if ahead else None


def _result(booked: _Booked, registration: Registration, _about: NoticeKey) -> Facts | None:
    ahead, members = _ahead(registration), booked.together(registration)
    return facts_of_result(members, registration.run, ahead, place=vars(registration)["place"]) if ahead else None


def _move(booked: _Booked, registration: Registration, about: NoticeKey) -> Facts:
    return facts_of_move(booked.moves[about.first_move or 0], _lesson(registration, about), registration)


def _added(_booked: _Booked, registration: Registration, about: NoticeKey) -> Facts:
    return facts_of_added(_lesson(registration, about), registration)


def _lesson_off(_booked: _Booked, registration: Registration, about: NoticeKey) -> Facts:
    return facts_of_off([_lesson(registration, about)], registration)


def _run_off(_booked: _Booked, registration: Registration, _about: NoticeKey) -> Facts | None:
    ahead = _ahead(registration)
    return facts_of_off(ahead, registration) if ahead else None


def _lesson(registration: Registration, about: NoticeKey) -> Lesson:
    return next(lesson for lesson in registration.run.lessons.all() if lesson.pk == about.lesson)


_FACTS: dict[str, Callable[[_Booked, Registration, NoticeKey], Facts | None]] = {
    noticing.CONFIRMED: _booking,
    noticing.GIVEN_BACK: _given_back,
    noticing.MOVED: _move,
    noticing.ELSEWHERE: _move,
    noticing.ADDED: _added,
    noticing.LESSON_OFF: _lesson_off,
    noticing.RUN_OFF: _run_off,
    noticing.SEAT: _result,
    noticing.NO_SEAT: _result,
}
