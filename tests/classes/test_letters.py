import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.letters import Outcome, are_due, outcome_of, recipients
from classes.models import CourseRun, Offer, Registration
from classes.waiting_list import offer_next
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

Selection = CourseRun.Selection


def at_home(**fields):
    return make_residents.resident(address="葛城市忍海1番地", **fields)


def decided(run: CourseRun, *, seats: int = 0) -> CourseRun:
    """The run after reception, as many of its people seated in the order of their slips."""
    CourseRun.objects.filter(pk=run.pk).update(decided_at=timezone.now(), reception_closes_at=timezone.now())
    for registration in run.registrations.order_by("slip_number")[:seats]:
        registration.state = "confirmed"
        registration.save()
    run.refresh_from_db()
    return run


def test_nobody_is_written_to_before_the_decision() -> None:
    run = make.run(selection=Selection.LOTTERY)
    registration = make.registration(run, at_home())

    assert not are_due(run)
    assert len(recipients(run, Outcome.SEAT)) == len(recipients(run, Outcome.NO_SEAT)) == 0
    assert outcome_of(registration) is None


def test_where_whoever_comes_first_has_a_seat_no_outcome_is_told() -> None:
    run = make.run()
    make.registration(run, at_home())

    assert not are_due(decided(run))


def test_whoever_has_a_seat_and_whoever_has_none_are_told_apart() -> None:
    run = make.run(selection=Selection.LOTTERY)
    won, lost = make.registration(run, at_home()), make.registration(run, at_home())

    decided(run, seats=1)

    assert recipients(run, Outcome.SEAT).by_letter == (won,)
    assert recipients(run, Outcome.NO_SEAT).by_letter == (lost,)
    told = [outcome_of(registration) for registration in Registration.objects.order_by("slip_number")]
    assert told == [Outcome.SEAT, Outcome.NO_SEAT]


def test_whoever_has_no_address_is_called_instead_and_never_forgotten() -> None:
    run = make.run(selection=Selection.COUNTER)
    make.registration(run, at_home())
    without = make.registration(run, make_residents.resident(address="  "))

    people = recipients(decided(run), Outcome.NO_SEAT)

    assert people.by_telephone == (without,)
    assert len(people) == 2


def test_whoever_is_offered_a_seat_gets_no_letter_that_there_is_none() -> None:
    run = make.run(selection=Selection.LOTTERY, starts_at=make.days_ahead(14))
    registration = make.registration(run, at_home())
    decided(run)
    offer_next(run, by=make.clerk())
    assert Offer.objects.open().count() == 1

    assert len(recipients(run, Outcome.NO_SEAT)) == 0
    registration.run = run
    assert outcome_of(registration) is None


def test_whoever_cancelled_is_not_written_to() -> None:
    run = make.run(selection=Selection.LOTTERY)
    registration = make.registration(run, at_home())
    cancel(registration, by=make.clerk(), reason="health")

    assert len(recipients(decided(run), Outcome.NO_SEAT)) == 0


def test_a_run_that_was_called_off_has_no_outcome() -> None:
    run = make.run(selection=Selection.LOTTERY)
    make.registration(run, at_home())
    decided(run, seats=1)
    run.called_off_at = timezone.now()

    assert len(recipients(run, Outcome.SEAT)) == 0
