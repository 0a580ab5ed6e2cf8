from datetime import timedelta

import pytest

from city.models import CityProfile
from reminders.fallback import call_instead, fail, locked
from reminders.models import CallTask, Message
from reminders.reasons import Reason
from residents.models import ContactWish, Resident
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State


def failed(message: Message, code: str, **later: float) -> Message:
    fail(*locked(message.pk), code, now=make.later(**later), city=CityProfile.current())
    message.refresh_from_db()
    return message


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("late", Reason.LATE),
        ("budget", Reason.BUDGET),
        ("wording", Reason.WORDING),
        ("30004", Reason.FAILED),
        ("98765", Reason.FAILED),
    ],
)
def test_the_list_says_why_it_is_a_call(code: str, reason: str) -> None:
    failed(make.sent(), code)

    assert CallTask.objects.get().reason == reason


def test_everybody_of_a_household_is_called_by_one_call() -> None:
    number = make_residents.mobile()
    message = make.sent(make.textable(number))
    make.request(make.textable(number))

    failed(message, "30004")

    assert CallTask.objects.get().requests.count() == 2


def test_a_second_try_waits_three_hours_and_there_is_no_third() -> None:
    message = failed(make.sent(), "30003")
    retry = message.retry
    assert retry.due_at == make.later(hours=3)

    Message.objects.filter(pk=retry.pk).update(tries=2, state=State.SENT)
    failed(retry, "30003", hours=4)

    assert Message.objects.count() == 2
    assert CallTask.objects.get().state == CallTask.State.OPEN


def test_after_the_hours_there_is_no_second_try_so_the_office_calls() -> None:
    failed(make.sent(), "30003", hours=2, minutes=1)

    assert Message.objects.count() == CallTask.objects.count() == 1


def test_right_before_the_lesson_there_is_no_second_try_so_the_office_calls() -> None:
    failed(make.sent(useless_after=make.later(hours=5)), "30003", minutes=1)

    assert Message.objects.count() == CallTask.objects.count() == 1


def test_nobody_is_called_after_the_lesson() -> None:
    message = make.sent()
    _message, requests = locked(message.pk)

    call_instead(requests, Reason.FAILED, now=make.LESSON)

    assert not CallTask.objects.exists()


def test_who_wants_to_hear_nothing_any_more_is_not_called_either() -> None:
    message = make.sent()
    Resident.objects.update(contact_wish=ContactWish.NONE)

    failed(message, "30004")

    assert not CallTask.objects.exists()


def test_the_text_that_failed_stays_in_the_persons_history() -> None:
    message = failed(make.sent(), "30004")

    request = message.requests.get()
    assert (request.message, request.call) == (message, CallTask.objects.get())


def test_a_call_in_place_of_a_text_is_due_at_once_and_of_use_as_long() -> None:
    message = failed(make.sent(due_at=make.NOON - timedelta(minutes=5)), "30004")

    call = CallTask.objects.get()
    assert call.due_at <= make.NOON
    assert call.useless_after == message.useless_after
