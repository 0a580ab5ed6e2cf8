"""What the desk shows of people and runs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.desk import Asking, Filters, bookings_of, look_up, open_runs, row_of
from classes.models import CourseRun
from classes.seat_hold import hold
from core.wareki import short_date
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def test_a_household_is_shown_as_one(shigeru) -> None:
    make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")

    rows = look_up("1834").rows

    assert [(row.person.given_name, row.same_number) for row in rows] == [("キヨ", False), ("茂", True)]


def test_a_slip_number_finds_whose_it_is() -> None:
    registration = make.registration(make.run())
    wide = registration.slip.translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))

    for typed in (registration.slip, wide):
        found = look_up(typed)
        assert (found.registration, found.the_one) == (registration, registration.resident)
    assert look_up(f"{registration.run_id}-99").rows == []


@pytest.mark.parametrize(
    "written",
    [
        *("{0}の1", "{0}ノ1", "{0} - 1", "{0}　－　1", "{0}―1", "{0}—1", "{0}–1", "{0}─1", "{0}ー1", "{0}-1番"),
        *("受付番号{0}-1", "受付番号、{0}の1番", "受付番号：{0}-1", "番号 {0}-1", "No.{0}-1", "№{0}-1"),
    ],
)
def test_a_slip_number_is_found_however_it_is_read_out_and_typed(written) -> None:
    registration = make.registration(make.run())

    assert look_up(written.format(registration.run_id)).registration == registration


@pytest.mark.parametrize(
    "written",
    ["0{0}-1", "{0}-01", "0745-{0}-1", "{0}1", "{0} 1", "{0}-1-1", "{0}-1番地", "{0}-", "野{0}の1", "タカハシ {0}-1"],
)
def test_what_is_no_slip_number_is_looked_for_among_people(written) -> None:
    registration = make.registration(make.run())

    assert look_up(written.format(registration.run_id)).registration is None


def test_only_runs_that_can_be_registered_for_are_listed() -> None:
    now = timezone.now()
    open_run = make.run(starts_at=make.days_ahead(20))
    sooner = make.run(starts_at=make.days_ahead(10))
    make.run(reception_opens_at=now + timedelta(days=1), reception_closes_at=now + timedelta(days=2))
    make.run(reception_closes_at=now - timedelta(hours=1))
    make.run(called_off_at=now)
    make.run(starts_at=now - timedelta(days=3), reception_closes_at=now + timedelta(days=1))
    make.run().lessons.update(cancelled_at=now)

    assert [row.run for row in open_runs(Filters()).rows] == [sooner, open_run]


def test_runs_are_narrowed_by_device_venue_and_weekday() -> None:
    hall = make.venue()
    android = make.run(course=make.course("写真", device="android"), venue=hall)
    iphone = make.run(course=make.course("写真2", device="iphone"))
    anybody = make.run(course=make.course("SMS", device="unknown"), starts_at=make.days_ahead(15))
    day = timezone.localtime(anybody.lessons.get().starts_at).isoweekday()

    def found(**filters) -> set[CourseRun]:
        return {row.run for row in open_runs(Filters(**filters)).rows}

    assert found(device="android") == {android, anybody}
    assert found(device="easyphone") == {android, anybody}
    assert found(device="iphone") == {iphone, anybody}
    assert found(venue=hall.pk) == {android}
    assert found(weekday=day) == {anybody}


@pytest.mark.parametrize("selection", CourseRun.Selection.values[1:])
def test_where_reception_closes_at_midnight_the_list_says_the_day_before(selection) -> None:
    run = make.run(selection=selection, reception_closes_at=make.days_ahead(10, "00:00"))

    assert short_date(make.days_ahead(9)) in row_of(run.pk).tag


def test_a_run_with_a_held_seat_shows_none_to_a_newcomer() -> None:
    run = make.run(capacity=1)
    make.registration(run)
    make.registration(run)
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)

    row = row_of(run.pk)

    assert (row.has_a_seat, row.next_place) == (False, 2)


def test_what_a_person_holds_is_shown_nearest_first_with_the_place_in_line(shigeru) -> None:
    later = make.registration(make.run(starts_at=make.days_ahead(30)), shigeru)
    full = make.run(capacity=1, starts_at=make.days_ahead(10))
    make.registration(full)
    waiting = make.registration(full, shigeru)
    past = make.registration(make.run(lessons=1), shigeru)
    two_days_ago = timezone.now() - timedelta(days=2)
    past.run.lessons.update(starts_at=two_days_ago, ends_at=two_days_ago + timedelta(hours=2))

    assert [(each.registration, each.place) for each in bookings_of(shigeru)] == [(waiting, 1), (later, 0)]


def test_what_a_couple_goes_to_together_is_shown_once_for_each(shigeru) -> None:
    wife = make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")
    run = make.run(lessons=3)
    theirs = {person.pk: make.registration(run, person) for person in (shigeru, wife)}

    rows = look_up("タカハシ").rows

    assert {row.person.pk: (row.next.registration, row.next.others) for row in rows} == {
        pk: (registration.pk, 0) for pk, registration in theirs.items()
    }
    assert {row.next.starts_at for row in rows} == {run.lessons.order_by("starts_at")[0].starts_at}


def test_who_gave_the_place_back_does_not_come_though_another_of_the_household_does(shigeru) -> None:
    wife = make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")
    run = make.run()
    make.registration(run, wife)
    cancel(make.registration(run, shigeru), by=make.clerk(), reason="health")

    booked = {row.person.pk for row in look_up("タカハシ").rows if row.next}
    assert booked == {wife.pk}


def test_a_run_that_was_called_off_is_told_as_such_until_it_would_have_been_over(shigeru) -> None:
    now, full = timezone.now(), make.run(capacity=1)
    make.registration(full)
    waiting = make.registration(full, shigeru)
    CourseRun.objects.update(called_off_at=now)

    (booking,) = bookings_of(shigeru)
    next_one = look_up("1834").rows[0].next

    assert (booking.registration, booking.is_off, booking.place) == (waiting, True, 0)
    assert (next_one.registration, next_one.is_off, next_one.place) == (waiting.pk, True, 0)
    full.lessons.update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(minutes=1))
    assert (bookings_of(shigeru), look_up("1834").rows[0].next) == ([], None)


def test_a_lesson_is_told_until_it_ends(shigeru) -> None:
    now, registration = timezone.now(), make.registration(make.run(), shigeru)
    lesson = registration.run.lessons.get()
    registration.run.lessons.update(starts_at=now - timedelta(minutes=10))

    (booking,) = bookings_of(shigeru)
    next_one = look_up("1834").rows[0].next

    assert (booking.lessons, booking.is_going_on) == ([lesson], True)
    assert (next_one.registration, next_one.is_going_on) == (registration.pk, True)
    registration.run.lessons.update(ends_at=now)
    assert (bookings_of(shigeru), look_up("1834").rows[0].next) == ([], None)


def test_who_waits_for_the_draw_is_told_no_place_in_line(shigeru) -> None:
    run = make.run(selection=CourseRun.Selection.LOTTERY)
    make.registration(run)
    theirs = make.registration(run, shigeru)

    (booking,) = bookings_of(shigeru)

    assert (booking.registration, booking.place) == (theirs, 0)
    assert booking.registration.awaits_the_decision


def test_whoever_shares_the_number_is_shown_though_only_one_was_named(shigeru) -> None:
    make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")
    make_residents.resident(family_name="森", family_kana="モリ")

    found = look_up("たかはし しげる")

    assert [(row.person.given_name, row.same_number) for row in found.rows] == [("茂", False), ("キヨ", True)]
    assert found.the_one == shigeru


def test_two_households_stand_one_after_the_other() -> None:
    for phone, names in {"0745-00-1834": ("ア", "ウ"), "0745-00-2811": ("イ", "エ")}.items():
        for name in names:
            make_residents.resident(given_name=name, given_kana=name, phone=phone)

    rows = look_up("タカハシ").rows

    assert [(row.person.given_name, row.same_number) for row in rows] == [
        ("ア", False),
        ("ウ", True),
        ("イ", False),
        ("エ", True),
    ]


def test_more_people_than_the_list_shows_are_said_to_be_there() -> None:
    for _each in range(9):
        make_residents.resident()

    found = look_up("タカハシ", limit=8)

    assert (len(found.rows), found.there_are_more) == (8, True)
    assert look_up("タカハシ", limit=9).there_are_more is False


def test_the_list_tells_what_everybody_comes_to_next(shigeru) -> None:
    make.registration(make.run(starts_at=make.days_ahead(20)), shigeru)
    sooner = make.registration(make.run(starts_at=make.days_ahead(10)), shigeru)

    row = look_up("1834").rows[0]

    assert (row.next.registration, row.next.others) == (sooner.pk, 1)


def test_the_seats_of_each_run_that_a_person_comes_to_are_told(shigeru) -> None:
    run, roomy = make.run(capacity=1), make.run(starts_at=make.days_ahead(30))
    make.registration(run)
    make.registration(run, shigeru, override_reason="付き添い")
    make.registration(roomy, shigeru)

    assert {each.registration.run: each.seats.over for each in bookings_of(shigeru)} == {run: 1, roomy: 0}


def test_runs_are_narrowed_by_level_and_by_free_seats() -> None:
    full = make.run(capacity=1, course=make.course("写真", level="basic"))
    make.registration(full)
    applied = make.run(course=make.course("LINE", level="applied"))
    lottery = make.run(selection=CourseRun.Selection.LOTTERY, course=make.course("地図", level="basic"))

    def found(**filters) -> set[CourseRun]:
        return {row.run for row in open_runs(Filters(**filters)).rows}

    assert found(level="applied") == {applied}
    assert found(with_room=True) == {applied, lottery}


def test_a_seat_is_free_for_one_and_not_for_two() -> None:
    run = make.run(capacity=2)
    make.registration(run)

    alone, together = row_of(run.pk), row_of(run.pk, asking=Asking(size=2))

    assert (alone.has_a_seat, together.has_a_seat) == (True, False)
    assert open_runs(Filters(with_room=True), asking=Asking(size=2)).rows == []


def test_a_seat_that_another_clerk_holds_is_not_free_and_shown_as_held() -> None:
    run, clerk, colleague = make.run(capacity=1), make.clerk(), make.clerk()
    hold(run, by=clerk)

    own = row_of(run.pk, asking=Asking(by=clerk))
    others = row_of(run.pk, asking=Asking(by=colleague))

    assert (own.has_a_seat, own.beside) == (True, [])
    assert others.has_a_seat is False
    assert others.beside


def test_a_device_to_borrow_may_be_all_that_is_missing() -> None:
    run = make.run(loan_devices=1)
    borrower = make_residents.resident()
    make.registration(run, borrower, borrowing=[borrower])

    wanted, unwanted = row_of(run.pk, asking=Asking(borrowing=1)), row_of(run.pk)

    assert (wanted.has_a_seat, wanted.lacks_devices) == (False, True)
    assert (unwanted.has_a_seat, unwanted.lacks_devices) == (True, False)


def test_a_run_that_lends_nothing_is_not_asked_for_devices() -> None:
    row = row_of(make.run().pk, asking=Asking(borrowing=1))

    assert (row.has_a_seat, row.lacks_devices) == (True, False)


def test_no_more_runs_are_listed_than_one_reads_and_their_number_is_told(monkeypatch) -> None:
    monkeypatch.setattr("classes.desk.MOST_RUNS", 2)
    runs = [make.run(starts_at=make.days_ahead(10 + day)) for day in range(3)]

    found = open_runs(Filters())

    assert ([row.run for row in found.rows], found.total) == (runs[:2], 3)
    assert open_runs(Filters(with_room=True)).total == 3


def test_the_clerk_begins_with_a_run_that_the_person_is_not_in(shigeru) -> None:
    make.registration(make.run(starts_at=make.days_ahead(10)), shigeru)
    other = make.run(starts_at=make.days_ahead(20))

    assert open_runs(Filters(), asking=Asking(resident=shigeru)).start.run == other
