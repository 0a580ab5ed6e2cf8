"""Who is told by one call, and that nobody is called twice about the same on one day."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reminders import call_list
from reminders.models import CallTask, Outcome, Request
from residents.models import Resident
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = CallTask.State


@pytest.fixture
def clerk():
    return make.clerk()


@pytest.fixture
def colleague():
    return make.clerk("吉川")


MONDAY = make.later(days=5)


def twice(resident: Resident | None = None) -> list[Request]:
    """Reminded three days and one day before a Monday: both calls fall on the Friday."""
    person = resident or make.callable_()
    return [make.request(person, due_at=MONDAY - timedelta(days=days), useless_after=MONDAY) for days in (3, 1)]


def left_over(person: Resident) -> tuple[CallTask, CallTask]:
    """A call of three days before that nobody has made, and the one of the day before."""
    first = make.call(person, due_at=make.later(days=-1))
    return first, make.call(person)


def test_two_reminders_that_fall_on_one_day_are_one_call_and_its_person_is_named_once(clerk, client, purpose) -> None:
    first, second = twice()
    client.force_login(clerk)

    assert first.call == second.call
    assert html_of(client, first.call).count(f"<b>{first.resident.name}</b>") == 1

    call_list.record(first.call, Outcome.ABSENCE, by=clerk, now=first.call.due_at)

    assert purpose.heard == [(first.key, "absence"), (second.key, "absence")]


def html_of(client, task: CallTask) -> str:
    return client.get(reverse("call_detail", args=[task.pk])).content.decode()


def test_two_reminders_of_different_days_are_two_calls() -> None:
    first, second = left_over(make.callable_())

    assert first != second


def test_whoever_is_told_by_one_call_is_not_called_about_the_same_a_second_time_today(clerk) -> None:
    first, second = left_over(make.callable_())
    tomorrows = make.call(second.requests.get().resident, due_at=make.later(days=1))

    call_list.record(second, Outcome.FAMILY, by=clerk, now=make.NOON)

    first.refresh_from_db()
    assert (first.state, first.settled_by) == (State.WITHDRAWN, clerk)
    assert list(CallTask.objects.open()) == [tomorrows]
    assert second.requests.count() == 2


def test_whoever_was_not_reached_or_not_told_by_that_call_is_still_called(clerk) -> None:
    number = make_residents.landline()
    his, hers = (make_residents.resident(phone=number) for _person in range(2))
    first, second = left_over(his)
    make.request(hers, due_at=first.due_at)

    call_list.record(second, Outcome.NO_ANSWER, by=clerk, now=make.NOON)
    assert first.requests.count() == 2

    call_list.record(second, Outcome.SELF, by=clerk, now=make.later(hours=4))
    assert CallTask.objects.open().get().requests.get().resident == hers


@pytest.mark.parametrize("occasion", ["lesson:31", "broadcast:1"])
def test_two_clerks_do_not_ring_one_number_at_once_whatever_it_is_about(clerk, colleague, occasion) -> None:
    person = make.callable_()
    first, second = make.call(person, due_at=make.later(days=-1)), make.call(person, occasion=occasion)
    call_list.take(first, by=colleague, now=make.NOON)

    with pytest.raises(call_list.CallIsHeld) as refused:
        call_list.take(second, by=clerk, now=make.NOON)

    assert refused.value.name == colleague.name
    call_list.take(second, by=colleague, now=make.NOON)


def test_another_number_and_one_that_was_let_go_are_free(clerk, colleague) -> None:
    elsewhere, first = make.call(), make.call(occasion="broadcast:1")
    second = make.call(first.requests.get().resident)
    call_list.take(first, by=colleague, now=make.NOON)

    call_list.take(elsewhere, by=clerk, now=make.NOON)
    call_list.take(second, by=clerk, now=make.NOON + call_list.HOLD_FOR)

    assert set(CallTask.objects.filter(held_by=clerk)) == {elsewhere, second}
