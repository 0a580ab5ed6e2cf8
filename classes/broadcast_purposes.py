"""What the letterbox asks about something told to everybody at once: is it still due, what to say, what came of a call.

What must never happen: somebody called about a place they gave back, or told that a lesson is called off that takes
place.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from city.models import CityProfile
from classes import absence
from classes.broadcast_words import (
    CALLED_OFF_FIELDS,
    CALLED_OFF_WORDINGS,
    NOTICE_FIELDS,
    NOTICE_WORDINGS,
    PURPOSES,
    as_cause,
    as_matter,
    longest_facts,
)
from classes.models import Attendance, Broadcast, Lesson, Move, Registration
from core.wareki import spoken
from reminders import outbox
from reminders.about import About
from reminders.models import Outcome, Request
from reminders.purposes import Field, Sample

_KEY = re.compile(r"registration:(?P<registration>\d+):broadcast:(?P<broadcast>\d+)")


@dataclass(frozen=True)
class ToldAtOnce:
    """The purpose of one kind of broadcast."""

    kind: str
    label: str | Promise
    fields: tuple[Field, ...]
    wordings: tuple[str, ...]
    about: str = About.BOOKED

    @property
    def name(self) -> str:
        """The name under which the letterbox knows it."""
        return PURPOSES[Broadcast.Kind(self.kind)]

    def sample(self) -> Sample:
        """The longest that was told so in this database."""
        return longest_facts(self.kind)

    def still_due(self, keys: Collection[str], *, now: datetime) -> set[str]:
        """Those whose person still has the place, and a lesson ahead about which it is true."""
        parts = {key: _parts(key) for key in keys}
        places = Registration.objects.active().with_offers().in_bulk({place for place, _broadcast in parts.values()})
        told = Broadcast.objects.in_bulk({broadcast for _place, broadcast in parts.values()})
        lessons = lessons_ahead(told, self.kind, at=now)
        absent = set(
            Attendance.objects.filter(registration__in=places, mark=Attendance.Mark.ABSENT_TOLD).values_list(
                "registration_id", "lesson_id"
            )
        )
        return {
            key
            for key, (place, broadcast) in parts.items()
            if place in places
            and self._concerns(places[place])
            and any(
                lesson.run_id == places[place].run_id and (place, lesson.pk) not in absent
                for lesson in lessons[broadcast]
            )
        }

    def _concerns(self, place: Registration) -> bool:
        has_seat = place.state == Registration.State.CONFIRMED or vars(place)["has_open_offer"]
        return has_seat or self.kind == Broadcast.Kind.CALLED_OFF

    def script(self, key: str) -> str:
        """What the clerk reads out: who calls, for whom, which lessons, what is the matter."""
        registration, broadcast, lessons = _read(key)
        now, city = timezone.now(), CityProfile.current()
        theirs = lessons or list(broadcast.lessons.filter(run=registration.run_id).select_related("venue"))
        lessons = [lesson for lesson in theirs if lesson.starts_at > now] or theirs
        facts = {
            "city": city.name,
            "office": city.office_name,
            "name": registration.resident.name,
            "when": pgettext("between two days", ", and ").join(spoken(lesson.starts_at) for lesson in lessons),
            "venue": lessons[0].venue.name if lessons else "",
            "title": registration.run.course.title,
            "reason": as_cause(broadcast.reason) if broadcast.is_called_off else as_matter(broadcast.reason),
        }
        said = [
            _("This is %(office)s of %(city)s. Is this %(name)s?") % facts,
            _("I am calling about “%(title)s” of %(when)s, at %(venue)s.") % facts,
        ]
        if broadcast.is_called_off:
            said.append(_("It does not take place. The reason: %(reason)s.") % facts)
            said.append(_("Please do not come. We are sorry for the trouble."))
        else:
            said.append(_("It takes place. Please note: %(reason)s.") % facts)
        return "\n".join(said)

    def on_outcome(self, key: str, outcome: str, by: User) -> str:
        """Whoever will not come to a lesson that takes place says so of it; a called-off one nobody misses."""
        if outcome != Outcome.ABSENCE or self.kind == Broadcast.Kind.CALLED_OFF:
            return ""
        registration, _broadcast, lessons = _read(key)
        said = [absence.cannot_come(registration, lesson, by=by) for lesson in lessons]
        return next((sentence for sentence in reversed(said) if sentence), "")

    def link(self, key: str) -> str:
        """The page that counts who has been reached."""
        return reverse("broadcast_detail", args=[_parts(key)[1]])


CALLED_OFF = ToldAtOnce(
    Broadcast.Kind.CALLED_OFF,
    gettext_lazy("Lessons called off at short notice"),
    CALLED_OFF_FIELDS,
    CALLED_OFF_WORDINGS,
)
NOTICE = ToldAtOnce(
    Broadcast.Kind.NOTICE,
    gettext_lazy("Something that is different at short notice"),
    NOTICE_FIELDS,
    NOTICE_WORDINGS,
)


def take_back_untrue(lessons: Iterable[Lesson], *, by: User) -> int:
    """Take back what was said of lessons that have been moved or called off since; how many had not heard it yet.

    Where it is still true of another lesson, the text that names all of them does not leave: its people are called.
    """
    notices = Broadcast.objects.filter(kind=Broadcast.Kind.NOTICE, lessons__in=lessons).distinct()
    occasions = [each.occasion for each in notices]
    if not occasions:
        return 0
    told = Request.objects.standing().filter(purpose=NOTICE.name, occasion__in=occasions)
    keys = set(told.values_list("key", flat=True))
    true = NOTICE.still_due(keys, now=timezone.now())
    taken_back = outbox.withdraw_each(keys - true, by=by)
    outbox.speak_instead(true, by=by)
    return taken_back


def lessons_ahead(broadcasts: Iterable[int], kind: str, *, at: datetime) -> dict[int, list[Lesson]]:
    """The lessons of these broadcasts that have not begun, and of which the broadcast is still true."""
    true = _lessons_as_said(broadcasts, kind)
    return {pk: [lesson for lesson in true[pk] if lesson.starts_at > at] for pk in broadcasts}


def place_of(key: str) -> int:
    """The number of the registration whose person is told under a key."""
    return _parts(key)[0]


def _parts(key: str) -> tuple[int, int]:
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError("not a key of a broadcast")
    return int(found["registration"]), int(found["broadcast"])


def _lessons_as_said(broadcasts: Iterable[int], kind: str) -> dict[int, list[Lesson]]:
    """The lessons of these broadcasts of which the broadcast is still true."""
    rows = Broadcast.lessons.through.objects.filter(broadcast__in=broadcasts).order_by("lesson__starts_at", "lesson")
    moved_since = Move.objects.filter(lesson=OuterRef("lesson"), moved_at__gte=OuterRef("broadcast__at"))
    found: dict[int, list[Lesson]] = defaultdict(list)
    for row in rows.select_related("lesson__run", "lesson__venue").annotate(is_moved=Exists(moved_since)):
        lesson = row.lesson
        is_off = lesson.cancelled_at is not None or lesson.run.called_off_at is not None
        is_as_said = is_off if kind == Broadcast.Kind.CALLED_OFF else not (is_off or vars(row)["is_moved"])
        if is_as_said:
            found[row.broadcast_id].append(lesson)
    return found


def _read(key: str) -> tuple[Registration, Broadcast, list[Lesson]]:
    """Whose, what was told, and the lessons of theirs of which it is still true."""
    place, number = _parts(key)
    registration = Registration.objects.select_related("resident", "run__course").get(pk=place)
    broadcast = Broadcast.objects.get(pk=number)
    true = _lessons_as_said([number], broadcast.kind)[number]
    return registration, broadcast, [lesson for lesson in true if lesson.run_id == registration.run_id]
