"""One walk-in, and a button pressed twice so quickly that both presses arrive together."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from classes import attendance
from classes.attendance import walk_in
from residents.models import Resident
from tests.make import classes as make
from tests.make import residents as make_residents
from tests.races.clerks import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.timeout(180)]


def test_a_walk_in_pressed_twice_at_once_is_one_person_and_two_answers(monkeypatch) -> None:
    take_down = attendance.take_down
    monkeypatch.setattr(attendance, "take_down", lambda *asked, **who: time.sleep(0.5) or take_down(*asked, **who))
    clerk, key = make.clerk(), uuid4()
    lesson = make.run(starts_at=timezone.now() - timedelta(minutes=1)).lessons.get()
    details = make_residents.details()

    first, second = together(*[lambda: walk_in(lesson, details, by=clerk, key=key)] * 2)

    assert first == second
    assert Resident.objects.count() == 1
