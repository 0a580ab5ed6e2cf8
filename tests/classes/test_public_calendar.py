from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone, translation

from city.models import Code
from classes.cancellation import cancel
from classes.devices import course_words
from classes.models import CourseRun
from classes.public_calendar import announced, announced_run, cards
from classes.registration import register
from core.wareki import short_date
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def state_of(run, at=None):
    """What everybody reads about a run, in English."""
    with translation.override("en"):
        (card,) = cards([announced_run(run.pk)], at=at or timezone.now())
    return card.state


def titles(**asked):
    return [run.course.title for run in announced(at=timezone.now(), **asked)]


def test_seats_that_are_left_are_counted():
    run = make.run(capacity=3)
    make.registration(run)

    assert state_of(run) == "2 seats left"


def test_a_full_class_offers_the_waiting_list():
    run = make.run(capacity=1)
    make.registration(run)

    assert state_of(run) == "Full; you can go on the waiting list"


def test_a_seat_that_is_too_few_for_the_couple_in_line_is_free_for_one() -> None:
    run, clerk = make.run(capacity=2), make.clerk()
    make.registration(run)
    one, other = make_residents.resident(), make_residents.resident()
    register(one, run, by=clerk, channel="phone", companions=[other])

    assert state_of(run) == "1 seat left"


def test_a_seat_held_for_somebody_else_is_not_promised():
    run = make.run(capacity=1)
    seated, _waiting = make.registration(run), make.registration(run)
    cancel(seated, by=make.clerk(), reason="health")

    assert state_of(run) == "Full; you can go on the waiting list"


def test_a_class_with_too_many_people_is_full_and_no_more_is_said():
    run = make.run(capacity=2)
    for _person in range(2):
        make.registration(run)
    CourseRun.objects.update(capacity=1)

    assert state_of(run) == "Full; you can go on the waiting list"


def test_until_lots_are_drawn_it_is_said_by_when_to_apply():
    run = make.run(selection="lottery", capacity=1, reception_closes_at=make.days_ahead(10, "17:00"))
    make.registration(run)

    assert state_of(run).startswith("Drawn by lot; apply by ")
    CourseRun.objects.update(selection="counter")
    assert state_of(run).startswith("The office chooses; apply by ")


@pytest.mark.parametrize("selection", ["lottery", "counter"])
def test_where_reception_closes_at_midnight_one_applies_by_the_day_before(selection) -> None:
    run = make.run(selection=selection, reception_closes_at=make.days_ahead(10, "00:00"))

    with translation.override("en"):
        assert state_of(run).endswith(f"apply by {short_date(make.days_ahead(9))}")


def test_before_and_after_reception_it_is_said_when_to_apply():
    run = make.run(
        reception_opens_at=make.days_ahead(1, "09:00"),
        reception_closes_at=make.days_ahead(7, "17:00"),
    )

    assert state_of(run).startswith("You can apply from ")
    assert state_of(run).endswith(" 9:00 a.m.")
    assert state_of(run, at=run.reception_opens_at) == "3 seats left"
    assert state_of(run, at=run.reception_closes_at) == "Applications are closed"


def test_a_class_that_is_over_or_called_off_says_so_at_its_address():
    run = make.run()

    assert state_of(run, at=run.lessons.get().ends_at) == "This class is over"
    CourseRun.objects.update(called_off_at=timezone.now())
    assert state_of(run) == "Called off"


def test_a_class_of_which_every_lesson_is_cancelled_is_called_off():
    run = make.run(lessons=2)
    run.lessons.filter(ordinal=1).update(cancelled_at=timezone.now())
    assert state_of(run) == "3 seats left"

    run.lessons.update(cancelled_at=timezone.now())
    assert state_of(run) == "Called off"


def test_a_class_for_staff_only_is_nowhere():
    run = make.run(is_public=False)

    assert titles() == []
    with pytest.raises(Http404):
        announced_run(run.pk)


