"""One text, and several clerks, workers and receipts that come at the same moment."""

import threading
from collections import Counter

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from city.models import CityProfile
from reminders import outbox, receipts, rounds
from reminders.delivery import deliver_next
from reminders.gateways import Answer, Text
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, Request
from reminders.reasons import Reason
from tests.make import reminders as make
from tests.make import residents as make_residents
from tests.races.clerks import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _purpose():
    with make.purpose() as registered:
        yield registered


def kinds(outcomes) -> Counter:
    return Counter(type(outcome).__name__ for outcome in outcomes)


@pytest.fixture
def _slow_claims():
    """A claim takes a while inside the database, so that the others come meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION wait_a_while() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER claims_take_a_while BEFORE UPDATE ON reminders_message FOR EACH ROW"
            " WHEN (NEW.state = 'claimed') EXECUTE FUNCTION wait_a_while()"
        )
        yield
        cursor.execute("DROP FUNCTION wait_a_while CASCADE")


@pytest.mark.usefixtures("_slow_claims")
def test_workers_that_claim_at_the_same_moment_claim_different_texts() -> None:
    ordinary = {make.message(occasion=f"lesson:{number}").number for number in range(26)}
    urgent = {make.message(occasion=f"broadcast:{number}", is_urgent=True).number for number in range(4)}
    gateway = MemoryGateway()

    handled = together(
        *[lambda name=name: deliver_next(gateway, worker=name, now=make.NOON) for name in ("one", "two", "three")]
    )

    assert handled == [10, 10, 10]
    assert len(gateway.sent) == 30
    assert {text.number for text in gateway.sent} == ordinary | urgent


def all_deliver(gateway: MemoryGateway) -> None:
    """Four workers at once, each until nothing is left for it."""

    def deliver(name: str) -> None:
        while deliver_next(gateway, worker=name, now=make.NOON):
            pass

    assert together(*[lambda name=name: deliver(name) for name in ("one", "two", "three", "four")]) == [None] * 4


@pytest.mark.usefixtures("_slow_claims")
def test_not_one_text_leaves_beyond_the_number_of_the_day_however_many_workers_there_are() -> None:
    for number in range(48):
        make.message(occasion=f"lesson:{number}")
    CityProfile.objects.update(sms_daily_limit=23)
    gateway = MemoryGateway()

    all_deliver(gateway)

    assert len(gateway.sent) == 23
    assert Message.objects.filter(state=Message.State.PLANNED).count() == 25


@pytest.mark.usefixtures("_slow_claims")
def test_the_months_money_is_a_full_stop_for_all_workers_together_and_whoever_is_left_is_called() -> None:
    for number in range(48):
        make.message(occasion=f"lesson:{number}")
    CityProfile.objects.update(sms_yen_per_part=12, sms_monthly_yen=12 * 23)
    gateway = MemoryGateway()

    all_deliver(gateway)

    assert len(gateway.sent) == 23
    assert CallTask.objects.filter(reason=Reason.BUDGET).count() == 25


def test_a_worker_that_was_taken_for_dead_does_not_have_its_text_sent_again() -> None:
    message = make.message()
    is_sending, is_over = threading.Event(), threading.Event()

    class Slow(MemoryGateway):
        def send(self, text: Text) -> Answer:
            is_sending.set()
            assert is_over.wait(60)
            return super().send(text)

    slow, quick = Slow(), MemoryGateway()

    def others_go_on() -> None:
        assert is_sending.wait(60)
        try:
            for minutes in (10, 20, 30):
                rounds.round(gateway=quick, worker="quick", now=make.later(minutes=minutes))
        finally:
            is_over.set()

    together(lambda: deliver_next(slow, worker="slow", now=make.NOON), others_go_on)

    message.refresh_from_db()
    assert (len(slow.sent), len(quick.sent)) == (1, 0)
    assert (message.state, message.provider_id) == (Message.State.SENT, f"memory-{message.token}")
    # Nobody knew for half an hour, so somebody calls as well.
    assert CallTask.objects.get().reason == Reason.UNCERTAIN


def test_a_database_that_restarts_while_the_provider_is_slow_still_hears_what_left() -> None:
    messages = [make.message(occasion=f"lesson:{number}") for number in range(3)]

    class Unlucky(MemoryGateway):
        def send(self, text: Text) -> Answer:
            answer = super().send(text)
            if text.token == messages[0].token:
                _cut_off(connection)
            return answer

    gateway = Unlucky()

    deliver_next(gateway, worker="one", now=make.NOON)

    assert len(gateway.sent) == 3
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}


def _cut_off(mine: BaseDatabaseWrapper) -> None:
    """End a connection from the side of the server, as a restart does."""
    other = mine.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [mine.connection.info.backend_pid])
    other.close()


def test_a_household_registered_at_four_counters_gets_one_text() -> None:
    number = make_residents.mobile()
    people = [make.textable(number, given_name=name) for name in ("一", "二", "三", "四")]

    outcomes = together(*[lambda person=person: make.request(person) for person in people])

    assert kinds(outcomes) == {"Request": 4}
    assert Message.objects.get().requests.count() == 4


def test_one_key_asked_for_at_four_counters_is_asked_for_once() -> None:
    person = make.textable()

    together(*[lambda: make.request(person, key="registration:1:lesson:1:day-before")] * 4)

    assert Request.objects.current().count() == Message.objects.count() == 1


def test_a_receipt_and_a_withdrawal_at_the_same_moment_do_not_wait_for_each_other_for_ever() -> None:
    messages = [make.sent(occasion=f"lesson:{number}") for number in range(6)]
    keys = {message.pk: message.requests.get().key for message in messages}

    outcomes = together(
        *[
            deed
            for message in messages
            for deed in (
                lambda message=message: receipts.apply(
                    message.token, Answer(message.provider_id, "undelivered", "30004"), now=make.NOON
                ),
                lambda message=message: outbox.withdraw_each([keys[message.pk]], by=None),
            )
        ]
    )

    assert kinds(outcomes) == {"bool": 6, "int": 6}
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.FAILED}
    assert not CallTask.objects.open().filter(requests__withdrawn_at__isnull=False).exists()


def test_the_same_receipt_posted_four_times_at_once_is_one_piece_of_news() -> None:
    message = make.sent()
    told = Answer(message.provider_id, "undelivered", "30004")

    outcomes = together(*[lambda: receipts.apply(message.token, told, now=make.NOON)] * 4)

    assert sorted(outcomes) == [False, False, False, True]
    assert CallTask.objects.count() == 1
