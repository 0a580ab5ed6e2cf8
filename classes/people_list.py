"""Everybody of a run, for the office alone: with telephone numbers, as an instructor's roster never has them.

What must never happen: a need on the list that its person has not agreed to have written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from classes.attendance import CAME
from classes.models import Attendance, CourseRun, Registration
from classes.waiting_list import place_of
from residents.models import Consent, Resident


@dataclass(frozen=True)
class Person:
    """One line of the list."""

    registration: Registration
    # On the waiting list, counted from 1; 0 for who holds a seat.
    place: int
    is_first_time: bool
    needs: str

    @property
    def resident(self) -> Resident:
        """The person."""
        return self.registration.resident

    @property
    def numbers(self) -> list[str]:
        """The telephone numbers, the first to be tried on top."""
        return [line.phone.national for line in self.resident.phone_lines_to_call]


@dataclass(frozen=True)
class PeopleList:
    """Who holds a seat, in the order of their kana, and who waits, in the order of the line."""

    run: CourseRun
    seated: Sequence[Person]
    waiting: Sequence[Person]

    def __len__(self) -> int:
        return len(self.seated) + len(self.waiting)


def people_list(run: CourseRun) -> PeopleList:
    """The list of a run: three questions, however many people."""
    been = Attendance.objects.filter(registration__resident=OuterRef("resident"), mark__in=CAME).exclude(
        lesson__run=run
    )
    registrations = run.registrations.active().with_place().annotate(has_been_before=Exists(been))
    found = registrations.select_related("resident").prefetch_related("resident__phone_lines", "resident__consents")
    people = [_person(registration) for registration in found.order_by("resident__kana_key", "pk")]
    waiting = [person for person in people if person.place]
    return PeopleList(
        run, [person for person in people if not person.place], sorted(waiting, key=lambda person: person.place)
    )


def _person(registration: Registration) -> Person:
    resident = registration.resident
    return Person(
        registration,
        place=place_of(registration),
        is_first_time=not vars(registration)["has_been_before"],
        needs=resident.accommodation if _agreed(resident) else "",
    )


def _agreed(resident: Resident) -> bool:
    """Whether the newest word on writing needs down was yes; reads the consents, prefetched."""
    told = (consent.is_given for consent in resident.consents.all() if consent.kind == Consent.Kind.ACCOMMODATION)
    return next(told, False)
