"""The book of a run: what the desk looks up before it writes somebody into it, in one look.

Written by hand: it stands in the way of every registration, and for Django to put it together took longer than for the
database to answer. A walk through thousands of deeds compares it with `CourseRunQuerySet.with_seats`
(tests/project/test_seats_stay_true.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.models import User
from classes.models.registrations import Registration
from classes.seats import Book, Held, SeatCount
from residents.models import Resident

if TYPE_CHECKING:
    from classes.models.courses import CourseRun

_HELD, _PLACE = "held", "place"
# Rows of three kinds: how many registrations are in each state, with a device to borrow and without; each seat that a
# clerk holds; each run in which one of the people has a place, this one among them, none that was called off beside it.
_BOOK = """
    SELECT r.state, r.borrows, COUNT(*), COUNT(o.id),
           COUNT(*) FILTER (WHERE r.declined_at IS NULL AND o.id IS NULL), MAX(r.slip_number), 0
    FROM classes_registration r
    LEFT JOIN classes_offer o ON o.registration_id = r.id AND o.state = 'open'
    WHERE r.run_id = %(run)s
    GROUP BY r.state, r.borrows
    UNION ALL
    SELECT 'held', FALSE, seats, devices, 0, 0, held_by_id
    FROM classes_seathold
    WHERE run_id = %(run)s AND expires_at > %(now)s
    UNION ALL
    SELECT 'place', FALSE, 0, 0, 0, 0, r.run_id
    FROM classes_registration r
    JOIN classes_courserun c ON c.id = r.run_id
    WHERE r.resident_id IN ({persons}) AND r.state IN ('confirmed', 'waiting')
      AND (c.called_off_at IS NULL OR c.id = %(run)s)
"""


class _Row(NamedTuple):
    """A row of a run's book: registrations in one state, seats that a clerk holds, or somebody's place in a run."""

    kind: str
    borrows: bool
    number: int
    # Of a clerk's hold, the devices.
    offered: int
    in_line: int
    last_slip: int
    # Whose hold, by the number of the clerk; which run, of a place.
    whose: int


def look_up(run: "CourseRun", people: Sequence[Resident], *, by: User | None, now: datetime | None = None) -> Book:
    """All that must be known of a run before `people` are given a place in it by this clerk."""
    asked: dict[str, Any] = {"run": run.pk, **{f"person_{person.pk}": person.pk for person in people}}
    asked["now"] = connection.ops.adapt_datetimefield_value(now or timezone.now())
    persons = ", ".join(f"%(person_{person.pk})s" for person in people) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(_BOOK.format(persons=persons), asked)
        rows = [_Row(*row) for row in cursor.fetchall()]
    standing = [row for row in rows if row.kind in Registration.State.values]
    confirmed = [row for row in standing if row.kind == Registration.State.CONFIRMED]
    waiting = [row for row in standing if row.kind == Registration.State.WAITING]
    clerk = by.pk if by else None
    held = [row for row in rows if row.kind == _HELD]
    own, of_others = [row for row in held if row.whose == clerk], [row for row in held if row.whose != clerk]
    lent = sum(row.number if row in confirmed else row.offered for row in standing if row.borrows)
    places = {row.whose for row in rows if row.kind == _PLACE}
    return Book(
        SeatCount(
            capacity=run.capacity,
            confirmed=sum(row.number for row in confirmed),
            offered=sum(row.offered for row in standing),
            waiting=sum(row.number for row in waiting),
            in_line=sum(row.in_line for row in waiting),
            at_the_desk=sum(row.number for row in of_others),
            devices=run.loan_devices,
            lent=lent + sum(row.offered for row in of_others),
            is_undecided=not run.seats_go_by_line,
        ),
        last_slip=max((row.last_slip for row in standing), default=0),
        has_one_of_them=run.pk in places,
        elsewhere=places - {run.pk},
        held=Held(sum(row.number for row in own), sum(row.offered for row in own)),
    )
