"""What the texts of a month will cost, said before its money is used up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from city.models import CityProfile
from reminders import conditions
from reminders.forecast import forecast
from reminders.models import Message
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(make.NOON, tick=False)


def planned(*, days: int, person=None, parts: int = 1) -> Message:
    """A text planned so many days from now."""
    due_at = make.NOON + days * DAY
    made = make.message(person, due_at=due_at, useless_after=due_at + DAY, occasion=f"lesson:{days}")
    Message.objects.filter(pk=made.pk).update(parts=parts)
    return made


def money(yen: int) -> CityProfile:
    CityProfile.objects.update(sms_yen_per_part=10, sms_monthly_yen=yen)
    return CityProfile.objects.get()


def test_what_was_sent_and_what_is_planned_this_month_is_told_in_parts_and_yen() -> None:
    make.sent()
    planned(days=3, parts=2)
    planned(days=40)

    month = forecast(money(100), now=make.NOON)

    assert (month.money.yen_this_month, month.planned_parts, month.planned_yen) == (10, 2, 20)
    assert not month.is_too_much


def test_while_the_money_lasts_to_the_last_yen_nobody_is_warned() -> None:
    make.sent()
    planned(days=3, parts=2)

    assert conditions.of_the_month(forecast(money(30), now=make.NOON)) == []


def test_whom_the_money_does_not_reach_is_counted_from_the_day_on_which_it_is_used_up() -> None:
    make.sent()
    planned(days=3)
    number = make_residents.mobile()
    for _each in range(2):
        planned(days=5, person=make.textable(number))
    planned(days=8)

    month = forecast(money(20), now=make.NOON)

    assert (month.people_to_call, month.called_from) == (3, make.NOON + 5 * DAY)
    with override("en"):
        [trouble] = conditions.of_the_month(month)
        assert "About 3 people" in str(trouble.next_step)


def test_whoever_is_due_first_is_texted_first_however_late_they_were_planned() -> None:
    planned(days=8)
    planned(days=3)

    assert forecast(money(10), now=make.NOON).called_from == make.NOON + 8 * DAY


def test_whom_the_money_does_not_reach_on_a_saturday_is_said_to_be_called_on_the_friday() -> None:
    planned(days=2)
    planned(days=3)

    assert forecast(money(10), now=make.NOON).called_from == make.NOON + 2 * DAY


def test_where_nothing_is_left_the_other_warning_says_so() -> None:
    make.sent()
    planned(days=3)

    assert not forecast(money(10), now=make.NOON).is_too_much


def test_a_text_that_costs_nothing_never_costs_too_much() -> None:
    planned(days=3)
    CityProfile.objects.update(sms_yen_per_part=0, sms_monthly_yen=0)

    assert not forecast(CityProfile.objects.get(), now=make.NOON).is_too_much


@pytest.mark.parametrize("texts", [1, 9])
def test_looking_ahead_costs_three_questions_for_any_number_of_texts(texts, django_assert_num_queries) -> None:
    for days in range(1, texts + 2):
        planned(days=days)
    city = money(10)

    with django_assert_num_queries(3):
        assert forecast(city, now=make.NOON).people_to_call


@pytest.mark.parametrize("name", ["message_list", "message_costs", "home"])
def test_the_pages_of_the_letterbox_and_of_the_day_warn_beforehand(client, clerk, name) -> None:
    planned(days=3)
    planned(days=5)
    money(10)
    client.cookies["django_language"] = "en"

    page = client.get(reverse(name)).content.decode()

    assert "The texts planned for this month cost more than its money." in page
    assert "About 1 person" in page
