"""The counter decides, once, with a reason."""

import pytest

from classes.cancellation import cancel
from classes.choosing import (
    CounterDoesNotDecide,
    IsDecided,
    MoreThanDevices,
    MoreThanSeats,
    NobodyChosen,
    NoLongerWaits,
    WouldTearApart,
    choose,
)
from classes.lottery import ReceptionStillOpen
from classes.models import Offer, Registration
from classes.registration import RunIsCalledOff, seat_over_capacity
from classes.rescheduling import call_off
from classes.waiting_list import accept, decline, offer_next, offer_out_of_turn
from core.models import AuditEntry
from reminders.models import Request
from tests.make import classes as make
from tests.make import draws as make_draws

pytestmark = pytest.mark.django_db
State = Registration.State
REASON = "初めての方を先に"


def states(*registrations: Registration) -> list[str]:
    return [Registration.objects.get(pk=each.pk).state for each in registrations]


def test_whoever_is_chosen_has_a_seat_and_the_others_wait_in_line(clerk) -> None:
    run = make_draws.counter(capacity=2)
    people = make_draws.applicants(run, 4)

    decided = choose(make_draws.closed(run), [people[3], people[1]], reason=REASON, by=clerk)

    assert states(*people) == [State.WAITING, State.CONFIRMED, State.WAITING, State.CONFIRMED]
    assert list(run.registrations.in_line()) == [people[0], people[2]]
    assert (decided.decision_reason, decided.decided_by) == (REASON, clerk)
    assert decided.seats_go_by_line
    assert {each.seated_at for each in run.registrations.confirmed()} == {decided.decided_at}
    assert {request.resident_id for request in Request.objects.filter(purpose="lesson-reminder")} == {
        people[1].resident_id,
        people[3].resident_id,
    }


def test_the_reason_stays_with_the_run_and_out_of_the_audit_log(clerk) -> None:
    run = make_draws.counter()
    [person] = make_draws.applicants(run, 1)

    choose(make_draws.closed(run), [person], reason=REASON, by=clerk)

    run.refresh_from_db()
    assert run.decision_reason == REASON
    assert AuditEntry.objects.get(action="run.decided").facts == {"chosen": 1, "waiting": 0}


def test_a_seat_given_back_afterwards_is_offered_to_the_first_in_line(clerk) -> None:
    run = make_draws.counter(capacity=1)
    one, chosen, _other = make_draws.applicants(run, 3)
    choose(make_draws.closed(run), [chosen], reason=REASON, by=clerk)

    cancel(chosen, by=clerk, reason="health")

    assert Offer.objects.open().get().registration == one


def test_nothing_is_decided_while_somebody_may_still_apply(clerk) -> None:
    run = make_draws.counter()
    people = make_draws.applicants(run, 1)

    with pytest.raises(ReceptionStillOpen):
        choose(run, people, reason=REASON, by=clerk)

    assert states(*people) == [State.WAITING]


def test_a_run_that_is_called_off_is_not_decided(clerk) -> None:
    run = make_draws.counter()
    people = make_draws.applicants(run, 1)
    call_off(make_draws.closed(run), reason="大雨", by=clerk)

    with pytest.raises(RunIsCalledOff):
        choose(run, people, reason=REASON, by=clerk)


@pytest.mark.parametrize("selection", ["first_come", "lottery"])
def test_only_where_the_counter_decides(selection, clerk) -> None:
    run = make.run(selection=selection, capacity=1)

    with pytest.raises(CounterDoesNotDecide):
        choose(run, [make.registration(run)], reason=REASON, by=clerk)


def test_more_people_than_seats_are_refused_with_both_numbers(clerk) -> None:
    run = make_draws.counter(capacity=2)
    people = make_draws.applicants(run, 3)

    with pytest.raises(MoreThanSeats) as refused:
        choose(make_draws.closed(run), people, reason=REASON, by=clerk)

    assert (refused.value.chosen, refused.value.seats) == (3, 2)
    assert states(*people) == [State.WAITING] * 3
    run.refresh_from_db()
    assert run.decided_at is None


def test_more_who_borrow_than_devices_are_refused(clerk) -> None:
    run = make_draws.counter(capacity=3, loan_devices=1)
    people = make_draws.applicants(run, 2)
    Registration.objects.update(borrows=True)

    with pytest.raises(MoreThanDevices):
        choose(make_draws.closed(run), people, reason=REASON, by=clerk)


