"""Who was at a lesson.

What the volunteer in the hall ticked is what happened: it is taken even when the desk has changed something meanwhile,
and stays on record with the time at which it was ticked. What must never happen: an older tick, sent late by a
telephone without signal, overwriting a newer one, or being dropped in silence (classes.disagreeing); one walk-in
becoming two people because a button was pressed twice.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from classes import disagreeing, reminding
from classes.models import Attendance, CourseRun, Disagreement, Lesson, LessonQuerySet, Registration, Submission
from classes.registration import can_seat_a_newcomer, register
from classes.turning_up import seat_from_line
from core import audit
from core.refusal import Refusal
from core.wareki import local_date
from residents.intake import ResidentDetails, take_down
from residents.models import Resident

# These say that somebody was there.
CAME = (Attendance.Mark.PRESENT, Attendance.Mark.LATE, Attendance.Mark.LEFT_EARLY)
# Said without a name, because what is said after a deed travels in a cookie.
_HAS_A_SEAT = _("This person was registered already (slip %(slip)s) and is marked as present.")
_WAS_IN_LINE = _(
    "This person stood in line for this class (slip %(slip)s), has a seat now and is marked as present. Nobody calls "
    "them about a seat any more."
)
_IS_ASKED = _("Somebody else ticked this person differently. Please say on the roster which is right.")


class NotInThisRun(Refusal):
    """A registration of another run."""

    sentence = _("This person is not registered in this course run.")


class NotOnThisRoster(Refusal):
    """Somebody whom the roster does not show, and did not show on the day: in the hall nobody is to hear of them."""

    sentence = _(
        "This person is not on this roster, so nothing was recorded. If they came all the same, tell the office."
    )


class LessonNotYetHeld(Refusal):
    """Nobody has come to a lesson of a later day. An absence may be told beforehand."""

    sentence = _("This lesson is on a later day. Only an absence that was told beforehand can be recorded now.")


class LessonDoesNotTakePlace(Refusal):
    """Nobody comes to a lesson that was cancelled."""

    sentence = _("This lesson does not take place, so nobody's attendance is recorded.")


class Typed(NamedTuple):
    """A line of the sheet as it was typed in: the mark, what the page showed, and which questions it answers."""

    registration: Registration
    mark: str
    seen: str | None = None
    settles: int = 0


@transaction.atomic
def mark(
    lesson: Lesson,
    registration: Registration,
    mark: str,
    *,
    by: User,
    at: datetime | None = None,
    key: UUID | None = None,
    seen: str | None = None,
    settles: int = 0,
) -> Attendance | None:
    """Whether this person was at this lesson, as ticked at the moment `at` (now, when it is not told).

    An older tick than the one on record changes nothing, nor does the same tick again, nor what came under this key
    before; None when that has been taken back since. `seen` is the mark that the page showed: whoever ticks otherwise
    without having seen what somebody else ticked contradicts it, and both ticks are kept. `settles` is the newest
    question of this kind that the page showed; the tick answers it.
    """
    registration = _locked(registration, lesson)
    now = timezone.now()
    at = min(at or now, now)  # a telephone whose clock is fast must not win over every later tick
    _refuse_impossible(lesson, mark, now=now)
    attendance = Attendance.objects.filter(lesson=lesson, registration=registration).first()
    if key is not None and not _first_time(key, lesson, registration):
        return attendance
    _refuse_strangers(lesson, registration, attendance, by=by)
    previous = attendance.mark if attendance else None
    if attendance and at < attendance.marked_at:
        disagreeing.came_too_late(attendance, mark, by=by, at=at)
        return attendance
    decides = bool(settles) and disagreeing.settle(lesson, registration, up_to=settles, by=by, at=at)
    if attendance and previous == mark and not decides:
        disagreeing.take_back(attendance, by=by, at=at)
        return attendance
    if attendance and previous != mark and disagreeing.is_unseen(attendance, seen, by=by):
        disagreeing.keep(attendance, attendance.mark, by=attendance.marked_by, at=attendance.marked_at)
    disagreeing.end_answered(lesson, registration, mark, by=by, at=at)

    attendance = attendance or Attendance(lesson=lesson, registration=registration)
    attendance.mark, attendance.marked_at, attendance.marked_by = mark, at, by
    attendance.save()

    audit.record(
        "attendance.marked",
        registration,
        by=by,
        lesson=lesson,
        mark=mark,
        mark_before=previous,
        after_cancellation=registration.state == Registration.State.CANCELLED,
    )
    _remind_as_marked(lesson, registration, before=previous, after=mark, by=by, now=now)
    return attendance


@transaction.atomic
def unmark(
    lesson: Lesson,
    registration: Registration,
    *,
    by: User,
    at: datetime | None = None,
    key: UUID | None = None,
    seen: str | None = None,
    settles: int = 0,
) -> None:
    """Nothing is known again of this person at this lesson: the tick was a slip of the finger.

    Only the tick that the page showed is taken back; what somebody else ticked meanwhile stays.
    """
    registration = _locked(registration, lesson)
    now = timezone.now()
    at = min(at or now, now)
    attendance = Attendance.objects.filter(lesson=lesson, registration=registration).first()
    if key is not None and not _first_time(key, lesson, registration):
        return
    _refuse_strangers(lesson, registration, attendance, by=by)
    if attendance and (at < attendance.marked_at or disagreeing.is_unseen(attendance, seen, by=by)):
        disagreeing.take_back(attendance, by=by, at=at)
        return
    if settles:
        disagreeing.settle(lesson, registration, up_to=settles, by=by, at=at)
    if attendance is None:
        return

    previous = attendance.mark
    attendance.delete()

    audit.record("attendance.unmarked", registration, by=by, lesson=lesson, mark_before=previous)
    _remind_as_marked(lesson, registration, before=previous, after=None, by=by, now=now)


@transaction.atomic
def enter_sheet(lesson: Lesson, lines: Iterable[Typed], *, by: User) -> None:
    """The ticks of the sheet that came back from the hall, all of them or none; an empty one is taken back.

    Raises LessonDoesNotTakePlace or LessonNotYetHeld.
    """
    lines = list(lines)
    _lock_all(lesson, [line.registration.pk for line in lines])
    for line in lines:
        if line.mark:
            mark(lesson, line.registration, line.mark, by=by, seen=line.seen, settles=line.settles)
        else:
            unmark(lesson, line.registration, by=by, seen=line.seen, settles=line.settles)


@transaction.atomic
def walk_in(lesson: Lesson, details: ResidentDetails, *, by: User, key: UUID) -> Registration:
    """Somebody who came without a registration: taken down, registered on the day and present.

    Nobody is looked up for it, since the person at the door may know nobody's records: whom the office knows stands in
    the register twice until it settles that (residents.matching).
    """
    run = CourseRun.objects.locked(lesson.run_id)
    earlier = Submission.objects.filter(key=key).select_related("registration__resident").first()
    if earlier is not None:
        return earlier.registration

    registration = _seat_on_the_day(take_down(details, by=by), run, by=by)
    Submission.objects.create(key=key, lesson=lesson, registration=registration)
    mark(lesson, registration, Attendance.Mark.PRESENT, by=by)
    return registration


@transaction.atomic
def walk_in_of_known(
    lesson: Lesson, resident: Resident, *, by: User, say: Callable[[str], object] | None = None
) -> Registration:
    """Somebody known who came without a registration: registered on the day and present, and no second record.

    Whoever has a seat already keeps it, and a mark that says they came; whoever stands in line is given a seat and is
    in line no more. `say` hears either in a sentence, and in others who was to come with them and waits on, and that
    somebody ticked them as absent, which is kept beside it.
    """
    run = CourseRun.objects.locked(lesson.run_id)
    standing = run.registrations.active().filter(resident=resident).first()
    also: list[str] = []

    waited = standing is not None and standing.state == Registration.State.WAITING
    registration = standing or _seat_on_the_day(resident, run, by=by)
    if waited:
        registration = seat_from_line(registration, by=by, say=also.append)
    if not registration.attendances.filter(lesson=lesson, mark__in=CAME).exists():
        # Whoever told us of an absence and comes all the same contradicts nobody; whoever was ticked as absent does.
        mark(lesson, registration, Attendance.Mark.PRESENT, by=by, seen=Attendance.Mark.ABSENT_TOLD)
        if disagreeing.contradictions(lesson, [registration.pk]):
            also.append(str(_IS_ASKED))
    if standing and say:
        sentence = _WAS_IN_LINE if waited else _HAS_A_SEAT
        for said in [sentence % {"slip": standing.slip}, *also]:
            say(said)
    return registration


def unrecorded_lessons(*, now: datetime | None = None) -> LessonQuerySet:
    """Lessons that are over and of which somebody's attendance is not known or ticked differently, the oldest first.

    Who was registered only after a lesson, or waited until after it, is not missing from it.
    """
    had_a_seat = Registration.objects.seated_before(OuterRef("ends_at")).filter(run=OuterRef("run"))
    missing = had_a_seat.exclude(attendances__lesson=OuterRef("pk"))
    in_question = Disagreement.objects.unsettled().filter(lesson=OuterRef("pk"))
    return (
        Lesson.objects.standing()
        .filter(ends_at__lte=now or timezone.now())
        .filter(Exists(missing) | Exists(in_question))
        .order_by(F("starts_at"))
    )


def _seat_on_the_day(resident: Resident, run: CourseRun, *, by: User) -> Registration:
    """Whoever stands in the hall is not sent away by a computer: a full run is gone over, and the record says why."""
    has_seat = can_seat_a_newcomer(run, run.seats)
    return register(
        resident,
        run,
        by=by,
        channel=Registration.Channel.ON_THE_DAY,
        override_reason="" if has_seat else str(_("Came on the day")),
    )


def _locked(registration: Registration, lesson: Lesson) -> Registration:
    """The registration as it is now, locked until the transaction ends: the marks of one person come one by one."""
    registration = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    if registration.run_id != lesson.run_id:
        raise NotInThisRun
    return registration


def _lock_all(lesson: Lesson, registrations: list[int]) -> None:
    """What the lines of a sheet change, each kind at once: whoever moves the lesson has all people, then all reminders.

    One line after the other would hold the reminders of the first while it waits for the person on the second.
    """
    people = Registration.objects.filter(pk__in=registrations).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk"))
    if lesson.starts_at > timezone.now():
        reminding.hold(lesson)


def _refuse_strangers(lesson: Lesson, registration: Registration, attendance: Attendance | None, *, by: User) -> None:
    """Who sees nobody but a roster's people ticks nobody else.

    A roster that lies open since the morning shows whoever gave the seat back in the course of the day.
    """
    if registration.state == Registration.State.CONFIRMED or by.may(Permission.KEEP_ROSTERS):
        return
    was_ticked = attendance is not None and attendance.mark != Attendance.Mark.ABSENT_TOLD
    if was_ticked or registration.gave_a_seat_back_since(local_date(lesson.starts_at)):
        return
    if not Disagreement.objects.unsettled().filter(lesson=lesson, registration=registration).exists():
        raise NotOnThisRoster


def _refuse_impossible(lesson: Lesson, mark: str, *, now: datetime) -> None:
    if lesson.cancelled_at or lesson.run.called_off_at:
        raise LessonDoesNotTakePlace
    is_later = timezone.localdate(lesson.starts_at) > timezone.localdate(now)
    if is_later and mark != Attendance.Mark.ABSENT_TOLD:
        raise LessonNotYetHeld


def _remind_as_marked(
    lesson: Lesson, registration: Registration, *, before: str | None, after: str | None, by: User, now: datetime
) -> None:
    """Whoever said that they will not come is reminded no more; whoever comes after all is again."""
    if before == after or lesson.starts_at <= now:
        return
    if after == Attendance.Mark.ABSENT_TOLD:
        reminding.withdraw_from(lesson, registration, by=by)
    elif before == Attendance.Mark.ABSENT_TOLD:
        reminding.plan_again(lesson, registration, by=by)


def _first_time(key: UUID, lesson: Lesson, registration: Registration) -> bool:
    if Submission.objects.filter(key=key).exists():
        return False
    Submission.objects.create(key=key, lesson=lesson, registration=registration)
    return True
