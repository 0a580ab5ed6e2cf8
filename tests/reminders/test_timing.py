"""Clock and calendar: the hours, closing days, the turn of the year, the fiscal year and the 29th of February."""

from datetime import date, datetime, time, timedelta

import pytest

from city.models import CityProfile, ClosingDay
from core.officehours import Window
from core.wareki import TOKYO
from reminders import timing
from reminders.timing import Slot, call_slot, due_time, receipt_deadline, retry_time, text_deadline, validity_seconds

HOURS = Window(time(9, 0), time(17, 0))
EARLY = datetime(2026, 1, 1, tzinfo=TOKYO)


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("lesson", "days", "clock", "due"),
    [
        # A text is sent on a Sunday and on a holiday too.
        (at(2026, 12, 7), 1, time(15), at(2026, 12, 6, 15)),
        # Before the hours: the evening before. After them: their end, with half an hour to leave and to arrive.
        (at(2026, 12, 9), 1, time(7), at(2026, 12, 7, 16, 30)),
        (at(2026, 12, 9), 1, time(16, 31), at(2026, 12, 8, 16, 30)),
        (at(2026, 12, 9), 1, time(20), at(2026, 12, 8, 16, 30)),
        (at(2026, 12, 9), 0, time(9), None),
        # The day after New Year's holidays.
        (at(2027, 1, 4), 3, time(10), at(2027, 1, 1, 10)),
        (at(2027, 1, 4), 1, time(15), at(2027, 1, 3, 15)),
        # Across the fiscal year and through February of a leap year and of another.
        (at(2027, 4, 1), 1, time(15), at(2027, 3, 31, 15)),
        (at(2028, 3, 1), 1, time(15), at(2028, 2, 29, 15)),
        (at(2027, 3, 1), 1, time(15), at(2027, 2, 28, 15)),
        (at(2028, 2, 29), 3, time(10), at(2028, 2, 26, 10)),
    ],
)
def test_a_rule_gives_a_moment_inside_the_hours(lesson: datetime, days: int, clock: time, due: datetime | None) -> None:
    slot = due_time(lesson, days_before=days, at=clock, now=EARLY, hours=HOURS)

    assert slot == (Slot(due, lesson) if due else None)


def test_who_registers_after_the_moment_of_a_rule_is_not_reminded_by_it() -> None:
    lesson = at(2026, 12, 9)

    at_three, a_second_later = at(2026, 12, 8, 15), at(2026, 12, 8, 15) + timedelta(seconds=1)

    assert due_time(lesson, days_before=1, at=time(15), now=at_three, hours=HOURS) is not None
    assert due_time(lesson, days_before=1, at=time(15), now=a_second_later, hours=HOURS) is None


@pytest.mark.parametrize(
    ("slot", "call"),
    [
        (at(2026, 12, 8, 15), at(2026, 12, 8, 15)),
        # Sunday to Friday.
        (at(2026, 12, 6, 15), at(2026, 12, 4, 15)),
        # New Year: from the third of January to the twenty-eighth of December.
        (at(2027, 1, 3, 15), at(2026, 12, 28, 15)),
        # The substitute holiday of 2027-03-22 and the weekend before it.
        (at(2027, 3, 22, 10), at(2027, 3, 19, 10)),
        (at(2028, 2, 29, 10), at(2028, 2, 29, 10)),
    ],
)
def test_a_call_on_a_closing_day_is_made_on_the_working_day_before(slot: datetime, call: datetime) -> None:
    assert call_slot(slot, HOURS, frozenset()) == call


@pytest.mark.django_db
def test_the_citys_own_closing_days_count() -> None:
    ClosingDay.objects.create(day=date(2026, 12, 8), reason="停電")

    closing = timing.closing_days(at(2026, 12, 8))

    assert call_slot(at(2026, 12, 8, 15), HOURS, closing) == at(2026, 12, 7, 15)


def test_a_text_leaves_two_hours_before_the_lesson_or_not_at_all() -> None:
    assert text_deadline(at(2026, 12, 9, 14), HOURS) == at(2026, 12, 9, 12)
    # Eight in the morning lies before the hours, so the evening before is the last moment.
    assert text_deadline(at(2026, 12, 9, 10), HOURS) == at(2026, 12, 8, 17)


