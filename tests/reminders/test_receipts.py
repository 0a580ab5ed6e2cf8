"""What a provider says became of a text: only later news counts."""

from itertools import permutations

import pytest

from reminders import outbox, receipts
from reminders.gateways import Answer
from reminders.models import CallTask, Message, MessageEvent
from reminders.reasons import Reason
from reminders.receipts import STATUSES, Fate
from residents.models import PhoneLine
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State
Kind = MessageEvent.Kind
# twilio-oai, twilio_api_v2010.yaml: message_enum_status.
ALL_THIRTEEN = {
    "queued",
    "sending",
    "sent",
    "failed",
    "delivered",
    "undelivered",
    "receiving",
    "received",
    "accepted",
    "scheduled",
    "read",
    "partially_delivered",
    "canceled",
}


def tell(message: Message, status: str, code: str = "", *, provider_id: str = "", minutes: float = 1) -> bool:
    answer = Answer(provider_id or f"memory-{message.token}", status, code)
    news = receipts.apply(message.token, answer, now=make.later(minutes=minutes))
    message.refresh_from_db()
    return news


def test_all_thirteen_statuses_are_known() -> None:
    assert set(STATUSES) == ALL_THIRTEEN


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("accepted", State.SENT),
        ("scheduled", State.SENT),
        ("queued", State.SENT),
        ("sending", State.SENT),
        ("sent", State.SENT),
        ("partially_delivered", State.SENT),
        ("delivered", State.DELIVERED),
        ("read", State.DELIVERED),
        ("undelivered", State.FAILED),
        ("failed", State.FAILED),
        ("canceled", State.FAILED),
        ("receiving", State.SENT),
        ("received", State.SENT),
        ("invented_next_year", State.SENT),
    ],
)
def test_what_each_status_makes_of_a_text(status: str, state: str) -> None:
    message = make.sent()

    tell(message, status, "30004" if STATUSES.get(status, STATUSES["read"]).fate is Fate.LOST else "")

    assert message.state == state


def test_the_moment_of_arrival_is_kept() -> None:
    message = make.sent()

    tell(message, "delivered", minutes=3)

    assert (message.settled_at, message.provider_status) == (make.later(minutes=3), "delivered")


def test_the_same_receipt_twice_is_no_news() -> None:
    message = make.sent()

    assert tell(message, "delivered") is True
    assert tell(message, "delivered", minutes=2) is False

    assert message.events.count() == 1
    assert message.settled_at == make.later(minutes=1)


@pytest.mark.parametrize("order", list(permutations(["queued", "sending", "sent", "delivered"])))
def test_receipts_in_any_order_end_in_the_same(order: tuple[str, ...]) -> None:
    message = make.sent()

    for status in order:
        tell(message, status)

    assert (message.state, message.provider_status) == (State.DELIVERED, "delivered")


@pytest.mark.parametrize("later", ["queued", "sent", "undelivered", "failed", "canceled"])
def test_what_arrived_never_becomes_less(later: str) -> None:
    message = make.sent()
    tell(message, "delivered")

    tell(message, later, "30008")

    assert message.state == State.DELIVERED
    assert not CallTask.objects.exists()


def test_read_is_more_than_delivered() -> None:
    message = make.sent()
    tell(message, "delivered")

    assert tell(message, "read") is True
    assert message.provider_status == "read"


@pytest.mark.parametrize("status", ["delivered", "sent"])
def test_a_text_that_failed_stays_so_because_its_people_are_being_called(status: str) -> None:
    message = make.sent()
    tell(message, "failed", "30004")

    tell(message, status)

    assert message.state == State.FAILED
    assert CallTask.objects.get().state == CallTask.State.OPEN


@pytest.mark.parametrize(
    ("code", "reason"),
    [("", Reason.FAILED), ("30004", Reason.FAILED), ("30005", Reason.DOUBTFUL), ("99999", Reason.FAILED)],
)
def test_whoever_was_not_reached_is_called(code: str, reason: str) -> None:
    message = make.sent()

    tell(message, "undelivered", code)

    call = CallTask.objects.get()
    assert (call.reason, call.number) == (reason, message.number)
    assert message.error_code == code


def test_a_number_that_is_not_in_use_is_marked_wherever_it_stands() -> None:
    message = make.sent()

    tell(message, "undelivered", "30005")

    assert PhoneLine.objects.get(number=message.number).is_doubtful


