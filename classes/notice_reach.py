"""How those are told who are told of a deed: by which way how many, for the page after it."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from classes import reminding
from classes.letters import ways_to_tell
from classes.models import CourseRun, Lesson, Registration
from classes.noticing import ADDED, ELSEWHERE, LESSON_OFF, MOVED, NO_SEAT, RUN_OFF, SEAT, occasion_of
from reminders.models import CallTask, Message, Request, RequestQuerySet
from reminders.reach import Reach


def reach_of_move(lesson: Lesson) -> Reach:
    """How whoever is told of the last move of a lesson is told."""
    last = lesson.moves.last()
    if last is None:
        return Reach()
    # Whoever had not heard yet that there is such a lesson hears that, with the day as it is.
    unsaid = Q(purpose=ADDED) & (Q(message__state=Message.State.PLANNED) | Q(call__state=CallTask.State.OPEN))
    told = Request.objects.filter(Q(key__endswith=f"-{last.pk}") | unsaid)
    return _reach(told, [MOVED, ELSEWHERE, ADDED], reminding.occasion_of(lesson))


def reach_of_added(lesson: Lesson) -> Reach:
    """How whoever is told that there is one lesson more is told."""
    return _reach(Request.objects.all(), [ADDED], reminding.occasion_of(lesson))


def reach_of_lesson_off(lesson: Lesson) -> Reach:
    """How whoever is told that a lesson is off is told."""
    return _reach(Request.objects.all(), [LESSON_OFF], reminding.occasion_of(lesson))


def reach_of_run_off(run: CourseRun) -> Reach:
    """How whoever is told that a run is off is told."""
    return _reach(Request.objects.all(), [RUN_OFF], occasion_of(run))


def reach_of_results(run: CourseRun) -> Reach:
    """How people are told what a draw or a decision gave them."""
    return _reach(Request.objects.all(), [SEAT, NO_SEAT], occasion_of(run)).by_letter


def reach_before_results(run: CourseRun, waiting: Iterable[Registration]) -> Reach:
    """How those who wait for a draw or a decision would be told of it now; fetched with their routes."""
    return Reach.of_ways(ways_to_tell(run, list(waiting))).by_letter


def _reach(requests: RequestQuerySet, names: Collection[str], occasion: str) -> Reach:
    told = requests.standing().filter(purpose__in=names, occasion=occasion)
    return Reach.of_requests(told.select_related("call"))
