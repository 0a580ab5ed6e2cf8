"""What everybody of a lesson was told at once before somebody got a seat in it.

Whoever has a seat when it is said is told by the letterbox; whoever gets one later, by the clerk who gives it. What
must never happen: somebody before the closed door of an entrance when all others know of the other one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from classes.audience import key_of
from classes.broadcast_purposes import lessons_ahead
from classes.broadcast_words import as_matter
from classes.models import Broadcast, Lesson, Registration
from core.wareki import short_date
from reminders.models import Request


@dataclass(frozen=True)
class Matter:
    """What is different in some lessons of a run, and one person has not been told."""

    what: str
    lessons: Sequence[Lesson]

    @property
    def said(self) -> str:
        """As it is read out to the person."""
        days = pgettext("between two days", ", and ").join(short_date(lesson.starts_at) for lesson in self.lessons)
        return _("About %(days)s: %(matter)s.") % {"days": days, "matter": self.what}

    @property
    def to_tell(self) -> str:
        """As the clerk is asked to pass it on."""
        return _("The others were told: “%(matter)s”. Please tell this person now.") % {"matter": self.what}


def untold_matters(places: Sequence[Registration], *, now: datetime) -> dict[int, list[Matter]]:
    """By the number of a place what is still true of a lesson ahead and its person has not been told.

    One question where nothing was said of these runs, three otherwise, for any number of places.
    """
    runs = {place.pk: place.run_id for place in places}
    found: dict[int, list[Matter]] = {place: [] for place in runs}
    notices = Broadcast.objects.filter(kind=Broadcast.Kind.NOTICE, lessons__run__in=set(runs.values()))
    said = list(notices.about_lessons_after(now).order_by("at", "pk"))
    if not said:
        return found
    ahead = lessons_ahead([each.pk for each in said], Broadcast.Kind.NOTICE, at=now)
    asked = [(place, each, key_of(place, each)) for place in places for each in said]
    keys = [key for _place, _each, key in asked]
    told = set(Request.objects.standing().filter(key__in=keys).values_list("key", flat=True))
    for place, each, key in asked:
        theirs = [lesson for lesson in ahead[each.pk] if lesson.run_id == place.run_id]
        if theirs and key not in told:
            found[place.pk].append(Matter(as_matter(each.reason), theirs))
    return found
