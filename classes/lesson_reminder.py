"""What the letterbox asks about a reminder of a lesson: is it still due, what to say, what came of the call.

What must never happen: somebody called about a lesson they gave back, or a told absence lost between two lists.
"""

import re
from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from city.models import CityProfile
from classes import absence, reminding
from classes.lesson_words import LESSON_FIELDS, sample
from classes.models import Lesson, Registration
from core.wareki import spoken
from reminders.about import About
from reminders.models import Outcome
from reminders.postcards import Card
from reminders.purposes import Sample

_KEY = re.compile(r"registration:(?P<registration>\d+):lesson:(?P<lesson>\d+):")


class LessonReminder:
    """The purpose of every reminder of a lesson."""

    name = reminding.PURPOSE
    label = gettext_lazy("Reminder of a lesson")
    about = About.REMINDERS
    fields = LESSON_FIELDS
    wordings = (
        "【{市名}】「{講座名}」{日付}{時刻}から{会場}。来られない時は{電話}へ",
        "【{市名}】スマホ教室{日付}{時刻}から{会場}。来られない時は{電話}へ",
        "【{市名}】{日付}{時刻}から{会場}。お問合せ{電話}",
    )

    def sample(self) -> Sample:
        """The longest facts of a lesson in this database."""
        return sample()

    def still_due(self, keys: Collection[str], *, now: datetime) -> set[str]:
        """Those whose person still holds a seat in a lesson that is ahead, and has not said that they cannot come."""
        parts = {key: _parts(key) for key in keys}
        registrations = {registration for registration, _lesson in parts.values()}
        lessons = {lesson for _registration, lesson in parts.values()}
        expected = _expected(registrations, lessons, now=now) if keys else set()
        return {key for key, part in parts.items() if part in expected}

    def script(self, key: str) -> str:
        """What the clerk reads out: who calls, for whom, the date, the place, what to bring."""
        registration, lesson = _read(key)
        facts = {
            "city": CityProfile.current().name,
            "office": CityProfile.current().office_name,
            "name": registration.resident.name,
            "when": spoken(lesson.starts_at),
            "venue": lesson.venue.name,
            "title": registration.run.course.title,
            "bring": registration.run.to_bring,
        }
        said = _("This is %(office)s of %(city)s. Is this %(name)s?") % facts
        said += "\n" + _("I am calling about “%(title)s”. It is on %(when)s, at %(venue)s.") % facts
        if facts["bring"]:
            said += "\n" + _("Please bring: %(bring)s.") % facts
        return said + "\n" + _("Will you be able to come?")

    def on_outcome(self, key: str, outcome: str, by: User) -> str:
        """An absence that was told is written on the roster; where no other lesson is left, the seat is given back."""
        if outcome != Outcome.ABSENCE:
            return ""
        registration, lesson = _read(key)
        return absence.cannot_come(registration, lesson, by=by)

    def cancel_link(self, key: str) -> str:
        """The page on which the registration is cancelled."""
        return reverse("registration_cancel", args=[_parts(key)[0]])

    def cards(self, keys: Collection[str]) -> dict[str, Card]:
        """What a postcard says of each lesson: what, when, where and how to find it, and what to bring."""
        parts = {key: _parts(key) for key in keys}
        lessons = Lesson.objects.select_related("venue", "run__course").in_bulk(
            {lesson for _of, lesson in parts.values()}
        )
        return {key: _card(lessons[lesson]) for key, (_of, lesson) in parts.items() if lesson in lessons}

    def link(self, key: str) -> str:
        """The page of the run."""
        registration = Registration.objects.filter(pk=_parts(key)[0]).only("run_id").first()
        return reverse("run_detail", args=[registration.run_id]) if registration else ""


# By hand: it is asked again before each few texts, and for Django to put it together took longer than all the rest.
_EXPECTED = """
    SELECT registration.id, lesson.id
    FROM classes_registration registration
    JOIN classes_courserun run ON run.id = registration.run_id AND run.called_off_at IS NULL
    JOIN classes_lesson lesson ON lesson.run_id = run.id AND lesson.cancelled_at IS NULL
    WHERE registration.id IN ({registrations}) AND registration.state = 'confirmed'
      AND lesson.id IN ({lessons}) AND lesson.starts_at > %s
      AND NOT EXISTS (
          SELECT 1 FROM classes_attendance mark
          WHERE mark.registration_id = registration.id AND mark.lesson_id = lesson.id AND mark.mark = 'absent_told'
      )
"""


def _expected(registrations: Collection[int], lessons: Collection[int], *, now: datetime) -> set[tuple[int, int]]:
    """Who is expected in which of these lessons: a seat, a lesson that is ahead, and no absence told."""
    asked = {"registrations": registrations, "lessons": lessons}
    marks = {name: ", ".join(["%s"] * len(numbers)) for name, numbers in asked.items()}
    ahead_of = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_EXPECTED.format(**marks), [*registrations, *lessons, ahead_of])
        return set(cursor.fetchall())


def _parts(key: str) -> tuple[int, int]:
    found = _KEY.match(key)
    if found is None:
        raise ValueError("not a key of a lesson's reminder")
    return int(found["registration"]), int(found["lesson"])


def _card(lesson: Lesson) -> Card:
    venue, bring = lesson.venue, lesson.run.to_bring
    place = "\n".join(filter(None, [str(venue), venue.directions or venue.address]))
    facts = [(pgettext("on the slip", "Place"), place)]
    if bring:
        facts.append((_("Bring"), bring))
    return Card(lesson.run.course.title, lesson.starts_at, lesson.ends_at, tuple(facts))


def _read(key: str) -> tuple[Registration, Lesson]:
    registration, lesson = _parts(key)
    return (
        Registration.objects.select_related("resident", "run__course").get(pk=registration),
        Lesson.objects.select_related("venue", "run").get(pk=lesson),
    )
