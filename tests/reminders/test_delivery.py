from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from city.models import CityProfile
from core.phone import PhoneNumber
from reminders import halts, outbox, receipts
from reminders.delivery import BATCH, CLAIM_LIFETIME, deliver_next
from reminders.gateways import Answer, NotSent, Text
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Halt, Message, OptOut, Request
from reminders.reasons import Reason
from residents.models import Consent, NoticeManner, Resident
from tests.make import reminders as make
from tests.make import residents as make_residents
from tests.make.reminders import TestPurpose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

REAL = PhoneNumber.from_e164("+819012345678")


def deliver(gateway: MemoryGateway, *, at: datetime = make.NOON, worker: str = "worker") -> int:
    return deliver_next(gateway, worker=worker, now=at)


def only() -> Message:
    return Message.objects.get()


def test_a_due_text_is_handed_over_once(gateway: MemoryGateway) -> None:
    message = make.message()

    assert deliver(gateway) == 1
    assert deliver(gateway) == 0

    message.refresh_from_db()
    assert [text.number for text in gateway.sent] == [message.number]
    assert message.state == Message.State.SENT
    assert (message.provider_id, message.provider_status, message.sent_at) == (
        f"memory-{message.token}",
        "queued",
        make.NOON,
    )


def test_due_is_due_at_the_very_moment(gateway: MemoryGateway) -> None:
    make.message(due_at=make.NOON)

    assert deliver(gateway, at=make.NOON - timedelta(seconds=1)) == 0
    assert deliver(gateway, at=make.NOON) == 1


def test_a_batch_is_at_most_ten(gateway: MemoryGateway) -> None:
    for number in range(BATCH + 1):
        make.message(occasion=f"lesson:{number}")

    assert [deliver(gateway), deliver(gateway), deliver(gateway)] == [10, 1, 0]


@pytest.mark.parametrize("hour", [8, 18, 23])
def test_no_text_leaves_outside_the_hours(gateway: MemoryGateway, hour: int) -> None:
    make.message()

    assert deliver(gateway, at=make.NOON.replace(hour=hour) + timedelta(days=0 if hour > 12 else 1)) == 0
    assert gateway.sent == []


def test_who_gave_the_seat_back_is_not_told(gateway: MemoryGateway, purpose: TestPurpose) -> None:
    message = make.message()
    purpose.no_longer_due.add(message.requests.get().key)

    deliver(gateway)

    assert gateway.sent == []
    assert only().state == Message.State.WITHDRAWN


def test_the_other_one_of_the_household_is_still_told(gateway: MemoryGateway, purpose: TestPurpose) -> None:
    number = make_residents.mobile()
    gone, stays = make.request(make.textable(number)), make.request(make.textable(number))
    purpose.no_longer_due.add(gone.key)

    deliver(gateway)

    assert len(gateway.sent) == 1
    assert list(Request.objects.standing()) == [stays]


def test_consent_is_asked_for_again_at_the_moment_of_sending(gateway: MemoryGateway) -> None:
    message = make.message()
    Consent.objects.create(
        resident=message.requests.get().resident,
        kind=Consent.Kind.SMS,
        is_given=False,
        manner=NoticeManner.SPOKEN,
        notice_version="1",
    )

    deliver(gateway)

    assert gateway.sent == []
    assert only().state == Message.State.WITHDRAWN
    assert CallTask.objects.get().reason == Reason.OPTED_OUT


def test_a_number_that_changed_without_anybody_saying_so_is_not_texted(gateway: MemoryGateway) -> None:
    message = make.message()
    new = make_residents.mobile()
    line = message.requests.get().resident.phone_lines.get()
    line.number = new.e164
    line.save()

    deliver(gateway)
    deliver(gateway)

    assert [text.number for text in gateway.sent] == [new.e164]


def test_a_text_with_two_hours_to_the_lesson_becomes_a_call(gateway: MemoryGateway) -> None:
    make.message(useless_after=make.NOON + timedelta(hours=2))

    deliver(gateway, at=make.NOON + timedelta(minutes=1))

    assert gateway.sent == []
    assert (only().state, only().error_code) == (Message.State.FAILED, "late")
    assert CallTask.objects.get().reason == Reason.LATE


