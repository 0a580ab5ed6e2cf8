"""Who makes the call about a held seat, and what is written down about calls."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from classes.cancellation import cancel
from classes.models import CourseRun, Offer
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
from classes.open_offer import IsBeingCalled, OfferIsSettled
from classes.waiting_list import decline, offer_next
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


def test_whoever_is_reached_once_more_when_the_answer_is_due_is_asked_for_it(clerk, offer, time_machine) -> None:
    heard_at = promise(offer, reached=Offer.Reached.PERSON, by=clerk).reached_at
    time_machine.move_to(offer.answer_by + timedelta(hours=2), tick=False)
    Offer.objects.update(printed_by=clerk, printed_at=timezone.now())

    with pytest.raises(AnswerIsDue):
        promise(offer, reached=Offer.Reached.PERSON, by=clerk, made_at=offer.answer_by)

    offer.refresh_from_db()
    assert (offer.reached_at, offer.printed_by) == (heard_at, clerk)


def test_a_promise_written_down_twice_is_one_even_where_the_answer_is_due_sooner_by_then(clerk, offer) -> None:
    heard_at = timezone.now() - timedelta(hours=1)
    promise(offer, reached=Offer.Reached.PERSON, by=clerk, made_at=heard_at)
    Offer.objects.update(answer_by=heard_at - timedelta(hours=1))

    promise(offer, reached=Offer.Reached.PERSON, by=clerk, made_at=heard_at)

    assert Offer.objects.get().reached_at == heard_at
