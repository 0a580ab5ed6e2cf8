"""When reception of a run opens and closes.

What must never happen: somebody registered for a class that has begun, seats decided when it has, or an application
taken for a draw whose lots are listed.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classes.models import CourseRun, Draw
from core import wareki
from core.refusal import Refusal


class WrongReception(Refusal):
    """Reception cannot be open as it is planned."""


class ReceptionNeverOpens(WrongReception):
    """Reception would close before it opens."""

    sentence = _("Reception would close on %(closes)s, before it opens.")


class ReceptionOutlastsTheRun(WrongReception):
    """Somebody could register for a class that has begun, and would be told of a seat in it."""

    sentence = _(
        "Reception must close before the last lesson has begun. It begins on %(begins)s, and reception closes on "
        "%(closes)s."
    )


class NoTimeToDecide(WrongReception):
    """The seats are given after reception has closed; nobody would know in time."""

    sentence = _(
        "Where seats are drawn or decided at the counter, reception must close before the first lesson. It begins on "
        "%(begins)s, and reception closes on %(closes)s."
    )


class LotsAreFixed(WrongReception):
    """Whoever applied now would be told that lots are drawn, and would have none."""

    sentence = _(
        "The lots are listed, and whoever applied now would have none. Reception can be open longer once they are "
        "drawn."
    )


def default_reception(first_lesson: datetime, *, now: datetime) -> tuple[datetime, datetime]:
    """When reception opens and closes if nobody says: at once, until five on the day before the first lesson."""
    day_before = timezone.localtime(first_lesson) - timedelta(days=1)
    closes = day_before.replace(hour=17, minute=0, second=0, microsecond=0)
    return now, closes if closes > now else first_lesson


def refuse_reception(run: CourseRun, starts: Collection[datetime]) -> None:
    """Raise WrongReception unless reception fits the lessons that take place, which begin at `starts`."""
    if run.reception_closes_at <= run.reception_opens_at:
        raise ReceptionNeverOpens(closes=wareki.wareki(run.reception_closes_at))
    if (refusal := reception_past_lessons(run, starts)) is not None:
        raise refusal


def refuse_reopening(run: CourseRun, *, closed_before: datetime) -> None:
    """Raise LotsAreFixed when a locked run is to receive longer than until `closed_before`, its lots not drawn yet."""
    if run.reception_closes_at <= closed_before:
        return
    if Draw.objects.filter(run=run, listed_at__isnull=False, drawn_at__isnull=True).exists():
        raise LotsAreFixed


def reception_past_lessons(run: CourseRun, starts: Collection[datetime]) -> WrongReception | None:
    """The refusal that reception meets which is open longer than people can be told of a seat; None when all is well.

    `starts` is when the lessons begin that take place.
    """
    if not starts:
        return None
    closes, first, last = run.reception_closes_at, min(starts), max(starts)
    if not run.seats_go_by_line and closes >= first:
        return NoTimeToDecide(begins=wareki.day_and_time(first), closes=wareki.day_and_time(closes))
    if closes > last:
        return ReceptionOutlastsTheRun(begins=wareki.day_and_time(last), closes=wareki.day_and_time(closes))
    return None