def test_nothing_is_said_after_the_lesson(gateway: MemoryGateway) -> None:
    make.message(useless_after=make.NOON + timedelta(hours=2))

    deliver(gateway, at=make.NOON + timedelta(hours=2))

    assert (only().state, only().error_code) == (Message.State.FAILED, "too_late")
    assert not CallTask.objects.exists()


def test_practice_people_are_never_sent_to_by_a_real_gateway(gateway: MemoryGateway) -> None:
    gateway.is_real = True
    make.message()

    deliver(gateway)

    assert gateway.sent == []
    assert (only().state, only().error_code) == (Message.State.FAILED, "practice")


def test_a_practice_person_with_a_real_number_is_not_sent_to_either(gateway: MemoryGateway) -> None:
    gateway.is_real = True
    make.message(make.textable(REAL))

    deliver(gateway)

    assert gateway.sent == []


def test_a_real_person_is_sent_to_by_a_real_gateway(gateway: MemoryGateway) -> None:
    gateway.is_real = True
    person = make.textable(REAL)
    Resident.objects.update(is_practice=False)
    make.message(Resident.objects.get(pk=person.pk))

    deliver(gateway)

    assert [text.number for text in gateway.sent] == [REAL.e164]


def test_a_real_person_is_never_taken_for_told_where_nothing_leaves(gateway: MemoryGateway) -> None:
    make.message()
    Resident.objects.update(is_practice=False)

    deliver(gateway)

    assert gateway.sent == []
    assert (only().state, only().error_code) == (Message.State.FAILED, "no_gateway")
    assert CallTask.objects.get().state == CallTask.State.OPEN


def test_a_months_money_that_is_used_up_stops_texts_and_people_are_called(gateway: MemoryGateway) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_yen_per_part=12, sms_monthly_yen=30)
    for number in range(3):
        make.message(occasion=f"lesson:{number}")

    deliver(gateway)

    assert len(gateway.sent) == 2
    assert CallTask.objects.get().reason == Reason.BUDGET


def test_a_text_of_two_parts_does_not_hop_over_the_limit(gateway: MemoryGateway) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_yen_per_part=12, sms_monthly_yen=23)
    make.message(body=make.BODY + "お持ち物は" + "あ" * 40)

    deliver(gateway)

    assert gateway.sent == []


def test_money_of_last_month_is_another_months(gateway: MemoryGateway) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_yen_per_part=12, sms_monthly_yen=12)
    make.sent(at=make.NOON - timedelta(days=2, hours=12, minutes=1), occasion="lesson:30")
    make.message()

    deliver(gateway)

    assert len(gateway.sent) == 1


def test_the_days_limit_lets_the_rest_wait(gateway: MemoryGateway) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_daily_limit=2)
    for number in range(3):
        make.message(occasion=f"lesson:{number}")

    deliver(gateway)
    deliver(gateway)

    assert len(gateway.sent) == 2
    assert Message.objects.filter(state=Message.State.PLANNED).count() == 1


def test_so_many_texts_a_minute_leave_and_no_more(gateway: MemoryGateway) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_minute_limit=2)
    for number in range(5):
        make.message(occasion=f"lesson:{number}")

    assert [deliver(gateway), deliver(gateway)] == [2, 0]
    assert deliver(gateway, at=make.later(seconds=59)) == 0
    assert deliver(gateway, at=make.later(seconds=60)) == 2


def test_a_refused_landline_is_marked_and_called(gateway: MemoryGateway) -> None:
    message = make.message()
    gateway.refusals[message.number] = "21614"

    deliver(gateway)

    assert (only().state, only().error_code) == (Message.State.FAILED, "21614")
    assert message.requests.get().resident.phone_lines.get().is_doubtful
    assert CallTask.objects.get().reason == Reason.DOUBTFUL


def test_who_refused_texts_is_called_from_now_on(gateway: MemoryGateway) -> None:
    message = make.message()
    gateway.refusals[message.number] = "21610"

    deliver(gateway)

    assert OptOut.objects.get().number == message.number
    assert (CallTask.objects.get().state, CallTask.objects.get().reason) == (CallTask.State.OPEN, Reason.STOPPED)