@pytest.mark.parametrize(
    ("sent", "lesson", "deadline"),
    [
        (at(2026, 12, 7, 10), at(2026, 12, 9), at(2026, 12, 7, 11, 30)),
        # Half an hour before closing on the last working day before the lesson.
        (at(2026, 12, 8, 15, 30), at(2026, 12, 9), at(2026, 12, 8, 16, 30)),
        # But never at once: a receipt takes a moment.
        (at(2026, 12, 8, 16, 25), at(2026, 12, 9), at(2026, 12, 8, 16, 35)),
        # Sent in the last half hour, too: at six nobody would be there to call.
        (at(2026, 12, 8, 16, 30), at(2026, 12, 9), at(2026, 12, 8, 16, 40)),
        (at(2026, 12, 8, 16, 59), at(2026, 12, 9), at(2026, 12, 8, 17, 9)),
        # Sent when the office is dark, where texts leave until eight.
        (at(2026, 12, 8, 17), at(2026, 12, 9), at(2026, 12, 8, 18, 30)),
        # Sent on a Sunday for Monday: Friday evening is long past.
        (at(2026, 12, 6, 15), at(2026, 12, 7), at(2026, 12, 6, 16, 30)),
        # Sent on Friday for Monday: Friday is the last day on which somebody can call.
        (at(2026, 12, 4, 15, 30), at(2026, 12, 7), at(2026, 12, 4, 16, 30)),
        # The lesson is tomorrow but today is Sunday, or the lesson is today.
        (at(2026, 12, 6, 10), at(2026, 12, 7), at(2026, 12, 6, 11, 30)),
        (at(2026, 12, 9, 10), at(2026, 12, 9, 14), at(2026, 12, 9, 11, 30)),
        # The first class after New Year's holidays: the office last works on the twenty-eighth.
        (at(2026, 12, 28, 15, 30), at(2027, 1, 4), at(2026, 12, 28, 16, 30)),
        (at(2027, 1, 3, 15), at(2027, 1, 4), at(2027, 1, 3, 16, 30)),
        # Two days after them there is a working day in between.
        (at(2027, 1, 4, 15, 30), at(2027, 1, 5), at(2027, 1, 4, 16, 30)),
        # Golden week of 2027: from 29 April, a Thursday, to 5 May; 30 April is a working day.
        (at(2027, 4, 30, 15, 30), at(2027, 5, 6), at(2027, 4, 30, 16, 30)),
        (at(2027, 4, 28, 15, 30), at(2027, 5, 6), at(2027, 4, 28, 17)),
        # Across the fiscal year, and the 29th of February.
        (at(2027, 3, 31, 15, 30), at(2027, 4, 1), at(2027, 3, 31, 16, 30)),
        (at(2028, 2, 29, 15, 30), at(2028, 3, 1), at(2028, 2, 29, 16, 30)),
        (at(2028, 2, 28, 15, 30), at(2028, 2, 29), at(2028, 2, 28, 16, 30)),
        (at(2027, 2, 26, 15, 30), at(2027, 3, 1), at(2027, 2, 26, 16, 30)),
    ],
)
def test_without_a_receipt_the_office_calls_in_time(sent: datetime, lesson: datetime, deadline: datetime) -> None:
    assert receipt_deadline(sent, lesson, HOURS, frozenset()) == deadline


def test_a_closing_day_of_the_city_is_no_day_on_which_anybody_calls() -> None:
    sent, lesson = at(2026, 12, 7, 15, 30), at(2026, 12, 9)

    assert receipt_deadline(sent, lesson, HOURS, frozenset()) == at(2026, 12, 7, 17)
    assert receipt_deadline(sent, lesson, HOURS, frozenset({date(2026, 12, 8)})) == at(2026, 12, 7, 16, 30)


@pytest.mark.parametrize(
    ("now", "lesson", "again"),
    [
        (at(2026, 12, 7, 10), at(2026, 12, 9), at(2026, 12, 7, 13)),
        (at(2026, 12, 7, 13, 30), at(2026, 12, 9), at(2026, 12, 7, 16, 30)),
        (at(2026, 12, 7, 13, 31), at(2026, 12, 9), None),
        (at(2026, 12, 9, 9, 30), at(2026, 12, 9, 14), None),
    ],
)
def test_an_unreached_telephone_is_tried_again_on_the_same_day_or_not(
    now: datetime, lesson: datetime, again: datetime | None
) -> None:
    assert retry_time(now, lesson, HOURS, calls=HOURS, closing=()) == again


UNTIL_EIGHT = Window(time(9, 0), time(20, 0))


@pytest.mark.parametrize(
    ("now", "lesson", "again"),
    [
        # Friday, for a Saturday: at ten past six nobody would be there to call whom the second text does not reach.
        (at(2026, 12, 4, 15, 10), at(2026, 12, 5), None),
        (at(2026, 12, 4, 13, 21), at(2026, 12, 5), None),
        (at(2026, 12, 4, 13, 20), at(2026, 12, 5), at(2026, 12, 4, 16, 20)),
        # There is a working day left, or nobody is there to call any more: then a text is worth the try.
        (at(2026, 12, 4, 15, 10), at(2026, 12, 8), at(2026, 12, 4, 18, 10)),
        (at(2026, 12, 6, 10), at(2026, 12, 7, 16), at(2026, 12, 6, 13)),
        # On the day of the lesson, whose last working day before it is over.
        (at(2026, 12, 9, 9, 30), at(2026, 12, 9, 18), at(2026, 12, 9, 12, 30)),
    ],
)
def test_a_text_is_tried_again_only_while_there_is_time_to_call_as_well(
    now: datetime, lesson: datetime, again: datetime | None
) -> None:
    assert retry_time(now, lesson, UNTIL_EIGHT, calls=HOURS, closing=()) == again


