from datetime import timedelta

import pytest

from city.models import CityProfile
from reminders import call_list, receipts
from reminders.fallback import call_instead, fail, locked, move_from_doubtful
from reminders.gateways import Answer
from reminders.models import CallTask, Message, Outcome
from reminders.reasons import Reason
from residents.intake import PhoneDetails
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


def test_what_is_planned_to_a_number_not_in_use_is_called_about_before_the_office_closes(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    number = make_residents.mobile()
    sunday, wednesday = make.later(days=4), make.later(days=7)
    theirs = [
        make.request(make.textable(number), occasion=f"lesson:{day:%d}", due_at=day, useless_after=day + timedelta(1))
        for day in (sunday, wednesday)
    ]
    elsewhere = make.request(due_at=sunday, useless_after=wednesday)
    failed(make.sent(make.textable(number)), "30005")

    assert move_from_doubtful(now=make.NOON) == 2
    assert move_from_doubtful(now=make.NOON) == 0

    for request in (*theirs, elsewhere):
        request.refresh_from_db()
    assert [(request.message, request.call.reason) for request in theirs] == [(None, Reason.DOUBTFUL)] * 2
    assert elsewhere.message.state == State.PLANNED


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


def test_where_nobody_could_call_after_a_second_try_somebody_calls_now() -> None:
    CityProfile.objects.update_or_create(pk=1, defaults={"sms_window_end": "20:00"})
    tomorrow = make.later(days=1)

    failed(make.sent(useless_after=tomorrow), "30003", hours=3)
    failed(make.sent(useless_after=make.LESSON, occasion="lesson:32"), "30003", hours=3)

    assert CallTask.objects.get().useless_after == tomorrow
    assert Message.objects.get(retry_of__isnull=False).occasion == "lesson:32"


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


# What is found lost after somebody was called ----------------------------------------------------------------


def given_up(resident: Resident | None = None) -> Message:
    """A text without a receipt, which is being called about early enough for a second one."""
    message = make.sent(resident, at=make.NOON - timedelta(minutes=90))
    receipts.give_up_waiting(message.pk, now=make.NOON)
    return message


@pytest.mark.parametrize("code", ["", "30003", "30004", "30005", "30036", "98765"])
@pytest.mark.parametrize("outcome", [Outcome.SELF, Outcome.FAMILY, Outcome.ABSENCE])
def test_whoever_was_told_on_the_telephone_is_neither_called_nor_texted_when_the_text_is_found_lost(
    code: str, outcome: str
) -> None:
    message = given_up()
    call_list.record(CallTask.objects.get(), outcome, by=make.clerk(), now=make.later(minutes=5))

    answer = Answer(message.provider_id, "undelivered", code)
    receipts.apply(message.token, answer, now=make.later(minutes=6))

    assert CallTask.objects.get().state == CallTask.State.DONE
    assert Message.objects.get().state == State.FAILED


def test_whoever_was_told_because_nobody_knew_whether_the_text_left_is_not_called_again() -> None:
    message = make.sent()
    Message.objects.update(state=State.UNCERTAIN, provider_id="", settled_at=make.later(minutes=6))
    _message, requests = locked(message.pk)
    call_instead(requests, Reason.UNCERTAIN, now=make.later(minutes=6))
    call_list.record(CallTask.objects.get(), Outcome.ABSENCE, by=make.clerk(), now=make.later(minutes=20))

    receipts.apply(message.token, Answer("SM1", "undelivered", "30003"), now=make.later(minutes=30))

    assert CallTask.objects.get().state == CallTask.State.DONE
    assert Message.objects.count() == 1


def test_whoever_has_a_postcard_on_its_way_is_not_called_when_the_text_is_found_lost() -> None:
    message = given_up()
    CallTask.objects.update(state=CallTask.State.DONE, reason=Reason.POSTCARD)

    failed(message, "30004", hours=3)

    assert CallTask.objects.get().state == CallTask.State.DONE


def test_no_text_is_tried_again_beside_a_call_that_stands() -> None:
    message = given_up()

    failed(message, "30003", minutes=30)

    assert Message.objects.count() == 1
    assert CallTask.objects.get().state == CallTask.State.OPEN


def test_a_stranger_who_answered_has_not_told_the_person() -> None:
    message = given_up()
    call_list.record(CallTask.objects.get(), Outcome.WRONG_NUMBER, by=make.clerk(), now=make.later(hours=3))

    failed(message, "30004", hours=4)

    assert CallTask.objects.open().get().requests.get().message == message


def test_of_a_household_only_whoever_was_not_told_is_texted_again() -> None:
    number = make_residents.mobile()
    message = given_up(make.textable(number))
    call_list.record(CallTask.objects.get(), Outcome.SELF, by=make.clerk(), now=make.later(minutes=5))
    late = make.request(make.textable(number))
    assert late.message == message

    failed(message, "30003", minutes=30)

    assert message.retry.requests.get() == late
    assert not CallTask.objects.open().exists()


def with_a_landline_too() -> Resident:
    """Somebody who is texted and has another telephone at home."""
    phones = [PhoneDetails(make_residents.mobile()), PhoneDetails(make_residents.landline())]
    return make_residents.resident(phones=phones, contact_wish=ContactWish.SMS)


def test_a_call_that_a_clerk_is_making_stays_theirs_when_the_number_is_told_not_to_be_in_use() -> None:
    person = with_a_landline_too()
    message, clerk = given_up(person), make.clerk()
    task = call_list.take(CallTask.objects.get(), by=clerk, now=make.later(minutes=1))

    failed(message, "30005", minutes=2)

    assert CallTask.objects.get() == task
    call_list.record(task, Outcome.SELF, by=clerk, now=make.later(minutes=5))
    assert CallTask.objects.get().has_told


def test_a_call_that_nobody_is_making_goes_to_the_other_number_when_this_one_is_not_in_use() -> None:
    person = with_a_landline_too()
    message = given_up(person)

    failed(message, "30005", minutes=2)

    assert CallTask.objects.open().get().number == person.phone_lines.all()[1].number