@pytest.mark.parametrize("code", ["20429", "unreachable", "30001"])
def test_a_busy_provider_is_left_alone_and_the_text_waits(gateway: MemoryGateway, code: str) -> None:
    first = make.message(occasion="lesson:1")
    make.message(occasion="lesson:2")
    gateway.refusals[first.number] = code

    deliver(gateway)

    assert gateway.sent == []
    assert set(Message.objects.values_list("state", "tries")) == {(Message.State.PLANNED, 0)}
    assert deliver(gateway) == 0

    gateway.refusals.clear()
    # One to see whether it is over, then the others.
    assert [deliver(gateway, at=make.later(minutes=2)) for _batch in range(2)] == [1, 1]


def test_a_wrong_setting_stops_everything_with_an_alarm_and_loses_nothing(gateway: MemoryGateway) -> None:
    message = make.message()
    gateway.refusals[message.number] = "20003"

    deliver(gateway)

    assert only().state == Message.State.PLANNED
    assert Halt.objects.get().code == "20003"
    assert deliver(gateway, at=make.later(minutes=14)) == 0
    gateway.refusals.clear()
    assert deliver(gateway, at=make.later(minutes=16)) == 1


def test_an_answer_that_was_lost_leaves_a_doubt_and_no_second_text(gateway: MemoryGateway) -> None:
    message = make.message()
    gateway.breaks_after_taking.add(message.number)

    deliver(gateway)
    deliver(gateway, at=make.later(minutes=5))

    assert only().state == Message.State.UNCERTAIN
    assert len(gateway.sent) == 1


def test_a_provider_that_answers_nobody_is_left_alone_after_three(gateway: MemoryGateway) -> None:
    for number in range(12):
        gateway.breaks_before_taking.add(make.message(occasion=f"lesson:{number}").number)

    while deliver(gateway):
        pass

    assert Message.objects.filter(state=Message.State.UNCERTAIN).count() == 3
    assert Message.objects.filter(state=Message.State.PLANNED).count() == 9


def test_after_a_halt_one_text_is_tried_and_a_provider_that_is_still_lost_gets_no_more(gateway: MemoryGateway) -> None:
    for number in range(12):
        gateway.breaks_before_taking.add(make.message(occasion=f"lesson:{number}").number)
    while deliver(gateway):
        pass

    assert [deliver(gateway, at=make.later(minutes=1)) for _batch in range(2)] == [1, 0]
    assert [deliver(gateway, at=make.later(minutes=2)) for _batch in range(2)] == [1, 0]
    assert Message.objects.filter(state=Message.State.UNCERTAIN).count() == 5

    gateway.breaks_before_taking.clear()
    assert [deliver(gateway, at=make.later(minutes=3)) for _batch in range(3)] == [1, 6, 0]
    assert not Halt.objects.exists()


@pytest.mark.parametrize("code", ["20003", "20429"])
def test_a_trial_that_ends_in_the_same_trouble_is_another_halt(gateway: MemoryGateway, code: str) -> None:
    message = make.message()
    gateway.refusals[message.number] = code
    deliver(gateway)
    over = Halt.objects.get().until

    assert deliver_next(gateway, worker="worker", now=over) == 1

    assert Halt.objects.get().until > over
    assert only().state == Message.State.PLANNED
    assert deliver_next(gateway, worker="worker", now=over) == 0


def test_a_text_that_is_refused_for_itself_proves_that_the_provider_is_there(gateway: MemoryGateway) -> None:
    halts.halt("unreachable", now=make.NOON)
    landline = make.message(occasion="lesson:1")
    make.message(occasion="lesson:2")
    gateway.refusals[landline.number] = "21614"

    assert [deliver(gateway, at=make.later(minutes=1)) for _batch in range(2)] == [1, 1]

    assert len(gateway.sent) == 1
    assert not Halt.objects.exists()


def test_a_halt_is_not_tried_while_nothing_is_due(gateway: MemoryGateway) -> None:
    halts.halt("unreachable", now=make.NOON)

    assert deliver(gateway, at=make.later(hours=1)) == 0

    assert Halt.objects.get().until == make.later(minutes=1)


def test_one_broken_reminder_does_not_stop_the_others(gateway: MemoryGateway, purpose: TestPurpose) -> None:
    broken = make.request(occasion="lesson:1")
    make.request(occasion="lesson:2")
    purpose.broken.add(broken.key)

    deliver(gateway)

    assert len(gateway.sent) == 1
    assert Message.objects.get(occasion="lesson:1").error_code == "unchecked"
    assert CallTask.objects.count() == 1