def test_on_the_eve_of_a_closing_day_somebody_calls_instead_of_a_second_text() -> None:
    now, lesson = at(2026, 12, 7, 15, 10), at(2026, 12, 9)

    assert retry_time(now, lesson, UNTIL_EIGHT, calls=HOURS, closing=()) == at(2026, 12, 7, 18, 10)
    assert retry_time(now, lesson, UNTIL_EIGHT, calls=HOURS, closing={date(2026, 12, 8)}) is None


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (at(2026, 12, 8, 9), 8 * 3600),
        (at(2026, 12, 8, 16, 50), 10 * 60),
        # The last that may leave at all; in less than a minute nothing arrives.
        (at(2026, 12, 8, 16, 59), 60),
        # Not beyond its use either.
        (at(2026, 12, 9, 9, 30), 30 * 60),
    ],
)
def test_a_text_that_waits_for_the_telephone_never_rings_at_night(sent: datetime, seconds: int) -> None:
    assert validity_seconds(sent, at(2026, 12, 9), HOURS) == seconds


def test_a_text_waits_no_longer_than_twilio_allows() -> None:
    whole_day = Window(time.min, time.max)

    assert validity_seconds(at(2026, 12, 7, 0), at(2026, 12, 9), whole_day) == 36_000
    assert validity_seconds(at(2026, 12, 7, 23, 59), at(2026, 12, 9), whole_day) >= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (at(2026, 12, 8, 8, 59), False),
        (at(2026, 12, 8, 9), True),
        (at(2026, 12, 8, 16, 59), True),
        (at(2026, 12, 8, 16, 59) + timedelta(seconds=1), False),
    ],
)
def test_a_text_leaves_only_while_it_can_arrive_inside_the_hours(now: datetime, leaves: bool) -> None:
    assert timing.texts_leave(CityProfile.current(), now) is leaves


def test_where_the_hours_are_short_texts_are_planned_for_their_first_half() -> None:
    short = Window(time(9, 0), time(9, 40))

    slot = due_time(at(2026, 12, 9), days_before=1, at=time(15), now=EARLY, hours=short)

    assert slot == Slot(at(2026, 12, 8, 9, 20), at(2026, 12, 9))


@pytest.mark.parametrize(
    ("tried", "lesson", "again"),
    [
        # Morning to afternoon, afternoon to early evening, evening to the morning of the next working day.
        (at(2026, 12, 2, 9, 30), at(2026, 12, 4), at(2026, 12, 2, 13)),
        (at(2026, 12, 2, 11, 59), at(2026, 12, 4), at(2026, 12, 2, 13)),
        (at(2026, 12, 2, 13, 10), at(2026, 12, 4), at(2026, 12, 2, 16)),
        (at(2026, 12, 2, 15, 30), at(2026, 12, 4), at(2026, 12, 2, 16, 30)),
        (at(2026, 12, 2, 16, 30), at(2026, 12, 4), at(2026, 12, 3, 9)),
        # Over the weekend, and a long one at the turn of the year.
        (at(2026, 12, 4, 16, 30), at(2026, 12, 8), at(2026, 12, 7, 9)),
        (at(2026, 12, 28, 16, 30), at(2027, 1, 6), at(2027, 1, 4, 9)),
        # Somebody who calls on a Sunday is followed on Monday.
        (at(2026, 12, 6, 10), at(2026, 12, 8), at(2026, 12, 7, 9)),
        # Nothing else is left before the lesson: in an hour, or at once.
        (at(2026, 12, 2, 9, 30), at(2026, 12, 2, 13), at(2026, 12, 2, 10, 30)),
        (at(2026, 12, 4, 16, 30), at(2026, 12, 7, 9), None),
        (at(2026, 12, 2, 9, 30), at(2026, 12, 2, 11), None),
    ],
)
def test_who_was_not_reached_is_called_at_another_time_of_day(
    tried: datetime, lesson: datetime, again: datetime | None
) -> None:
    assert timing.call_again_time(tried, lesson, HOURS, frozenset()) == again


def test_on_a_closing_day_nobody_calls_again() -> None:
    closed = frozenset({date(2026, 12, 3)})

    assert timing.call_again_time(at(2026, 12, 2, 16, 30), at(2026, 12, 8), HOURS, closed) == at(2026, 12, 4, 9)


