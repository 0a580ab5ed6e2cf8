"""Who is preferred, by rules that everybody has read on the flyer."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from classes.cancellation import cancel
from classes.models import Attendance, CourseRun, Draw
from classes.preferences import PREFERENCES, choices, names, rules_in_words, that_fit, what_to_ask
from classes.rescheduling import call_off
from classes.waiting_list import accept, offer_next
from core.wareki import TOKYO
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_day_in_november():
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


def fits(key: str, person, run: CourseRun | None = None) -> bool:
    """Whether one rule fits a person for a run."""
    run = run or make_draws.lottery(preferences=[key])
    return that_fit(run, [person], at=timezone.now())[person.pk] == [key]


# The first time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "is_new"), [("present", False), ("late", False), ("left_early", False), ("absent", True)]
)
def test_whoever_has_been_to_a_lesson_does_not_come_for_the_first_time(mark, is_new) -> None:
    registration = make.registration(make.run())
    lesson = registration.run.lessons.get()
    Attendance.objects.create(lesson=lesson, registration=registration, mark=mark, marked_by=make.clerk())

    assert fits("first_time", registration.resident) is is_new


def test_whoever_was_never_here_comes_for_the_first_time() -> None:
    assert fits("first_time", make_residents.resident())


# 75 or older ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("born", "is_old"), [(1951, True), (1952, False), (1930, True), (2000, False)])
def test_the_year_of_birth_decides_within_the_fiscal_year_of_the_first_lesson(born, is_old) -> None:
    assert fits("age_75", make_residents.resident(birth_year=born)) is is_old


@pytest.mark.parametrize(
    ("first_lesson", "last_year"),
    [(datetime(2027, 3, 31, 10, tzinfo=TOKYO), 1951), (datetime(2027, 4, 1, 10, tzinfo=TOKYO), 1952)],
)
def test_the_fiscal_year_begins_in_april(first_lesson, last_year) -> None:
    run = make_draws.lottery(preferences=["age_75"], starts_at=first_lesson)

    assert fits("age_75", make_residents.resident(birth_year=last_year), run)
    assert not fits("age_75", make_residents.resident(birth_year=last_year + 1), run)


@pytest.mark.parametrize(
    ("band", "is_old"), [("80s", True), ("90up", True), ("70s", False), ("60s", False), ("unknown", False)]
)
def test_an_age_band_counts_when_all_of_it_is_75_or_older(band, is_old) -> None:
    assert fits("age_75", make_residents.resident(birth_year=None, age_band=band)) is is_old


def asked_in(run: CourseRun, people) -> list:
    return [each.resident for each in what_to_ask(run, people)]


def test_whoever_told_only_a_band_that_the_age_lies_in_is_to_be_asked() -> None:
    people = [
        make_residents.resident(birth_year=None, age_band="70s"),
        make_residents.resident(birth_year=None, age_band="80s"),
        make_residents.resident(birth_year=1950, age_band="70s"),
    ]

    assert asked_in(make_draws.lottery(preferences=["age_75"]), people) == people[:1]
    assert asked_in(make_draws.lottery(preferences=["first_time"]), people) == []


# Lives here -----------------------------------------------------------------------------------------------


def test_whoever_has_a_district_lives_in_the_city() -> None:
    assert fits("resident", make_residents.resident(district=make_draws.district()))
    assert not fits("resident", make_residents.resident(district=None))


def test_whoever_lives_in_the_next_town_is_no_resident_and_need_not_be_asked() -> None:
    person = make_residents.resident(district=make_draws.district("香芝市", is_outside=True))

    assert not fits("resident", person)
    assert asked_in(make_draws.lottery(preferences=["resident"]), [person]) == []


def test_whoever_told_no_district_is_to_be_asked_where_it_decides() -> None:
    asked = make_residents.resident(district=None, birth_year=None, age_band="70s")
    known = make_residents.resident(district=make_draws.district())
    people = [known, asked]

    assert asked_in(make_draws.lottery(preferences=["resident"]), people) == [asked]
    assert asked_in(make_draws.lottery(preferences=["age_75", "resident"]), people) == [asked]
    assert asked_in(make_draws.lottery(preferences=["first_time"]), people) == []
    with translation.override("en"):
        [told] = what_to_ask(make_draws.lottery(preferences=["age_75", "resident"]), people)
        assert told.missing == ["year of birth", "district"]


# Lost before ----------------------------------------------------------------------------------------------


@pytest.fixture
def drawn():
    """A run for one, drawn a moment ago among three; the winner and the losers in their order."""
    run = make_draws.lottery(capacity=1)
    make_draws.applicants(run, 3)
    make_draws.drawn(run)
    return run


def people_of(run: CourseRun) -> list:
    """The winner, then the losers in the order drawn."""
    return [
        registration.resident for registration in run.registrations.order_by("lot__rank").select_related("resident")
    ]


def test_whoever_lost_is_preferred_and_whoever_won_is_not(drawn) -> None:
    winner, first, second = people_of(drawn)

    assert [fits("lost_before", person) for person in (winner, first, second)] == [False, True, True]


def test_whoever_got_a_freed_seat_afterwards_has_not_lost(drawn) -> None:
    winner, first, second = people_of(drawn)
    clerk = make.clerk()
    cancel(drawn.registrations.get(resident=winner), by=clerk, reason="health")
    offer = offer_next(drawn, by=clerk) or drawn.registrations.get(resident=first).offers.get()
    accept(offer, by=clerk)

    assert [fits("lost_before", person) for person in (winner, first, second)] == [False, False, True]

    cancel(drawn.registrations.get(resident=first), by=clerk, reason="health")
    assert not fits("lost_before", first)


def test_whoever_had_cancelled_before_the_draw_has_not_lost() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    gone, *_others = make_draws.applicants(run, 3)
    make_draws.listed(run)
    cancel(gone, by=clerk, reason="health")
    make_draws.drawn(run)

    assert not fits("lost_before", gone.resident)


def test_whoever_stopped_waiting_after_the_draw_has_lost_all_the_same(drawn) -> None:
    _winner, first, _second = people_of(drawn)
    with time_machine.travel("2026-11-25 11:00+09:00"):
        cancel(drawn.registrations.get(resident=first), by=make.clerk(), reason="health")

        assert fits("lost_before", first)


def test_a_seat_by_lot_since_then_makes_up_for_it(drawn) -> None:
    _winner, first, second = people_of(drawn)
    with time_machine.travel("2026-12-24 11:00+09:00"):
        following = make_draws.lottery(capacity=1)
        make.registration(following, first)
        make_draws.drawn(following)

        assert not fits("lost_before", first)
        assert fits("lost_before", second)


def test_a_run_that_was_called_off_gave_nobody_a_seat_and_took_none_from_anybody(drawn) -> None:
    winner, first, _second = people_of(drawn)
    with time_machine.travel("2026-11-25 11:00+09:00"):
        following = make_draws.lottery(capacity=1)
        make.registration(following, first)
        make_draws.drawn(following)
        call_off(following, reason="台風", by=make.clerk())

        assert fits("lost_before", first)

        call_off(drawn, reason="台風", by=make.clerk())
        assert [fits("lost_before", person) for person in (winner, first)] == [False, False]


def test_a_loss_counts_for_a_year(drawn) -> None:
    _winner, first, _second = people_of(drawn)

    Draw.objects.filter(run=drawn).update(drawn_at=timezone.now() - timedelta(days=364))
    assert fits("lost_before", first)
    Draw.objects.filter(run=drawn).update(drawn_at=timezone.now() - timedelta(days=366))
    assert not fits("lost_before", first)


# All together ---------------------------------------------------------------------------------------------


def test_one_question_a_rule_is_enough_for_any_number_of_people(django_assert_max_num_queries) -> None:
    run = make_draws.lottery(preferences=list(PREFERENCES))
    people = [each.resident for each in make_draws.crowd(run, 60)]

    with django_assert_max_num_queries(4):
        found = that_fit(run, people, at=timezone.now())

    assert set(found) == {person.pk for person in people}


def test_a_key_that_no_rule_has_fits_nobody() -> None:
    run, person = make_draws.lottery(preferences=["left_handed"]), make_residents.resident()

    assert that_fit(run, [person], at=timezone.now()) == {person.pk: []}


def test_the_rules_are_printed_in_one_order_with_the_year_that_decides() -> None:
    run = make_draws.lottery(preferences=["lost_before", "age_75", "first_time"])

    with translation.override("en"):
        told = rules_in_words(run)

    assert told[0] == "People who have not been to a class yet"
    assert "75" in told[1]
    assert "1951" in told[1]
    assert "draw of the past year" in told[2]
    assert told[3].startswith("Lots that more of these rules fit are drawn first")


def test_what_is_printed_of_the_age_is_what_the_draw_counts() -> None:
    """The end of December, not of the fiscal year: whoever turns 75 in January of it is not preferred."""
    run = make_draws.lottery(preferences=["age_75"])

    printed = "令和8年の年末までに75歳以上になる方（昭和26年・1951年以前の生まれ）を優先します"
    with translation.override("ja"):
        assert rules_in_words(run)[0] == printed
    assert fits("age_75", make_residents.resident(birth_year=1951), run)
    assert not fits("age_75", make_residents.resident(birth_year=1952), run)


def test_without_rules_every_lot_has_the_same_chance() -> None:
    with translation.override("en"):
        assert (
            rules_in_words(make_draws.lottery())[0] == "The order of all lots is drawn; every one has the same chance."
        )


def test_devices_are_spoken_of_where_there_are_some() -> None:
    assert len(rules_in_words(make_draws.lottery(loan_devices=2))) == len(rules_in_words(make_draws.lottery())) + 1


def test_where_whoever_comes_first_has_a_seat_there_are_no_rules() -> None:
    assert rules_in_words(make.run(preferences=["age_75"])) == []


def test_every_rule_has_a_name_to_stand_beside_a_person() -> None:
    assert names(PREFERENCES) == [str(words) for _key, words in choices()]


def test_a_mark_in_the_same_run_leaves_the_first_time():
    run = make_draws.lottery(preferences=["first_time"], capacity=1)
    [registration] = make_draws.applicants(run, 1)
    Attendance.objects.create(
        lesson=run.lessons.get(), registration=registration, mark="present", marked_by=make.clerk()
    )

    assert fits("first_time", registration.resident, run)


def test_a_loss_in_this_very_run_is_no_loss_before_it():
    run = make_draws.lottery(capacity=1, preferences=["lost_before"])
    make_draws.applicants(run, 2)
    make_draws.drawn(run)
    loser = run.registrations.waiting().get().resident

    assert not fits("lost_before", loser, run)


def test_a_draw_after_the_moment_asked_about_does_not_count():
    run = make_draws.lottery(capacity=1)
    make_draws.applicants(run, 2)
    make_draws.drawn(run)
    loser = run.registrations.waiting().get().resident

    other = make_draws.lottery(preferences=["lost_before"])
    assert that_fit(other, [loser], at=timezone.now() - timedelta(days=1))[loser.pk] == []


def test_a_cancelled_lesson_does_not_decide_the_fiscal_year(time_machine):
    time_machine.move_to("2026-11-24 11:00+09:00")
    run = make_draws.lottery(preferences=["age_75"], starts_at=datetime(2027, 3, 31, 10, tzinfo=TOKYO), lessons=2)
    run.lessons.filter(ordinal=1).update(cancelled_at=timezone.now())

    assert fits("age_75", make_residents.resident(birth_year=1952), run)
