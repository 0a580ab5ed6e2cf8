from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.officehours import (
    Window,
    holiday_name,
    is_working_day,
    next_working_day,
    previous_working_day,
    working_day_on_or_after,
    working_day_on_or_before,
)
from core.wareki import TOKYO

DAYTIME = Window(time(9), time(17))
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(TOKYO))  # noqa: DTZ001 -- hypothesis adds the zone


def at(day, hour, minute=0):
    return datetime(*day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 1),
        date(2025, 12, 26),
        date(2026, 1, 5),
        date(2026, 5, 7),
        date(2026, 9, 24),
    ],
)
def test_the_office_works_on_weekdays(day):
    assert is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 4),  # Saturday
        date(2026, 4, 5),  # Sunday
        date(2026, 4, 29),  # 昭和の日
        date(2026, 5, 6),  # substitute holiday
        date(2026, 9, 22),  # between two holidays
        date(2025, 12, 29),
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2029, 1, 2),
        date(2029, 1, 3),
    ],
)
def test_the_office_rests_on_holidays_and_at_the_turn_of_the_year(day):
    assert not is_working_day(day)


def test_the_city_adds_closing_days_of_its_own():
    day = date(2026, 4, 1)

    assert is_working_day(day, closing={date(2026, 4, 2)})
    assert not is_working_day(day, closing={day})


def test_the_next_working_day_skips_the_turn_of_the_year():
    assert next_working_day(date(2025, 12, 26)) == date(2026, 1, 5)
    assert previous_working_day(date(2026, 1, 5)) == date(2025, 12, 26)


def test_the_next_working_day_is_never_the_day_itself():
    wednesday = date(2026, 4, 1)

    assert next_working_day(wednesday) == date(2026, 4, 2)
    assert next_working_day(wednesday, closing={date(2026, 4, 2)}) == date(2026, 4, 3)
    assert working_day_on_or_after(wednesday) == working_day_on_or_before(wednesday) == wednesday


def test_a_moment_counts_as_its_day_in_tokyo():
    late_on_thursday_in_utc = datetime(2026, 4, 2, 23, tzinfo=UTC)

    assert next_working_day(late_on_thursday_in_utc) == date(2026, 4, 6)


def test_a_closing_list_that_never_ends_is_an_error():
    every_day = {date(2026, 1, 1) + timedelta(days=n) for n in range(800)}

    with pytest.raises(ValueError, match="more than a year"):
        next_working_day(date(2026, 1, 1), closing=every_day)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (at((2026, 4, 1), 8, 59), False),
        (at((2026, 4, 1), 9), True),
        (at((2026, 4, 1), 17), True),
        (at((2026, 4, 1), 17, 1), False),
        (datetime(2026, 4, 1, 0, tzinfo=UTC), True),
        (datetime(2026, 4, 1, 9, tzinfo=UTC), False),
    ],
)
def test_both_ends_belong_to_the_window_of_tokyo(moment, inside):
    assert DAYTIME.contains(moment) is inside


@pytest.mark.parametrize(
    ("moment", "earlier"),
    [
        (at((2026, 4, 1), 10), at((2026, 4, 1), 10)),
        (at((2026, 4, 1), 8), at((2026, 3, 31), 17)),
        (at((2026, 4, 1), 18), at((2026, 4, 1), 17)),
        (at((2026, 12, 31), 18), at((2026, 12, 31), 17)),
    ],
)
def test_a_moment_outside_the_window_moves_back_to_the_last_closing(moment, earlier):
    assert DAYTIME.latest_until(moment) == earlier


def test_a_call_planned_on_a_closing_day_is_made_before_it_at_the_same_hour():
    sunday = at((2026, 4, 5), 10)

    assert DAYTIME.latest_working_until(sunday) == at((2026, 4, 3), 10)
    assert DAYTIME.latest_working_until(sunday, closing={date(2026, 4, 3)}) == at((2026, 4, 2), 10)


def test_a_window_begins_before_it_ends():
    with pytest.raises(ValueError, match="begins before"):
        Window(time(17), time(9))


def test_a_moment_without_its_zone_is_an_error():
    with pytest.raises(ValueError, match="time zone"):
        DAYTIME.contains(datetime(2026, 4, 1, 10))  # noqa: DTZ001 -- the mistake itself


@given(DAYS, st.frozensets(DAYS, max_size=5))
def test_neighbouring_working_days_have_none_between_them(day, closing):
    following = next_working_day(day, closing)

    assert following > day
    assert is_working_day(following, closing)
    between = (day + timedelta(days=number) for number in range(1, (following - day).days))
    assert not any(is_working_day(each, closing) for each in between)
    assert previous_working_day(following, closing) <= day


@given(MOMENTS)
def test_a_moved_moment_lies_in_the_window_on_the_right_side(moment):
    moved = DAYTIME.latest_working_until(moment)

    assert moved <= moment
    assert DAYTIME.contains(moved)
    assert is_working_day(moved.date())


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 11, 24), ""),
        (date(2026, 12, 30), ""),
    ],
)
def test_a_public_holiday_is_called_by_its_name(day, name):
    assert holiday_name(day) == name


@pytest.mark.parametrize(
    ("moment", "earliest"),
    [
        (at((2026, 12, 3), 7), at((2026, 12, 3), 9)),
        (at((2026, 12, 3), 9), at((2026, 12, 3), 9)),
        (at((2026, 12, 3), 17), at((2026, 12, 3), 17)),
        (at((2026, 12, 3), 17, 1), at((2026, 12, 4), 9)),
        (at((2026, 12, 31), 18), at((2027, 1, 1), 9)),
    ],
)
def test_what_must_not_wait_waits_no_longer_than_until_the_hours_begin(moment, earliest):
    assert DAYTIME.earliest_from(moment) == earliest
