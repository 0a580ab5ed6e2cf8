"""What every answer about a held seat begins with: is it still open, and is another clerk on the telephone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from classes.cancellation import cancel
from classes.models import CourseRun, Offer
from classes.offer_calls import not_reached, promise, take
from classes.open_offer import IsBeingCalled, OfferIsSettled
from classes.planning import change_run
from classes.waiting_list import accept, decline, pass_over
from tests.make import accounts as make_accounts
from tests.make import classes as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague() -> User:
    return make_accounts.user(Role.RECEPTION, name="吉川")


@pytest.fixture
def offer(clerk) -> Offer:
    """A seat held for the first of two in line."""
    run: CourseRun = make.run(capacity=1)
    seated, _first, _second = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")
    Offer.objects.update(answer_by=timezone.now() + timedelta(days=5))
    return Offer.objects.get()


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


def test_whoever_gives_the_place_back_at_the_counter_is_heard_although_a_clerk_is_calling(
    clerk, colleague, offer
) -> None:
    take(offer, by=colleague)

    cancel(offer.registration, by=clerk, reason="health")

    offer.refresh_from_db()
    assert (offer.state, offer.held_by) == (Offer.State.DECLINED, None)
    with pytest.raises(OfferIsSettled):
        accept(offer, by=colleague)


def test_a_run_that_shrinks_during_the_call_leaves_the_seat_to_whoever_is_called(clerk, colleague) -> None:
    run = make.run(capacity=2)
    _one, other, _waits = (make.registration(run) for _each in range(3))
    cancel(other, by=clerk, reason="health")
    offer = take(Offer.objects.get(), by=colleague)

    change_run(run, by=clerk, capacity=1)

    accept(offer, by=colleague)
    assert CourseRun.objects.get().seats.over == 1
