"""What a worker takes for itself, and what it may write of it afterwards."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from city.models import CityProfile
from reminders.budget import OTHERS_MAY_CLAIM
from reminders.claiming import SUM_LASTS, claim, claim_within_limits, write_sent
from reminders.gateways import Answer
from reminders.models import Message
from tests.make import reminders as make

pytestmark = pytest.mark.django_db

State = Message.State


def take(room: int = 10) -> list[Message]:
    return list(claim(worker="one", gateway="memory", room=room, due_by=make.NOON, now=make.NOON))


def test_a_batch_is_filled_up_with_ordinary_texts_after_the_urgent_ones() -> None:
    urgent = [make.message(occasion=f"broadcast:{number}", is_urgent=True) for number in range(3)]
    ordinary = [make.message(occasion=f"lesson:{number}") for number in range(4)]

    assert take(5) == [*urgent, *ordinary[:2]]
    assert take(5) == ordinary[2:]


def test_an_urgent_text_leaves_no_sooner_than_it_is_due() -> None:
    make.message(is_urgent=True, due_at=make.later(minutes=1))

    assert take() == []


def test_a_claim_says_by_whom_when_and_through_what() -> None:
    message = make.message()

    take()

    message.refresh_from_db()
    assert (message.state, message.claimed_by, message.claimed_at) == (State.CLAIMED, "one", make.NOON)
    assert (message.gateway, message.tries) == ("memory", 1)


def test_what_moved_meanwhile_is_not_written_over() -> None:
    ours, anothers, answered, planned = (make.message(occasion=f"lesson:{number}") for number in range(4))
    take()
    Message.objects.filter(pk=anothers.pk).update(claimed_by="another")
    Message.objects.filter(pk=answered.pk).update(provider_id="SM-by-receipt")
    Message.objects.filter(pk=planned.pk).update(state=State.PLANNED)
    messages = [ours, anothers, answered, planned]
    answers = {message.token: Answer(f"SM-{message.pk}", "queued") for message in messages}

    written = write_sent(answers, worker="one", now=make.later(minutes=1))

    for message in messages:
        message.refresh_from_db()
    assert written == 1
    assert [message.state for message in messages] == [State.SENT, State.CLAIMED, State.CLAIMED, State.PLANNED]
    assert [message.provider_id for message in messages] == [f"SM-{ours.pk}", "", "SM-by-receipt", ""]
    assert (ours.sent_at, ours.provider_status) == (make.later(minutes=1), "queued")


def test_without_an_answer_nothing_is_written(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert write_sent({}, worker="one", now=make.NOON) == 0


# The money ------------------------------------------------------------------------------------------------


def take_within_limits(worker: str = "one") -> list[Message]:
    """Ten texts at most, claimed as the worker does."""
    batch, _money = claim_within_limits(
        worker=worker, gateway="memory", room=10, due_by=make.NOON, city=CityProfile.current(), now=make.NOON
    )
    return list(batch)


def money_for(parts: int) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_yen_per_part=12, sms_monthly_yen=12 * parts)


def test_while_much_money_is_left_a_claim_costs_a_look_at_it_and_what_it_always_cost(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    money_for(OTHERS_MAY_CLAIM)
    for number in range(2):
        make.message(occasion=f"lesson:{number}")
    with CaptureQueriesContext(connection) as of_claim:
        take(1)
    money_for(OTHERS_MAY_CLAIM + 1)

    # The city and what was spent.
    with django_assert_num_queries(2 + len(of_claim)):
        assert len(take_within_limits()) == 1


@pytest.mark.postgres
@pytest.mark.parametrize(("parts", "locks"), [(OTHERS_MAY_CLAIM, 0), (OTHERS_MAY_CLAIM - 1, 1)])
def test_only_near_the_end_of_the_money_one_worker_claims_after_the_other(parts: int, locks: int) -> None:
    money_for(parts)
    make.message()

    with CaptureQueriesContext(connection) as asked:
        assert len(take_within_limits()) == 1

    assert sum("FOR NO KEY UPDATE" in each["sql"] for each in asked) == locks


@pytest.mark.postgres
@pytest.mark.parametrize(("left", "locks"), [(OTHERS_MAY_CLAIM, 0), (OTHERS_MAY_CLAIM - 1, 1)])
def test_whoever_claims_a_long_text_leaves_the_others_what_they_reckon_with(left: int, locks: int) -> None:
    message = make.message()
    Message.objects.filter(pk=message.pk).update(parts=9)
    money_for(9 + left)

    with CaptureQueriesContext(connection) as asked:
        assert len(take_within_limits()) == 1

    assert sum("FOR NO KEY UPDATE" in each["sql"] for each in asked) == locks


@pytest.mark.parametrize("seconds", [SUM_LASTS, SUM_LASTS / 2])
def test_a_worker_that_was_held_up_after_looking_at_the_money_looks_again(
    monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    ours, anothers = make.message(), make.message(occasion="lesson:2", due_at=make.later(minutes=1))
    money_for(OTHERS_MAY_CLAIM)
    stopwatch = iter([0.0])

    def held_up() -> float:
        if (began := next(stopwatch, None)) is not None:
            return began
        # Meanwhile the others have claimed all there was.
        claimed = {"state": State.CLAIMED, "claimed_at": make.NOON, "claimed_by": "another"}
        Message.objects.filter(pk=anothers.pk).update(parts=OTHERS_MAY_CLAIM, **claimed)
        return seconds

    monkeypatch.setattr("reminders.clock.elapsed", held_up)
    CityProfile.objects.update(sms_daily_limit=OTHERS_MAY_CLAIM)

    batch, money = claim_within_limits(
        worker="one", gateway="memory", room=10, due_by=make.NOON, city=CityProfile.current(), now=make.NOON
    )

    # Held up for no longer than its sum lasts, it may go on: others cannot have claimed so much.
    has_looked_again = seconds == SUM_LASTS
    assert list(batch) == [ours]
    assert money.fits_month(1) is not has_looked_again
