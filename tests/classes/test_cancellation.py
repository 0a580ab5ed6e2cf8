from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import LessonsAreOver, cancel
from classes.models import Offer, Registration
from classes.waiting_list import decline
from core.models import AuditEntry
from reminders.models import Request
from tests.make import classes as make

pytestmark = pytest.mark.django_db


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
