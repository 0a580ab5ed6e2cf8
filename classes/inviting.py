"""Who asked to be told of classes and may be told of this one (ご案内): people the office calls, from a list on paper.

What must never happen: somebody on the list who never asked for it, or who has taken it back since.
"""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from classes.devices import ANY_DEVICE, ASKED_FOR_BY_ITS_OWNER, courses_for
from classes.models import CourseRun, Lesson, Registration
from residents.models import Consent, Resident, ResidentQuerySet


def is_time_to_invite(run: CourseRun) -> bool:
    """Whether somebody who is told of the run now could register."""
    return run.called_off_at is None and run.reception_is_open(timezone.now())


def to_invite(run: CourseRun) -> ResidentQuerySet:
    """Who asked to be told of classes, in the order of their kana, with their telephones.

    Left out are whoever had to do with this run already, has or had a seat in another run of its course, or has a
    device that it is not about. Whoever waits for another run of it is told: this one may have a seat. So is whoever
    had a seat in one of which nothing took place: it taught nobody.
    """
    newest_word = (
        Consent.objects.filter(resident=OuterRef("pk"), kind=Consent.Kind.INVITATION)
        .order_by("-at", "-pk")
        .values("is_given")[:1]
    )
    theirs = Registration.objects.filter(resident=OuterRef("pk"))
    takes_place = Exists(Lesson.objects.standing().filter(run=OuterRef("run")))
    seats = theirs.confirmed().filter(takes_place, run__course=run.course_id)
    return (
        Resident.objects.filter(merged_into=None)
        .alias(asked_for_it=newest_word)
        .filter(asked_for_it=True)
        .exclude(device__in=_learn_elsewhere(run))
        .exclude(Exists(theirs.filter(run=run)))
        .exclude(Exists(seats))
        .in_kana_order()
        .prefetch_related("phone_lines")
    )


def _learn_elsewhere(run: CourseRun) -> list[str]:
    """The devices whose owners are taught in other courses; whoever has none of these looks for any class."""
    if run.course.device == ANY_DEVICE:
        return []
    return [device for device in sorted(ASKED_FOR_BY_ITS_OWNER) if run.course.device not in courses_for(device)]