def test_a_telephone_switched_off_is_tried_once_more_as_a_text_of_its_own() -> None:
    message = make.sent()

    tell(message, "undelivered", "30003")

    retry = message.retry
    assert (retry.state, retry.body, retry.number) == (State.PLANNED, message.body, message.number)
    assert retry.token != message.token
    assert not CallTask.objects.exists()


def test_a_receipt_adopts_a_text_whose_answer_was_lost() -> None:
    message = make.sent()
    Message.objects.update(state=State.UNCERTAIN, provider_id="", provider_status="", sent_at=None)

    tell(message, "delivered", provider_id="SM1")

    assert (message.state, message.provider_id) == (State.DELIVERED, "SM1")
    assert message.sent_at == message.claimed_at


def test_a_receipt_that_overtakes_the_answer_is_taken() -> None:
    message = make.sent()
    Message.objects.update(state=State.CLAIMED, provider_id="", provider_status="", sent_at=None)

    tell(message, "delivered", provider_id="SM1")

    assert message.state == State.DELIVERED


def test_a_receipt_that_came_too_late_still_calls_off_the_call() -> None:
    message = make.sent()
    receipts.give_up_waiting(message.pk, now=make.later(hours=2))
    assert CallTask.objects.get().reason == Reason.NO_RECEIPT

    tell(message, "delivered", minutes=150)

    assert CallTask.objects.get().state == CallTask.State.WITHDRAWN


def test_a_call_that_somebody_is_making_is_not_taken_away() -> None:
    message = make.sent()
    receipts.give_up_waiting(message.pk, now=make.later(hours=2))
    clerk = make.clerk()
    CallTask.objects.update(held_by=clerk, held_until=make.later(hours=3))

    tell(message, "delivered", minutes=150)

    assert CallTask.objects.get().state == CallTask.State.OPEN


def test_a_late_receipt_takes_nobody_elses_call_away() -> None:
    phone = make_residents.mobile()
    message = make.sent(make.textable(phone))
    other = make.request(make.callable_(phone=phone))
    receipts.give_up_waiting(message.pk, now=make.later(hours=2))
    assert message.requests.get().call == other.call

    tell(message, "delivered", minutes=150)

    task = CallTask.objects.get()
    assert task.state == CallTask.State.OPEN
    assert list(task.requests.all()) == [other]


def test_a_late_receipt_calls_the_call_off_when_the_other_one_needs_it_no_more() -> None:
    phone = make_residents.mobile()
    message = make.sent(make.textable(phone))
    other = make.request(make.callable_(phone=phone))
    receipts.give_up_waiting(message.pk, now=make.later(hours=2))
    outbox.withdraw_each([other.key], by=None)

    tell(message, "delivered", minutes=150)

    assert CallTask.objects.get().state == CallTask.State.WITHDRAWN


def test_giving_up_twice_calls_once() -> None:
    message = make.sent()

    receipts.give_up_waiting(message.pk, now=make.later(hours=2))
    receipts.give_up_waiting(message.pk, now=make.later(hours=3))

    assert CallTask.objects.count() == 1
    assert message.requests.get().message == message


def test_a_receipt_about_another_text_is_kept_as_strange() -> None:
    message = make.sent()

    assert tell(message, "failed", "30004", provider_id="SM-of-somebody-else") is False

    assert message.state == State.SENT
    assert message.events.get().kind == Kind.STRANGE


def test_a_receipt_that_belongs_to_another_text_of_ours_is_strange() -> None:
    known, message = make.sent(occasion="lesson:1"), make.sent(occasion="lesson:2")
    Message.objects.filter(pk=message.pk).update(state=State.UNCERTAIN, provider_id="")

    assert tell(message, "delivered", provider_id=known.provider_id) is False

    assert message.state == State.UNCERTAIN
    assert message.events.get().kind == Kind.STRANGE


def test_a_receipt_for_a_text_that_was_taken_back_is_strange() -> None:
    message = make.message()
    Message.objects.update(state=State.WITHDRAWN)

    assert tell(message, "delivered") is False

    assert message.state == State.WITHDRAWN


def test_a_receipt_with_a_token_that_nobody_gave_is_refused() -> None:
    with pytest.raises(Message.DoesNotExist):
        receipts.apply("nobody", Answer("SM1", "delivered"))


def test_an_endless_code_is_cut_and_treated_with_the_most_care() -> None:
    message = make.sent()

    tell(message, "failed", "9" * 40)

    assert message.error_code == "9" * 12
    assert CallTask.objects.exists()
