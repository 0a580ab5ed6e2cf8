import pytest
from django.utils.translation import override

from classes.cancellation import cancel
from classes.models import CourseRun
from classes.seats import SeatCount
from tests.make import classes as make


@pytest.mark.parametrize(
    ("seats", "free", "over"),
    [
        (SeatCount(12, 0, 0, 0, 0), 12, 0),
        (SeatCount(12, 11, 1, 3, 2), 0, 0),
        (SeatCount(12, 14, 0, 0, 0), 0, 2),
        # Whoever was told of a seat before the run shrank is one of those over.
        (SeatCount(12, 12, 1, 1, 0), 0, 1),
        (SeatCount(10, 11, 1, 1, 0), 0, 2),
        (SeatCount(12, 10, 2, 2, 0), 0, 0),
    ],
)
def test_seats_are_counted(seats, free, over) -> None:
    assert (seats.free, seats.over) == (free, over)


@pytest.mark.parametrize(
    ("seats", "short", "tone"),
    [
        (SeatCount(12, 10, 0, 0, 0), "2 left", "green"),
        (SeatCount(12, 12, 0, 0, 0), "full", "red"),
        (SeatCount(12, 12, 0, 3, 3), "full, 3 waiting", "red"),
        (SeatCount(12, 14, 0, 0, 0), "2 over capacity", "amber"),
        (SeatCount(12, 11, 0, 1, 0), "1 left", "green"),
        # A couple waits for two seats, and one is free.
        (SeatCount(12, 11, 0, 2, 2), "1 left, 2 waiting", "red"),
        # Before the draw nobody has a seat, and no run is full.
        (SeatCount(8, 0, 0, 7, 7, is_undecided=True), "7 applications", "blue"),
    ],
)
def test_a_list_says_in_a_word_how_a_run_stands(seats, short, tone) -> None:
    with override("en"):
        assert (seats.short, seats.tone) == (short, tone)


def test_a_run_with_more_people_than_seats_says_so() -> None:
    with override("en"):
        assert SeatCount(12, 14, 0, 3, 3).sentence == "12 seats, 14 confirmed (2 people over), 3 waiting"
        assert SeatCount(10, 11, 1, 1, 0).sentence == "10 seats, 11 confirmed, 1 held (2 people over), 1 waiting"


@pytest.mark.django_db
@pytest.mark.parametrize("selection", [CourseRun.Selection.LOTTERY, CourseRun.Selection.COUNTER])
def test_who_applies_for_a_draw_or_a_decision_is_on_no_waiting_list(selection) -> None:
    run = make.run(capacity=2, selection=selection)
    for _each in range(3):
        make.registration(run)

    with override("en"):
        for counted in (CourseRun.objects.get(pk=run.pk), CourseRun.objects.with_seats().get(pk=run.pk)):
            assert counted.seats.sentence == "2 seats, 0 confirmed, 3 applications"


@pytest.mark.django_db
def test_a_list_of_runs_and_a_single_run_count_alike() -> None:
    run, clerk = make.run(capacity=2), make.clerk()
    first, *_others = [make.registration(run) for _each in range(4)]
    cancel(first, by=clerk, reason="health")

    listed = CourseRun.objects.with_seats().get(pk=run.pk).seats

    assert listed == CourseRun.objects.get(pk=run.pk).seats == SeatCount(2, 1, 1, 2, 1)