def test_what_is_over_or_called_off_is_not_announced():
    make.run(course=make.course(title="おわり"), starts_at=timezone.now() - timedelta(days=3))
    make.run(course=make.course(title="ちゅうし"), called_off_at=timezone.now())
    make.run(course=make.course(title="これから"))

    assert titles() == ["これから"]


def test_the_first_to_begin_stands_on_top():
    for days in (21, 14):
        make.run(course=make.course(title=f"{days}日後"), starts_at=make.days_ahead(days))

    assert titles() == ["14日後", "21日後"]


def test_whoever_asks_for_a_device_finds_the_classes_for_any_device_as_well():
    for device in ("android", "iphone", "unknown"):
        make.run(course=make.course(title=device, device=device))

    assert set(titles(device="iphone")) == {"iphone", "unknown"}


def test_a_class_that_moves_between_halls_is_found_in_each_and_stands_once():
    first, second = make.venue("忍海集会所"), make.venue("新庄公民館")
    run = make.run(venue=first, lessons=2)
    make.lesson(run, venue=second, starts_at=make.days_ahead(30))
    make.run(course=make.course(title="よそ"))

    assert titles(venue=first) == titles(venue=second) == [run.course.title]


def test_how_seats_are_given_is_told_as_it_is_printed():
    run = make.run(selection="lottery", preferences=["age_75"])

    (card,) = cards([announced_run(run.pk)], at=timezone.now())

    assert len(card.rules) > 1
    assert cards([announced_run(make.run().pk)], at=timezone.now())[0].rules == []


def test_a_free_seat_that_fits_somebody_in_line_is_not_announced():
    run = make.run(capacity=1)
    for _each in range(2):
        make.registration(run)
    CourseRun.objects.update(capacity=2)

    with translation.override("en"):
        (card,) = cards([announced_run(run.pk)], at=timezone.now())
    assert card.state == "Full; you can go on the waiting list"


def test_whether_anybody_can_still_apply_is_known_of_each_run() -> None:
    run = make.run(
        capacity=1, reception_opens_at=make.days_ahead(1, "09:00"), reception_closes_at=make.days_ahead(7, "17:00")
    )

    def card(at):
        [card] = cards([announced_run(run.pk)], at=at)
        return card

    assert card(timezone.now()).may_be_applied_for
    assert card(run.reception_closes_at - timedelta(seconds=1)).may_be_applied_for
    assert not card(run.reception_closes_at).may_be_applied_for
    assert [card(at).tone for at in (timezone.now(), run.reception_opens_at)] == ["", "green"]
    CourseRun.objects.update(selection="lottery")
    assert card(run.reception_opens_at).tone == "blue"
    CourseRun.objects.update(called_off_at=timezone.now())
    assert (card(run.reception_opens_at).may_be_applied_for, card(run.reception_opens_at).tone) == (False, "red")
    assert not card(run.reception_opens_at).takes_place


def test_device_and_level_are_told_in_words() -> None:
    run = make.run(course=make.course(device="iphone", level="applied"))

    [card] = cards([announced_run(run.pk)], at=timezone.now())

    words = course_words()
    assert (card.device, card.level) == (words[Code.Kind.DEVICE]["iphone"], words[Code.Kind.LEVEL]["applied"])
    assert card.lessons == list(run.lessons.all())


def test_a_class_is_over_only_with_its_last_lesson() -> None:
    run = make.run(lessons=2, reception_closes_at=make.days_ahead(30))
    first, last = run.lessons.all()

    assert state_of(run, at=first.ends_at) == "3 seats left"
    assert state_of(run, at=last.ends_at) == "This class is over"


def test_however_many_classes_are_announced_their_lines_are_read_at_once(django_assert_max_num_queries) -> None:
    for _each in range(4):
        run = make.run(capacity=1)
        for _person in range(2):
            make.registration(run)
    CourseRun.objects.update(capacity=2)
    runs = list(announced(at=timezone.now()))

    with django_assert_max_num_queries(2):
        assert len(cards(runs, at=timezone.now())) == 4
