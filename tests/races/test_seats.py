"""Several clerks and one seat. SQLite has one writer at a time and so hides a missing lock; PostgreSQL does not."""

import threading

import pytest
from django.db import IntegrityError

from classes import waiting_list
from classes.cancellation import cancel
from classes.lending import do_without, lend
from classes.models import CourseRun, Offer, Registration, SeatHold
from classes.open_offer import SeatIsNotHeld
from classes.planning import change_run
from classes.registration import AlreadyRegistered, DevicesAreLent
from classes.seat_hold import hold
from classes.waiting_list import accept, decline, offer_next, place_of
from core.models import AuditEntry
from tests.classes.truths import untrue_of
from tests.make import classes as make
from tests.make import residents as make_residents
from tests.races.carelessness import number_slips_by_themselves, take_the_lock_away, think_after, think_before
from tests.races.clerks import together
from tests.races.presses import registering_of, states

pytestmark = pytest.mark.django_db(transaction=True)
on_postgres = pytest.mark.postgres
State = Registration.State


def callers(number: int) -> list:
    clerk = make.clerk()
    return [make_residents.resident(by=clerk) for _each in range(number)]


@on_postgres
@pytest.mark.parametrize("attempt", range(5))
def test_two_clerks_cannot_give_away_one_seat(attempt) -> None:
    run = make.run(capacity=1)

    outcomes = together(*[registering_of(person, run) for person in callers(2)])

    assert sorted(outcome.state for outcome in outcomes) == [State.CONFIRMED, State.WAITING]


@on_postgres
def test_without_the_lock_two_clerks_do_give_away_one_seat(monkeypatch) -> None:
    """What the lock is for: the pause between looking and writing is as long as a slow afternoon."""
    take_the_lock_away(monkeypatch)
    number_slips_by_themselves(monkeypatch)
    think_after(monkeypatch, CourseRun, "book", locked=False)
    run = make.run(capacity=1)

    outcomes = together(*[registering_of(person, run) for person in callers(2)])

    assert [outcome.state for outcome in outcomes] == [State.CONFIRMED, State.CONFIRMED]
    assert states(run) == {State.CONFIRMED: 2}


@on_postgres
def test_with_the_lock_the_same_slow_afternoon_is_harmless(monkeypatch) -> None:
    think_after(monkeypatch, CourseRun, "book", locked=True)
    run = make.run(capacity=1)

    outcomes = together(*[registering_of(person, run) for person in callers(2)])

    assert sorted(outcome.state for outcome in outcomes) == [State.CONFIRMED, State.WAITING]


@on_postgres
def test_a_button_pressed_twice_is_one_registration() -> None:
    run, [person] = make.run(), callers(1)

    outcomes = together(*[registering_of(person, run) for _press in range(4)])

    assert [type(outcome) for outcome in outcomes].count(AlreadyRegistered) == 3
    assert states(run) == {State.CONFIRMED: 1}


@on_postgres
def test_a_person_in_two_runs_at_once_is_in_both() -> None:
    [person] = callers(1)
    runs = [make.run(), make.run(starts_at=make.days_ahead(15))]

    together(*[registering_of(person, run) for run in runs])

    assert [states(run) for run in runs] == [{State.CONFIRMED: 1}] * 2


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_a_person_who_asks_two_clerks_for_the_same_hour_is_told_by_one_of_them(attempt) -> None:
    [person] = callers(1)
    runs = [make.run(), make.run()]

    outcomes = together(*[registering_of(person, run) for run in runs])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IsElsewhereThen", "Registration"]
    assert Registration.objects.count() == 1


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_a_seat_given_back_while_others_call_goes_to_whoever_waited(attempt) -> None:
    run, clerk = make.run(capacity=2), make.clerk()
    seated = [make.registration(run) for _each in range(2)]
    waiting = make.registration(run)

    together(
        lambda: cancel(seated[0], by=clerk, reason="health"),
        *[registering_of(person, run) for person in callers(4)],
    )

    assert states(run) == {State.CONFIRMED: 1, State.WAITING: 5, State.CANCELLED: 1}
    assert Offer.objects.open().get().registration == waiting
    assert place_of(waiting) == 1


