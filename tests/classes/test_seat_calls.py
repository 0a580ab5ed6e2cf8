"""Calls about seats held, as the call list points to them."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from classes.cancellation import cancel
from classes.models import CourseRun, Offer
from classes.offer_calls import promise
from classes.seat_calls import SeatCalls
from classes.waiting_list import offer_next
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def test_whoever_has_to_be_called_is_led_to_and_who_will_answer_is_not(clerk) -> None:
    run = make.run(capacity=1)
    seated, waiting = make.registration(run), make.registration(run)
    cancel(seated, by=clerk, reason="health")
    offer = Offer.objects.get()

    assert SeatCalls().to_make(timezone.now()) == {
        waiting.resident_id: reverse("offer_detail", args=[offer.pk]),
    }
    promise(offer, reached=Offer.Reached.PERSON, by=clerk)
    assert SeatCalls().to_make(timezone.now()) == {}


def test_people_who_come_together_are_one_call(clerk, django_assert_num_queries) -> None:
    run = make.run(capacity=2, selection=CourseRun.Selection.COUNTER)
    make.registration(run, companions=[make_residents.resident()])
    offer_next(run, by=clerk)

    with django_assert_num_queries(1):
        people = SeatCalls().to_make(timezone.now())

    assert (len(people), len(set(people.values()))) == (2, 1)


def test_so_many_calls_are_said_in_words() -> None:
    with translation.override("en"):
        assert [SeatCalls().in_words(number) for number in (1, 3)] == [
            "1 call about a free seat",
            "3 calls about free seats",
        ]
