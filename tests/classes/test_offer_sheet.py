"""The calls about seats held on paper: on whose sheet a call stands, until when, and what is typed back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from classes.cancellation import cancel
from classes.models import CourseRun, Offer, Registration
from classes.offer_calls import HOLD_FOR, CalledAMomentAgo, not_reached, promise, take
from classes.offer_sheet import Ticked, Told, ToldSince, put_on_paper, type_back
from classes.open_offer import OfferIsSettled, SeatIsNotHeld, WasPassedOver
from classes.waiting_list import accept, decline, offer_next
from core.models import AuditEntry
from reminders.sheets import NothingToPrint
from residents.doubts import strangers
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    return make_accounts.user(Role.RECEPTION, name="吉川")


def held(clerk, *, answer_in: int = 3, **person) -> Offer:
    """A seat held for somebody whose answer is due in so many days."""
    run = make.run(capacity=1)
    seated, waiting = make.registration(run), make.registration(run, make_residents.resident(**person))
    cancel(seated, by=clerk, reason="health")
    waiting.offers.update(answer_by=timezone.now() + timedelta(days=answer_in))
    return waiting.offers.get()


def on_paper(clerk) -> set[Offer]:
    return set(Offer.objects.filter(printed_by=clerk))


def test_the_calls_stand_on_the_sheet_in_the_order_in_which_answers_are_due(clerk) -> None:
    later, sooner = held(clerk, answer_in=4), held(clerk, answer_in=2)

    calls = put_on_paper(by=clerk)

    assert [call.offer for call in calls] == [sooner, later]
    assert AuditEntry.objects.get(action="offer.printed").facts == {"count": 2}


def test_a_call_stands_on_one_sheet(clerk, colleague) -> None:
    first = held(clerk)
    put_on_paper(by=clerk)
    second = held(clerk)

    assert [call.offer for call in put_on_paper(by=colleague)] == [second]
    assert (on_paper(clerk), on_paper(colleague)) == ({first}, {second})
    with pytest.raises(NothingToPrint):
        put_on_paper(by=make.clerk())


def test_a_button_pressed_twice_prints_the_same_sheet(clerk) -> None:
    offer = held(clerk)
    put_on_paper(by=clerk)
    printed_at = Offer.objects.get().printed_at

    assert [call.offer for call in put_on_paper(by=clerk)] == [offer]
    assert Offer.objects.get().printed_at == printed_at


def test_what_comes_later_is_added_to_the_sheet_of_the_day(clerk) -> None:
    first = held(clerk)
    put_on_paper(by=clerk)
    second = held(clerk)

    assert {call.offer for call in put_on_paper(by=clerk)} == {first, second}


def test_people_who_come_together_are_one_line_and_on_paper_together(clerk) -> None:
    run = make.run(capacity=2, selection=CourseRun.Selection.COUNTER)
    make.registration(run, companions=[make_residents.resident()])
    offer_next(run, by=clerk)

    assert len(put_on_paper(by=clerk)) == 1
    assert len(on_paper(clerk)) == 2


def test_nobody_is_printed_whom_nobody_has_to_ring_or_can_ring_or_whom_somebody_is_ringing(
    clerk, colleague, time_machine
) -> None:
    promise(held(clerk), reached=Offer.Reached.PERSON, by=clerk)
    held(clerk, phones=[])
    rung = take(held(clerk), by=colleague)

    with pytest.raises(NothingToPrint):
        put_on_paper(by=clerk)
    time_machine.move_to(timezone.now() + HOLD_FOR)
    assert [call.offer for call in put_on_paper(by=clerk)] == [rung]


def test_nobody_is_printed_at_whose_only_number_a_stranger_answered(clerk) -> None:
    line = held(clerk).registration.resident.phone_lines.get()
    strangers(line.number)

    with pytest.raises(NothingToPrint):
        put_on_paper(by=clerk)


def test_whatever_is_recorded_takes_the_call_off_the_sheet(clerk, colleague) -> None:
    accepted, missed = held(clerk), held(clerk)
    put_on_paper(by=clerk)

    accept(accepted, by=colleague)
    not_reached(missed, by=clerk)

    assert on_paper(clerk) == set()
    assert [call.offer for call in put_on_paper(by=colleague)] == [missed]


def test_a_sheet_that_was_not_typed_back_on_its_day_is_lost(clerk, colleague, time_machine) -> None:
    offer = held(clerk)
    put_on_paper(by=clerk)

    time_machine.move_to(timezone.now() + timedelta(days=1))

    assert [call.offer for call in put_on_paper(by=colleague)] == [offer]


# Typed back ----------------------------------------------------------------------------------------------


def typed(offer: Offer, told: str, *, by: User, **facts) -> dict[int, Exception]:
    """What is refused of one line, made by paper half an hour ago."""
    usual = {"made_at": timezone.now() - timedelta(minutes=30), "reason": "health"}
    return type_back([Ticked(offer, told, **{**usual, **facts})], by=by)


def test_a_whole_sheet_is_typed_back_and_each_line_says_what_came_of_its_call(clerk) -> None:
    offers = [held(clerk) for _told in Told]
    put_on_paper(by=clerk)
    at = timezone.now()

    ticks = [Ticked(offer, told, made_at=at, reason="health") for offer, told in zip(offers, Told, strict=True)]
    assert [type_back(ticks, by=clerk) for _twice in range(2)] == [{}, {}]

    comes, not_now, gives_up, nobody, person, family = (Offer.objects.get(pk=offer.pk) for offer in offers)
    assert comes.registration.state == Registration.State.CONFIRMED
    assert (not_now.state, not_now.registration.state) == ("declined", Registration.State.WAITING)
    assert gives_up.registration.state == Registration.State.CANCELLED
    assert (nobody.attempts, nobody.last_attempt_at) == (1, at)
    assert [(each.reached, each.reached_at) for each in (person, family)] == [("person", at), ("family", at)]
    assert on_paper(clerk) == set()


@pytest.mark.parametrize("told", [Told.NOT_NOW, Told.GIVES_UP, Told.NOBODY_IN, Told.PERSON_TOLD])
def test_what_the_screen_knows_by_then_stands_and_the_line_says_so(clerk, colleague, told) -> None:
    offer = held(clerk)
    put_on_paper(by=clerk)
    accept(offer, by=colleague)

    assert isinstance(typed(offer, told, by=clerk)[offer.pk], OfferIsSettled)

    assert Offer.objects.get(pk=offer.pk).state == Offer.State.ACCEPTED


@pytest.mark.parametrize(("answer", "told"), [(accept, Told.COMES), (decline, Told.NOT_NOW)])
def test_an_answer_after_which_the_place_was_given_back_is_not_taken_for_the_same(clerk, answer, told) -> None:
    offer = held(clerk)
    put_on_paper(by=clerk)
    answer(offer, by=clerk)
    cancel(offer.registration, by=clerk, reason="health")

    assert offer.pk in typed(offer, told, by=clerk)


@pytest.mark.parametrize("told", Told)
@pytest.mark.parametrize(
    ("state", "refusal"), [(Offer.State.NOT_REACHED, WasPassedOver), (Offer.State.WITHDRAWN, SeatIsNotHeld)]
)
def test_no_answer_is_said_to_be_on_record_about_a_seat_that_is_not_held_any_more(clerk, told, state, refusal) -> None:
    offer = held(clerk)
    put_on_paper(by=clerk)
    Offer.objects.update(state=state, decided_at=timezone.now(), decided_by=clerk)

    assert type(typed(offer, told, by=clerk)[offer.pk]) is refusal


def test_a_later_call_in_which_another_was_reached_is_not_written_over_by_the_paper(clerk, colleague) -> None:
    offer = held(clerk)
    put_on_paper(by=clerk)
    promise(offer, reached=Offer.Reached.FAMILY, by=colleague)

    assert isinstance(typed(offer, Told.PERSON_TOLD, by=clerk)[offer.pk], ToldSince)

    assert Offer.objects.get(pk=offer.pk).reached == Offer.Reached.FAMILY


def test_a_call_within_the_hour_of_another_is_not_dropped_without_a_word(clerk, colleague) -> None:
    offer = held(clerk)
    put_on_paper(by=clerk)
    not_reached(offer, by=colleague)

    assert isinstance(typed(offer, Told.NOBODY_IN, by=clerk)[offer.pk], CalledAMomentAgo)


def test_a_sheet_sent_twice_counts_its_call_once_though_the_screen_knows_later_ones(
    clerk, colleague, time_machine
) -> None:
    offer, printed_at = held(clerk), timezone.now()
    on_paper = printed_at + timedelta(hours=1)

    for hours in (3, 5):
        time_machine.move_to(printed_at + timedelta(hours=hours), tick=False)
        not_reached(offer, by=colleague)
        assert [typed(offer, Told.NOBODY_IN, by=clerk, made_at=on_paper) for _twice in range(2)] == [{}, {}]

    offer.refresh_from_db()
    assert (offer.attempts, offer.last_attempt_at) == (3, timezone.now())


def test_a_line_that_is_refused_keeps_no_other_from_being_recorded(clerk, colleague) -> None:
    settled, open_one = held(clerk), held(clerk)
    put_on_paper(by=clerk)
    accept(settled, by=colleague)

    refused = type_back([Ticked(settled, Told.NOT_NOW), Ticked(open_one, Told.COMES)], by=clerk)

    assert set(refused) == {settled.pk}
    assert Offer.objects.get(pk=open_one.pk).state == Offer.State.ACCEPTED
