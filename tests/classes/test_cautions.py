"""What the clerk is asked to look at again; how many chairs and hands are too few is tried beside the planning."""

import pytest
from django.utils import timezone, translation

from classes.cautions import cautions, cautions_of_plans, cautions_of_reception
from classes.clashing import LessonPlan
from classes.models import CourseRun, Registration
from classes.planning import assign
from classes.rescheduling import move
from tests.make import accounts as make_accounts
from tests.make import classes as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def told(run, **facts):
    return cautions(CourseRun.objects.get(pk=run.pk), **{"learners_per_helper": 5, "now": timezone.now(), **facts})


def staffed(run, hands):
    """The run, with so many people who teach or help."""
    lead, *helpers = [make_accounts.volunteer(f"補助{number}") for number in range(hands)]
    for lesson in run.lessons.all():
        assign(lesson, lead=lead, helpers=helpers, by=make.clerk(), despite_clashes=True)
    return run


def test_people_beyond_the_capacity_need_a_chair_and_a_helper_as_well():
    run = staffed(make.run(capacity=5, venue=make.venue("忍海集会所", seats=5)), hands=1)
    for _person in range(6):
        make.registration(run, override_reason="夫婦で来る")

    assert told(run) == [
        "Lesson 1: 忍海集会所 has 5 seats for 6 learners.",
        "Lesson 1: 6 learners for 1 helpers are more than 5 each.",
    ]


def test_how_many_learners_a_helper_can_mind_is_for_the_city_to_say():
    run = staffed(make.run(capacity=5), hands=1)

    assert told(run) == []
    assert len(told(run, learners_per_helper=4)) == 1


@pytest.mark.parametrize(
    ("days", "people", "is_told"), [(8, 1, False), (7, 2, False), (6, 1, True), (1, 1, True), (6, 2, False)]
)
def test_too_few_people_are_told_in_the_week_before(days, people, is_told):
    closes = timezone.now() + timezone.timedelta(hours=1)
    begins = timezone.now() + timezone.timedelta(days=days)
    run = staffed(make.run(minimum=2, starts_at=begins, reception_closes_at=closes), hands=1)
    for _person in range(people):
        make.registration(run)

    assert [sentence.endswith("; 1 of at least 2 people are registered.") for sentence in told(run)] == [True] * is_told


def test_a_run_that_has_begun_is_not_asked_about_any_more():
    run = staffed(make.run(minimum=2, starts_at=timezone.now() - timezone.timedelta(hours=1)), hands=1)

    assert told(run) == []


@pytest.mark.parametrize("selection", ["lottery", "counter"])
def test_whoever_waits_for_the_decision_is_one_of_the_people(selection):
    run = staffed(make.run(minimum=2, selection=selection, starts_at=make.days_ahead(3)), hands=1)
    for _person in range(2):
        make.registration(run)

    assert told(run) == []
    CourseRun.objects.update(decided_at=timezone.now())
    assert len(told(run)) == 1


def test_more_devices_promised_than_there_are_is_told():
    run = staffed(make.run(capacity=5, loan_devices=2), hands=1)
    for _person in range(2):
        make.registration(run)
    Registration.objects.update(borrows=True)

    assert told(run) == []
    CourseRun.objects.update(loan_devices=1)
    assert told(run) == ["2 devices are promised, more than the 1 there are."]


def test_a_lesson_that_is_cancelled_needs_nobody():
    run = make.run(capacity=50)
    run.lessons.update(cancelled_at=timezone.now())

    assert told(run) == []


def test_what_is_only_planned_is_looked_at_in_the_same_way():
    starts, hall = make.days_ahead(14), make.venue("忍海集会所", seats=5)
    plan = LessonPlan(starts, starts + timezone.timedelta(hours=2), hall)

    assert cautions_of_plans([plan], capacity=6, learners_per_helper=5) == [
        "Lesson 1: 忍海集会所 has 5 seats for 6 learners.",
        "Lesson 1: nobody teaches it yet.",
    ]


def test_reception_that_would_be_over_before_anybody_can_call_is_told():
    closes = make.days_ahead(1, "17:00")

    assert cautions_of_reception(closes_at=closes, now=closes - timezone.timedelta(minutes=1)) == []
    [sentence] = cautions_of_reception(closes_at=closes, now=closes)
    assert "5:00 p.m." in sentence


def test_a_lesson_moved_to_before_reception_closes_is_told():
    run = staffed(make.run(starts_at=make.days_ahead(14), reception_closes_at=make.days_ahead(13, "17:00")), hands=1)
    assert told(run) == []
    lesson = run.lessons.get()
    begins = make.days_ahead(10)

    move(lesson, starts_at=begins, ends_at=begins + timezone.timedelta(hours=2), venue=lesson.venue, by=make.clerk())

    [sentence] = told(run)
    assert sentence.startswith("Reception must close before the last lesson has begun.")
    assert told(run, now=begins) == []


@pytest.mark.parametrize("selection", ["lottery", "counter"])
def test_reception_that_leaves_no_time_to_decide_is_told_until_it_is_decided(selection):
    closes = make.days_ahead(15)
    run = staffed(make.run(lessons=2, selection=selection, reception_closes_at=closes), hands=1)

    [sentence] = told(run)
    assert sentence.startswith("Where seats are drawn or decided at the counter")

    CourseRun.objects.update(decided_at=timezone.now())
    assert told(run) == []
