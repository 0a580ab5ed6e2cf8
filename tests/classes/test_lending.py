"""A device of the office asked for, or not needed any more, by somebody who is registered already."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.lending import HasNoPlace, LotsAskForTheirDevices, do_without, lend
from classes.models import CourseRun, Offer, Registration
from classes.registration import DevicesAreLent, RunIsCalledOff, RunIsOver
from classes.rescheduling import call_off
from classes.seat_hold import RUNS_OUT_AFTER, hold
from classes.waiting_list import decline, place_of
from core.models import AuditEntry
from tests.classes.truths import untrue_of
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State


def place(run: CourseRun, *, borrows: bool = False) -> Registration:
    person = make_residents.resident()
    return make.registration(run, person, borrowing=[person] if borrows else [])


def asked() -> list[Registration]:
    return [offer.registration for offer in Offer.objects.open()]


def test_a_device_given_back_is_held_for_whoever_waits_for_one(clerk) -> None:
    run = make.run(capacity=3, loan_devices=1)
    borrower, waiting = place(run, borrows=True), place(run, borrows=True)

    given_back = do_without(borrower, by=clerk)

    assert (given_back.state, given_back.borrows) == (State.CONFIRMED, False)
    assert asked() == [waiting]
    assert (run.seats.lent, untrue_of(run)) == (1, [])


def test_whoever_waits_and_has_bought_a_device_keeps_the_place_and_is_asked(clerk) -> None:
    run = make.run(capacity=3, loan_devices=1)
    place(run, borrows=True)
    first, second = place(run, borrows=True), place(run, borrows=True)
    since = second.waiting_since

    do_without(second, by=clerk)

    second.refresh_from_db()
    assert (second.state, second.waiting_since, place_of(second)) == (State.WAITING, since, 2)
    assert asked() == [second]
    assert not first.offers.exists()


def test_whoever_let_a_seat_go_by_is_not_asked_again_about_it_because_a_device_is_free(clerk) -> None:
    run = make.run(capacity=1, loan_devices=1)
    seated = place(run, borrows=True)
    first = place(run)
    cancel(seated, by=clerk, reason="health")
    decline(Offer.objects.open().get(), by=clerk)
    other = place(run, borrows=True)

    do_without(other, by=clerk)

    assert first not in asked()
    assert untrue_of(run) == []


def test_a_seat_is_lent_a_device_while_one_is_left(clerk) -> None:
    run = make.run(capacity=3, loan_devices=1)
    one, other = place(run), place(run)

    assert lend(one, by=clerk).borrows
    with pytest.raises(DevicesAreLent):
        lend(other, by=clerk)

    other.refresh_from_db()
    assert not other.borrows


def test_a_held_seat_needs_a_device_that_is_left_too(clerk) -> None:
    run = make.run(capacity=2, loan_devices=1)
    seated, _borrower = place(run), place(run, borrows=True)
    waiting = place(run)
    cancel(seated, by=clerk, reason="health")

    with pytest.raises(DevicesAreLent):
        lend(waiting, by=clerk)

    assert asked() == [waiting]


def test_whoever_waits_for_a_seat_can_wait_for_a_device_as_well(clerk) -> None:
    run = make.run(capacity=1, loan_devices=1)
    place(run, borrows=True)
    waiting = place(run)

    assert lend(waiting, by=clerk).borrows
    assert place_of(waiting) == 1


def test_where_the_office_lends_nothing_nobody_waits_for_a_device(clerk) -> None:
    run = make.run(capacity=1)
    place(run)

    with pytest.raises(DevicesAreLent):
        lend(place(run), by=clerk)


def test_a_device_is_not_taken_from_somebody_in_line_who_is_about_to_be_asked(clerk, time_machine) -> None:
    run = make.run(capacity=2, loan_devices=1)
    seated = place(run)
    hold(run, by=make.clerk(), devices=1)
    waiting = place(run, borrows=True)
    time_machine.move_to(timezone.now() + RUNS_OUT_AFTER)

    with pytest.raises(DevicesAreLent):
        lend(seated, by=clerk)

    assert waiting.state == State.WAITING


def test_a_device_lent_and_given_back_twice_is_so_once(clerk) -> None:
    registration = place(make.run(loan_devices=1))

    lend(registration, by=clerk)
    lend(registration, by=clerk)
    do_without(registration, by=clerk)
    do_without(registration, by=clerk)

    done = AuditEntry.objects.filter(action__startswith="registration.device_").order_by("pk")
    assert list(done.values_list("action", flat=True)) == [
        "registration.device_lent",
        "registration.device_given_back",
    ]


@pytest.mark.parametrize("deed", [lend, do_without])
def test_a_cancelled_registration_borrows_nothing(deed, clerk) -> None:
    registration = place(make.run(loan_devices=1))
    cancel(registration, by=clerk, reason="health")

    with pytest.raises(HasNoPlace):
        deed(registration, by=clerk)


def test_nothing_is_lent_in_a_run_that_is_called_off_or_over(clerk, time_machine) -> None:
    off, over = (place(make.run(loan_devices=1)) for _each in range(2))
    call_off(off.run, reason="大雨", by=clerk)

    with pytest.raises(RunIsCalledOff):
        lend(off, by=clerk)
    time_machine.move_to(make.days_ahead(14) + timedelta(hours=3))
    with pytest.raises(RunIsOver):
        lend(over, by=clerk)


def test_between_the_list_of_the_lots_and_the_draw_nobody_changes_who_borrows(clerk) -> None:
    run = make_draws.lottery(loan_devices=1)
    one, other = make_draws.applicants(run, 2)
    lend(one, by=clerk)
    make_draws.listed(run)

    with pytest.raises(LotsAskForTheirDevices):
        lend(other, by=clerk)

    assert list(run.registrations.filter(borrows=True)) == [one]