def test_nobody_ticked_is_no_decision(clerk) -> None:
    with pytest.raises(NobodyChosen):
        choose(make_draws.closed(make_draws.counter()), [], reason=REASON, by=clerk)


def test_people_who_come_together_are_not_torn_apart(clerk) -> None:
    run = make_draws.counter(capacity=3)
    one, other, alone = make_draws.applicants(run, 3)
    make_draws.party(one, other)

    with pytest.raises(WouldTearApart) as refused:
        choose(make_draws.closed(run), [one, alone], reason=REASON, by=clerk)

    assert one.slip in str(refused.value)
    assert other.slip in str(refused.value)


def test_whoever_cancelled_meanwhile_is_named_by_slip(clerk) -> None:
    run = make_draws.counter(capacity=3)
    one, other = make_draws.applicants(run, 2)
    cancel(other, by=clerk, reason="health")

    with pytest.raises(NoLongerWaits) as refused:
        choose(make_draws.closed(run), [one, other], reason=REASON, by=clerk)

    assert other.slip in str(refused.value)
    assert states(one) == [State.WAITING]


def test_somebody_of_another_run_is_not_chosen(clerk) -> None:
    run, elsewhere = make_draws.counter(capacity=3), make_draws.counter()
    [stranger] = make_draws.applicants(elsewhere, 1)

    with pytest.raises(NoLongerWaits):
        choose(make_draws.closed(run), [stranger], reason=REASON, by=clerk)

    assert states(stranger) == [State.WAITING]


def test_pressed_twice_is_one_decision(clerk) -> None:
    run = make_draws.counter(capacity=2)
    people = make_draws.applicants(run, 2)
    first = choose(make_draws.closed(run), people, reason=REASON, by=clerk)

    again = choose(run, people, reason=REASON, by=clerk)

    assert again.decided_at == first.decided_at
    assert AuditEntry.objects.filter(action="run.decided").count() == 1


def test_another_decision_afterwards_is_refused(clerk) -> None:
    run = make_draws.counter(capacity=1)
    one, other = make_draws.applicants(run, 2)
    choose(make_draws.closed(run), [one], reason=REASON, by=clerk)

    with pytest.raises(IsDecided):
        choose(run, [other], reason=REASON, by=clerk)

    assert states(one, other) == [State.CONFIRMED, State.WAITING]


@pytest.mark.parametrize(("chosen", "reason"), [(1, REASON), (2, "足の悪い方")])
def test_a_decision_for_fewer_people_or_with_another_reason_is_another_decision(clerk, chosen, reason) -> None:
    run = make_draws.counter(capacity=2)
    people = make_draws.applicants(run, 3)
    choose(make_draws.closed(run), people[:2], reason=REASON, by=clerk)

    with pytest.raises(IsDecided):
        choose(run, people[:chosen], reason=reason, by=make.clerk())

    run.refresh_from_db()
    assert (run.decision_reason, run.decided_by) == (REASON, clerk)


def test_whoever_has_a_seat_in_another_way_does_not_make_it_another_decision(clerk) -> None:
    run = make_draws.counter(capacity=3)
    people = make_draws.applicants(run, 3)
    seat_over_capacity(people[1], reason="介助", by=clerk)
    accept(offer_out_of_turn(people[2], reason="介助", by=clerk), by=clerk)
    choose(make_draws.closed(run), people[:1], reason=REASON, by=clerk)

    choose(run, people[:1], reason=REASON, by=clerk)

    assert AuditEntry.objects.filter(action="run.decided").count() == 1


def test_whoever_is_offered_a_seat_is_not_chosen(clerk):
    run = make_draws.counter(capacity=2)
    asked, other = make_draws.applicants(run, 2)
    offer_out_of_turn(asked, reason="介助", by=clerk)

    with pytest.raises(NoLongerWaits):
        choose(make_draws.closed(run), [asked, other], reason="理由", by=clerk)


def test_whoever_let_a_seat_go_by_is_chosen_all_the_same(clerk):
    run = make_draws.counter(capacity=1)
    [person] = make_draws.applicants(run, 1)
    decline(offer_next(run, by=clerk), by=clerk)

    choose(make_draws.closed(run), [person], reason="理由", by=clerk)

    assert run.registrations.get().declined_at is None
