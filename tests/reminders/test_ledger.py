"""What became of each text, in the words of the desk."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.translation import override

from city.models import CityProfile
from core.models import AuditEntry
from reminders import ledger, receipts, rounds
from reminders.codes import MEANINGS, Move, meaning
from reminders.fallback import fail, locked
from reminders.gateways import Answer
from reminders.models import CallTask, Message, MessageEvent
from tests.make import reminders as make
from tests.make.reminders import TestPurpose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State
CALL = "Please call; it is on the call list."


@pytest.fixture(autouse=True)
def _speaking_english():
    with override("en"):
        yield


def failed(code: str, **fields) -> Message:
    message = make.sent(**fields)
    fail(*locked(message.pk), code, now=make.NOON, city=CityProfile.current())
    return ledger.opened(message.pk)


def next_step(message: Message) -> str:
    return str(ledger.standing(ledger.opened(message.pk), now=make.NOON).next_step)


def what(message: Message) -> str:
    return str(ledger.standing(ledger.opened(message.pk), now=make.NOON).what)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_sentence_and_a_colour(state: str) -> None:
    message = make.sent()
    Message.objects.update(state=state)

    assert what(message)
    assert state in ledger.TONES


@pytest.mark.parametrize("code", [code for code, known in MEANINGS.items() if known.move in {Move.CALL, Move.NUMBER}])
def test_a_code_that_ends_in_a_call_is_on_the_call_list(code: str) -> None:
    message = failed(code)

    assert what(message) == str(meaning(code).what)
    assert next_step(message)
    assert CallTask.objects.get().state == CallTask.State.OPEN


def test_of_somebody_who_cancelled_meanwhile_no_call_is_promised() -> None:
    message = make.sent()
    message.requests.update(withdrawn_at=make.NOON)

    fail(*locked(message.pk), "30003", now=make.NOON, city=CityProfile.current())

    assert not CallTask.objects.exists()
    assert what(message) == str(meaning("30003").what)
    assert next_step(message) == "Nothing to do."


def test_a_code_that_nobody_knows_is_called_too() -> None:
    assert next_step(failed("12345")) == CALL


def test_a_second_try_is_pointed_at() -> None:
    assert next_step(failed("30003")) == "It is tried a second time; see the other text."


def test_once_the_call_was_made_there_is_nothing_to_do() -> None:
    message = failed("30004")
    CallTask.objects.update(state=CallTask.State.DONE)

    assert next_step(message) == "The call has been made. Nothing to do."


def test_a_call_that_nobody_made_in_time_is_not_hushed_up() -> None:
    message = failed("30004")
    CallTask.objects.update(state=CallTask.State.TOO_LATE)

    assert next_step(message) == "Nobody was reached in time. Please look at who was concerned."


def test_a_text_without_a_receipt_says_that_somebody_calls() -> None:
    message = make.sent()
    receipts.give_up_waiting(message.pk, now=make.later(hours=2))

    assert what(message) == "The carrier did not confirm that it arrived."
    assert next_step(message) == CALL


def test_while_the_provider_is_being_asked_there_is_nothing_to_do_yet(gateway) -> None:
    message = make.sent()
    Message.objects.update(state=State.UNCERTAIN, provider_id="")
    assert next_step(message) == "The provider is being asked. Nothing to do yet."

    rounds.settle_uncertain(gateway, now=make.later(minutes=5))

    assert next_step(message) == CALL


def test_a_text_whose_time_has_come_waits_for_its_turn() -> None:
    assert what(make.message()) == "It is waiting for its turn."
    assert what(make.message(occasion="lesson:2", due_at=make.later(hours=1))) == "It is sent when its time has come."


# Trouble --------------------------------------------------------------------------------------------------


def test_what_was_dealt_with_by_itself_is_no_trouble() -> None:
    failed("30003", occasion="lesson:1")
    failed("practice", occasion="lesson:2")
    lost = failed("30004", occasion="lesson:3")

    assert list(ledger.troubled()) == [lost]


def test_the_home_page_counts_what_was_lost_since_the_office_closed() -> None:
    failed("30004")

    assert ledger.failed_lately(CityProfile.current(), make.later(minutes=1)).count() == 1
    assert ledger.failed_lately(CityProfile.current(), make.later(hours=24)).count() == 0


def test_on_monday_the_office_hears_of_what_was_lost_on_the_weekend() -> None:
    message = make.sent(useless_after=make.LESSON + timedelta(days=7))
    sunday = make.NOON + timedelta(days=4)
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, error_code="30004", settled_at=sunday)

    assert ledger.failed_lately(CityProfile.current(), sunday + timedelta(days=1)).count() == 1


def test_who_has_to_be_told_soonest_stands_first(gateway) -> None:
    next_week = failed("30004", occasion="lesson:1", useless_after=make.LESSON + timedelta(days=7))
    tomorrow = failed("30004", occasion="lesson:2", useless_after=make.NOON + timedelta(days=1))
    over = failed("30004", occasion="lesson:3", due_at=make.NOON - timedelta(days=9), useless_after=make.NOON)
    planned = make.message(occasion="lesson:4")
    Message.objects.filter(pk=over.pk).update(settled_at=make.NOON)

    assert list(ledger.listed(now=make.NOON)) == [tomorrow, next_week, over, planned]
    assert list(ledger.failed_lately(CityProfile.current(), make.NOON)) == [tomorrow, next_week]


def _called(message: Message) -> None:
    CallTask.objects.update(state=CallTask.State.DONE)


def _cancelled(message: Message) -> None:
    message.requests.update(withdrawn_at=make.NOON)


def _told_at_the_counter(message: Message) -> None:
    for _twice in range(2):
        ledger.told_otherwise(message, by=make.clerk(), now=make.NOON)


def _over(message: Message) -> None:
    Message.objects.update(useless_after=make.NOON)


@pytest.mark.parametrize("settled", [_called, _cancelled, _told_at_the_counter, _over])
def test_what_was_settled_since_leaves_the_home_page(settled: Callable[[Message], None]) -> None:
    message = failed("30004")
    assert list(ledger.failed_lately(CityProfile.current(), make.NOON)) == [message]

    settled(message)

    assert list(ledger.failed_lately(CityProfile.current(), make.NOON)) == []
    assert list(ledger.troubled()) == [message]


def test_that_somebody_was_told_in_another_way_stands_in_the_history_once() -> None:
    message = failed("30004")

    _told_at_the_counter(message)

    events = MessageEvent.objects.filter(message=message, kind=MessageEvent.Kind.TOLD)
    assert events.count() == AuditEntry.objects.filter(action="message.told").count() == 1


def test_what_is_only_given_in_writing_asks_for_a_word_where_it_did_not_arrive(purpose: TestPurpose) -> None:
    purpose.is_only_written = True
    message = failed("30004")
    assert not CallTask.objects.exists()
    assert ledger.asks_for_a_word(message, now=make.NOON)
    assert "Nobody is called about it" in next_step(message)

    _told_at_the_counter(message)

    assert not ledger.asks_for_a_word(message, now=make.NOON)
    assert next_step(message) == "Nothing to do."


# History --------------------------------------------------------------------------------------------------


def test_a_text_tells_its_whole_story_in_order() -> None:
    message = make.sent()
    for minutes, status in enumerate(["sent", "undelivered"], start=1):
        answer = Answer(message.provider_id, status, "30004" if status == "undelivered" else "")
        receipts.apply(message.token, answer, now=make.later(minutes=minutes))

    told = ledger.story(ledger.opened(message.pk))

    assert [happening.at for happening in told] == sorted(happening.at for happening in told)
    words = [(str(happening.what), str(happening.detail)) for happening in told]
    assert ("Told by the provider", "handed to the carrier") in words
    assert ("Told by the provider", str(meaning("30004").what)) in words


def test_every_status_of_a_text_of_ours_has_words() -> None:
    ours = {name for name, status in receipts.STATUSES.items() if status.fate is not receipts.Fate.NOT_OURS}

    assert set(ledger.STATUS_WORDS) == ours


def test_the_people_of_a_text_that_is_tried_again_stand_behind_both_tries() -> None:
    message = failed("30003")

    assert ledger.people(message) == ledger.people(ledger.opened(message.retry.pk))
    assert len(ledger.people(message)) == 1
