"""What the list tells of the next booking, against what the person's own panel tells: the one is written by hand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from classes.cancellation import cancel
from classes.desk import bookings_of
from classes.models import CourseRun, Registration
from classes.next_booking import next_bookings
from residents.models import Resident
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

LOTTERY = CourseRun.Selection.LOTTERY


def confirmed(person: Resident, **facts) -> Registration:
    return make.registration(make.run(**facts), person)


def in_line(person: Resident, **facts) -> Registration:
    run = make.run(capacity=1, **facts)
    for _each in range(3):
        make.registration(run)
    return make.registration(run, person)


def undecided(person: Resident, **facts) -> Registration:
    run = make.run(selection=LOTTERY, **facts)
    make.registration(run)
    return make.registration(run, person)


def decided_since(person: Resident, **facts) -> Registration:
    theirs = undecided(person, **facts)
    CourseRun.objects.filter(pk=theirs.run_id).update(decided_at=timezone.now())
    return theirs


def cancelled(person: Resident, **facts) -> None:
    cancel(confirmed(person, **facts), by=make.clerk(), reason="health")


def called_off(person: Resident, **facts) -> None:
    CourseRun.objects.filter(pk=confirmed(person, **facts).run_id).update(called_off_at=timezone.now())


def in_line_of_one_called_off(person: Resident, **facts) -> None:
    CourseRun.objects.filter(pk=in_line(person, **facts).run_id).update(called_off_at=timezone.now())


def called_off_lesson_by_lesson(person: Resident, **facts) -> None:
    confirmed(person, lessons=2, **facts).run.lessons.update(cancelled_at=timezone.now())


def over(person: Resident, **facts) -> None:
    now = timezone.now()
    confirmed(person, **facts).run.lessons.update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))


def begun(person: Resident, **facts) -> None:
    """The first of two lessons is over."""
    now, run = timezone.now(), confirmed(person, lessons=2, **facts).run
    run.lessons.filter(ordinal=1).update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))


def going_on(person: Resident, **facts) -> None:
    """The first of two lessons has begun."""
    run = confirmed(person, lessons=2, **facts).run
    run.lessons.filter(ordinal=1).update(starts_at=timezone.now() - timedelta(minutes=10))


def without_its_first_lesson(person: Resident, **facts) -> None:
    run = confirmed(person, lessons=2, **facts).run
    run.lessons.filter(ordinal=1).update(cancelled_at=timezone.now())


KINDS = [
    confirmed,
    in_line,
    undecided,
    decided_since,
    cancelled,
    called_off,
    in_line_of_one_called_off,
    called_off_lesson_by_lesson,
    over,
    begun,
    going_on,
    without_its_first_lesson,
]


@pytest.mark.parametrize("nearer", KINDS)
@pytest.mark.parametrize("later", KINDS)
def test_the_list_and_the_panel_tell_the_same(nearer, later) -> None:
    person = make_residents.resident()
    later(person, starts_at=make.days_ahead(20))
    nearer(person, starts_at=make.days_ahead(10))

    bookings = bookings_of(person)

    told = [
        (
            each.registration.pk,
            each.lessons[0].starts_at,
            each.registration.run.course.title,
            each.place,
            each.registration.awaits_the_decision,
            each.is_off,
            each.is_going_on,
            sum(not other.is_off for other in bookings[1:]),
        )
        for each in bookings[:1]
    ]
    found = next_bookings([person])
    assert [(person.pk, *each) for each in told] == [
        (
            number,
            each.registration,
            each.starts_at,
            each.course,
            each.place,
            each.awaits_the_decision,
            each.is_off,
            each.is_going_on,
            each.others,
        )
        for number, each in found.items()
    ]


def test_it_is_one_question_for_all_and_one_more_where_somebody_is_in_line() -> None:
    people = [make_residents.resident() for _each in range(4)]
    for person in people[:3]:
        confirmed(person)

    with CaptureQueriesContext(connection) as asked:
        next_bookings(people)
    assert len(asked) == 1

    for person in people:
        in_line(person, starts_at=make.days_ahead(1))
    with CaptureQueriesContext(connection) as asked:
        assert {each.place for each in next_bookings(people).values()} == {3}
    assert len(asked) == 2


def test_nobody_has_nothing_ahead() -> None:
    assert next_bookings([]) == {}