@on_postgres
def test_an_answer_taken_at_two_counters_is_one_answer() -> None:
    run, clerk = make.run(capacity=1), make.clerk()
    seated, asked, following = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")
    offer = Offer.objects.open().get()

    together(
        lambda: accept(Offer.objects.get(pk=offer.pk), by=clerk),
        lambda: decline(Offer.objects.get(pk=offer.pk), by=clerk),
    )

    seats = run.seats
    assert seats.taken == 1
    settled = Offer.objects.get(pk=offer.pk).state
    if settled == Offer.State.ACCEPTED:
        assert run.registrations.confirmed().get() == asked
    else:
        assert Offer.objects.open().get().registration == following


@on_postgres
def test_two_seats_given_back_at_once_are_offered_to_two_people() -> None:
    run, clerk = make.run(capacity=2), make.clerk()
    seated = [make.registration(run) for _each in range(2)]
    waiting = [make.registration(run) for _each in range(3)]

    together(*[lambda which=which: cancel(which, by=clerk, reason="health") for which in seated])

    offered = Offer.objects.open().order_by("registration").values_list("registration", flat=True)
    assert list(offered) == [waiting[0].pk, waiting[1].pk]


@on_postgres
@pytest.mark.parametrize(("locked", "held"), [(False, 2), (True, 1)])
def test_one_seat_is_held_by_two_clerks_only_without_the_lock(monkeypatch, locked, held) -> None:
    if not locked:
        take_the_lock_away(monkeypatch)
    think_after(monkeypatch, CourseRun, "book", locked=locked)
    run, clerks = make.run(capacity=1), [make.clerk() for _each in range(2)]

    together(*[lambda by=by: hold(run, by=by) for by in clerks])

    assert SeatHold.objects.count() == held


@on_postgres
@pytest.mark.parametrize("locked", [False, True])
def test_two_clerks_who_ask_the_next_in_line_at_once_clash_only_without_the_lock(monkeypatch, locked) -> None:
    """Both look at the line and see the same person first; the constraint then sends one clerk away with an error."""
    if not locked:
        take_the_lock_away(monkeypatch)
    think_after(monkeypatch, waiting_list, "line_of", locked=locked)
    run, clerk = make.run(capacity=2, selection=CourseRun.Selection.COUNTER), make.clerk()
    waiting = [make.registration(run) for _each in range(2)]

    outcomes = together(*[lambda: offer_next(run, by=clerk)] * 2)

    asked = Offer.objects.open().order_by("registration").values_list("registration", flat=True)
    assert list(asked) == [waiting[0].pk]
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes) is not locked


@on_postgres
@pytest.mark.parametrize("locked", [False, True])
def test_whoever_calls_while_seats_are_added_waits_beside_a_free_one_only_without_the_lock(monkeypatch, locked) -> None:
    if not locked:
        take_the_lock_away(monkeypatch)
    run, clerk = make.run(capacity=1), make.clerk()
    make.registration(run)
    [person] = callers(1)
    look, looked, added = CourseRun.book, threading.Event(), threading.Event()

    def look_and_think(*asked, **more):
        book = look(*asked, **more)
        if not looked.is_set():
            looked.set()
            added.wait(timeout=0.5 if locked else 20)
        return book

    def add() -> None:
        looked.wait(timeout=20)
        change_run(run, by=clerk, capacity=2)
        added.set()

    monkeypatch.setattr(CourseRun, "book", look_and_think)

    together(registering_of(person, run), add)

    assert bool(untrue_of(run)) is not locked


