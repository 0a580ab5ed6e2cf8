"""By when somebody answers about a seat that is held for them.

The time is read out on the telephone. What must never happen: an answer that is due when the class has begun, or one
that is due when nobody is at the counter to take it.
"""

from datetime import datetime, time

from django.utils import timezone

from city.models import CityProfile, ClosingDay
from classes.models import CourseRun, Offer
from core.officehours import next_working_day, working_day_on_or_before
from core.wareki import TOKYO, local_date

NOON = time(12)


def answer_by(run: CourseRun, now: datetime) -> datetime:
    """Noon of the next day on which the office works, but never after the next lesson has begun.

    Before a lesson in the evening or on a day of rest the answer is due while the office still telephones (a setting of
    the city); it is due when the lesson begins only where nobody will be there.
    """
    today = local_date(now)
    closing = set(ClosingDay.objects.filter(day__gte=today).values_list("day", flat=True))
    noon = datetime.combine(next_working_day(today, closing), NOON, TOKYO)
    ahead = run.lessons.standing().filter(starts_at__gt=now)
    begins = ahead.order_by("starts_at").values_list("starts_at", flat=True).first()
    if begins is None or noon <= begins:
        return noon
    last_day = working_day_on_or_before(local_date(begins), closing)
    last = min(begins, datetime.combine(last_day, CityProfile.current().calls_until, TOKYO))
    return last if last > now else begins


def bring_answers_forward(run: CourseRun) -> None:
    """Let no answer about a locked run be due after its next lesson, where that one is new or was moved."""
    due = answer_by(run, timezone.now())
    Offer.objects.open().filter(registration__run=run, answer_by__gt=due).update(answer_by=due)
