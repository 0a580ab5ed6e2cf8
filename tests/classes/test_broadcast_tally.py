"""Who was reached by a broadcast: true whatever came first, the receipt or the call."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from time_machine import TimeMachineFixture

from accounts.models import User
from classes.broadcast_tally import Fate, tally_of
from classes.cancellation import cancel
from classes.models import Broadcast, CourseRun
from classes.rescheduling import cancel_lesson
from core.wareki import TOKYO
from reminders import call_list, receipts, rounds
from reminders.delivery import deliver_next
from reminders.gateways import Answer
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, Outcome
from residents.models import ContactWish
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def run() -> CourseRun:
    return make.run(starts_at=TOMORROW, capacity=9)


def fates(made: Broadcast) -> list[Fate]:
    return sorted((line.fate for line in tally_of(made).lines), key=list(Fate).index)


def texted(run: CourseRun, by: User) -> tuple[Broadcast, Message]:
    """A broadcast to one person, whose text the provider has taken."""
    make.registration(run, make_reminders.textable(), by=by)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=by)
    deliver_next(MemoryGateway(), worker="one", now=NOON)
    return made, Message.objects.urgent().get()


def receipt(message: Message, status: str, code: str = "") -> None:
    receipts.apply(message.token, Answer(f"memory-{message.token}", status, code), now=NOON)


def test_at_first_everybody_is_to_be_called_or_under_way(clerk: User, run: CourseRun) -> None:
    for person in (
        make_reminders.textable(),
        make_reminders.callable_(),
        make_residents.resident(contact_wish=ContactWish.NONE),
    ):
        make.registration(run, person, by=clerk)

    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    assert fates(made) == [Fate.TO_CALL, Fate.UNDER_WAY, Fate.UNTOLD]
    assert tally_of(made).total == 2


def test_whoever_was_texted_at_a_number_that_turns_out_to_be_a_strangers_is_still_to_be_called(
    clerk: User, run: CourseRun
) -> None:
    made, message = texted(run, clerk)
    receipt(message, "delivered")
    assert fates(made) == [Fate.TEXTED]

    with make_reminders.purpose():
        other = make_reminders.call(message.requests.get().resident, by_call_only=True)
        call_list.record(other, Outcome.WRONG_NUMBER, by=clerk, now=NOON)

    assert fates(made) == [Fate.TO_CALL]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "queued"])))
def test_a_delivered_text_has_reached_its_person_in_whatever_order_receipts_come(
    clerk: User, run: CourseRun, order: tuple[str, ...]
) -> None:
    made, message = texted(run, clerk)

    for status in order:
        receipt(message, status)

    assert fates(made) == [Fate.TEXTED]


def test_a_text_that_did_not_arrive_is_to_be_called(clerk: User, run: CourseRun) -> None:
    made, message = texted(run, clerk)

    receipt(message, "undelivered", "30005")

    assert fates(made) == [Fate.TO_CALL]


def test_a_late_receipt_takes_the_call_back_and_counts_as_reached(clerk: User, run: CourseRun) -> None:
    made, message = texted(run, clerk)
    rounds.give_up_on_receipts(now=NOON + timedelta(minutes=20))
    assert fates(made) == [Fate.TO_CALL]

    receipt(message, "delivered")

    assert fates(made) == [Fate.TEXTED]
    assert CallTask.objects.get().state == CallTask.State.WITHDRAWN


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [
        (Outcome.SELF, Fate.SPOKEN),
        (Outcome.FAMILY, Fate.SPOKEN),
        (Outcome.VOICEMAIL, Fate.TO_CALL),
        (Outcome.NO_ANSWER, Fate.TO_CALL),
        (Outcome.WRONG_NUMBER, Fate.TO_CALL),
    ],
)
def test_who_was_spoken_to_is_reached_and_an_answering_machine_is_nobody(
    clerk: User, run: CourseRun, outcome: str, fate: Fate
) -> None:
    make.registration(run, make_reminders.callable_(), by=clerk)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    call_list.record(CallTask.objects.get(is_urgent=True, state="open"), outcome, by=clerk, now=NOON)

    assert fates(made) == [fate]


def test_a_household_that_one_text_reached_counts_with_everybody(clerk: User, run: CourseRun) -> None:
    number = make_residents.mobile()
    make.registration(run, make_reminders.textable(number, given_name="キヨ"), by=clerk)
    made, message = texted_to(run, clerk, number)

    receipt(message, "delivered")

    assert (tally_of(made).total, tally_of(made).reached) == (2, 2)


def texted_to(run: CourseRun, by: User, number) -> tuple[Broadcast, Message]:
    make.registration(run, make_reminders.textable(number), by=by)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=by)
    deliver_next(MemoryGateway(), worker="one", now=NOON)
    return made, Message.objects.urgent().get()


def test_somebody_in_two_of_the_lessons_is_counted_once(clerk: User, run: CourseRun) -> None:
    other, person = make.run(starts_at=TOMORROW + timedelta(hours=4)), make_reminders.textable()
    for each in (run, other):
        make.registration(each, person, by=clerk)

    made = make_broadcasts.sent(make_broadcasts.draft(run, other), by=clerk)

    assert fates(made) == [Fate.UNDER_WAY]
    assert Message.objects.urgent().count() == 1


def test_who_gives_one_of_two_places_back_is_still_told_about_the_other(clerk: User, run: CourseRun) -> None:
    other, person = make.run(starts_at=TOMORROW + timedelta(hours=4)), make_reminders.textable()
    places = [make.registration(each, person, by=clerk) for each in (run, other)]
    made, gateway = make_broadcasts.sent(make_broadcasts.draft(run, other), by=clerk), MemoryGateway()

    cancel(places[0], by=clerk, reason="health")
    deliver_next(gateway, worker="one", now=NOON)

    assert len(gateway.sent) == 1
    assert fates(made) == [Fate.UNDER_WAY]


def test_who_gives_the_place_back_is_no_longer_counted(clerk: User, run: CourseRun) -> None:
    place = make.registration(run, make_reminders.callable_(), by=clerk)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    cancel(place, by=clerk, reason="health")

    assert fates(made) == [Fate.GONE]
    assert tally_of(made).total == 0


def test_who_keeps_the_place_and_need_not_hear_it_any_more_has_not_given_it_back(clerk: User, run: CourseRun) -> None:
    make.registration(run, make_reminders.callable_(), by=clerk)
    made = make_broadcasts.sent(make_broadcasts.notice(run), by=clerk)

    cancel_lesson(run.lessons.get(), reason="大雨", by=clerk)

    assert fates(made) == [Fate.NEEDLESS]
    assert tally_of(made).total == 0


def test_who_was_not_called_before_the_lesson_was_not_reached(clerk: User, run: CourseRun) -> None:
    make.registration(run, make_reminders.callable_(), by=clerk)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    call_list.tidy(now=TOMORROW)

    assert fates(made) == [Fate.MISSED]
    assert tally_of(made).missed == 1


def test_a_postcard_that_was_posted_is_counted_apart(clerk: User) -> None:
    run = make.run(starts_at=NOON + timedelta(days=20))
    make.registration(run, make_residents.resident(contact_wish=ContactWish.POSTCARD, address="忍海1番地"), by=clerk)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    call_list.posted(CallTask.objects.get(is_urgent=True), by=clerk)

    assert fates(made) == [Fate.POSTED]
