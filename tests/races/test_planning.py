"""Two clerks plan at the same moment: one hall is promised once, one series is made once, and nobody is misled."""

import threading
import time
from datetime import timedelta

import pytest

from city.models import CityProfile
from classes import planning
from classes.clashing import LessonPlan
from classes.models import CourseRun, Registration
from tests.make import classes as make
from tests.races.clerks import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def plans(venue, *days):
    starts = [make.days_ahead(day) for day in days]
    return [LessonPlan(start, start + timedelta(hours=2), venue) for start in starts]


def think_before(monkeypatch, place, name):
    """A deed that hesitates between looking and writing."""
    act = getattr(place, name)
    monkeypatch.setattr(place, name, lambda *asked, **more: (time.sleep(0.3), act(*asked, **more))[1])


def meet_before(monkeypatch, place, name):
    """Two deeds that have both looked before either writes, however late the second begins."""
    act, both = getattr(place, name), threading.Barrier(2)

    def after_the_other(*asked, **more):
        both.wait(timeout=60)
        return act(*asked, **more)

    monkeypatch.setattr(place, name, after_the_other)


def test_a_series_planned_twice_at_once_is_one_series(monkeypatch) -> None:
    course, clerk, days = make.course(), make.clerk(), plans(make.venue(), 14, 21, 28)
    think_before(monkeypatch, CourseRun, "save")

    first, second = together(*[lambda: planning.make_runs(course, lessons=days, capacity=5, by=clerk)] * 2)

    assert first == second
    assert CourseRun.objects.count() == 3


@pytest.mark.parametrize(("locked", "promised"), [(True, 1), (False, 2)])
def test_a_hall_is_promised_to_two_classes_only_without_the_lock(monkeypatch, locked, promised) -> None:
    clerk, hall = make.clerk(), make.venue()
    courses = [make.course("写真"), make.course("LINE入門")]
    # Made when first asked for, and then by one of the two while the other waits.
    CityProfile.current()
    if locked:
        think_before(monkeypatch, CourseRun, "save")
    else:
        monkeypatch.setattr(planning, "lock_wanted", lambda plans: None)
        meet_before(monkeypatch, CourseRun, "save")

    outcomes = together(
        *[
            lambda course=course: planning.make_runs(course, lessons=plans(hall, 14, 21), capacity=5, by=clerk)
            for course in courses
        ]
    )

    refused = [each for each in outcomes if isinstance(each, planning.Taken)]
    assert len(refused) == 2 - promised
    assert CourseRun.objects.count() == 2 * promised
    assert all(len(refusal.clashes) == 2 for refusal in refused)


def test_the_first_person_registers_while_the_selection_is_changed(monkeypatch) -> None:
    run, clerk = make.run(), make.clerk()
    think_before(monkeypatch, CourseRun, "save")

    changed, registration = together(
        lambda: planning.change_run(run, selection="lottery", by=clerk),
        lambda: make.registration(run, by=clerk),
    )

    run.refresh_from_db()
    registration.refresh_from_db()
    if isinstance(changed, planning.SelectionIsSettled):
        told = (CourseRun.Selection.FIRST_COME, Registration.State.CONFIRMED)
    else:
        told = (CourseRun.Selection.LOTTERY, Registration.State.WAITING)
    assert (run.selection, registration.state) == told