def test_hours_of_a_morning_only_leave_the_morning_of_the_next_day() -> None:
    mornings = Window(time(9, 0), time(12, 0))

    assert timing.call_again_time(at(2026, 12, 2, 9, 30), at(2026, 12, 4), mornings, ()) == at(2026, 12, 3, 9)


@pytest.mark.parametrize(
    ("now", "lesson", "texted"),
    [
        # At noon: at once, until there would be no time left to call whom the text does not reach.
        (at(2026, 12, 3, 12), at(2026, 12, 3, 13, 30), at(2026, 12, 3, 12)),
        (at(2026, 12, 3, 12), at(2026, 12, 3, 12, 50), at(2026, 12, 3, 12)),
        (at(2026, 12, 3, 12), at(2026, 12, 3, 12, 49), None),
        # Before the hours: when they begin, for whom that is not too late.
        (at(2026, 12, 3, 7), at(2026, 12, 3, 10), at(2026, 12, 3, 9)),
        (at(2026, 12, 3, 7), at(2026, 12, 3, 9, 30), None),
        # After them: the next morning.
        (at(2026, 12, 3, 18), at(2026, 12, 4, 10), at(2026, 12, 4, 9)),
        (at(2026, 12, 3, 18), at(2026, 12, 4, 9, 30), None),
        # On a Sunday, too.
        (at(2026, 12, 6, 10), at(2026, 12, 6, 13), at(2026, 12, 6, 10)),
    ],
)
def test_what_is_urgent_is_texted_as_long_as_there_is_time_to_call_as_well(
    now: datetime, lesson: datetime, texted: datetime | None
) -> None:
    assert timing.urgent_text_time(now, lesson, HOURS) == texted


def test_what_is_urgent_waits_twenty_minutes_for_a_receipt() -> None:
    sent, lesson = at(2026, 12, 3, 9), at(2026, 12, 4)

    assert receipt_deadline(sent, lesson, HOURS, (), is_urgent=True) == sent + timedelta(minutes=20)


def test_a_text_that_cannot_leave_waits_until_the_clerk_goes_home_and_not_until_the_texts_hours_end() -> None:
    until_eight, lesson = Window(time(9, 0), time(20, 0)), at(2026, 12, 4, 10)

    deadline = timing.waiting_deadline(at(2026, 12, 2), lesson, until_eight, calls=HOURS, closing=())

    assert deadline == at(2026, 12, 3, 16, 30)
    # Due when nobody is there any more, it waits as long as it may leave.
    assert timing.waiting_deadline(at(2026, 12, 3, 18), lesson, until_eight, calls=HOURS, closing=()) == at(
        2026, 12, 3, 20
    )


# Carried out in files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "due", "begins", "ends"),
    [
        # Today, to the end of the hours.
        (at(2026, 12, 2, 10), at(2026, 12, 2, 10), at(2026, 12, 2, 10), at(2026, 12, 2, 17)),
        (at(2026, 12, 2, 16), at(2026, 12, 2, 10), at(2026, 12, 2, 16), at(2026, 12, 2, 17)),
        # In less than an hour nobody carries a file: tomorrow, unless the lesson comes first.
        (at(2026, 12, 2, 16, 1), at(2026, 12, 2, 10), at(2026, 12, 3, 9), at(2026, 12, 3, 17)),
        (at(2026, 12, 3, 16, 1), at(2026, 12, 2, 10), at(2026, 12, 3, 16, 1), at(2026, 12, 3, 17)),
        # For a later day, and made before the hours or after them.
        (at(2026, 12, 2, 10), at(2026, 12, 3, 15), at(2026, 12, 3, 15), at(2026, 12, 3, 17)),
        (at(2026, 12, 2, 8), at(2026, 12, 1, 15), at(2026, 12, 2, 9), at(2026, 12, 2, 17)),
        (at(2026, 12, 2, 18), at(2026, 12, 2, 15), at(2026, 12, 3, 9), at(2026, 12, 3, 17)),
    ],
)
def test_a_text_in_a_file_may_arrive_on_one_day(now: datetime, due: datetime, begins: datetime, ends: datetime) -> None:
    lesson = at(2026, 12, 4, 10)

    assert timing.carried_span(now, Slot(due, lesson), HOURS) == Slot(begins, ends)


def test_a_text_in_a_file_arrives_before_its_lesson_on_the_same_day() -> None:
    morning, afternoon = at(2026, 12, 4, 9), at(2026, 12, 4, 14)

    assert timing.carried_span(morning, Slot(morning, afternoon), HOURS).useless_after == at(2026, 12, 4, 12)


def test_what_is_urgent_does_not_wait_for_tomorrow_in_a_file() -> None:
    now, lesson = at(2026, 12, 2, 16, 30), at(2026, 12, 4, 10)

    span = timing.carried_span(now, Slot(now, lesson), HOURS, is_urgent=True)

    assert span == Slot(now, at(2026, 12, 2, 17))
