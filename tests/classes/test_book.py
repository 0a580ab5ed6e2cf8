from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.models import CourseRun
from classes.seat_hold import hold
from classes.seats import Held
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> CourseRun:
    return make.run(capacity=2, loan_devices=1)


def test_the_book_of_an_empty_run_is_empty(clerk, run) -> None:
    book = run.book([make_residents.resident()], by=clerk)

    assert (book.seats.free, book.last_slip, book.has_one_of_them, book.elsewhere, book.held) == (
        2,
        0,
        False,
        set(),
        Held(),
    )


def test_the_book_tells_who_is_in_it_and_who_is_elsewhere(clerk, run) -> None:
    here, there, nowhere = (make_residents.resident() for _each in range(3))
    make.registration(run, here)
    other = make.registration(make.run(), there).run
    left = make.registration(make.run(), nowhere)
    cancel(left, by=clerk, reason="health")

    assert run.book([here], by=clerk).has_one_of_them
    assert run.book([there, nowhere], by=clerk).elsewhere == {other.pk}
    assert not run.book([there, nowhere], by=clerk).has_one_of_them


def test_a_clerks_own_hold_is_not_in_the_way_and_a_colleagues_is(clerk, run) -> None:
    hold(run, by=clerk, seats=2)

    mine, theirs = run.book(by=clerk), run.book(by=make.clerk())

    assert (mine.seats.free, mine.held) == (2, Held(2))
    assert (theirs.seats.free, theirs.held) == (0, Held())


@pytest.mark.parametrize("people", [1, 6])
def test_the_book_is_one_query_however_many_stand_in_it(clerk, people, django_assert_num_queries) -> None:
    run = make.run(capacity=2)
    for _each in range(people):
        last = make.registration(run)

    with django_assert_num_queries(1):
        assert run.book([last.resident], by=clerk).last_slip == people


def test_a_run_that_was_called_off_is_nowhere_else_to_be(clerk):
    person, run = make_residents.resident(), make.run()
    elsewhere = make.registration(make.run(), person).run
    make.registration(run, person)
    CourseRun.objects.update(called_off_at=timezone.now())

    book = run.book([person], by=clerk)

    assert (book.has_one_of_them, book.elsewhere) == (True, set())
    CourseRun.objects.filter(pk=elsewhere.pk).update(called_off_at=None)
    assert run.book([person], by=clerk).elsewhere == {elsewhere.pk}


def test_a_hold_counts_until_it_runs_out(clerk, run, time_machine) -> None:
    held = hold(run, by=clerk, seats=1)

    time_machine.move_to(held.expires_at - timedelta(seconds=1), tick=False)
    assert (run.book().seats.at_the_desk, run.book(by=clerk).held) == (1, Held(1))
    time_machine.move_to(held.expires_at, tick=False)
    assert (run.book().seats.at_the_desk, run.book(by=clerk).held) == (0, Held())


def test_a_device_is_lent_to_whoever_has_a_seat_or_is_offered_one(clerk) -> None:
    run = make.run(capacity=3, loan_devices=9)
    borrowers = [make_residents.resident() for _each in range(3)]
    make.registration(run, borrowers[0], borrowing=borrowers)
    for _each in range(2):
        last = make.registration(run)
    for person in borrowers[1:]:
        make.registration(run, person, borrowing=borrowers)
    cancel(last, by=clerk, reason="health")

    seats = run.book().seats

    assert (seats.confirmed, seats.offered, seats.waiting, seats.in_line) == (2, 1, 2, 1)
    assert seats.lent == 2


def test_places_and_holds_are_no_registrations(clerk, run) -> None:
    person = make.registration(run).resident
    hold(run, by=make.clerk(), seats=1)

    book = run.book([person], by=clerk)

    assert (book.seats.confirmed, book.seats.waiting, book.seats.at_the_desk, book.seats.free) == (1, 0, 1, 0)
    assert (book.last_slip, book.held) == (1, Held())


def test_a_device_held_while_a_clerk_types_is_lent_for_everybody_else(clerk) -> None:
    run = make.run(capacity=3, loan_devices=3)
    hold(run, by=clerk, seats=2, devices=1)
    hold(run, by=make.clerk(), seats=1, devices=1)

    assert run.book().seats.lent == 2
    assert (run.book(by=clerk).seats.lent, run.book(by=clerk).held) == (1, Held(2, 1))
    listed = [CourseRun.objects.with_seats(apart_from=who).get().seats for who in (None, clerk)]
    assert listed == [run.book().seats, run.book(by=clerk).seats]


def test_a_cancelled_slip_is_not_given_again(clerk, run) -> None:
    make.registration(run)
    cancel(make.registration(run), by=clerk, reason="health")

    book = run.book()

    assert (book.last_slip, book.seats.confirmed) == (2, 1)
