from datetime import date

import pytest
from django.utils.translation import override

from city.models import ClosingDay
from classes.series import every_week, with_gaps_of

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 12, 2)


def test_a_class_every_wednesday_is_held_every_seven_days():
    series = every_week(WEDNESDAY, times=4)

    assert series.days == (date(2026, 12, 2), date(2026, 12, 9), date(2026, 12, 16), date(2026, 12, 23))
    assert series.left_out == ()


def test_a_holiday_is_left_out_by_its_name_and_there_are_as_many_lessons_all_the_same():
    series = every_week(date(2026, 11, 16), times=3)

    assert series.days == (date(2026, 11, 16), date(2026, 11, 30), date(2026, 12, 7))
    with override("en"):
        assert [each.sentence for each in series.left_out] == ["Mon 23 November is left out: 勤労感謝の日."]


def test_the_turn_of_the_year_is_left_out():
    series = every_week(date(2026, 12, 23), times=2)

    assert series.days == (date(2026, 12, 23), date(2027, 1, 6))
    assert [each.day for each in series.left_out] == [date(2026, 12, 30)]


@pytest.mark.parametrize(("reason", "why"), [("市議会の選挙", "市議会の選挙"), ("", "a closing day")])
def test_a_closing_day_of_the_city_is_left_out_with_its_reason(reason, why):
    ClosingDay.objects.create(day=date(2026, 12, 9), reason=reason)

    with override("en"):
        series = every_week(WEDNESDAY, times=2)

    assert series.days == (date(2026, 12, 2), date(2026, 12, 16))
    assert [each.why for each in series.left_out] == [why]


def test_two_days_of_rest_after_one_another_are_both_left_out():
    ClosingDay.objects.create(day=date(2027, 1, 6))

    series = every_week(date(2026, 12, 23), times=2)

    assert series.days == (date(2026, 12, 23), date(2027, 1, 13))
    assert [each.day for each in series.left_out] == [date(2026, 12, 30), date(2027, 1, 6)]


def test_a_first_day_of_rest_is_left_out_too():
    assert every_week(date(2026, 11, 23), times=1).days == (date(2026, 11, 30),)


def test_a_class_may_be_held_on_a_saturday():
    assert every_week(date(2026, 12, 5), times=2).days == (date(2026, 12, 5), date(2026, 12, 12))


def test_the_lessons_of_a_copy_are_as_far_from_one_another_as_those_of_its_model():
    model = [date(2026, 10, 6), date(2026, 10, 8), date(2026, 10, 20)]

    series = with_gaps_of(model, first=WEDNESDAY)

    assert series.days == (date(2026, 12, 2), date(2026, 12, 4), date(2026, 12, 16))


def test_lessons_after_one_that_is_moved_on_keep_their_distance_from_it():
    model = [date(2026, 10, 5), date(2026, 10, 12), date(2026, 10, 19)]

    series = with_gaps_of(model, first=date(2026, 11, 16))

    assert series.days == (date(2026, 11, 16), date(2026, 11, 30), date(2026, 12, 7))


def test_two_lessons_of_one_day_stay_on_one_day():
    series = with_gaps_of([date(2026, 10, 7), date(2026, 10, 7)], first=WEDNESDAY)

    assert series.days == (WEDNESDAY, WEDNESDAY)


def test_the_days_of_rest_are_asked_for_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        every_week(WEDNESDAY, times=30)
