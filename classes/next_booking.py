"""What each of the people in the desk's list comes to next, in one look.

Written by hand like the book of a run (classes/models/book.py): it is asked at every key that a clerk types, and for
Django to put it together took longer than for the database to answer. `classes.desk.bookings_of` tells the same of one
person, and more; a test compares the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.utils import timezone

from classes.models import CourseRun, Lesson, Registration
from residents.models import Resident

# Each lesson of somebody that is not over, the nearest first; a cancelled one where nothing of the run takes place.
_NOT_OVER = """
    SELECT l.id, l.starts_at, r.id AS registration_pk, r.resident_id AS person_pk, r.state AS state,
           c.title AS course, u.selection AS selection, u.decided_at IS NOT NULL AS is_decided,
           u.called_off_at IS NOT NULL OR l.cancelled_at IS NOT NULL AS is_off
    FROM classes_registration r
    JOIN classes_courserun u ON u.id = r.run_id
    JOIN classes_course c ON c.id = u.course_id
    JOIN classes_lesson l ON l.run_id = r.run_id
    WHERE r.resident_id IN ({persons}) AND r.state IN ('confirmed', 'waiting') AND l.ends_at > %s
      AND (l.cancelled_at IS NULL OR NOT EXISTS (
          SELECT 1 FROM classes_lesson o WHERE o.run_id = l.run_id AND o.cancelled_at IS NULL))
      AND NOT EXISTS (SELECT 1 FROM classes_attendance a
          WHERE a.registration_id = r.id AND a.lesson_id = l.id AND a.mark = 'absent_told')
    ORDER BY l.starts_at, r.run_id, r.slip_number
"""


@dataclass(frozen=True)
class NextBooking:
    """The registration whose next lesson comes first, or would have come."""

    registration: int
    starts_at: datetime
    course: str
    # Whether it waits for the draw or for the counter's decision.
    awaits_the_decision: bool
    # Whether the run was called off, or each of its lessons cancelled.
    is_off: bool = False
    # Whether the lesson has begun.
    is_going_on: bool = False
    # The place on the waiting list; 0 for whoever has a seat, waits for the draw or the decision, or for nothing.
    place: int = 0
    # How many there are beside it that take place.
    others: int = 0


def next_bookings(people: Sequence[Resident], *, at: datetime | None = None) -> dict[int, NextBooking]:
    """By the person, what each is registered or waiting for and is not over; nobody without any."""
    if not people:
        return {}
    now = at or timezone.now()
    asked = [*(person.pk for person in people), connection.ops.adapt_datetimefield_value(now)]
    persons = ", ".join(["%s"] * len(people))
    bookings: dict[int, dict[int, NextBooking]] = {}
    in_line = []
    for lesson in Lesson.objects.raw(_NOT_OVER.format(persons=persons), asked):
        told = vars(lesson)
        theirs = bookings.setdefault(told["person_pk"], {})
        if told["registration_pk"] in theirs:
            continue
        waits = told["state"] == Registration.State.WAITING
        is_undecided = waits and told["selection"] != CourseRun.Selection.FIRST_COME and not told["is_decided"]
        booking = NextBooking(
            told["registration_pk"],
            lesson.starts_at,
            told["course"],
            is_undecided,
            is_off=bool(told["is_off"]),
            is_going_on=lesson.starts_at <= now,
        )
        if waits and not is_undecided and not booking.is_off and not theirs:
            in_line.append(booking.registration)
        theirs[booking.registration] = booking
    # Few wait, so only for those it is counted how many wait before them.
    counted = Registration.objects.with_place().only("pk").in_bulk(in_line) if in_line else {}
    nearest = {}
    for person, theirs in bookings.items():
        first, *others = theirs.values()
        place = vars(counted[first.registration])["place"] if first.registration in counted else 0
        nearest[person] = replace(first, place=place, others=sum(not each.is_off for each in others))
    return nearest
