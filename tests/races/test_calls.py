"""Several clerks and one call."""

import time
from collections import Counter

import pytest
from django.db.models import QuerySet

from reminders import call_list
from reminders.models import CallAttempt, CallTask, Outcome
from tests.make import reminders as make
from tests.races.clerks import together

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
