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

    assert line.number == registration.slip
    assert line.at == registration.run.lessons.get().starts_at
    assert (told["course"], told["slip"]) == (registration.run.course.title, registration.slip)


def test_a_run_with_more_people_than_seats_is_told_beside_each_who_has_a_place() -> None:
    run, roomy = make.run(capacity=1), make.run(starts_at=make.days_ahead(30))
    person = make.registration(run).resident
    make.registration(run, override_reason="付き添い")
    make.registration(roomy, person)

    told = {line.url: line.caution for line in CLASSES_HOLDING.summary(person)}

    assert told == {f"/runs/{run.pk}/": run.seats.short, f"/runs/{roomy.pk}/": ""}


def test_a_reason_written_by_hand_is_forgotten_with_the_person() -> None:
    run = make.run(capacity=1)
    make.registration(run)
    registration = make.registration(run, override_reason="髙橋さんの付き添い")

    CLASSES_HOLDING.erase(registration.resident)

    registration.refresh_from_db()
    assert registration.override_reason == "-"


def test_a_reason_for_asking_out_of_turn_is_forgotten_with_the_person() -> None:
    waiting = make.registration(make_draws.counter())
    offer = offer_out_of_turn(waiting, reason="髙橋さんと同じ日に", by=make.clerk())

    CLASSES_HOLDING.erase(waiting.resident)

    offer.refresh_from_db()
    assert offer.reason == "-"


def test_a_person_is_told_what_was_offered_who_comes_along_and_what_was_drawn() -> None:
    clerk = make.clerk()
    run = make_draws.lottery(capacity=2)
    one, other = make_draws.applicants(run, 2)
    make_draws.party(one, other)
    make_draws.drawn(run)
    waiting = make.registration(make_draws.counter(), one.resident)
    make.nobody_answers(offer_out_of_turn(waiting, reason="介助の方の都合", by=clerk), by=clerk, calls=1)

    told = {each["slip"]: each for each in CLASSES_HOLDING.export(one.resident)}

    [offer] = told[waiting.slip]["offers"]
    assert (offer["calls_not_answered"], offer["reason_out_of_turn"]) == (1, "介助の方の都合")
    assert told[one.slip]["companions"] == [other.slip]
    assert other.resident.name not in str(told)
    lot = told[one.slip]["lot"]
    assert (lot["lot"], lot["place"], lot["won"]) == (one.slip, 1, True)
    assert (told[waiting.slip]["companions"], told[waiting.slip]["lot"]) == ([], None)


def test_many_registrations_are_told_in_as_many_questions_as_few(django_assert_max_num_queries) -> None:
    person = make.registration(make.run()).resident
    for _each in range(5):
        waiting = make.registration(make_draws.counter(), person)
        offer_out_of_turn(waiting, reason="介助", by=make.clerk())

    with django_assert_max_num_queries(7):
        assert len(CLASSES_HOLDING.export(person)) == 6
