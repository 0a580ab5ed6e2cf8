"""What a text about a lesson may be filled with: its course, its day and hour, its place.

Residents read Japanese, whatever language the clerk's screen speaks.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from city.models import Venue
from classes.models import Course, CourseRun, Lesson
from core.wareki import TOKYO, clock, short_date
from reminders.measuring import measure
from reminders.purposes import Field, Sample
from reminders.wording import units

TITLE = Field("title", "講座名", _("title of the course"), may_be_cut=True)
DATE = Field("date", "日付", _("day of the lesson with its weekday"))
TIME = Field("time", "時刻", _("when the lesson begins"))
VENUE = Field("venue", "会場", _("venue of the lesson, without the room"), may_be_cut=True)
LESSON_FIELDS = (TITLE, DATE, TIME, VENUE)

# No day and hour of a lesson is longer than this one.
_LONGEST_MOMENT = datetime(2026, 12, 23, 12, 30, tzinfo=TOKYO)
# Of an office that has planned nothing yet.
_USUAL_TITLE, _USUAL_VENUE, _USUAL_CLASS = "はじめてのスマートフォン", "中央公民館", 12
# The longest by characters are looked at, and the longest of them by the carriers' count is taken.
_LOOKED_AT = 20


def facts_of(lesson: Lesson) -> dict[str, str]:
    """The facts of one lesson, as a text says them. Reads its run's course and its venue."""
    return {
        TITLE.name: lesson.run.course.title,
        VENUE.name: lesson.venue.name,
        **moment_facts(lesson.starts_at),
    }


def moment_facts(starts_at: datetime) -> dict[str, str]:
    """Day and hour, in Japanese."""
    with override("ja"):
        return {DATE.name: short_date(starts_at), TIME.name: clock(starts_at)}


@measure
def sample() -> Sample:
    """The longest title, venue, day and hour that a text can have here, and the seats of the newest runs."""
    facts = {
        TITLE.name: longest_of(Course.objects.all(), "title") or _USUAL_TITLE,
        VENUE.name: longest_of(Venue.objects.active(), "name") or _USUAL_VENUE,
        **moment_facts(_LONGEST_MOMENT),
    }
    seats = sorted(CourseRun.objects.order_by("-pk").values_list("capacity", flat=True)[:_LOOKED_AT])
    return Sample(facts, people=seats[len(seats) // 2] if seats else _USUAL_CLASS)


@measure
def longest_place() -> str:
    """The longest venue with its room."""
    venues = Venue.objects.active().order_by((Length("name") + Length("room")).desc(), "pk")[:_LOOKED_AT]
    return max(map(str, venues), key=units, default=_USUAL_VENUE)


def longest_of(rows: QuerySet[Any], name: str) -> str:
    """The longest words that stand in a field, by the carriers' count; empty where there are none."""
    longest = rows.order_by(Length(name).desc(), "pk").values_list(name, flat=True)[:_LOOKED_AT]
    return max(longest, key=units, default="")
