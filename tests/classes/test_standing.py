"""How everybody on a waiting list stands, in words."""

import pytest
from django.utils import translation

from classes.cancellation import cancel
from classes.models import CourseRun, Offer
from classes.registration import register
from classes.standing import Standing, standings
from classes.waiting_list import decline, offer_out_of_turn, pass_over
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
PHONE = "phone"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def come(run, clerk, size: int = 1, *, borrowing: int = 0):
    people = [make_residents.resident() for _each in range(size)]
    return register(
        people[0], run, by=clerk, channel=PHONE, companions=people[1:], borrowing=people[:borrowing], despite_clash=True
    )


def line() -> list[Standing]:
    [found] = standings(CourseRun.objects.with_seats()).values()
    return found


def test_whoever_waits_in_turn_needs_no_words(clerk) -> None:
    run = make.run(capacity=1)
    come(run, clerk)
    come(run, clerk)
    come(run, clerk, 2)
    come(run, clerk)

    assert [(each.place, each.waiting.size, each.is_skipped) for each in line()] == [
        (1, 1, False),
        (2, 2, False),
        (4, 1, False),
    ]
    assert [each.why for each in line()] == ["", "2 seats are needed together, 0 are free", ""]


def test_a_couple_skipped_for_one_seat_is_shown_with_why(clerk) -> None:
    run = make.run(capacity=1)
    seated = come(run, clerk)
    come(run, clerk, 2)
    come(run, clerk)

    cancel(seated, by=clerk, reason="health")

    pair, alone = line()
    assert (pair.is_skipped, pair.is_asked) == (True, False)
    assert (alone.is_skipped, alone.is_asked, alone.why) == (False, True, "Being asked")


def test_a_couple_is_shown_as_skipped_while_one_seat_stands_free(clerk) -> None:
    come(make.run(capacity=1), clerk, 2)

    [pair] = line()

    assert (pair.is_skipped, pair.why) == (True, "2 seats are needed together, 1 is free")


def test_whoever_waits_for_a_device_is_shown_with_why(clerk) -> None:
    come(make.run(capacity=3), clerk, borrowing=1)

    [alone] = line()

    assert (alone.is_skipped, alone.why) == (True, "Devices to borrow: 1 needed, 0 free")


@pytest.mark.parametrize(("answer", "words"), [("no", "Let a seat go by"), ("out", "Not reached")])
def test_whoever_was_passed_by_is_shown_with_why(clerk, answer, words) -> None:
    run = make.run(capacity=1)
    seated = come(run, clerk)
    come(run, clerk)
    come(run, clerk)
    cancel(seated, by=clerk, reason="health")
    offer = Offer.objects.open().get()

    if answer == "no":
        decline(offer, by=clerk)
    else:
        pass_over(make.nobody_answers(offer, by=clerk), by=clerk)

    first, second = line()
    assert (first.place, first.is_skipped) == (1, True)
    assert first.why.startswith(words)
    assert (second.is_asked, second.is_skipped) == (True, False)


def test_whoever_is_asked_out_of_turn_is_shown_with_the_reason_and_makes_nobody_skipped(clerk) -> None:
    run = make.run(capacity=2)
    come(run, clerk)
    come(run, clerk)
    come(run, clerk)
    last = come(run, clerk)
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)

    offer_out_of_turn(last, reason="介助の方と一緒", by=clerk)

    assert [(each.is_skipped, each.why) for each in line()] == [
        (False, ""),
        (False, "Being asked out of turn: 介助の方と一緒"),
    ]


def test_the_lines_of_many_runs_are_read_at_once(clerk, django_assert_num_queries) -> None:
    for _each in range(3):
        run = make.run(capacity=1)
        come(run, clerk)
        come(run, clerk, 2)

    with django_assert_num_queries(2):
        assert len(standings(CourseRun.objects.with_seats())) == 3


def test_whoever_fits_into_a_free_seat_can_be_asked_and_is_not_skipped(clerk) -> None:
    run = make.run(capacity=1)
    come(run, clerk)
    come(run, clerk)
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)

    [alone] = line()

    assert (alone.is_skipped, alone.why) == (False, "Can be asked now")
