"""The days of lessons that follow one another, without those on which the city rests.

Halls are booked by the day of the week. So a lesson that would fall on a public holiday, a closing day or the turn of
the year is held a week later, and those after it as well. What must never happen: a date moved or left out without a
word, or residents before a locked door.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from city.models import ClosingDay
from core import wareki
from core.officehours import holiday_name, is_turn_of_the_year

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class DayOfRest:
    """A day that would have been the turn of a lesson, and why none is held."""

    day: date
    why: str

    @property
    def sentence(self) -> str:
        """What the clerk reads: which day is left out, and why."""
        return _("%(day)s is left out: %(why)s.") % {"day": wareki.short_date(self.day), "why": self.why}


@dataclass(frozen=True)
class Series:
    """Days of lessons in their order, and those that were left out on the way."""

    days: tuple[date, ...]
    left_out: tuple[DayOfRest, ...]


def every_week(first: date, *, times: int) -> Series:
    """So many lessons on one day of the week, the first on a day or, when the city rests, on the next that is free."""
    return _series(first, [WEEK] * (times - 1))


def with_gaps_of(days: Sequence[date], *, first: date) -> Series:
    """As many lessons as there are days, as far from one another, from another first day on."""
    return _series(first, [later - earlier for earlier, later in pairwise(days)])


def _series(first: date, gaps: Iterable[timedelta]) -> Series:
    closing = dict(ClosingDay.objects.filter(day__gte=first).values_list("day", "reason"))
    days: list[date] = []
    left_out: list[DayOfRest] = []
    day = first
    for gap in (timedelta(0), *gaps):
        day += gap
        while why := _why_closed(day, closing):
            left_out.append(DayOfRest(day, why))
            day += WEEK
        days.append(day)
    return Series(tuple(days), tuple(left_out))


def _why_closed(day: date, closing: Mapping[date, str]) -> str:
    """Why nothing is held on a day; empty when something may be. Many a class is held on a Saturday."""
    if name := holiday_name(day):
        return name
    if is_turn_of_the_year(day):
        return _("the turn of the year")
    return (closing[day] or _("a closing day")) if day in closing else ""
