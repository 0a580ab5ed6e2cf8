from datetime import date, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from city.models import ClosingDay
from classes.copying import copy_of
from classes.models import CourseRun
from classes.planning import assign
from tests.make import accounts as make_accounts
from tests.make import classes as make

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 12, 16)


@pytest.fixture(autouse=True)
def _a_day_in_november():
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


def days(copy):
    return [timezone.localdate(plan.starts_at) for plan in copy.plans]


def test_a_copy_has_the_hours_the_hall_and_the_people_of_its_model():
    run = make.run(lessons=2, starts_at=make.days_ahead(8, "13:30"), venue=make.venue("忍海集会所"))
    lead, helper = make_accounts.volunteer("吉川"), make_accounts.volunteer("森")
    for lesson in run.lessons.all():
        assign(lesson, lead=lead, helpers=[helper], by=make.clerk())

    copy = copy_of(run, first=WEDNESDAY)

    assert days(copy) == [date(2026, 12, 16), date(2026, 12, 23)]
    assert {timezone.localtime(plan.starts_at).time() for plan in copy.plans} == {time(13, 30)}
    assert {timezone.localtime(plan.ends_at).time() for plan in copy.plans} == {time(15, 30)}
    assert {(str(plan.venue), plan.lead, plan.helpers) for plan in copy.plans} == {("忍海集会所", lead, (helper,))}


def test_reception_opens_and_closes_as_long_before_the_first_day_as_it_did():
    run = make.run(
        starts_at=make.days_ahead(8),
        reception_opens_at=make.days_ahead(1, "09:00"),
        reception_closes_at=make.days_ahead(7, "17:00"),
    )

    terms = copy_of(run, first=WEDNESDAY).terms

    assert (terms["opens_on"], terms["opens_at"]) == (date(2026, 12, 9), time(9))
    assert (terms["closes_on"], terms["closes_at"]) == (date(2026, 12, 15), time(17))


def test_everything_else_is_as_in_the_model():
    run = make.run(
        capacity=12,
        minimum=3,
        loan_devices=4,
        selection="lottery",
        preferences=["age_75"],
        bring="老眼鏡",
        is_public=False,
        reminder_rules=[[2, "09:00"]],
    )

    terms = copy_of(run, first=WEDNESDAY).terms

    for name in ("capacity", "minimum", "loan_devices", "selection", "preferences", "bring", "is_public"):
        assert terms[name] == getattr(run, name)
    assert (terms["course"], terms["early_days"], terms["early_at"]) == (run.course_id, 2, "09:00")


def test_a_day_of_rest_moves_the_lesson_on_and_is_named():
    ClosingDay.objects.create(day=WEDNESDAY, reason="市役所の停電")
    run = make.run(starts_at=make.days_ahead(8))

    copy = copy_of(run, first=WEDNESDAY)

    assert days(copy) == [date(2026, 12, 23)]
    assert [each.why for each in copy.left_out] == ["市役所の停電"]
    assert copy.terms["closes_on"] - timezone.localdate(run.reception_closes_at) == timedelta(days=21)


def test_a_class_of_one_day_may_be_copied_to_every_week():
    copy = copy_of(make.run(), first=WEDNESDAY, times=3)

    # The Wednesday between is 30 December.
    assert days(copy) == [date(2026, 12, 16), date(2026, 12, 23), date(2027, 1, 6)]
    assert copy.single_days


def test_a_lesson_that_was_cancelled_is_not_copied():
    run = make.run(lessons=3, starts_at=make.days_ahead(8))
    run.lessons.filter(ordinal=2).update(cancelled_at=timezone.now())

    assert days(copy_of(run, first=WEDNESDAY)) == [date(2026, 12, 16), date(2027, 1, 6)]


def test_a_run_of_which_nothing_took_place_is_copied_as_it_was_planned():
    run = make.run(lessons=2, starts_at=make.days_ahead(8))
    run.lessons.update(cancelled_at=timezone.now())

    assert len(copy_of(run, first=WEDNESDAY).plans) == 2


def test_a_run_without_any_date_can_be_copied_all_the_same():
    run = make.run(lessons=0)

    copy = copy_of(run, first=WEDNESDAY)

    assert (copy.plans, copy.terms["capacity"]) == ((), run.capacity)


def test_who_has_left_and_what_is_closed_are_named():
    run = make.run(venue=make.venue("閉館", is_active=False))
    assign(run.lessons.get(), lead=make_accounts.volunteer("吉川", is_active=False), by=make.clerk())

    with override("en"):
        told = copy_of(run, first=WEDNESDAY).losses

    assert [sentence.split()[0] for sentence in told] == ["閉館", "吉川"]


def test_helpers_who_differed_from_lesson_to_lesson_are_all_ticked_and_it_is_said():
    run = make.run(lessons=2)
    helpers = [make_accounts.volunteer("森"), make_accounts.volunteer("林")]
    for lesson, helper in zip(run.lessons.all(), helpers, strict=True):
        assign(lesson, lead=None, helpers=[helper], by=make.clerk())

    copy = copy_of(run, first=WEDNESDAY)

    assert set(copy.terms["helpers"]) == {helper.pk for helper in helpers}
    assert len(copy.losses) == 1


def test_a_copy_costs_the_same_for_any_number_of_lessons(django_assert_num_queries):
    made = make.run(lessons=9)
    runs = CourseRun.objects.prefetch_related("lessons__venue", "lessons__assignments__volunteer")
    run = runs.get(pk=made.pk)

    with django_assert_num_queries(1):
        copy = copy_of(run, first=WEDNESDAY)
        assert len(list(copy.rows)) == 9
        assert copy.losses == []
        assert copy.terms["capacity"] == 3


def test_a_helper_who_has_left_is_not_ticked():
    run = make.run()
    gone = make_accounts.volunteer("森", is_active=False)
    assign(run.lessons.get(), lead=None, helpers=[gone], by=make.clerk())

    assert copy_of(run, first=timezone.localdate() + timedelta(days=30)).terms["helpers"] == []


def test_a_copy_says_when_its_reception_would_close():
    run = make.run(starts_at=make.days_ahead(8), reception_closes_at=make.days_ahead(1, "17:00"))

    copy = copy_of(run, first=date(2026, 11, 30))

    assert copy.closes_at == make.days_ahead(-1, "17:00")