def test_a_reminder_of_an_application_that_is_gone_becomes_a_call(gateway: MemoryGateway) -> None:
    make.message(purpose="unknown")

    deliver(gateway)

    assert CallTask.objects.count() == 1


def test_a_text_withdrawn_while_it_was_claimed_is_not_sent_on_its_next_turn(gateway: MemoryGateway) -> None:
    message = make.message()
    gateway.is_away = True
    deliver(gateway)
    outbox.withdraw_each([message.requests.get().key], by=None)
    gateway.is_away = False

    deliver(gateway, at=make.later(minutes=2))

    assert gateway.sent == []
    assert only().state == Message.State.WITHDRAWN


NEW_WORDS = make.BODY.replace("忍海集会所", "新しい会館")


def handed_back(gateway: MemoryGateway, message: Message, deed: Callable[[], object]) -> None:
    """A text that the provider does not take, and what a clerk does in that very moment."""

    def send(text: Text) -> Answer:
        deed()
        raise NotSent("unreachable")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway, "send", send)
        deliver(gateway)
    message.refresh_from_db()
    assert message.state == Message.State.PLANNED


def test_a_text_that_comes_back_leaves_in_the_words_that_are_right_by_then(gateway: MemoryGateway) -> None:
    message = make.message()
    request = message.requests.get()

    handed_back(gateway, message, lambda: make.asked_again(request, body=NEW_WORDS))
    while deliver(gateway, at=make.later(minutes=2)):
        pass

    assert [text.body for text in gateway.sent] == [NEW_WORDS]
    request.refresh_from_db()
    assert request.message == Message.objects.get(state=Message.State.SENT)


def test_a_text_that_comes_back_when_it_is_no_longer_all_true_becomes_a_call(gateway: MemoryGateway) -> None:
    message = make.message()
    key = message.requests.get().key

    handed_back(gateway, message, lambda: outbox.speak_instead([key], by=None))
    deliver(gateway, at=make.later(minutes=2))

    assert gateway.sent == []
    assert (CallTask.objects.get().reason, only().state) == (Reason.CALL_ONLY, Message.State.WITHDRAWN)


