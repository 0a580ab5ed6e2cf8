"""What follows when somebody says on the telephone that they cannot come to a lesson.

Where other lessons of the run are left to them, it is noted on the roster and the place stays. Where nothing is left,
the place is given back, because somebody else could have the seat. What must never happen: a seat that stays empty for
somebody who said so, or somebody struck off a class of which they have been to half the lessons.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from classes import attendance, cancellation
from classes.models import Attendance, CourseRun, Lesson, Registration
from core import audit
from residents.models import Resident

State = Registration.State
# Nobody asks why on such a call.
NO_REASON_ASKED = "other"


@transaction.atomic
def cannot_come(registration: Registration, lesson: Lesson, *, by: User) -> str:
    """The person will not come to this lesson; gives in a sentence what follows for their place, if anything does."""
    run = CourseRun.objects.locked(registration.run_id)
    # Whoever plans anew what this person is told comes from that side.
    Resident.objects.filter(pk=registration.resident_id).lock()
    registration = Registration.objects.get(pk=registration.pk)
    lesson = Lesson.objects.get(pk=lesson.pk)
    lesson.run = run
    if registration.state == State.CANCELLED or lesson.cancelled_at or run.called_off_at:
        # Given back or called off while the clerk was speaking: nobody is absent from it.
        return ""
    if _nothing_is_left(registration, lesson):
        return give_back(registration, by=by)

    attendance.mark(lesson, registration, Attendance.Mark.ABSENT_TOLD, by=by)
    if registration.state == State.WAITING:
        return _("It is noted for this lesson. The place in line stays, because other lessons are ahead.")
    return ""


@transaction.atomic
def give_back(registration: Registration, *, by: User) -> str:
    """The person does not want the place any more; gives in a sentence what became of it."""
    run = CourseRun.objects.locked(registration.run_id)
    before, offers = Registration.objects.get(pk=registration.pk), run.registrations.offered().count()
    try:
        registration = cancellation.cancel(registration, by=by, reason=NO_REASON_ASKED)
    except cancellation.LessonsAreOver:
        return ""
    if before.state == State.CANCELLED:
        return ""
    facts = {"title": run.course.title, "slip": registration.slip}
    if before.state == State.WAITING:
        return _("Slip %(slip)s does not wait for “%(title)s” any more.") % facts
    if run.registrations.offered().count() > offers:
        return _("The seat in “%(title)s” (slip %(slip)s) is given back and held for whoever is next in line.") % facts
    return _("The seat in “%(title)s” (slip %(slip)s) is given back and free.") % facts


def lessons_to_miss(registration: Registration) -> list[Lesson]:
    """The lessons ahead to which somebody may say that they cannot come, and keep the place; one by one."""
    if registration.state not in Registration.ACTIVE:
        return []
    marks = dict(registration.attendances.values_list("lesson", "mark"))
    ahead = registration.run.lessons_ahead(timezone.now())
    coming = [each for each in ahead if marks.get(each.pk) != Attendance.Mark.ABSENT_TOLD]
    return coming if len(coming) > 1 or any(mark in attendance.CAME for mark in marks.values()) else []


def told_of(lesson: Lesson) -> int:
    """How many of those who have a seat have said that they cannot come to this lesson."""
    told = lesson.attendances.filter(mark=Attendance.Mark.ABSENT_TOLD)
    return told.filter(registration__state=State.CONFIRMED).count()


@transaction.atomic
def take_back_told(lesson: Lesson, *, by: User) -> int:
    """The lesson is at another hour: who could not come at the old one may come now.

    Gives how many of those who have a seat had said so. The caller holds the lock of the run.
    """
    everybody = lesson.run.registrations.select_for_update(no_key=True).order_by("pk")
    list(everybody.values_list("pk"))  # whoever is ticking holds one of them; what they ticked is seen after that
    told = Attendance.objects.filter(lesson=lesson, mark=Attendance.Mark.ABSENT_TOLD)
    registrations = list(Registration.objects.filter(pk__in=told.values("registration")).order_by("pk"))
    told.filter(registration__in=registrations).delete()

    facts = {"lesson": lesson, "mark_before": Attendance.Mark.ABSENT_TOLD, "lesson_moved": True}
    audit.record_all("attendance.unmarked", ((each, facts) for each in registrations), by=by)
    return sum(each.state == State.CONFIRMED for each in registrations)


def _nothing_is_left(registration: Registration, lesson: Lesson) -> bool:
    """Whether this lesson is ahead, no other is to which the person still comes, and they have not been to any."""
    now = timezone.now()
    marks = dict(registration.attendances.values_list("lesson", "mark"))
    ahead = lesson.run.lessons_ahead(now)
    others = [each for each in ahead if each != lesson and marks.get(each.pk) != Attendance.Mark.ABSENT_TOLD]
    return lesson in ahead and not others and not any(mark in attendance.CAME for mark in marks.values())
