"""What the clerk should think about again when a run stands as planned. Nothing is refused for it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from city.models import Venue
from classes.clashing import LessonPlan
from classes.models import CourseRun
from classes.reception import reception_past_lessons
from core.wareki import day_and_time, short_date

# When there is still time to tell people, and nobody new is likely to call.
NEAR = timedelta(days=7)


def cautions(run: CourseRun, *, learners_per_helper: int, now: datetime) -> list[str]:
    """What to think about again: more people than chairs, too few hands, too few people, reception open too long."""
    seats = run.seats
    learners = max(run.capacity, seats.confirmed)
    standing = run.lessons_not_cancelled()
    found: list[str] = []
    for lesson in standing:
        hands = len(lesson.assignments.all())
        found += _of_lesson(lesson.ordinal, lesson.venue, learners=learners, hands=hands, most=learners_per_helper)
    starts = [lesson.starts_at for lesson in standing]
    # A lesson that was moved, added or cancelled may leave reception open too long. What has begun is past mending.
    too_long = reception_past_lessons(run, starts) if starts and now < max(starts) else None
    if too_long is not None:
        found.append(str(too_long))
    if seats.lent > seats.devices:
        promised = {"lent": seats.lent, "devices": seats.devices}
        found.append(_("%(lent)d devices are promised, more than the %(devices)d there are.") % promised)
    # Until lots are drawn or the counter has decided, everybody waits.
    people = seats.confirmed if run.seats_go_by_line else seats.confirmed + seats.waiting
    if standing and now < standing[0].starts_at <= now + NEAR and people < run.minimum:
        facts = {"people": people, "minimum": run.minimum, "day": short_date(standing[0].starts_at)}
        found.append(_("It begins on %(day)s; %(people)d of at least %(minimum)d people are registered.") % facts)
    return found


def cautions_of_plans(plans: Sequence[LessonPlan], *, capacity: int, learners_per_helper: int) -> list[str]:
    """What to think about again in a run that is not saved yet: more people than chairs, too few hands."""
    return [
        caution
        for number, plan in enumerate(plans, start=1)
        for caution in _of_lesson(
            number, plan.venue, learners=capacity, hands=len(plan.staff), most=learners_per_helper
        )
    ]


def cautions_of_reception(*, closes_at: datetime, now: datetime) -> list[str]:
    """What to think about again in a run that is not saved yet: reception that is over before anybody can call."""
    if closes_at > now:
        return []
    return [
        _("Reception would have closed on %(closes)s already. Please change it.") % {"closes": day_and_time(closes_at)}
    ]


def _of_lesson(number: int, venue: Venue, *, learners: int, hands: int, most: int) -> Iterator[str]:
    facts = {
        "number": number,
        "venue": venue,
        "chairs": venue.seats,
        "learners": learners,
        "hands": hands,
        "most": most,
    }
    if learners > venue.seats:
        yield _("Lesson %(number)d: %(venue)s has %(chairs)d seats for %(learners)d learners.") % facts
    if not hands:
        yield _("Lesson %(number)d: nobody teaches it yet.") % facts
    elif learners > most * hands:
        yield _("Lesson %(number)d: %(learners)d learners for %(hands)d helpers are more than %(most)d each.") % facts
