"""Several clerks and one call."""

import time
from collections import Counter
from collections.abc import Callable
from itertools import combinations

import pytest
from django.db.models import QuerySet

from reminders import call_list, outbox, postcards, sheets
from reminders.models import CallAttempt, CallSheet, CallTask, Outcome, Request
from residents.models import Resident
from tests.make import reminders as make
from tests.make import residents as make_residents
from tests.races.clerks import across, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _purpose():
    with make.purpose() as registered:
        yield registered


@pytest.fixture
def slow_to_lock(monkeypatch):
    """Everybody has looked before anybody locks, so that what was seen before the lock is stale."""
    lock = QuerySet.select_for_update

    def after_a_while(rows, *args, **kwargs):
        if rows.model is CallTask:
            time.sleep(0.3)
        return lock(rows, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "select_for_update", after_a_while)


def kinds(outcomes) -> Counter:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def test_of_clerks_who_reach_for_one_call_only_one_gets_it(slow_to_lock) -> None:
    task, clerks = make.call(), [make.clerk() for _each in range(6)]

    outcomes = together(*[lambda clerk=clerk: call_list.take(task, by=clerk, now=make.NOON) for clerk in clerks])

    assert kinds(outcomes) == {"CallTask": 1, "CallIsHeld": 5}


def test_of_clerks_who_reach_for_several_calls_to_one_number_only_one_gets_to_ring_it(slow_to_lock) -> None:
    person = make.callable_()
    calls = [make.call(person, occasion=f"broadcast:{number}") for number in range(4)]

    outcomes = together(*[lambda call=call: call_list.take(call, by=make.clerk(), now=make.NOON) for call in calls])

    assert kinds(outcomes) == {"CallTask": 1, "CallIsHeld": 3}


def test_of_clerks_who_record_one_call_only_one_is_believed(slow_to_lock) -> None:
    task, clerks = make.call(), [make.clerk() for _each in range(4)]
    answers = [Outcome.SELF, Outcome.FAMILY, Outcome.ABSENCE, Outcome.SELF]

    outcomes = together(
        *[
            lambda clerk=clerk, answer=answer: call_list.record(task, answer, by=clerk, now=make.NOON)
            for clerk, answer in zip(clerks, answers, strict=True)
        ]
    )

    assert kinds(outcomes) == {"CallTask": 1, "CallIsClosed": 3}
    assert CallAttempt.objects.get().outcome == CallTask.objects.get().outcome


def test_one_clerk_who_presses_four_times_at_once_called_once(slow_to_lock) -> None:
    task, clerk = make.call(), make.clerk()

    outcomes = together(*[lambda: call_list.record(task, Outcome.NO_ANSWER, by=clerk, now=make.NOON)] * 4)

    assert kinds(outcomes) == {"CallTask": 4}
    assert CallAttempt.objects.count() == 1


# Several calls at once ------------------------------------------------------------------------------------


def three_at_odds(person: Resident) -> list[CallTask]:
    """Calls to one person whose share keys are in the opposite order of their numbers."""
    calls = [make.call(person, occasion=f"lesson:{number}") for number in range(20)]
    three = next(some for some in combinations(calls, 3) if some[0].share_key > some[1].share_key > some[2].share_key)
    others = [call.pk for call in calls if call not in three]
    Request.objects.filter(call__in=others).delete()
    CallTask.objects.filter(pk__in=others).delete()
    return list(three)


def taking_back(calls: list[CallTask]) -> Callable[[], int]:
    keys = [call.requests.get().key for call in calls]
    return lambda: outbox.withdraw_each(keys, by=None)


def test_calls_that_are_printed_and_taken_back_at_once_hold_nobody_up() -> None:
    calls, clerk = three_at_odds(make.callable_()), make.clerk()

    printed, taken_back = across(calls[1], lambda: sheets.print_sheet(by=clerk, now=make.NOON), taking_back(calls))

    assert isinstance(printed, CallSheet | sheets.NothingToPrint)
    assert taken_back == 3


def test_postcards_that_are_posted_and_taken_back_at_once_hold_nobody_up() -> None:
    calls, clerk = three_at_odds(make.by_post()), make.clerk()
    numbers = [call.pk for call in calls]

    posted, taken_back = across(
        calls[1], lambda: postcards.post_all(numbers, by=clerk, now=make.NOON), taking_back(calls)
    )

    assert (len(posted), taken_back) in {(3, 0), (0, 3)}


def test_somebody_who_joins_the_calls_of_a_household_while_they_are_taken_back_is_called_all_the_same() -> None:
    number = make_residents.landline()
    calls, joins = three_at_odds(make.callable_(phone=number)), make.callable_(phone=number)
    asks = [
        outbox.Ask(
            key=f"registration:0:{call.occasion}",
            purpose=call.purpose,
            resident=joins,
            occasion=call.occasion,
            body=make.BODY,
            due_at=make.NOON,
            useless_after=call.useless_after,
        )
        for call in calls
    ]

    joined, taken_back = across(calls[1], lambda: outbox.enqueue_all(asks, by=None), taking_back(calls))

    assert taken_back == 3
    assert [Request.objects.get(pk=each.pk).call.state for each in joined] == [CallTask.State.OPEN] * 3
