"""One walk-in, and a button pressed twice so quickly that both presses arrive together; or another clerk's."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from classes import attendance
from classes.attendance import walk_in, walk_in_of_known
from classes.models import Attendance, Registration
from classes.registration import AlreadyRegistered, register
from residents.models import Resident
from tests.make import classes as make
from tests.make import residents as make_residents
from tests.races.clerks import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_a_walk_in_pressed_twice_at_once_is_one_person_and_two_answers(monkeypatch) -> None:
    take_down = attendance.take_down
    monkeypatch.setattr(attendance, "take_down", lambda *asked, **who: time.sleep(0.5) or take_down(*asked, **who))
    clerk, key = make.clerk(), uuid4()
    lesson = make.run(starts_at=timezone.now() - timedelta(minutes=1)).lessons.get()
    details = make_residents.details()

    first, second = together(*[lambda: walk_in(lesson, details, by=clerk, key=key)] * 2)

    assert first == second
    assert Resident.objects.count() == 1


def slowly_seated(monkeypatch):
    """The pause between looking whether somebody has a place and giving one."""
    register_at_once = attendance.register
    monkeypatch.setattr(
        attendance, "register", lambda *asked, **how: time.sleep(0.5) or register_at_once(*asked, **how)
    )


def test_somebody_known_who_is_pressed_twice_at_once_has_one_place_and_is_present(monkeypatch) -> None:
    slowly_seated(monkeypatch)
    clerk, known = make.clerk(), make_residents.resident()
    lesson = make.run(starts_at=timezone.now() - timedelta(minutes=1)).lessons.get()

    first, second = together(*[lambda: walk_in_of_known(lesson, known, by=clerk)] * 2)

    assert first == second == Registration.objects.get()
    assert Attendance.objects.get().registration == first


def test_somebody_known_whom_the_desk_registers_at_the_same_moment_has_one_place_and_is_present(monkeypatch) -> None:
    slowly_seated(monkeypatch)
    clerk, known = make.clerk(), make_residents.resident()
    lesson = make.run(lessons=2, starts_at=timezone.now() - timedelta(minutes=1)).lessons.get(ordinal=1)
    run = lesson.run
    run.reception_closes_at = timezone.now() + timedelta(days=1)
    run.save()

    came, called = together(
        lambda: walk_in_of_known(lesson, known, by=clerk), lambda: register(known, run, by=clerk, channel="phone")
    )

    assert came == Registration.objects.get()
    assert called == came or isinstance(called, AlreadyRegistered)
    assert Attendance.objects.get().registration == came
