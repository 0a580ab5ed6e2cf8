from datetime import timedelta

import pytest
from django.utils import timezone

from classes.attendance import mark
from classes.cancellation import cancel
from classes.certificates import certified
from classes.models import Attendance, Registration
from tests.make import classes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """A run of two lessons, of which one is over."""
    run = make.run(capacity=2, starts_at=timezone.now() + timedelta(hours=1))
    make.lesson(run, starts_at=timezone.now() + timedelta(days=7))
    return run


def counted(run, *, now) -> list[tuple[int, int, bool]]:
    return [(each.came, each.held, each.missed_none) for each in certified(run, now=now).people]


def test_whoever_came_to_every_lesson_so_far_missed_none(clerk, run, time_machine) -> None:
    came, away, waits = (make.registration(run) for _each in range(3))
    first = run.lessons.order_by("starts_at")[0]
    time_machine.move_to(first.ends_at)
    mark(first, came, Attendance.Mark.LATE, by=clerk)
    mark(first, away, Attendance.Mark.ABSENT, by=clerk)

    assert waits.state == Registration.State.WAITING
    assert counted(run, now=first.ends_at - timedelta(minutes=1)) == [(0, 0, True)] * 2
    assert counted(run, now=first.ends_at) == [(1, 1, True), (0, 1, False)]


def test_a_lesson_that_was_cancelled_was_missed_by_nobody(run) -> None:
    make.registration(run)
    first = run.lessons.order_by("starts_at")[0]
    run.lessons.filter(pk=first.pk).update(cancelled_at=timezone.now())

    assert counted(run, now=first.ends_at) == [(0, 0, True)]
    run.lessons.update(cancelled_at=timezone.now())
    assert counted(run, now=first.ends_at) == []


def test_whoever_cancelled_gets_none(clerk, run) -> None:
    cancel(make.registration(run), by=clerk, reason="health")

    assert certified(run, now=timezone.now()).people == []


def test_as_many_questions_for_twenty_people_as_for_one(run, django_assert_num_queries) -> None:
    run.__class__.objects.update(capacity=20)
    for _each in range(20):
        make.registration(run)

    with django_assert_num_queries(2):
        assert len(certified(run, now=timezone.now()).people) == 20
