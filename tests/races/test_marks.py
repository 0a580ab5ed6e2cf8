"""One person's tick, sent by two telephones, or twice by one, at the same moment."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from classes import attendance
from classes.attendance import mark
from classes.models import Attendance
from core.models import AuditEntry
from tests.make import classes as make
from tests.races.clerks import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

Mark = Attendance.Mark


@pytest.fixture
def slow(monkeypatch):
    """A long pause between looking for the key and writing it down."""
    first_time = attendance._first_time
    monkeypatch.setattr(attendance, "_first_time", lambda *asked: time.sleep(0.5) or first_time(*asked))


def test_a_tick_sent_twice_at_once_is_one_tick_and_two_answers(slow) -> None:
    clerk, key = make.clerk(), uuid4()
    lesson = make.run(starts_at=timezone.now() - timedelta(minutes=1)).lessons.get()
    registration = make.registration(lesson.run)

    first, second = together(*[lambda: mark(lesson, registration, Mark.PRESENT, by=clerk, key=key)] * 2)

    assert first == second == Attendance.objects.get()
    assert AuditEntry.objects.filter(action="attendance.marked").count() == 1


def test_of_two_first_ticks_at_once_the_one_tapped_later_stands(slow) -> None:
    clerk, now = make.clerk(), timezone.now()
    lesson = make.run(starts_at=now - timedelta(minutes=1)).lessons.get()
    registration = make.registration(lesson.run)

    together(
        lambda: mark(lesson, registration, Mark.LATE, by=clerk, at=now, key=uuid4()),
        lambda: mark(lesson, registration, Mark.ABSENT, by=clerk, at=now - timedelta(seconds=9), key=uuid4()),
    )

    assert Attendance.objects.get().mark == Mark.LATE
