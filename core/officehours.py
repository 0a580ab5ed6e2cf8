"""When the office works: public holidays, the closing days of the turn of the year, and the hours for texts and calls.

Closing days of the city itself are handed in; nothing here asks a database. What must never happen: a telephone at a
resident's home ringing at night, or a deadline that falls on a day when nobody is at the counter.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import jpholiday

from core.wareki import TOKYO, local_date

# 地方自治法4条の2: a local office rests on weekends, public holidays and at the turn of the year, which nearly
# every ordinance sets to 29 December to 3 January, as 行政機関の休日に関する法律1条 does for the state.
_TURN_OF_THE_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
# A closure longer than this is a list of closing days gone wrong, not a holiday.
_LONGEST_CLOSURE = 366

_NONE: frozenset[date] = frozenset()


def is_turn_of_the_year(day: date) -> bool:
    """Whether a day is one of 29 December to 3 January."""
    return (day.month, day.day) in _TURN_OF_THE_YEAR


def holiday_name(day: date) -> str:
    """What a public holiday is called (祝日), in Japanese, as it stands in every calendar; empty for another day."""
    return jpholiday.is_holiday_name(day) or ""


def is_working_day(day: date, closing: Collection[date] = _NONE) -> bool:
    """Whether somebody is at the counter; `closing` are the city's own closing days."""
    return day.weekday() < 5 and not is_turn_of_the_year(day) and not jpholiday.is_holiday(day) and day not in closing


def next_working_day(day: date, closing: Collection[date] = _NONE) -> date:
    """The first working day after a day."""
    return _first_working(day, timedelta(days=1), closing)


def previous_working_day(day: date, closing: Collection[date] = _NONE) -> date:
    """The last working day before a day."""
    return _first_working(day, timedelta(days=-1), closing)


def working_day_on_or_after(day: date, closing: Collection[date] = _NONE) -> date:
    """The day itself when the office works, else the next working day."""
    return day if is_working_day(day, closing) else next_working_day(day, closing)


def working_day_on_or_before(day: date, closing: Collection[date] = _NONE) -> date:
    """The day itself when the office works, else the previous working day."""
    return day if is_working_day(day, closing) else previous_working_day(day, closing)


@dataclass(frozen=True)
class Window:
    """The hours of a day, in Tokyo, in which residents may be disturbed; both ends belong to it."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("a window begins before it ends")

    def contains(self, moment: datetime) -> bool:
        """Whether a moment lies inside the hours."""
        return self.start <= _tokyo(moment).time() <= self.end

    def earliest_from(self, moment: datetime) -> datetime:
        """The moment itself inside the hours, else their next beginning: for what must not wait."""
        local = _tokyo(moment)
        if local.time() < self.start:
            return self._at(local.date(), self.start)
        if local.time() > self.end:
            return self._at(local.date() + timedelta(days=1), self.start)
        return local

    def latest_until(self, moment: datetime) -> datetime:
        """The moment itself inside the hours, else the last closing before it: for what must not come late."""
        local = _tokyo(moment)
        if local.time() > self.end:
            return self._at(local.date(), self.end)
        if local.time() < self.start:
            return self._at(local.date() - timedelta(days=1), self.end)
        return local

    def latest_working_until(self, moment: datetime, closing: Collection[date] = _NONE) -> datetime:
        """The moment, moved into the hours and from a closing day to the working day before, at the same hour.

        A call planned for ten o'clock of a Sunday is made at ten on Friday.
        """
        inside = self.latest_until(moment)
        day = working_day_on_or_before(inside.date(), closing)
        return inside if day == inside.date() else self._at(day, inside.time())

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, TOKYO)


def _tokyo(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone could be any")
    return moment.astimezone(TOKYO)


def _first_working(day: date, step: timedelta, closing: Collection[date]) -> date:
    candidate = local_date(day)
    for _day in range(_LONGEST_CLOSURE):
        candidate += step
        if is_working_day(candidate, closing):
            return candidate
    raise ValueError("the office is closed for more than a year")
