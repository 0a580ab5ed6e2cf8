from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from city.models import CityProfile
from core.wareki import TOKYO
from reminders.budget import Spending, spending
from reminders.models import Message
from tests.make import reminders as make

pytestmark = pytest.mark.django_db

MONTH = datetime(2026, 12, 1, tzinfo=TOKYO)
NOTHING = Spending(
    parts_this_month=0,
    texts_today=0,
    texts_this_minute=0,
    yen_per_part=Decimal(12),
    monthly_yen=120,
    daily_limit=300,
    limit_a_minute=60,
)


def spent(*, at: datetime = make.NOON) -> Spending:
    return spending(CityProfile.current(), now=at)


def test_parts_cost_and_not_texts() -> None:
    make.sent(occasion="lesson:1")
    make.sent(occasion="lesson:2", body=make.BODY + "あ" * 60)

    assert (spent().parts_this_month, spent().texts_today) == (3, 2)
    assert spent().yen_this_month == 3 * CityProfile.current().sms_yen_per_part


def test_a_month_and_a_day_begin_at_midnight_in_tokyo() -> None:
    make.sent(at=MONTH - timedelta(seconds=1), occasion="lesson:1")
    make.sent(at=MONTH, occasion="lesson:2")

    assert spent(at=MONTH - timedelta(seconds=1)).parts_this_month == 2
    assert spent(at=MONTH).parts_this_month == 1
    assert spent(at=MONTH + timedelta(days=1)).texts_today == 0


def test_a_text_that_left_under_a_clock_that_ran_ahead_is_none_of_this_minute_and_was_paid_for() -> None:
    make.sent(at=make.later(days=3))

    assert (spent().texts_this_minute, spent().parts_this_month) == (0, 1)


@pytest.mark.parametrize("state", [Message.State.CLAIMED, Message.State.UNCERTAIN])
def test_what_may_have_left_counts_as_spent(state: str) -> None:
    make.sent()
    Message.objects.update(state=state, sent_at=None)

    assert spent().parts_this_month == 1


def test_what_was_refused_or_only_planned_costs_nothing() -> None:
    make.message(occasion="lesson:1")
    make.sent(occasion="lesson:2")
    Message.objects.filter(occasion="lesson:2").update(state=Message.State.FAILED, sent_at=None)

    assert spent().parts_this_month == 0


def test_what_was_taken_and_did_not_arrive_was_paid_for() -> None:
    make.sent()
    Message.objects.update(state=Message.State.FAILED)

    assert spent().parts_this_month == 1


@pytest.mark.parametrize(("parts", "fits"), [(1, True), (2, True), (3, False)])
def test_the_months_money_is_used_to_the_last_yen_and_no_further(parts: int, fits: bool) -> None:
    money = replace(NOTHING, parts_this_month=8, yen_per_part=Decimal("11.5"), monthly_yen=115)

    assert money.fits_month(parts) is fits


def test_a_used_up_month_and_day_say_so() -> None:
    assert replace(NOTHING, parts_this_month=10).is_month_used_up
    assert not replace(NOTHING, parts_this_month=9).is_month_used_up
    assert replace(NOTHING, texts_today=300).is_day_used_up
    assert replace(NOTHING, texts_today=301).texts_left == 0


def test_what_leaves_now_is_held_to_the_minute_and_to_the_day() -> None:
    assert NOTHING.texts_left == 60
    assert replace(NOTHING, texts_this_minute=58).texts_left == 2
    assert replace(NOTHING, texts_this_minute=58, texts_today=299).texts_left == 1
    assert replace(NOTHING, texts_this_minute=61).texts_left == 0


def test_a_text_is_of_this_minute_for_sixty_seconds() -> None:
    make.sent(at=make.NOON)

    assert spent(at=make.later(seconds=59)).texts_this_minute == 1
    assert spent(at=make.later(seconds=60)).texts_this_minute == 0
