"""Two people ticked one person differently, and neither knew of the other's tick.

The later tick stands, as it must while the lesson goes on; the other is kept beside it, with a question over it, until
somebody who has seen both says which is right. What must never happen: a tick from the hall that is dropped in silence,
or a question about what one person merely corrected.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from classes.models import Attendance, Disagreement, DisagreementQuerySet, Lesson, Registration
from core import audit


@dataclass(frozen=True)
class Tick:
    """One of several ticks that contradict each other, as it is shown to whoever decides."""

    mark: str
    at: datetime
    who: str
    stands: bool

    @property
    def words(self) -> str:
        """The mark in words."""
        return str(Attendance.Mark(self.mark).label)


@dataclass(frozen=True)
class Contradiction:
    """The ticks about one person at one lesson, the earliest first, and up to which of them a decision goes."""

    ticks: Sequence[Tick]
    newest: int

    @property
    def marks(self) -> list[tuple[str, str]]:
        """The marks to decide between, each once, with its words."""
        return list({tick.mark: tick.words for tick in self.ticks}.items())


def is_of(attendance: Attendance, by: User) -> bool:
    """True when this person made this tick, so that another one of theirs is a correction and no contradiction.

    Who held a sheet nobody knows: two telephones opened with its code may be two people.
    """
    return by.is_person and attendance.marked_by_id == by.pk


def is_unseen(attendance: Attendance, seen: str | None, *, by: User) -> bool:
    """Whether somebody else's tick stands where the page of whoever ticks now showed something else, `seen`."""
    return seen is not None and seen != attendance.mark and not is_of(attendance, by)


def came_too_late(attendance: Attendance, mark: str, *, by: User, at: datetime) -> None:
    """A tick that is older than the one that stands: kept where it is somebody else's and says otherwise."""
    if attendance.mark == mark:
        take_back(attendance, by=by, at=at)
    elif not is_of(attendance, by):
        keep(attendance, mark, by=by, at=at)


def keep(attendance: Attendance, mark: str, *, by: User, at: datetime) -> None:
    """Keep a tick that does not stand, or stands no longer, beside the one that does; of one person's the last."""
    own = _own(attendance, by)
    if own.filter(marked_at__gt=at).exists():
        return
    own.delete()
    lay_beside(attendance, mark, by=by, at=at)


def lay_beside(attendance: Attendance, mark: str, *, by: User, at: datetime) -> Disagreement:
    """Ask about a tick beside the one that stands, whoever made either: of one person with two places each has one."""
    where = {"lesson_id": attendance.lesson_id, "registration_id": attendance.registration_id}
    question = Disagreement.objects.create(**where, mark=mark, marked_at=at, marked_by=by)

    of = Registration(pk=attendance.registration_id)
    audit.record("attendance.contradicted", of, by=by, lesson=attendance.lesson_id, mark=mark, ticked=at)
    return question


def take_back(attendance: Attendance, *, by: User, at: datetime) -> None:
    """End the question about what somebody ticked and has corrected since."""
    if not is_of(attendance, by):
        _own(attendance, by).filter(marked_at__lte=at).update(settled_at=at, settled_by=by)


def end_answered(lesson: Lesson, registration: Registration, mark: str, *, by: User, at: datetime) -> None:
    """End the questions that a new tick leaves nothing of: about the same mark, and about what this person corrects."""
    answered = Q(mark=mark)
    if by.is_person:
        answered |= Q(marked_by=by, marked_at__lte=at)
    about = Disagreement.objects.unsettled().filter(lesson=lesson, registration=registration)
    about.filter(answered).update(settled_at=at, settled_by=by)


def settle(lesson: Lesson, registration: Registration, *, up_to: int, by: User, at: datetime) -> bool:
    """Answer the questions that somebody has seen, the newest of which is `up_to`; True when one was still open."""
    seen = Disagreement.objects.unsettled().filter(lesson=lesson, registration=registration, pk__lte=up_to)
    if not seen.update(settled_at=at, settled_by=by):
        return False

    audit.record("attendance.settled", registration, by=by, lesson=lesson)
    return True


def contradictions(lesson: Lesson, registrations: Iterable[int]) -> dict[int, Contradiction]:
    """What is not settled about these registrations at a lesson; asks nothing when there are none."""
    wanted = list(registrations)
    if not wanted:
        return {}
    ticks: dict[int, list[Tick]] = defaultdict(list)
    newest: dict[int, int] = {}
    of_these = {"lesson": lesson, "registration__in": wanted}
    for lost in Disagreement.objects.unsettled().filter(**of_these).select_related("marked_by"):
        ticks[lost.registration_id].append(Tick(lost.mark, lost.marked_at, lost.marked_by.name, stands=False))
        newest[lost.registration_id] = max(lost.pk, newest.get(lost.registration_id, 0))
    for stands in Attendance.objects.filter(**of_these).select_related("marked_by"):
        ticks[stands.registration_id].append(Tick(stands.mark, stands.marked_at, stands.marked_by.name, stands=True))
    return {number: Contradiction(sorted(ticks[number], key=lambda tick: tick.at), newest[number]) for number in newest}


def in_question(lesson: Lesson) -> Exists:
    """Whether ticks about a registration, the one that is asked about, contradict each other at a lesson."""
    return Exists(Disagreement.objects.unsettled().filter(lesson=lesson, registration=OuterRef("pk")))


def _own(attendance: Attendance, by: User) -> DisagreementQuerySet:
    """The open questions beside an attendance about what this person ticked."""
    beside = {"lesson": attendance.lesson_id, "registration": attendance.registration_id}
    return Disagreement.objects.unsettled().filter(**beside, marked_by=by, marked_by__is_person=True)
