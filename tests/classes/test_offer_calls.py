"""Who makes the call about a held seat, and what is written down about calls."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from classes.cancellation import cancel
from classes.models import CourseRun, Offer, Registration
from classes.offer_calls import (
    BETWEEN_CALLS,
    HOLD_FOR,
    AnswerIsDue,
    CalledAMomentAgo,
    let_go,
    not_reached,
    promise,
    take,
)
from classes.open_offer import IsBeingCalled, OfferIsSettled, SeatIsNotHeld
from classes.planning import change_run
from classes.waiting_list import accept, decline, offer_next, pass_over
from core.models import AuditEntry
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    return make_accounts.user(Role.RECEPTION, name="吉川")


@pytest.fixture
def run() -> CourseRun:
    return make.run(capacity=1)


@pytest.fixture
def offer(run, clerk) -> Offer:
    """A seat held for the first of two in line, whose answer is not due for days."""
    seated, _first, _second = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")
    Offer.objects.update(answer_by=timezone.now() + timedelta(days=5))
    return Offer.objects.get()


@pytest.fixture
def couple(clerk) -> list[Offer]:
    """Two seats held for two people who come together."""
    run = make.run(capacity=2, selection=CourseRun.Selection.COUNTER)
    make.registration(run, companions=[make_residents.resident()])
    offer_next(run, by=clerk)
    return list(Offer.objects.filter(registration__run=run))


# Who calls ------------------------------------------------------------------------------------------------


def test_whoever_takes_a_call_has_it_for_ten_minutes(clerk, colleague, offer, time_machine) -> None:
    take(offer, by=clerk)
    with pytest.raises(IsBeingCalled) as refused:
        take(offer, by=colleague)
    with override("en"):
        assert str(refused.value) == f"{clerk.name} is calling this person right now."

    time_machine.move_to(timezone.now() + HOLD_FOR, tick=False)
    assert take(offer, by=colleague).held_by == colleague


def test_a_clerk_may_take_a_call_again(clerk, offer, time_machine) -> None:
    first = take(offer, by=clerk).held_until
    time_machine.move_to(timezone.now() + timedelta(minutes=5))

    assert take(offer, by=clerk).held_until > first


def test_people_who_come_together_are_called_by_one_clerk(clerk, colleague, couple) -> None:
    one, other = couple

    take(one, by=clerk)

    assert [each.held_by for each in Offer.objects.all()] == [clerk, clerk]
    for each in couple:
        with pytest.raises(IsBeingCalled):
            take(each, by=colleague)
    let_go(other, by=clerk)
    assert take(one, by=colleague).held_by == colleague


def promise_by_the_person(offer: Offer, *, by: User) -> Offer:
    return promise(offer, reached=Offer.Reached.PERSON, by=by)


OUTCOMES = [accept, decline, not_reached, pass_over, promise_by_the_person]


@pytest.mark.parametrize("answer", OUTCOMES)
def test_what_another_clerk_says_of_a_call_that_is_being_made_is_refused(clerk, colleague, offer, answer) -> None:
    make.nobody_answers(offer, by=clerk)
    Offer.objects.update(last_attempt_at=None)
    take(offer, by=colleague)

    with pytest.raises(IsBeingCalled):
        answer(offer, by=clerk)

    offer.refresh_from_db()
    assert (offer.state, offer.attempts, offer.reached_at) == (Offer.State.OPEN, 2, None)


@pytest.mark.parametrize("is_promised", [False, True])
@pytest.mark.parametrize("answer", [accept, decline, not_reached, promise_by_the_person])
def test_every_outcome_ends_the_call_and_takes_it_off_the_paper(clerk, offer, answer, is_promised) -> None:
    if is_promised:
        promise_by_the_person(offer, by=clerk)
    Offer.objects.update(last_attempt_at=None, printed_by=clerk, printed_at=timezone.now())
    take(offer, by=clerk)

    answer(offer, by=clerk)

    offer.refresh_from_db()
    assert (offer.held_by, offer.held_until, offer.printed_by, offer.printed_at) == (None, None, None, None)


def test_whoever_asks_the_next_in_line_has_ended_the_call(clerk, offer) -> None:
    make.nobody_answers(offer, by=clerk)
    take(offer, by=clerk)

    pass_over(offer, by=clerk)

    offer.refresh_from_db()
    assert (offer.state, offer.held_by) == (Offer.State.NOT_REACHED, None)


def test_only_whoever_calls_can_let_go(clerk, colleague, offer) -> None:
    take(offer, by=clerk)
    let_go(offer, by=colleague)
    assert Offer.objects.get().held_by == clerk

    let_go(offer, by=clerk)
    let_go(offer, by=clerk)
    assert Offer.objects.get().held_by is None


def test_nobody_calls_about_a_seat_that_is_settled(clerk, offer) -> None:
    decline(offer, by=clerk)

    with pytest.raises(OfferIsSettled):
        take(offer, by=clerk)


def test_whoever_gives_the_place_back_at_the_counter_is_heard_although_a_clerk_is_calling(
    clerk, colleague, offer
) -> None:
    take(offer, by=colleague)

    cancel(offer.registration, by=clerk, reason="health")

    offer.refresh_from_db()
    assert (offer.state, offer.held_by) == (Offer.State.DECLINED, None)
    with pytest.raises(OfferIsSettled):
        accept(offer, by=colleague)


def test_a_run_that_shrinks_during_the_call_is_said_to_whoever_calls(clerk, colleague) -> None:
    run = make.run(capacity=2)
    _one, other, _waits = (make.registration(run) for _each in range(3))
    cancel(other, by=clerk, reason="health")
    offer = take(Offer.objects.get(), by=colleague)

    change_run(run, by=clerk, capacity=1)

    with pytest.raises(SeatIsNotHeld):
        accept(offer, by=colleague)
    assert Registration.objects.confirmed().count() == 1


def test_a_call_that_is_taken_is_on_record(clerk, offer) -> None:
    take(offer, by=clerk)

    assert AuditEntry.objects.get(action="offer.taken").facts == {"registration": offer.registration_id}


def test_whatever_code_forgets_a_call_ends_in_time_and_a_sheet_has_its_moment(clerk, offer) -> None:
    for facts in ({"held_by": clerk, "held_until": None}, {"printed_by": clerk, "printed_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.update(**facts)


# Written down from paper ----------------------------------------------------------------------------------


def test_a_call_from_paper_counts_from_the_hour_at_which_it_was_made(clerk, offer) -> None:
    made_at = timezone.now() - timedelta(hours=2)

    not_reached(offer, by=clerk, made_at=made_at)

    assert not_reached(offer, by=clerk).attempts == 2
    assert Offer.objects.get().last_attempt_at > made_at


def test_an_earlier_call_from_paper_counts_and_the_last_stays_the_last(clerk, offer) -> None:
    last = not_reached(offer, by=clerk).last_attempt_at

    again = not_reached(offer, by=clerk, made_at=last - BETWEEN_CALLS)

    assert (again.attempts, again.last_attempt_at) == (2, last)


@pytest.mark.parametrize("minutes", [-59, 0])
def test_two_calls_within_the_hour_are_one_whichever_is_written_down_first(clerk, offer, minutes) -> None:
    last = not_reached(offer, by=clerk).last_attempt_at

    with pytest.raises(CalledAMomentAgo):
        not_reached(offer, by=clerk, made_at=last + timedelta(minutes=minutes))


def test_a_promise_given_in_time_counts_though_it_is_typed_in_late(clerk, offer, time_machine) -> None:
    given = timezone.now()
    time_machine.move_to(offer.answer_by + timedelta(hours=1), tick=False)

    with pytest.raises(AnswerIsDue):
        promise(offer, reached=Offer.Reached.FAMILY, by=clerk)
    promise(offer, reached=Offer.Reached.FAMILY, by=clerk, made_at=given)

    offer.refresh_from_db()
    assert (offer.reached_at, offer.reached, offer.is_promised(timezone.now())) == (given, "family", False)