def test_a_text_that_a_worker_claims_while_a_clerk_words_it_anew_leaves_in_the_new_words(
    gateway: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = make.message()
    request = message.requests.get()
    taking = "reminders.claiming.Message.objects.raw"
    take = Message.objects.raw

    def take_and_be_slow(*args: Any) -> list[Message]:
        taken = list(take(*args))
        monkeypatch.undo()
        make.asked_again(request, body=NEW_WORDS)
        return taken

    monkeypatch.setattr(taking, take_and_be_slow)
    while deliver(gateway):
        pass

    assert [text.body for text in gateway.sent] == [NEW_WORDS]


def test_the_second_try_of_a_text_is_in_the_words_that_are_right_by_then(gateway: MemoryGateway) -> None:
    request = make.message().requests.get()
    deliver(gateway)

    make.asked_again(request, body=NEW_WORDS)
    receipts.apply(only().token, Answer(only().provider_id, "undelivered", "30003"), now=make.later(minutes=1))
    while deliver(gateway, at=make.later(hours=4)):
        pass

    assert [text.body for text in gateway.sent] == [make.BODY, NEW_WORDS]


def test_the_second_try_of_a_text_that_is_no_longer_all_true_is_a_call(gateway: MemoryGateway) -> None:
    request = make.message().requests.get()
    deliver(gateway)

    outbox.speak_instead([request.key], by=None)
    assert not CallTask.objects.exists()
    receipts.apply(only().token, Answer(only().provider_id, "undelivered", "30003"), now=make.later(minutes=1))
    deliver(gateway, at=make.later(hours=4))

    assert len(gateway.sent) == 1
    assert CallTask.objects.get().reason == Reason.CALL_ONLY


def test_a_worker_that_slept_between_claim_and_sending_sends_nothing(
    gateway: MemoryGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.message()
    stopwatch = iter([0.0])
    monkeypatch.setattr("reminders.clock.elapsed", lambda: next(stopwatch, CLAIM_LIFETIME.total_seconds() / 2))

    deliver_next(gateway, worker="worker", now=make.NOON)

    assert gateway.sent == []
    assert only().state == Message.State.PLANNED


def test_more_texts_take_no_more_queries(
    gateway: MemoryGateway, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1 + BATCH):
        make.message(occasion=f"lesson:{number}")
    CityProfile.objects.update(sms_daily_limit=1)
    with CaptureQueriesContext(connection) as of_one:
        assert deliver(gateway) == 1
    CityProfile.objects.update(sms_daily_limit=100)

    with django_assert_num_queries(len(of_one)):
        assert deliver(gateway) == BATCH


def test_each_text_of_a_batch_keeps_its_own_number_at_the_provider(gateway: MemoryGateway) -> None:
    for number in range(3):
        make.message(occasion=f"lesson:{number}")

    deliver(gateway)

    for message in Message.objects.all():
        assert (message.provider_id, message.state) == (f"memory-{message.token}", Message.State.SENT)


def test_a_text_that_fails_takes_nothing_from_the_others_of_its_batch(gateway: MemoryGateway) -> None:
    for number in range(3):
        make.message(occasion=f"lesson:{number}")
    gateway.refusals[Message.objects.get(occasion="lesson:1").number] = "21614"

    deliver(gateway)

    states = dict(Message.objects.values_list("occasion", "state"))
    assert states == {"lesson:0": "sent", "lesson:1": "failed", "lesson:2": "sent"}


def test_each_text_of_a_batch_keeps_the_status_that_the_provider_gave_it(gateway: MemoryGateway) -> None:
    statuses = {make.message(occasion=f"lesson:{status}").token: status for status in ("queued", "accepted", "failed")}
    take = gateway.send

    def send(text: Text) -> Answer:
        return Answer(take(text).provider_id, statuses[text.token])

    gateway.send = send  # type: ignore[method-assign]

    deliver(gateway)

    found = {status: Message.objects.get(token=token) for token, status in statuses.items()}
    assert {status: message.provider_status for status, message in found.items()} == {each: each for each in found}
    assert [found[status].state for status in statuses.values()] == [
        Message.State.SENT,
        Message.State.SENT,
        Message.State.FAILED,
    ]
    assert CallTask.objects.get().requests.get().message == found["failed"]


def test_a_receipt_that_is_quicker_than_the_answer_stands(gateway: MemoryGateway) -> None:
    quick, usual = make.message(occasion="lesson:1"), make.message(occasion="lesson:2")
    take = gateway.send

    def send(text: Text) -> Answer:
        answer = take(text)
        if text.token == quick.token:
            receipts.apply(text.token, Answer(answer.provider_id, "delivered"), now=make.NOON)
        return answer

    gateway.send = send  # type: ignore[method-assign]

    deliver(gateway)

    quick.refresh_from_db()
    usual.refresh_from_db()
    assert (quick.state, quick.provider_status) == (Message.State.DELIVERED, "delivered")
    assert (usual.state, usual.provider_status) == (Message.State.SENT, "queued")
    assert usual.events.count() == 0


def test_what_is_urgent_leaves_before_a_whole_evening_of_texts_that_have_waited_longer(gateway: MemoryGateway) -> None:
    ordinary = make.message()
    facts = {name: getattr(ordinary, name) for name in ("purpose", "occasion", "number", "body", "due_at")}
    Message.objects.bulk_create(
        Message(**facts, share_key=str(number), useless_after=make.LESSON) for number in range(5000)
    )
    urgent = [make.message(occasion="broadcast:1", due_at=make.later(minutes=5), is_urgent=True) for _each in range(3)]

    deliver_next(gateway, worker="one", now=make.later(minutes=5))

    first = Message.objects.exclude(state=Message.State.PLANNED).order_by("-is_urgent", "pk")
    assert list(first[:3]) == urgent
    assert {text.number for text in gateway.sent} >= {message.number for message in urgent}


def test_urgent_texts_alone_can_use_up_what_the_day_has_left(gateway: MemoryGateway) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_daily_limit=1)
    make.message()
    urgent = make.message(occasion="broadcast:1", is_urgent=True)

    deliver_next(gateway, worker="one", now=make.NOON)

    assert [text.number for text in gateway.sent] == [urgent.number]
