import pytest

from classes.holding import CLASSES_HOLDING
from classes.waiting_list import offer_out_of_turn
from tests.make import classes as make
from tests.make import draws as make_draws

pytestmark = pytest.mark.django_db


def test_a_person_is_told_every_registration() -> None:
    registration = make.registration(make.run())

    [line] = CLASSES_HOLDING.summary(registration.resident)
    [told] = CLASSES_HOLDING.export(registration.resident)

    assert registration.slip in line.text
    assert line.at == registration.run.lessons.get().starts_at
    assert (told["course"], told["slip"]) == (registration.run.course.title, registration.slip)


def test_a_reason_written_by_hand_is_forgotten_with_the_person() -> None:
    registration = make.registration(make.run(), override_reason="髙橋さんの付き添い")

    CLASSES_HOLDING.erase(registration.resident)

    registration.refresh_from_db()
    assert registration.override_reason == "-"


def test_a_reason_for_asking_out_of_turn_is_forgotten_with_the_person() -> None:
    waiting = make.registration(make_draws.counter())
    offer = offer_out_of_turn(waiting, reason="髙橋さんと同じ日に", by=make.clerk())

    CLASSES_HOLDING.erase(waiting.resident)

    offer.refresh_from_db()
    assert offer.reason == "-"
