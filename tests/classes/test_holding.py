from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.holding import CLASSES_HOLDING
from classes.models import CourseRun
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


def test_of_a_series_the_next_lesson_that_takes_place_is_told_and_afterwards_the_last_that_did() -> None:
    now = timezone.now()
    run = make.run(lessons=4)
    first, second, third, fourth = run.lessons.all()
    person = make.registration(run).resident
    run.lessons.filter(pk=first.pk).update(starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))
    run.lessons.filter(pk=second.pk).update(cancelled_at=now)

    [ahead] = CLASSES_HOLDING.summary(person)
    run.lessons.filter(pk__in=[third.pk, fourth.pk]).update(cancelled_at=now)
    [over] = CLASSES_HOLDING.summary(person)

    assert ahead.at == third.starts_at
    assert over.at == now - timedelta(hours=3)
    assert ahead.state == over.state == "確定"


def test_the_lesson_that_is_going_on_is_still_the_next() -> None:
    now = timezone.now()
    run = make.run(lessons=2)
    person = make.registration(run).resident
    run.lessons.filter(ordinal=1).update(starts_at=now - timedelta(minutes=10))

    [line] = CLASSES_HOLDING.summary(person)

    assert line.at == now - timedelta(minutes=10)


@pytest.mark.parametrize("off", ["the run", "its only lesson"])
def test_whoever_had_a_place_in_a_run_that_is_off_is_not_told_of_a_seat(off) -> None:
    now, run = timezone.now(), make.run(capacity=1)
    seated, waiting, gone = (make.registration(run) for _each in range(3))
    cancel(gone, by=make.clerk(), reason="health")
    if off == "the run":
        CourseRun.objects.update(called_off_at=now)
    else:
        run.lessons.update(cancelled_at=now)

    told = [CLASSES_HOLDING.summary(each.resident)[0] for each in (seated, waiting, gone)]

    assert [line.state for line in told] == ["中止", "中止", "取消"]
    assert {line.at for line in told} == {run.lessons.get().starts_at}


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
