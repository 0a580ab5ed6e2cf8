from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import LessonsAreOver, cancel
from classes.models import Offer, Registration
from classes.waiting_list import decline
from core.models import AuditEntry
from reminders.models import Request
from tests.classes.truths import untrue_of
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State


def test_a_cancellation_is_kept_with_who_when_and_why(clerk) -> None:
    registration = make.registration(make.run())

    cancel(registration, by=clerk, reason="health")

    kept = Registration.objects.get(pk=registration.pk)
    assert (kept.state, kept.cancel_reason, kept.cancelled_by) == ("cancelled", "health", clerk)
    assert kept.cancelled_at is not None


def test_cancelling_twice_is_cancelling_once(clerk) -> None:
    run = make.run(capacity=1)
    registration = make.registration(run)
    make.registration(run)
    make.registration(run)

    first = cancel(registration, by=clerk, reason="health")
    again = cancel(registration, by=clerk, reason="other")

    assert (again.cancel_reason, again.cancelled_at) == ("health", first.cancelled_at)
    assert Offer.objects.count() == 1
    assert AuditEntry.objects.filter(action="registration.cancelled").count() == 1


def test_whoever_leaves_the_waiting_list_frees_no_seat(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    waiting = make.registration(run)
    make.registration(run)

    cancel(waiting, by=clerk, reason="solved")

    assert not Offer.objects.exists()


def test_whoever_is_asked_and_cancels_leaves_the_seat_to_the_next(clerk) -> None:
    run = make.run(capacity=1)
    seated, asked, following = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")

    cancel(asked, by=clerk, reason="solved")

    assert asked.offers.get().state == Offer.State.DECLINED
    assert Offer.objects.open().get().registration == following


def test_whoever_let_a_seat_go_by_is_not_asked_again_about_the_same_one(clerk) -> None:
    run = make.run(capacity=1)
    seated, said_no, asked = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")
    decline(Offer.objects.open().get(registration=said_no), by=clerk)

    cancel(asked, by=clerk, reason="solved")

    assert not Offer.objects.open().exists()


def test_nobody_is_reminded_of_a_seat_they_gave_back(clerk) -> None:
    registration = make.registration(make.run())
    assert Request.objects.filter(withdrawn_at__isnull=True).count() == 2

    cancel(registration, by=clerk, reason="health")

    assert not Request.objects.filter(withdrawn_at__isnull=True).exists()


def test_what_has_taken_place_is_not_cancelled_afterwards(clerk, time_machine) -> None:
    registration = make.registration(make.run())

    time_machine.move_to(registration.run.lessons.get().ends_at + timedelta(minutes=1))
    with pytest.raises(LessonsAreOver):
        cancel(registration, by=clerk, reason="health")


def test_a_place_in_a_run_called_off_may_still_be_given_back(clerk) -> None:
    registration = make.registration(make.run())
    run = registration.run
    run.called_off_at = timezone.now()
    run.save()

    assert cancel(registration, by=clerk, reason="health").state == "cancelled"


def test_a_couple_gives_both_seats_back_before_anybody_in_line_is_asked(clerk) -> None:
    run = make.run(capacity=2)
    one, other = couple(run, clerk)
    waiting = couple(run, clerk)
    make.registration(run)

    cancel(one, by=clerk, reason="health", companions=[other])
    cancel(one, by=clerk, reason="health", companions=[other])

    assert [each.registration for each in Offer.objects.open().order_by("registration")] == waiting
    assert set(run.registrations.filter(state=State.CANCELLED)) == {one, other}
    assert not Request.objects.standing().filter(purpose="lesson-reminder").exists()
    assert AuditEntry.objects.filter(action="registration.cancelled").count() == 2
    assert untrue_of(run) == []


def test_a_seat_held_for_a_couple_that_waits_no_more_goes_to_the_next(clerk) -> None:
    run = make.run(capacity=2)
    seated = couple(run, clerk)
    asked, following = couple(run, clerk), couple(run, clerk)
    cancel(seated[0], by=clerk, reason="health", companions=[seated[1]])

    cancel(asked[1], by=clerk, reason="solved", companions=[asked[0]])

    assert [each.registration for each in Offer.objects.open().order_by("registration")] == following
    assert untrue_of(run) == []


def test_whoever_has_given_the_place_back_already_is_left_as_they_are(clerk) -> None:
    one, other = couple(make.run(), clerk)
    cancel(one, by=clerk, reason="health")

    cancel(one, by=clerk, reason="other", companions=[other])

    assert [Registration.objects.get(pk=each.pk).cancel_reason for each in (one, other)] == ["health", "other"]


def test_nobody_of_another_run_is_a_companion(clerk) -> None:
    [one, _other], stranger = couple(make.run(), clerk), make.registration(make.run())

    cancel(one, by=clerk, reason="health", companions=[stranger])

    assert Registration.objects.get(pk=stranger.pk).state == State.CONFIRMED


def test_where_the_class_is_over_neither_of_a_couple_is_cancelled(clerk) -> None:
    run = make.run()
    one, other = couple(run, clerk)
    run.lessons.update(starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1))

    with pytest.raises(LessonsAreOver):
        cancel(one, by=clerk, reason="health", companions=[other])

    assert run.registrations.confirmed().count() == 2


def couple(run, clerk) -> list[Registration]:
    """Two people who come together, as the desk takes them down in one call."""
    companion = make_residents.resident(by=clerk)
    first = make.registration(run, by=clerk, companions=[companion])
    return [first, run.registrations.get(resident=companion)]
