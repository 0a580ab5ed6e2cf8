"""What a section of the day's page is made of, and whose day it is."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from city.models import CityProfile
from classes.models import Broadcast, CourseRun
from core.figures import how_many
from core.wareki import TOKYO
from reminders import call_list, inbound, rounds
from reminders.forecast import Forecast, forecast
from reminders.models import Halt
from residents import doubts

Row = TypeVar("Row", bound=Model)

# So many lines of a matter stand on the day's page.
MOST = 5


@dataclass(frozen=True)
class Item:
    """One line of a section: its words, a short remark, and where it leads."""

    text: str
    url: str
    remark: str = ""


@dataclass(frozen=True)
class Section:
    """One matter of the day: how much there is, the first of it, and the page where it is worked off."""

    title: str | Promise
    count: int
    url: str
    action: str | Promise
    empty: str | Promise
    items: list[Item] = field(default_factory=list)
    # Something that must be seen before anything else.
    is_alarm: bool = False


@dataclass(frozen=True)
class Day:
    """Whose day it is, in which city, and what time."""

    user: User
    city: CityProfile
    now: datetime

    @property
    def date(self) -> date:
        return timezone.localdate(self.now)

    @property
    def midnight(self) -> datetime:
        """The first moment of the day."""
        return datetime.combine(self.date, time.min, TOKYO)

    @cached_property
    def month(self) -> Forecast:
        """What texts cost this month."""
        return forecast(self.city, now=self.now)

    @cached_property
    def waiting(self) -> dict[str, int]:
        """How much there is of what is only counted, or often not there at all; a section looks closer if it must."""
        return how_many(
            beats=rounds.beats(self.now),
            halts=Halt.objects.all(),
            texts_in=inbound.waiting(),
            calls=call_list.todays(self.now),
            numbers=doubts.to_check(),
            broadcasts=Broadcast.objects.about_lessons_after(self.midnight),
            undecided=CourseRun.objects.to_decide(self.now),
        )


def counted(rows: QuerySet[Row]) -> tuple[int, list[Row]]:
    """How many there are and the first of them, asked at once."""
    first = list(rows.annotate(in_all=Window(Count("pk")))[:MOST])
    return (first[0].in_all if first else 0), first  # type: ignore[attr-defined]  # annotated a line above
