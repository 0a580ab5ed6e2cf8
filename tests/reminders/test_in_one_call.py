"""Several calls to one person, made as one."""

import pytest

from reminders import call_list
from reminders.in_one_call import others_to_them, record_with_others
from reminders.models import CallAttempt, CallTask, Outcome, Request
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = CallTask.State


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(make.NOON, tick=False)


@pytest.fixture
def clerk():
    return make.clerk()


def two_calls() -> tuple[CallTask, CallTask]:
    """Somebody is called about a lesson, and about something that was told to everybody."""
    person = make.callable_()
    return make.call(person), make.call(person, occasion="broadcast:1")


def state_of(task: CallTask) -> tuple[str, str]:
    return CallTask.objects.values_list("state", "outcome").get(pk=task.pk)


def test_the_other_calls_of_the_day_to_the_same_person_are_found() -> None:
    lesson, broadcast = two_calls()
    person = lesson.requests.get().resident
    make.call(person, occasion="lesson:32", due_at=make.later(days=1))
    make.call(person, due_at=make.later(days=-1))
    make.call(occasion="broadcast:1")

    assert others_to_them(lesson, at=make.NOON) == [broadcast]
    assert others_to_them(broadcast, at=make.NOON) == [lesson]


def test_what_was_told_as_well_is_done_with_the_call_and_anything_else_stays(clerk, purpose) -> None:
    lesson, broadcast = two_calls()
    another = make.call(lesson.requests.get().resident, occasion="lesson:32")

    record_with_others(lesson, Outcome.FAMILY, also=[broadcast.pk], by=clerk)

    assert state_of(lesson) == state_of(broadcast) == (State.DONE, Outcome.FAMILY)
    assert state_of(another) == (State.OPEN, "")
    assert purpose.heard == [(each.requests.get().key, Outcome.FAMILY) for each in (lesson, broadcast)]


def test_whoever_will_not_come_to_one_was_told_the_other(clerk, purpose) -> None:
    lesson, broadcast = two_calls()

    record_with_others(lesson, Outcome.ABSENCE, also=[broadcast.pk], by=clerk)

    assert [result for _key, result in purpose.heard] == [Outcome.ABSENCE, Outcome.SELF]


@pytest.mark.parametrize("outcome", sorted(call_list.NOT_REACHED))
def test_where_nobody_answers_no_other_call_to_that_number_rings_in_the_same_minute(clerk, outcome) -> None:
    lesson, broadcast = two_calls()

    record_with_others(lesson, outcome, by=clerk)

    assert set(call_list.resting(make.NOON)) == {lesson, broadcast}
    assert CallAttempt.objects.filter(task=broadcast, outcome=outcome).count() == 1


def test_a_call_to_another_number_of_the_person_is_still_to_be_made(clerk) -> None:
    lesson, broadcast = two_calls()
    CallTask.objects.filter(pk=broadcast.pk).update(number=make_residents.landline().e164)

    record_with_others(lesson, Outcome.NO_ANSWER, by=clerk)

    assert list(call_list.todays(make.NOON)) == [broadcast]


def test_after_a_wrong_number_the_other_call_is_looked_into_and_not_told(clerk) -> None:
    lesson, broadcast = two_calls()

    record_with_others(lesson, Outcome.WRONG_NUMBER, also=[broadcast.pk], by=clerk)

    assert not CallAttempt.objects.filter(task=broadcast).exists()
    assert {call.number for call in CallTask.objects.open()} == {""}
    assert Request.objects.standing().filter(call__state=State.OPEN).count() == 2


def test_what_a_colleague_has_in_hand_is_left_to_them(clerk) -> None:
    lesson, broadcast = two_calls()
    call_list.take(broadcast, by=make.clerk("吉川"))

    record_with_others(lesson, Outcome.SELF, also=[broadcast.pk], by=clerk)

    assert state_of(broadcast) == (State.OPEN, "")


def test_pressed_twice_both_were_called_once(clerk) -> None:
    lesson, broadcast = two_calls()

    for _press in range(2):
        record_with_others(lesson, Outcome.SELF, also=[broadcast.pk], by=clerk)

    assert CallAttempt.objects.count() == 2
