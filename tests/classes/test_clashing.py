from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.clashing import LessonPlan, clashes, clashes_of_people
from classes.models import Assignment
from core.wareki import short_date
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

HOURS = [
    # begins, ends, is it in the way of a lesson from 10 to 12?
    ("8:00", "10:00", False),
    ("12:00", "14:00", False),
    ("8:00", "10:01", True),
    ("11:59", "13:00", True),
    ("10:30", "11:30", True),
    ("9:00", "13:00", True),
    ("10:00", "12:00", True),
]


def plan_of(lesson, starts, ends, *, venue=None, lead=None, helpers=()):
    day = timezone.localtime(lesson.starts_at)
    at = [day.replace(hour=int(time[:-3]), minute=int(time[-2:])) for time in (starts, ends)]
    return LessonPlan(*at, venue or make.venue(), lead, tuple(helpers))


@pytest.fixture
def lesson():
    """A lesson from ten to twelve, taught by somebody."""
    lesson = make.run(starts_at=make.days_ahead(14, "10:00")).lessons.get()
    lesson.teacher = make_accounts.volunteer("吉川")
    Assignment.objects.create(lesson=lesson, volunteer=lesson.teacher)
    return lesson


@pytest.mark.parametrize(("starts", "ends", "clash"), HOURS)
def test_a_room_is_taken_by_a_lesson_at_the_same_time(lesson, starts, ends, clash):
    found = clashes([plan_of(lesson, starts, ends, venue=lesson.venue)])

    assert [each.wanted for each in found] == ([lesson.venue] if clash else [])


@pytest.mark.parametrize(("starts", "ends", "clash"), HOURS)
def test_nobody_teaches_in_two_places_at_the_same_time(lesson, starts, ends, clash):
    found = clashes([plan_of(lesson, starts, ends, lead=lesson.teacher)])

    assert [each.wanted for each in found] == ([lesson.teacher] if clash else [])


def test_a_helper_is_promised_like_an_instructor(lesson):
    found = clashes([plan_of(lesson, "10:00", "12:00", helpers=[lesson.teacher])])

    assert [each.wanted for each in found] == [lesson.teacher]


def test_another_room_with_other_people_is_free(lesson):
    assert clashes([plan_of(lesson, "10:00", "12:00", lead=make_accounts.volunteer("別の人"))]) == []


def test_a_lesson_that_does_not_take_place_keeps_nothing(lesson):
    plan = plan_of(lesson, "10:00", "12:00", venue=lesson.venue, lead=lesson.teacher)
    lesson.cancelled_at = lesson.starts_at
    lesson.save()

    assert clashes([plan]) == []


def test_a_run_that_was_called_off_keeps_nothing(lesson):
    plan = plan_of(lesson, "10:00", "12:00", venue=lesson.venue)
    lesson.run.called_off_at = lesson.starts_at
    lesson.run.save()

    assert clashes([plan]) == []


def test_a_lesson_is_not_in_its_own_way_when_it_is_moved(lesson):
    plan = plan_of(lesson, "10:30", "12:30", venue=lesson.venue, lead=lesson.teacher)

    assert clashes([plan], ignoring=[lesson]) == []


def test_the_sentence_names_the_room_the_day_the_time_and_the_other_course(lesson):
    (found,) = clashes([plan_of(lesson, "11:00", "13:00", venue=lesson.venue)])

    for word in (
        lesson.venue.name,
        short_date(lesson.starts_at),
        "午前10時",
        "写真をとって送る",
    ):
        assert word in found.sentence


def test_looking_for_clashes_costs_the_same_for_any_number_of_lessons(lesson, django_assert_num_queries):
    plans = [plan_of(lesson, "10:00", "12:00", venue=lesson.venue, lead=lesson.teacher)]
    plans += [
        LessonPlan(plan.starts_at + timedelta(days=day), plan.ends_at + timedelta(days=day), plan.venue, plan.lead)
        for plan in plans
        for day in range(1, 9)
    ]

    with django_assert_num_queries(3):
        assert len(clashes(plans)) == 2


@pytest.fixture
def both():
    """Somebody who is registered for a class on some morning, and for another in the week before it."""
    resident, clerk = make_residents.resident(), make.clerk()
    there = make.run(starts_at=make.days_ahead(21, "10:00"), course=make.course(title="LINE入門"))
    here = make.run(starts_at=make.days_ahead(14, "10:00"))
    return make.registration(here, resident, by=clerk), make.registration(there, resident, by=clerk)


@pytest.mark.parametrize(("starts", "ends", "clash"), HOURS)
def test_nobody_learns_in_two_places_at_the_same_time(both, starts, ends, clash):
    here, there = both

    found = clashes_of_people([plan_of(there.run.lessons.get(), starts, ends)], here.run)

    assert [(each.slips, each.lesson.run) for each in found] == ([((here.slip,), there.run)] if clash else [])


def test_whoever_waits_is_asked_about_as_well(both):
    here, there = both
    waiting, elsewhere = make_residents.resident(), make.run(capacity=1, starts_at=make.days_ahead(21, "10:00"))
    make.registration(elsewhere)
    make.registration(elsewhere, waiting)
    second = make.registration(here.run, waiting)

    found = clashes_of_people([plan_of(there.run.lessons.get(), "10:00", "12:00")], here.run)

    assert {each.slips for each in found} == {(here.slip,), (second.slip,)}


@pytest.mark.parametrize("gone", ["here", "there"])
def test_whoever_has_cancelled_is_free(both, gone):
    here, there = both
    cancel(here if gone == "here" else there, by=make.clerk(), reason="health")

    assert clashes_of_people([plan_of(there.run.lessons.get(), "10:00", "12:00")], here.run) == []


def test_a_lesson_that_does_not_take_place_keeps_nobody(both):
    here, there = both
    lesson = there.run.lessons.get()
    plan = plan_of(lesson, "10:00", "12:00")
    lesson.cancelled_at = lesson.starts_at
    lesson.save()

    assert clashes_of_people([plan], here.run) == []


def test_the_other_lessons_of_the_run_are_in_nobodys_way(both):
    here, _there = both

    assert clashes_of_people([plan_of(here.run.lessons.get(), "10:00", "12:00")], here.run) == []


def test_the_sentence_names_how_many_the_other_course_and_the_slips_but_nobody(both):
    here, there = both

    (found,) = clashes_of_people([plan_of(there.run.lessons.get(), "10:00", "12:00")], here.run)

    for word in ("1", "LINE入門", short_date(there.run.lessons.get().starts_at), here.slip):
        assert word in found.sentence
    assert here.resident.family_name not in found.sentence


@pytest.mark.parametrize("people", [1, 12])
def test_asking_who_is_expected_elsewhere_costs_the_same_for_any_number(people, django_assert_num_queries):
    clerk = make.clerk()
    here, *others = (make.run(capacity=people, starts_at=make.days_ahead(14)) for _run in range(4))
    for _person in range(people):
        resident = make_residents.resident(by=clerk)
        for run in (here, *others):
            make.registration(run, resident, by=clerk)

    plan = plan_of(here.lessons.get(), "10:00", "12:00")
    with django_assert_num_queries(3):
        found = clashes_of_people([plan], here)

    assert [len(each.slips) for each in found] == [people] * 3
