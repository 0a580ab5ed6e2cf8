from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from classes.models import CourseRun, Offer, Registration, SeatHold
from classes.registration import SeatIsGone, register
from classes.seat_hold import LONGEST, RUNS_OUT_AFTER, go_on_holding, hold, release, release_run_out
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State
PHONE = Registration.Channel.PHONE


@pytest.fixture
def colleague():
    return make.clerk()


def test_a_seat_held_by_one_clerk_is_not_given_away_by_another(clerk, colleague) -> None:
    run = make.run(capacity=1)
    hold(run, by=clerk)

    other = register(make_residents.resident(), run, by=colleague, channel=PHONE)
    mine = register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert (other.state, mine.state) == (State.WAITING, State.CONFIRMED)


def test_a_hold_that_ran_out_is_not_before_those_in_line(clerk, colleague, time_machine) -> None:
    run = make.run(capacity=1)
    hold(run, by=clerk)
    register(make_residents.resident(), run, by=colleague, channel=PHONE)

    time_machine.move_to(timezone.now() + RUNS_OUT_AFTER)

    assert register(make_residents.resident(), run, by=clerk, channel=PHONE).state == State.WAITING


def test_seats_held_and_not_needed_are_offered_to_whoever_was_put_in_line(clerk, colleague) -> None:
    run = make.run(capacity=2)
    hold(run, by=clerk, seats=2)
    waiting = register(make_residents.resident(), run, by=colleague, channel=PHONE)

    register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert Offer.objects.open().get().registration == waiting


def test_a_seat_held_stays_held_when_somebody_is_put_in_line(clerk, colleague) -> None:
    run = make.run(capacity=2)
    hold(run, by=clerk, seats=2)
    waiting = register(make_residents.resident(), run, by=colleague, channel=PHONE)

    assert hold(run, by=clerk, seats=3) is None
    assert hold(run, by=clerk, seats=1).seats == 1

    assert Offer.objects.open().get().registration == waiting


def test_the_clerk_who_holds_the_seat_gives_it(clerk, colleague) -> None:
    run = make.run(capacity=1)
    hold(run, by=clerk)

    with pytest.raises(SeatIsGone):
        register(make_residents.resident(), run, by=colleague, channel=PHONE, seat_was_promised=True)
    mine = register(make_residents.resident(), run, by=clerk, channel=PHONE, seat_was_promised=True)

    assert mine.state == State.CONFIRMED
    assert not SeatHold.objects.exists()


def test_a_hold_is_counted_as_taken_for_everybody_else(clerk, colleague) -> None:
    run = make.run(capacity=3)
    hold(run, by=clerk, seats=2)

    listed = CourseRun.objects.with_seats(apart_from=colleague).get()
    own = CourseRun.objects.with_seats(apart_from=clerk).get()

    assert (listed.seats.free, listed.seats.at_the_desk) == (1, 2)
    assert (own.seats.free, own.seats.at_the_desk) == (3, 0)
    assert CourseRun.objects.get().seats == listed.seats


def test_the_last_device_is_not_lent_while_a_clerk_writes_down_who_uses_it(clerk, colleague) -> None:
    run, [mine, theirs] = make.run(capacity=3, loan_devices=1), [make_residents.resident() for _each in range(2)]
    hold(run, by=clerk, devices=1)

    other = register(theirs, run, by=colleague, channel=PHONE, borrowing=[theirs])
    own = register(mine, run, by=clerk, channel=PHONE, borrowing=[mine], seat_was_promised=True)

    assert (other.state, own.state) == (State.WAITING, State.CONFIRMED)


def test_nothing_is_held_with_a_device_that_another_clerk_holds(clerk, colleague) -> None:
    run = make.run(capacity=3, loan_devices=1)
    hold(run, by=colleague, devices=1)
    hold(run, by=clerk)

    assert hold(run, by=clerk, devices=1) is None
    assert SeatHold.objects.get(held_by=clerk).devices == 0


def test_a_device_that_is_not_needed_after_all_goes_to_whoever_was_put_in_line_for_it(clerk, colleague) -> None:
    run, theirs = make.run(capacity=3, loan_devices=1), make_residents.resident()
    hold(run, by=clerk, devices=1)
    waiting = register(theirs, run, by=colleague, channel=PHONE, borrowing=[theirs])

    hold(run, by=clerk, devices=0)

    assert Offer.objects.open().get().registration == waiting


def test_whoever_has_the_seat_may_want_a_device_besides_if_nobody_in_line_could_have_it(clerk, colleague) -> None:
    run = make.run(capacity=2, loan_devices=1)
    couple, mine = [make_residents.resident() for _each in range(2)], make_residents.resident()
    hold(run, by=clerk)
    waiting = register(couple[0], run, by=colleague, channel=PHONE, companions=couple[1:], borrowing=couple[:1])

    seated = register(mine, run, by=clerk, channel=PHONE, borrowing=[mine])

    assert (waiting.state, seated.state) == (State.WAITING, State.CONFIRMED)