@on_postgres
@pytest.mark.parametrize(("locked", "lent"), [(False, 2), (True, 1)])
def test_one_device_is_lent_to_two_people_only_without_the_lock(monkeypatch, locked, lent) -> None:
    run, clerk = make.run(capacity=3, loan_devices=1), make.clerk()
    seated = [make.registration(run) for _each in range(2)]
    if not locked:
        take_the_lock_away(monkeypatch)
    think_after(monkeypatch, CourseRun, "book", locked=locked)

    outcomes = together(*[lambda each=each: lend(each, by=clerk) for each in seated])

    assert run.registrations.lent().count() == lent
    assert any(isinstance(outcome, DevicesAreLent) for outcome in outcomes) is locked


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_a_device_given_back_while_others_ask_for_it_is_promised_once(attempt) -> None:
    run, clerk = make.run(capacity=4, loan_devices=1), make.clerk()
    borrower, seated, waiting = (make_residents.resident(by=clerk) for _each in range(3))
    borrower, seated, waiting = (
        make.registration(run, person, borrowing=[] if person == seated else [person])
        for person in (borrower, seated, waiting)
    )

    together(
        lambda: do_without(borrower, by=clerk),
        lambda: lend(seated, by=clerk),
        lambda: do_without(waiting, by=clerk),
    )

    assert run.registrations.lent().count() <= 1
    assert untrue_of(run) == []
    assert Offer.objects.open().get().registration == waiting


def offered_and_full() -> tuple[CourseRun, Offer]:
    """A run of two seats, one of them held for somebody in line who has not been reached yet."""
    run = make.run(capacity=2)
    given_back, _stays = (make.registration(run) for _each in range(2))
    make.registration(run)
    cancel(given_back, by=make.clerk(), reason="health")
    return run, Offer.objects.open().get()


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_a_seat_taken_while_the_run_shrinks_is_theirs_or_was_taken_back(attempt) -> None:
    run, offer = offered_and_full()
    clerk, colleague = make.clerk(), make.clerk()

    [answer, _shrunk] = together(lambda: accept(offer, by=clerk), lambda: change_run(run, by=colleague, capacity=1))

    offer.refresh_from_db()
    if offer.state == Offer.State.ACCEPTED:
        assert answer.state == State.CONFIRMED
        assert CourseRun.objects.get().seats.over == 1
    else:
        assert (offer.state, type(answer)) == (Offer.State.WITHDRAWN, SeatIsNotHeld)
        assert states(run) == {State.CONFIRMED: 1, State.WAITING: 1, State.CANCELLED: 1}
    assert untrue_of(run) == []


@on_postgres
@pytest.mark.parametrize("locked", [False, True])
def test_a_seat_is_taken_and_taken_back_at_once_only_without_the_lock(monkeypatch, locked) -> None:
    if not locked:
        take_the_lock_away(monkeypatch)
    run, offer = offered_and_full()
    clerk, colleague = make.clerk(), make.clerk()
    think_before(monkeypatch, waiting_list, "settle", locked=locked)

    together(lambda: accept(offer, by=clerk), lambda: change_run(run, by=colleague, capacity=1))

    said = set(
        AuditEntry.objects.filter(action__in=["offer.accepted", "offer.withdrawn"]).values_list("action", flat=True)
    )
    assert (len(said) == 2) is not locked


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_a_couple_that_two_clerks_cancel_from_both_ends_frees_two_seats_for_the_next_couple(attempt) -> None:
    clerk, run, people = make.clerk(), make.run(capacity=2), callers(4)
    make.registration(run, people[0], by=clerk, companions=[people[1]])
    make.registration(run, people[2], by=clerk, companions=[people[3]])
    alone = make.registration(run, by=clerk)
    one, other, *waiting = run.registrations.exclude(pk=alone.pk).order_by("slip_number")

    together(
        lambda: cancel(one, by=clerk, reason="health", companions=[other]),
        lambda: cancel(other, by=clerk, reason="solved", companions=[one]),
    )

    assert list(run.registrations.offered().order_by("slip_number")) == waiting
    assert len(set(run.registrations.filter(state=State.CANCELLED).values_list("cancel_reason", flat=True))) == 1
    assert AuditEntry.objects.filter(action="registration.cancelled").count() == 2
    assert untrue_of(CourseRun.objects.get(pk=run.pk)) == []
