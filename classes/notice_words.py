"""What a notice may be filled with, beside the facts of a lesson: what it was before, the slip, the place in line.

Residents read Japanese, whatever language the clerk's screen speaks.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from classes.conversation import MOST_COMPANIONS
from classes.lesson_words import DATE, LESSON_FIELDS, TIME, VENUE, facts_of, longest_place, moment_facts, sample
from classes.models import CourseRun, Lesson, Move, Registration
from reminders.measuring import measure
from reminders.purposes import Field, Sample
from reminders.wording import units

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

# How the slip with the most figures is found: in the newest run, or in the one with the most people.
_LONG_SLIPS = (("-run", "-slip_number"), ("-slip_number", "-run"))
# Neither is ever longer.
_LONGEST = {STANDING: "（空き待ち）", HOW: "お申込み"}
# As many lessons as the pages of a run have rows for.
MOST_LESSONS = 30
# No rule ends a line; no hall of a city has room for more people than three figures say.
_LONGEST_PLACE = 999
# The parties of most people are looked at, and the longest of their slips is taken.
_LOOKED_AT = 20


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


@measure
def longest_facts(*, with_room: bool = False) -> Sample:
    """The longest facts of a notice in this database; what was before is as long as what is.

    `with_room` where the room may be all that changed. Where there is none yet, as long as the rules allow.
    """
    usual = sample()
    facts = {field.name: words for field, words in _LONGEST.items()}
    facts |= {SLIP.name: _longest_slips(), COUNT.name: _longest_count(), PLACE.name: _longest_place()}
    old = {OLD_DATE.name: usual.facts[DATE.name], OLD_TIME.name: usual.facts[TIME.name]}
    place = {VENUE.name: longest_place()} if with_room else {}
    return Sample({**usual.facts, **facts, **old, **place}, usual.people)


@measure
def _longest_slips() -> str:
    """The slips of the party whose text is longest, or of one person; else those of as many as may come together."""
    parties = Registration.objects.filter(party__isnull=False).values("party").annotate(people=Count("pk"))
    largest = [found["party"] for found in parties.order_by("-people", "-party")[:_LOOKED_AT]]
    together: dict[int | None, list[Registration]] = {}
    for each in Registration.objects.filter(party__in=largest).order_by("slip_number"):
        together.setdefault(each.party_id, []).append(each)
    alone = [Registration.objects.order_by(*order).first() for order in _LONG_SLIPS]
    told = [*map(_slips, together.values()), *(each.slip for each in alone if each)]
    of_many = "・".join(f"1-{number}" for number in range(1, MOST_COMPANIONS + 2))
    return max(told, key=units, default=of_many)


@measure
def _longest_count() -> str:
    """Of the run with the most lessons; else of as many as can be planned at once."""
    counted = CourseRun.objects.annotate(number=Count("lessons")).order_by("-number")
    most = counted.values_list("number", flat=True).first() or 0
    return _count(most if most > 1 else MOST_LESSONS)


@measure
def _longest_place() -> str:
    """Of whoever stands last in the longest line."""
    waiting = Registration.objects.filter(state=Registration.State.WAITING).order_by()
    lines = waiting.values("run").annotate(people=Count("pk")).order_by("-people")
    return str(lines.values_list("people", flat=True).first() or _LONGEST_PLACE)


def _slips(registrations: Iterable[Registration]) -> str:
    return "・".join(registration.slip for registration in registrations)


def _facts_of_first(lessons: Sequence[Lesson]) -> dict[str, str]:
    return {**facts_of(lessons[0]), COUNT.name: _count(len(lessons))}


def _count(lessons: int) -> str:
    return f"（全{lessons}回）" if lessons > 1 else ""
