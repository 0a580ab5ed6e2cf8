"""What a notice may be filled with, beside the facts of a lesson: what it was before, the slip, the place in line.

Residents read Japanese, whatever language the clerk's screen speaks.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from classes.lesson_words import DATE, LESSON_FIELDS, TIME, VENUE, facts_of, longest_place, moment_facts, sample
from classes.models import CourseRun, Lesson, Move, Registration
from reminders.purposes import Field, Sample

SLIP = Field("slip", "受付番号", _("slip number; those of people who come together"))
COUNT = Field("count", "回数", _("how many lessons; empty where there is one"))
STANDING = Field("standing", "空き待ち", _("that the person waits; empty for whoever has a seat"))
OLD_DATE = Field("old_date", "前の日付", _("day on which the lesson was to be"))
OLD_TIME = Field("old_time", "前の時刻", _("when the lesson was to begin"))
HOW = Field("how", "決め方", _("how the seats were given"))
PLACE = Field("place", "順番", _("place on the waiting list"))

BOOKING_FIELDS = (SLIP, *LESSON_FIELDS, COUNT)
MOVE_FIELDS = (*LESSON_FIELDS, STANDING, OLD_DATE, OLD_TIME)
ADDED_FIELDS = (*LESSON_FIELDS, STANDING)
OFF_FIELDS = (*LESSON_FIELDS, STANDING, COUNT)
RESULT_FIELDS = (SLIP, *LESSON_FIELDS, COUNT, HOW, PLACE)

_LONGEST = {SLIP: "1234-12・1234-13", COUNT: "（全12回）", STANDING: "（空き待ち）", HOW: "お申込み", PLACE: "123"}


def facts_of_booking(registrations: Iterable[Registration], lessons: Sequence[Lesson]) -> dict[str, str]:
    """A seat: the slips of those who come together, the first lesson that is ahead, and how many there are."""
    return {SLIP.name: _slips(registrations), **_facts_of_first(lessons)}


def facts_of_move(told: Move, lesson: Lesson, registration: Registration) -> dict[str, str]:
    """What a lesson was to be and what it is; the room too, because it may be all that changed."""
    old = moment_facts(told.starts_at)
    return {
        **facts_of(lesson),
        VENUE.name: str(lesson.venue) if told.starts_at == lesson.starts_at else lesson.venue.name,
        OLD_DATE.name: old[DATE.name],
        OLD_TIME.name: old[TIME.name],
        **standing_facts(registration),
    }


def facts_of_added(lesson: Lesson, registration: Registration) -> dict[str, str]:
    """One lesson more."""
    return {**facts_of(lesson), **standing_facts(registration)}


def facts_of_off(lessons: Sequence[Lesson], registration: Registration) -> dict[str, str]:
    """What does not take place: the first of these lessons, and how many they are."""
    return {**_facts_of_first(lessons), **standing_facts(registration)}


def facts_of_result(
    registrations: Iterable[Registration], run: CourseRun, lessons: Sequence[Lesson], *, place: int
) -> dict[str, str]:
    """What the draw or the counter's decision gave those who come together.

    By their slips: on a telephone that is shared it is told of two people who applied each for themselves.
    """
    how = "抽選" if run.selection == CourseRun.Selection.LOTTERY else "お申込み"
    given = {HOW.name: how, PLACE.name: str(place), SLIP.name: _slips(registrations)}
    return {**_facts_of_first(lessons), **given}


def standing_facts(registration: Registration) -> dict[str, str]:
    """Whoever waits must not take a notice for a seat."""
    waits = registration.state == Registration.State.WAITING
    words = "（申込中）" if registration.awaits_the_decision else "（空き待ち）"
    return {STANDING.name: words if waits else ""}


def longest_facts(*, with_room: bool = False) -> Sample:
    """The longest facts of a notice in this database; what was before is as long as what is.

    `with_room` where the room may be all that changed.
    """
    usual = sample()
    facts = {field.name: words for field, words in _LONGEST.items()}
    old = {OLD_DATE.name: usual.facts[DATE.name], OLD_TIME.name: usual.facts[TIME.name]}
    place = {VENUE.name: longest_place()} if with_room else {}
    return Sample({**usual.facts, **facts, **old, **place}, usual.people)


def _slips(registrations: Iterable[Registration]) -> str:
    return "・".join(registration.slip for registration in registrations)


def _facts_of_first(lessons: Sequence[Lesson]) -> dict[str, str]:
    count = f"（全{len(lessons)}回）" if len(lessons) > 1 else ""
    return {**facts_of(lessons[0]), COUNT.name: count}
