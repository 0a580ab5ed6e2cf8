"""What the rules of a run mean for its next lesson."""

from datetime import date, datetime, time

import pytest
from django.utils.translation import override

from city.models import CityProfile, ClosingDay
from classes.foretelling import Meaning, foretell
from classes.reminding import Rule
from core.wareki import TOKYO

pytestmark = pytest.mark.django_db


def at(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _a_monday_in_november(time_machine):
    time_machine.move_to(at(11, 16, 9), tick=False)


def told(starts_at: datetime, *rules: Rule) -> list[Meaning]:
    return foretell(starts_at, rules, city=CityProfile.current())


def test_texts_and_calls_of_a_working_day_are_at_one_moment() -> None:
    (meaning,) = told(at(12, 4, 10), Rule(3, time(10)))

    assert (meaning.text_at, meaning.call_at, meaning.closed_on) == (at(12, 1, 10), at(12, 1, 10), None)
    with override("en"):
        assert meaning.sentence == "Texts and calls: Tue 1 December 10:00 a.m."


def test_a_call_on_a_weekend_is_made_on_the_friday_and_the_day_says_why() -> None:
    (meaning,) = told(at(12, 1, 10), Rule(3, time(10)))

    assert (meaning.text_at, meaning.call_at) == (at(11, 28, 10), at(11, 27, 10))
    assert meaning.closed_on == date(2026, 11, 28)
    with override("en"):
        assert meaning.reason == "because the office is closed on Sat 28 November"
        assert "calls: Fri 27 November" in meaning.sentence


def test_a_holiday_and_a_closing_day_of_the_city_are_called_by_their_names() -> None:
    ClosingDay.objects.create(day=date(2026, 12, 3), reason="庁舎点検")

    (holiday,) = told(at(11, 24, 10), Rule(1, time(15)))
    (closed,) = told(at(12, 4, 10), Rule(1, time(15)))

    assert (holiday.why, holiday.call_at) == ("勤労感謝の日", at(11, 20, 15))
    assert (closed.why, closed.call_at) == ("庁舎点検", at(12, 2, 15))


def test_a_moment_that_is_past_tells_nobody() -> None:
    late, early = Rule(1, time(15)), Rule(3, time(10))

    meanings = told(at(11, 18, 10), late, early)

    assert [(each.rule, each.text_at) for each in meanings] == [(early, None), (late, at(11, 17, 15))]
    with override("en"):
        assert "nobody" in meanings[0].sentence


def test_rules_are_told_in_the_order_in_which_people_hear() -> None:
    assert [each.rule.days_before for each in told(at(12, 4, 10), Rule(1, time(15)), Rule(7, time(10)))] == [7, 1]


def test_two_calls_of_one_friday_are_foretold_as_one() -> None:
    three, one = told(at(12, 7, 10), Rule(1, time(15)), Rule(3, time(10)))

    assert (three.call_at, one.call_at) == (at(12, 4, 10), at(12, 4, 15))
    assert (three.is_same_call, one.is_same_call) == (False, True)
    with override("en"):
        assert three.sentence == "Texts and calls: Fri 4 December 10:00 a.m."
        assert one.sentence == ("Texts: Sun 6 December 3:00 p.m.; no second call, because both are on Fri 4 December")


def test_on_friday_evening_nobody_is_called_about_a_monday_any_more(time_machine) -> None:
    time_machine.move_to(at(12, 4, 16), tick=False)

    three, one = told(at(12, 7, 10), Rule(1, time(15)), Rule(3, time(10)))

    assert (three.text_at, one.is_call_over) == (None, True)
    with override("en"):
        assert one.sentence == "Texts: Sun 6 December 3:00 p.m.; calls: over since Fri 4 December 3:00 p.m."