def test_whoever_holds_seat_and_device_gives_them_though_another_hold_ran_out_unseen(
    clerk, colleague, time_machine
) -> None:
    run, mine = make.run(capacity=2, loan_devices=1), make_residents.resident()
    hold(run, by=colleague)
    time_machine.move_to(timezone.now() + RUNS_OUT_AFTER / 2)
    hold(run, by=clerk, devices=1)
    waiting = register(make_residents.resident(), run, by=make.clerk(), channel=PHONE)
    # The colleague's seat is free now, and nobody has asked the line yet.
    time_machine.move_to(timezone.now() + RUNS_OUT_AFTER / 2)

    seated = register(mine, run, by=clerk, channel=PHONE, borrowing=[mine], seat_was_promised=True)

    assert seated.state == State.CONFIRMED
    assert Offer.objects.open().get().registration == waiting


def test_a_hold_has_no_more_devices_than_seats(clerk) -> None:
    with pytest.raises(IntegrityError):
        SeatHold.objects.create(run=make.run(), held_by=clerk, seats=1, devices=2, expires_at=timezone.now())


def test_a_hold_runs_out_by_itself(clerk, colleague, time_machine) -> None:
    run = make.run(capacity=1)
    hold(run, by=clerk)

    time_machine.move_to(timezone.now() + RUNS_OUT_AFTER)

    assert CourseRun.objects.get().seats.free == 1
    assert register(make_residents.resident(), run, by=colleague, channel=PHONE).state == State.CONFIRMED


def test_an_open_page_goes_on_holding_but_not_for_ever(clerk, time_machine) -> None:
    run = make.run(capacity=1)
    begun = hold(run, by=clerk).held_at

    while held := go_on_holding(by=clerk):
        assert held.expires_at <= begun + LONGEST
        time_machine.move_to(timezone.now() + timedelta(minutes=2))

    assert timezone.now() >= begun + LONGEST
    assert CourseRun.objects.get().seats.free == 1


def test_nothing_is_held_that_a_newcomer_would_not_get(clerk) -> None:
    full, drawn = make.run(capacity=1), make.run(selection=CourseRun.Selection.LOTTERY)
    make.registration(full)

    assert hold(full, by=clerk) is None
    assert hold(drawn, by=clerk) is None
    assert hold(make.run(capacity=1), by=clerk, seats=2) is None


def test_a_clerk_holds_seats_of_one_run_at_a_time(clerk) -> None:
    first, second = make.run(), make.run()
    hold(first, by=clerk)

    hold(second, by=clerk)

    assert SeatHold.objects.get().run == second


@pytest.mark.parametrize("how", ["let go", "run out"])
def test_whoever_was_put_in_line_meanwhile_is_asked_when_the_hold_ends(clerk, colleague, time_machine, how) -> None:
    run = make.run(capacity=1)
    hold(run, by=clerk)
    waiting = register(make_residents.resident(), run, by=colleague, channel=PHONE)

    if how == "let go":
        release(by=clerk)
    else:
        time_machine.move_to(timezone.now() + RUNS_OUT_AFTER)
        assert release_run_out() == 1

    assert Offer.objects.open().get().registration == waiting
    release(by=clerk)
    assert release_run_out() == 0


def test_choosing_another_run_asks_whoever_was_put_in_line_for_the_first(clerk):
    first = make.run(capacity=1)
    hold(first, by=clerk)
    waiting = register(make_residents.resident(), first, by=make.clerk(), channel=PHONE)

    hold(make.run(), by=clerk)

    assert Offer.objects.open().get().registration == waiting


def test_a_hold_that_ran_out_is_not_renewed_before_those_in_line(clerk, time_machine):
    run = make.run(capacity=1)
    hold(run, by=clerk)
    register(make_residents.resident(), run, by=make.clerk(), channel=PHONE)
    time_machine.move_to(timezone.now() + RUNS_OUT_AFTER)

    assert hold(run, by=clerk) is None


def test_clearing_away_by_one_clock_counts_what_others_hold_by_the_same(clerk, colleague, time_machine) -> None:
    run = make.run(capacity=2)
    hold(run, by=clerk)
    runs_out = SeatHold.objects.get().expires_at
    time_machine.move_to(runs_out - timedelta(minutes=1))
    hold(run, by=colleague)
    for _each in range(2):
        make.registration(run)
    time_machine.move_to(runs_out + timedelta(hours=1))

    assert release_run_out(now=runs_out) == 1

    assert SeatHold.objects.get().held_by == colleague
    assert Offer.objects.open().count() == 1
