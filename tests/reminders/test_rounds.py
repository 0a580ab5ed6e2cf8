"""The worker's round: nothing is lost, nothing is sent twice, and the desk knows when it stops."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.models import CityProfile
from reminders import rounds
from reminders.delivery import CLAIM_LIFETIME, deliver_next
from reminders.gateways import Answer
from reminders.gateways.memory import MemoryGateway
from reminders.gateways.twilio import TwilioGateway
from reminders.models import CallTask, Halt, Heartbeat, Message, MessageEvent
from reminders.reasons import Reason
from residents.models import ContactWish, Resident
from tests.make import reminders as make
from tests.make.reminders import TestPurpose
from tests.make.twilio_server import Mood, TwilioServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State
Kind = MessageEvent.Kind


def one_round(gateway: MemoryGateway | TwilioGateway, **later: float) -> rounds.RoundResult:
    return rounds.round(gateway=gateway, worker="worker", now=make.later(**later))


def uncertain() -> Message:
    """A text whose answer was lost."""
    message = make.sent()
    Message.objects.update(state=State.UNCERTAIN, provider_id="", provider_status="", sent_at=None)
    message.refresh_from_db()
    return message


def events(message: Message) -> list[str]:
    return list(message.events.values_list("kind", flat=True))


# The heart ------------------------------------------------------------------------------------------------


def test_a_worker_that_never_ran_is_silent() -> None:
    assert rounds.is_silent()
    assert rounds.last_beat() is None


def test_every_round_is_a_beat_of_the_heart(gateway: MemoryGateway) -> None:
    one_round(gateway)
    one_round(gateway, minutes=1)

    assert Heartbeat.objects.get().beat_at == make.later(minutes=1)
    assert not rounds.is_silent(make.later(minutes=11))
    assert rounds.is_silent(make.later(minutes=11, seconds=1))


def test_a_beat_by_a_clock_that_ran_ahead_is_no_sign_of_life(gateway: MemoryGateway) -> None:
    one_round(gateway, days=3)

    assert rounds.is_silent(make.NOON)
    assert not rounds.is_silent(make.later(days=3, minutes=-10))


def test_a_round_sends_all_that_is_due_and_says_what_it_did(gateway: MemoryGateway) -> None:
    for number in range(12):
        make.message(occasion=f"lesson:{number}")

    result = one_round(gateway)

    assert (result.handled, len(gateway.sent)) == (12, 12)
    assert str(result) == "handled: 12"
    assert str(one_round(gateway)) == "nothing to do"


# A worker that died ---------------------------------------------------------------------------------------


def test_a_claim_is_dead_after_ten_minutes_and_not_before(gateway: MemoryGateway) -> None:
    message = make.sent()
    Message.objects.update(state=State.CLAIMED, provider_id="", sent_at=None)

    assert rounds.bury_dead_claims(now=make.NOON + CLAIM_LIFETIME - timedelta(seconds=1)) == 0
    assert rounds.bury_dead_claims(now=make.NOON + CLAIM_LIFETIME) == 1

    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    assert events(message) == [Kind.CLAIM_DIED]


def test_a_text_of_a_dead_worker_is_adopted_when_the_provider_has_it(gateway: MemoryGateway) -> None:
    message = make.message()
    gateway.breaks_after_taking.add(message.number)
    deliver_next(gateway, worker="dead", now=make.NOON)
    Message.objects.update(state=State.CLAIMED)

    one_round(gateway, minutes=10)

    message.refresh_from_db()
    assert (message.state, message.provider_id) == (State.SENT, f"memory-{message.token}")
    assert Kind.ADOPTED in events(message)
    assert len(gateway.sent) == 1
    assert not CallTask.objects.exists()


def test_a_text_of_a_dead_worker_that_never_left_becomes_a_call_and_is_not_sent_again(gateway: MemoryGateway) -> None:
    message = make.sent()
    Message.objects.update(state=State.CLAIMED, provider_id="", provider_status="", sent_at=None)

    one_round(gateway, minutes=10)
    one_round(gateway, minutes=20)

    message.refresh_from_db()
    assert (message.state, message.settled_at) == (State.UNCERTAIN, make.later(minutes=10))
    assert CallTask.objects.get().reason == Reason.UNCERTAIN
    assert gateway.sent == []


# A clock that ran ahead and was put right -----------------------------------------------------------------


def written_ahead(**fields: object) -> Message:
    """A text that left now, by a clock that ran three days ahead."""
    message = make.sent(at=make.later(days=3))
    Message.objects.update(**fields)
    message.refresh_from_db()
    return message


def test_a_claim_that_died_under_a_clock_that_ran_ahead_is_dead_ten_minutes_after_it_was_put_right(
    gateway: MemoryGateway,
) -> None:
    message = written_ahead(state=State.CLAIMED, provider_id="", sent_at=None)

    one_round(gateway)
    assert Message.objects.get().state == State.CLAIMED
    one_round(gateway, minutes=10)
    one_round(gateway, minutes=20)

    assert events(message) == [Kind.CLAIM_DIED, Kind.NOT_FOUND]
    assert CallTask.objects.get().reason == Reason.UNCERTAIN


def test_the_provider_is_asked_about_a_text_that_left_under_a_clock_that_ran_ahead(gateway: MemoryGateway) -> None:
    message = written_ahead(asked_at=make.later(days=3))
    gateway.statuses[message.provider_id] = Answer(message.provider_id, "delivered")

    one_round(gateway)
    one_round(gateway, hours=1)

    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_a_receipt_is_not_waited_for_until_a_clock_that_ran_ahead_has_been_caught_up_with(
    gateway: MemoryGateway,
) -> None:
    message = written_ahead()
    gateway.is_away = True

    result = one_round(gateway)
    one_round(gateway, minutes=91)

    assert str(result) == "put_right: 1"
    assert message.requests.get().call.reason == Reason.NO_RECEIPT  # type: ignore[union-attr]


def test_what_came_to_its_end_keeps_its_times_and_so_does_what_is_ahead_by_no_more_than_clocks_differ(
    gateway: MemoryGateway,
) -> None:
    message = written_ahead(state=State.DELIVERED)
    near = make.sent(at=make.later(minutes=9), occasion="lesson:32")

    one_round(gateway)

    message.refresh_from_db()
    near.refresh_from_db()
    assert (message.sent_at, near.sent_at) == (make.later(days=3), make.later(minutes=9))


# A lost answer --------------------------------------------------------------------------------------------


def test_the_providers_list_may_lag_behind_for_five_minutes(gateway: MemoryGateway) -> None:
    message = uncertain()

    one_round(gateway, minutes=4, seconds=59)
    assert not CallTask.objects.exists()

    one_round(gateway, minutes=5)
    assert CallTask.objects.get().reason == Reason.UNCERTAIN
    assert events(message) == [Kind.NOT_FOUND]


def test_a_provider_that_cannot_be_asked_is_waited_for_half_an_hour(gateway: MemoryGateway) -> None:
    uncertain()
    gateway.is_away = True

    one_round(gateway, minutes=29)
    assert not CallTask.objects.exists()

    one_round(gateway, minutes=30)
    assert CallTask.objects.count() == 1


def test_a_text_of_a_gateway_that_was_exchanged_cannot_be_asked_for(gateway: MemoryGateway) -> None:
    uncertain()
    Message.objects.update(gateway="twilio")

    one_round(gateway, minutes=5)

    assert CallTask.objects.count() == 1


def test_a_receipt_that_comes_after_the_call_was_planned_calls_it_off(gateway: MemoryGateway) -> None:
    message = uncertain()
    one_round(gateway, minutes=5)

    rounds.receipts.apply(message.token, rounds.receipts.Answer("SM1", "delivered"), now=make.later(minutes=6))

    assert CallTask.objects.get().state == CallTask.State.WITHDRAWN


# Too late -------------------------------------------------------------------------------------------------


def test_while_nothing_is_sent_whoever_cannot_wait_is_called(gateway: MemoryGateway) -> None:
    make.message(useless_after=make.NOON + timedelta(hours=3))
    Halt.objects.create(pk=1, code="20003", until=make.later(hours=1, minutes=10))

    one_round(gateway, hours=1)
    assert not CallTask.objects.exists()

    one_round(gateway, hours=1, minutes=1)
    assert CallTask.objects.get().reason == Reason.LATE


def test_while_nothing_is_sent_people_are_called_before_the_office_closes_the_day_before(
    gateway: MemoryGateway,
) -> None:
    """The lesson is on Friday at ten; on Thursday at five nobody is there any more who could call."""
    make.message(due_at=make.later(days=1))
    Halt.objects.create(pk=1, code="20003", until=make.later(days=1, hours=4, minutes=40))

    one_round(gateway, days=1, hours=4, minutes=30)
    assert not CallTask.objects.exists()

    one_round(gateway, days=1, hours=4, minutes=31)
    assert CallTask.objects.get().reason == Reason.LATE


def test_what_falls_due_when_the_office_has_closed_waits_as_long_as_it_may_be_sent(gateway: MemoryGateway) -> None:
    """The lesson is on Monday afternoon and its text due on Sunday: on Monday there is time to send it, and to call."""
    make.message(due_at=make.later(days=4), useless_after=make.later(days=5, hours=2))
    Halt.objects.create(pk=1, code="20003", until=make.later(days=4, hours=3))

    one_round(gateway, days=4, hours=2, minutes=50)
    assert not CallTask.objects.exists()

    one_round(gateway, days=4, hours=3)
    assert len(gateway.sent) == 1


def test_whoever_gets_no_text_for_want_of_money_is_called_on_the_friday_and_not_told_on_the_saturday(
    gateway: MemoryGateway,
) -> None:
    """The lesson is on Sunday at ten and its text due on Saturday; the desk has promised a call on Friday."""
    CityProfile.current()
    CityProfile.objects.update(sms_monthly_yen=0)
    make.message(due_at=make.later(days=3), useless_after=make.later(days=3, hours=22))
    make.message(due_at=make.later(days=5), useless_after=make.later(days=7), occasion="lesson:32")

    one_round(gateway, days=1)
    assert not CallTask.objects.exists()

    result = one_round(gateway, days=1, hours=21)
    call = CallTask.objects.get()
    assert (call.reason, call.due_at) == (Reason.BUDGET, make.later(days=2))
    assert (result.unpaid, gateway.sent) == (1, [])
    assert one_round(gateway, days=1, hours=22).unpaid == 0


def test_what_falls_due_in_the_next_month_is_paid_from_its_money(gateway: MemoryGateway) -> None:
    """The office closes on the 28th for the turn of the year."""
    CityProfile.current()
    CityProfile.objects.update(sms_monthly_yen=0)
    of_january = make.message(due_at=make.later(days=31), useless_after=make.later(days=33))
    of_december = make.message(due_at=make.later(days=28), useless_after=make.later(days=30), occasion="lesson:32")

    one_round(gateway, days=26)

    of_january.refresh_from_db()
    of_december.refresh_from_db()
    assert (of_january.state, of_december.state) == (State.PLANNED, State.FAILED)


def money_for(parts: int) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_monthly_yen=parts, sms_yen_per_part=1)


@pytest.mark.parametrize(("parts", "of_the_first"), [(1, 1), (1, 2), (2, 2)])
def test_whom_the_money_left_does_not_reach_on_the_saturday_is_called_on_the_friday(
    gateway: MemoryGateway, parts: int, of_the_first: int
) -> None:
    """Two texts are due on Saturday for a class on Sunday; the money lasts for one, or for none."""
    money_for(parts)
    first = make.message(due_at=make.later(days=3), useless_after=make.later(days=3, hours=22))
    Message.objects.update(parts=of_the_first)
    second = make.message(due_at=make.later(days=3), useless_after=make.later(days=3, hours=22), occasion="lesson:32")
    beyond = [second] if of_the_first <= parts else [first, second]

    assert one_round(gateway, days=1).unpaid == 0
    assert one_round(gateway, days=1, hours=21).unpaid == len(beyond)

    assert list(CallTask.objects.values_list("reason", "due_at")) == [(Reason.BUDGET, make.later(days=2))] * len(beyond)
    assert set(Message.objects.filter(state=State.FAILED)) == set(beyond)
    one_round(gateway, days=3, minutes=1)
    assert len(gateway.sent) == 2 - len(beyond)


def test_whom_the_money_left_does_not_reach_in_the_offices_hours_is_texted_if_it_is_raised_in_time(
    gateway: MemoryGateway,
) -> None:
    money_for(1)
    for occasion in ("lesson:31", "lesson:32"):
        make.message(occasion=occasion, due_at=make.later(hours=3))

    assert one_round(gateway, hours=1).unpaid == 0

    money_for(2)
    one_round(gateway, hours=3)
    assert len(gateway.sent) == 2


def test_a_month_with_money_left_calls_nobody_beforehand() -> None:
    make.message(due_at=make.later(days=3), useless_after=make.later(days=3, hours=22))

    assert rounds.sweep_unpaid(now=make.later(days=2)) == 0


def test_what_is_urgent_waits_until_shortly_before_the_lesson() -> None:
    make.message(is_urgent=True, due_at=make.later(days=1, hours=21))

    assert rounds.sweep_late(now=make.later(days=1, hours=21, minutes=1)) == 0


def test_after_an_outage_over_the_lesson_nobody_is_told_nonsense(gateway: MemoryGateway) -> None:
    make.message()

    one_round(gateway, days=3)

    assert gateway.sent == []
    assert not CallTask.objects.exists()
    assert Message.objects.get().error_code == "too_late"


# Asking what became of it ---------------------------------------------------------------------------------


def delivered_at(gateway: MemoryGateway, message: Message) -> None:
    """From now on the provider says that it arrived."""
    gateway.statuses[message.provider_id] = rounds.receipts.Answer(message.provider_id, "delivered")


def test_where_no_receipt_can_reach_us_the_provider_is_asked(gateway: MemoryGateway) -> None:
    message = make.sent()
    delivered_at(gateway, message)

    assert one_round(gateway, seconds=59).polled == 0
    assert one_round(gateway, minutes=1).polled == 1

    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_the_provider_is_asked_every_five_minutes_and_after_two_hours_every_hour(gateway: MemoryGateway) -> None:
    make.sent()
    asked = [minutes for minutes in range(1, 242) if rounds.poll(gateway, now=make.later(minutes=minutes))]

    assert asked[:4] == [1, 6, 11, 16]
    assert asked[-2:] == [176, 236]


def test_after_two_days_the_provider_is_asked_no_more(gateway: MemoryGateway) -> None:
    make.sent()

    assert rounds.poll(gateway, now=make.later(hours=47, minutes=59)) == 1
    assert rounds.poll(gateway, now=make.later(hours=49)) == 0


def test_at_most_twenty_are_asked_about_in_a_round_and_the_others_in_the_next(gateway: MemoryGateway) -> None:
    for number in range(25):
        make.sent(occasion=f"lesson:{number}")

    assert [rounds.poll(gateway, now=make.later(minutes=2)) for _round in range(3)] == [20, 5, 0]


def test_a_fresh_text_is_asked_about_before_those_that_were_asked_about_in_vain(gateway: MemoryGateway) -> None:
    for number in range(rounds.POLL_AT_ONCE):
        make.sent(occasion=f"lesson:{number}")
    Message.objects.update(asked_at=make.NOON)
    fresh = make.sent(occasion="lesson:99", at=make.later(hours=2))

    rounds.poll(gateway, now=make.later(hours=2, minutes=1))

    fresh.refresh_from_db()
    assert fresh.asked_at == make.later(hours=2, minutes=1)


def test_old_texts_that_rest_keep_nobody_from_being_asked_about(gateway: MemoryGateway) -> None:
    for number in range(6 * rounds.POLL_AT_ONCE):
        make.sent(occasion=f"lesson:{number}")
    Message.objects.update(asked_at=make.later(hours=2, minutes=30))
    again = make.sent(occasion="lesson:999", at=make.later(hours=2))
    Message.objects.filter(pk=again.pk).update(asked_at=make.later(hours=2, minutes=31))

    assert rounds.poll(gateway, now=make.later(hours=2, minutes=40)) == 1


def test_a_provider_that_is_away_is_asked_once_a_round(gateway: MemoryGateway) -> None:
    for number in range(3):
        make.sent(occasion=f"lesson:{number}")
    gateway.is_away = True

    assert rounds.poll(gateway, now=make.later(minutes=2)) == 1


def test_a_text_without_a_receipt_becomes_a_call_after_ninety_minutes(gateway: MemoryGateway) -> None:
    message = make.sent()

    assert one_round(gateway, minutes=89).unconfirmed == 0
    assert one_round(gateway, minutes=90).unconfirmed == 1
    assert one_round(gateway, minutes=91).unconfirmed == 0

    message.refresh_from_db()
    assert message.state == State.SENT
    assert CallTask.objects.get().reason == Reason.NO_RECEIPT


def test_nobody_waits_for_the_receipt_of_a_text_about_which_nobody_would_be_called(
    gateway: MemoryGateway, purpose: TestPurpose
) -> None:
    purpose.is_only_written = True
    make.sent()

    assert one_round(gateway, minutes=90).unconfirmed == 0
    assert not CallTask.objects.exists()


def test_nobody_waits_for_the_receipt_of_who_wants_to_hear_nothing_any_more(gateway: MemoryGateway) -> None:
    make.sent()
    Resident.objects.update(contact_wish=ContactWish.NONE)

    assert one_round(gateway, minutes=90).unconfirmed == 0


def test_a_call_whose_reminder_is_broken_stands_and_the_worker_goes_on(
    gateway: MemoryGateway, purpose: TestPurpose
) -> None:
    broken, other = make.call(), make.call()
    purpose.broken.add(broken.requests.get().key)
    purpose.no_longer_due.add(other.requests.get().key)

    one_round(gateway)

    states = dict(CallTask.objects.values_list("pk", "state"))
    assert states == {broken.pk: CallTask.State.OPEN, other.pk: CallTask.State.WITHDRAWN}
    assert Heartbeat.objects.exists()


# Through Twilio -------------------------------------------------------------------------------------------


def test_ten_texts_reach_twilio_each_once(twilio: TwilioServer, through_twilio: TwilioGateway) -> None:
    people = [make.real_textable() for _each in range(10)]
    for person in people:
        make.message(person)

    assert one_round(through_twilio).handled == 10

    assert sorted(twilio.texted) == sorted(person.phone_lines.get().number for person in people)
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert set(Message.objects.values_list("provider_id", flat=True)) == set(twilio.messages)


def test_an_answer_lost_on_the_way_is_found_in_twilios_list_and_followed_to_the_end(
    twilio: TwilioServer, through_twilio: TwilioGateway
) -> None:
    twilio.clock = lambda: make.NOON
    message = make.message(make.real_textable())
    twilio.mood = Mood.DROPS_AFTER_TAKING

    one_round(through_twilio)
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN

    twilio.mood = Mood.WELL
    one_round(through_twilio, minutes=2)
    message.refresh_from_db()
    assert message.state == State.SENT

    twilio.report(message.provider_id, "delivered")
    one_round(through_twilio, minutes=8)
    message.refresh_from_db()
    assert message.state == State.DELIVERED
    assert twilio.texted == [message.number]
    assert not CallTask.objects.exists()


def test_an_error_of_twilios_is_not_sent_again_but_called(twilio: TwilioServer, through_twilio: TwilioGateway) -> None:
    make.message(make.real_textable())
    twilio.mood = Mood.BROKEN

    one_round(through_twilio)
    twilio.mood = Mood.WELL
    one_round(through_twilio, minutes=6)

    assert twilio.texted == []
    assert CallTask.objects.get().reason == Reason.UNCERTAIN


def test_a_busy_twilio_gets_the_text_a_minute_later(twilio: TwilioServer, through_twilio: TwilioGateway) -> None:
    make.message(make.real_textable())
    twilio.mood = Mood.BUSY

    one_round(through_twilio)
    twilio.mood = Mood.WELL
    one_round(through_twilio, seconds=59)
    assert twilio.texted == []

    one_round(through_twilio, seconds=61)
    assert len(twilio.texted) == 1


def test_a_wrong_token_raises_the_alarm_and_keeps_the_text(
    twilio: TwilioServer, settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TWILIO_AUTH_TOKEN = "c" * 32
    message = make.message(make.real_textable())

    one_round(TwilioGateway())

    message.refresh_from_db()
    assert message.state == State.PLANNED
    assert Halt.objects.get().code == "20003"
    assert "20003" in caplog.text


def test_practice_people_never_reach_twilio(twilio: TwilioServer, through_twilio: TwilioGateway) -> None:
    make.message()

    one_round(through_twilio)

    assert twilio.heard == []
    assert Message.objects.get().error_code == "practice"


def test_an_urgent_text_that_could_not_leave_for_twenty_minutes_becomes_a_call(gateway: MemoryGateway) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_daily_limit=0)
    ordinary, urgent = make.message(), make.message(occasion="broadcast:1", is_urgent=True)

    one_round(gateway, minutes=19)
    assert not CallTask.objects.exists()
    one_round(gateway, minutes=20)

    assert CallTask.objects.get().requests.get().message == urgent
    ordinary.refresh_from_db()
    assert ordinary.state == State.PLANNED


def test_an_urgent_text_whose_arrival_nobody_confirms_is_called_about_after_twenty_minutes() -> None:
    make.sent()
    urgent = make.sent(occasion="broadcast:1", is_urgent=True)

    assert rounds.give_up_on_receipts(now=make.later(minutes=19)) == 0
    assert rounds.give_up_on_receipts(now=make.later(minutes=20)) == 1
    assert CallTask.objects.get().requests.get().message == urgent


def test_a_receipt_is_waited_for_until_the_clerk_goes_home_even_where_texts_may_arrive_later() -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_window_end="20:00")
    # The lesson is on Friday morning; calls end on Thursday at five.
    make.sent(at=make.later(hours=28))

    assert rounds.give_up_on_receipts(now=make.later(hours=28, minutes=29)) == 0
    assert rounds.give_up_on_receipts(now=make.later(hours=28, minutes=30)) == 1


def test_the_city_is_read_once_however_many_texts_nobody_confirmed() -> None:
    for number in range(3):
        make.sent(occasion=f"broadcast:{number}", is_urgent=True)

    with CaptureQueriesContext(connection) as asked:
        assert rounds.give_up_on_receipts(now=make.later(minutes=20)) == 3

    assert sum('FROM "city_cityprofile"' in each["sql"] for each in asked) == 1
    assert sum('FROM "city_closingday"' in each["sql"] for each in asked) == 2


def test_the_city_is_read_once_however_many_texts_are_looked_for_at_the_provider(gateway: MemoryGateway) -> None:
    for number in range(3):
        make.sent(occasion=f"lesson:{number}")
    Message.objects.update(state=State.UNCERTAIN, provider_id="", provider_status="", sent_at=None)

    with CaptureQueriesContext(connection) as asked:
        assert rounds.settle_uncertain(gateway, now=make.later(minutes=30)) == 3

    assert sum('FROM "city_cityprofile"' in each["sql"] for each in asked) == 1


def test_an_urgent_text_to_a_telephone_that_is_switched_off_is_not_tried_again_but_called(
    gateway: MemoryGateway,
) -> None:
    urgent = make.sent(occasion="broadcast:1", is_urgent=True)

    rounds.receipts.apply(
        urgent.token, rounds.receipts.Answer(urgent.provider_id, "undelivered", "30003"), now=make.later(minutes=1)
    )

    assert Message.objects.get() == urgent
    assert CallTask.objects.get().reason == Reason.FAILED
