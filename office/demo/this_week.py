"""What lies on the desk on the very day on which the practice city is loaded, whatever day of the year that is.

A year of chance leaves some desks empty: nobody waits, no text is lost on a Sunday. Whoever practises must find one of
each, so these few runs are planned around today; what happens in them is done by the deeds all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from classes.models import CourseRun
from classes.terms import RunTerms
from core.officehours import is_working_day, previous_working_day, working_day_on_or_before
from core.wareki import TOKYO, local_date

OPENS, CLOSES = time(9), time(16, 50)
# Texts go out at the first of these that has come, or on the evening before.
TEXTS_AT = (time(15), time(10), time(9))
TEXTS_THE_EVENING_BEFORE = time(16, 50)
# From the end of reception to the first lesson, where seats are drawn and the outcome is told by letter.
DAYS_FOR_LETTERS = timedelta(days=10)
FATE_KNOWN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class RunPlan:
    """A run to be announced: when its first lesson is, and what becomes of it; None leaves it to chance."""

    first_day: date
    course: str = ""
    capacity: int | None = None
    callers: int | None = None
    # The instructor who signs in teaches it.
    is_the_instructors: bool = False
    # The sheet still lies on the desk.
    is_unmarked: bool = False
    # Somebody gives the seat back at the last moment, so that it is held for whoever waits.
    frees_a_seat: bool = False
    # Everybody in it was told a moment ago that the way in is another one; some are still to be called.
    has_another_way_in: bool = False
    reminder_rules: tuple[tuple[int, str], ...] | None = None
    selection: str = CourseRun.Selection.FIRST_COME
    preferences: tuple[str, ...] = ()
    # When reception closes; it is open as long as usual where none is said.
    closes_at: datetime | None = None
    # The dice were thrown yesterday.
    is_drawn: bool = False

    @property
    def terms(self) -> RunTerms:
        """What is said otherwise than for every run."""
        said: RunTerms = {"selection": self.selection, "preferences": list(self.preferences)}
        if self.closes_at is not None:
            said["reception_closes_at"] = self.closes_at
        if self.reminder_rules is not None:
            said["reminder_rules"] = [list(rule) for rule in self.reminder_rules]
        return said


def runs_of_this_week(now: datetime) -> Iterator[RunPlan]:
    """One run for each thing that an office has to do."""
    today = local_date(now)
    yield RunPlan(today, course="はじめてのスマホ", capacity=9, callers=9, is_the_instructors=True)
    yield RunPlan(previous_working_day(today), capacity=8, callers=6, is_unmarked=True)
    yield RunPlan(_working(today, range(10, 20)), course="LINE入門", capacity=8, callers=12, frees_a_seat=True)
    yield RunPlan(_working(today, range(4, 8)), capacity=10, callers=1)
    yield from _runs_not_for_whoever_comes_first(now)
    lost = texts_at(now)
    day = _working(local_date(lost), range(3, 12))
    days_before = (day - local_date(lost)).days
    rules = ((days_before, f"{lost:%H:%M}"), (1, "15:00"))
    yield RunPlan(
        day, course="写真をとって送る", capacity=12, callers=12, reminder_rules=rules, has_another_way_in=True
    )


def _runs_not_for_whoever_comes_first(now: datetime) -> Iterator[RunPlan]:
    """A draw that was held, one for which people still apply, and a decision that waits at the counter."""
    today = local_date(now)
    closed = datetime.combine(previous_working_day(today - timedelta(days=2)), CLOSES, TOKYO)
    lottery, counter = CourseRun.Selection.LOTTERY, CourseRun.Selection.COUNTER
    preferred = ("first_time", "age_75", "lost_before")
    yield RunPlan(
        _working(today, range(13, 19)),
        course="はじめてのスマホ",
        capacity=6,
        callers=10,
        selection=lottery,
        preferences=preferred,
        closes_at=closed,
        is_drawn=True,
    )
    open_day = _working(today, range(21, 27))
    # After the draw the letters are printed, and some people are told by post.
    closes = datetime.combine(working_day_on_or_before(open_day - DAYS_FOR_LETTERS), CLOSES, TOKYO)
    yield RunPlan(
        open_day,
        course="マイナポータルの使い方",
        capacity=8,
        callers=6,
        selection=lottery,
        preferences=preferred,
        closes_at=closes,
    )
    yield RunPlan(
        _working(today, range(16, 22)),
        course="スマホ相談会",
        capacity=4,
        callers=6,
        selection=counter,
        preferences=preferred[:1],
        closes_at=closed,
    )


def texts_at(now: datetime) -> datetime:
    """The last moment before now at which texts went out, early enough that their fate is known."""
    today = local_date(now)
    for at in TEXTS_AT:
        sent = datetime.combine(today, at, TOKYO)
        if sent + FATE_KNOWN_AFTER <= now:
            return sent
    return datetime.combine(today - timedelta(days=1), TEXTS_THE_EVENING_BEFORE, TOKYO)


def last_office_moment(now: datetime, *, minutes_ago: int = 10) -> datetime:
    """The last moment before now at which somebody sat at the desk."""
    at = now.astimezone(TOKYO) - timedelta(minutes=minutes_ago)
    if is_working_day(at.date()) and at.time() >= OPENS:
        return min(at, datetime.combine(at.date(), CLOSES, TOKYO))
    return datetime.combine(previous_working_day(at.date()), CLOSES, TOKYO)


def _working(day: date, ahead: range) -> date:
    """The first of these days ahead on which halls are open, the first of all where none is."""
    days = [day + timedelta(days=number) for number in ahead]
    return next((each for each in days if is_working_day(each)), days[0])
