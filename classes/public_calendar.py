"""What residents and their families read of a run without signing in, in the words of the counter.

What must never stand here: a class for staff only, anything about a person, or the reason why something is called off,
which may be somebody's illness.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import Code
from classes.announcing import closing
from classes.devices import course_words, courses_for
from classes.line import InLine, is_past_others, lines_of
from classes.models import CourseRun, CourseRunQuerySet, Lesson
from classes.preferences import rules_in_words
from core.wareki import clock, short_date


@dataclass(frozen=True)
class Card:
    """One run as it is announced: its state in a few words, and for whom it is."""

    run: CourseRun
    device: str
    level: str
    state: str
    # The class of the tag that shows the state; never the only sign.
    tone: str = ""
    # Whether anybody can still apply, now or later.
    may_be_applied_for: bool = True

    @property
    def lessons(self) -> list[Lesson]:
        """Every lesson, also the cancelled ones: somebody may have noted the day."""
        return list(self.run.lessons.all())

    @property
    def takes_place(self) -> bool:
        """Whether anybody has to know where it is and what to bring."""
        return _takes_place(self.run)

    @property
    def closes(self) -> str:
        """Until when one can apply."""
        return closing(self.run, gap=" ")

    @property
    def rules(self) -> list[str]:
        """How the seats are given where they do not go to whoever comes first."""
        return rules_in_words(self.run)


def announced(*, at: datetime, device: str = "", venue: Any = None) -> CourseRunQuerySet:
    """The public runs that still have a lesson to come, the first to begin on top."""
    runs = CourseRun.objects.filter(is_public=True).ahead(at)
    if device:
        runs = runs.filter(course__device__in=courses_for(device))
    if venue:
        runs = runs.filter(lessons__venue=venue).distinct()
    return _with_all_that_is_told(runs).soonest_first()


def announced_run(pk: int) -> CourseRun:
    """One public run, over or called off as well: its address stands on paper. Raises Http404."""
    run = _with_all_that_is_told(CourseRun.objects.filter(is_public=True, pk=pk)).first()
    if run is None:
        raise Http404
    return run


def cards(runs: list[CourseRun], *, at: datetime) -> list[Card]:
    """The runs as they are announced at a moment."""
    words = course_words()
    lines = lines_of(run for run in runs if run.seats.free and run.seats.in_line)
    made = []
    for run in runs:
        state, tone = _state(run, lines.get(run.pk, []), at=at)
        device, level = (words[kind].get(key, "") for kind, key in _keys_of(run))
        may_be_applied_for = _takes_place(run) and at < run.reception_closes_at
        made.append(Card(run, device, level, state, tone, may_be_applied_for))
    return made


def _keys_of(run: CourseRun) -> tuple[tuple[str, str], ...]:
    return (Code.Kind.DEVICE, run.course.device), (Code.Kind.LEVEL, run.course.level)


def _with_all_that_is_told(runs: CourseRunQuerySet) -> CourseRunQuerySet:
    return runs.with_seats().select_related("course").prefetch_related("lessons__venue")


def _state(run: CourseRun, line: list[InLine], *, at: datetime) -> tuple[str, str]:
    """Whether somebody can apply now, and with what hope; in words and as the class of a tag."""
    if not _takes_place(run):
        return _("Called off"), "red"
    if all(lesson.ends_at <= at for lesson in run.lessons_not_cancelled()):
        return _("This class is over"), ""
    if at < run.reception_opens_at:
        return _("You can apply from %(day)s %(time)s") % _when(run.reception_opens_at), ""
    if at >= run.reception_closes_at:
        return _("Applications are closed"), ""
    if not run.seats_go_by_line:
        return _chances(run), "blue"
    seats = run.seats
    if not seats.free or is_past_others(run, seats, line):
        return _("Full; you can go on the waiting list"), "red"
    return ngettext("%(free)d seat left", "%(free)d seats left", seats.free) % {"free": seats.free}, "green"


def _takes_place(run: CourseRun) -> bool:
    """Whether any lesson is held at all."""
    return run.called_off_at is None and bool(run.lessons_not_cancelled())


def _chances(run: CourseRun) -> str:
    last = {"day": short_date(run.last_day_of_reception)}
    if run.selection == CourseRun.Selection.LOTTERY:
        return _("Drawn by lot; apply by %(day)s") % last
    return _("The office chooses; apply by %(day)s") % last


def _when(moment: datetime) -> dict[str, str]:
    return {"day": short_date(moment), "time": clock(moment)}
