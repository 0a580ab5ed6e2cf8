from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from classes.attendance import (
    LessonDoesNotTakePlace,
    LessonNotYetHeld,
    NotInThisRun,
    NotOnThisRoster,
    Typed,
    enter_sheet,
    mark,
    unmark,
    unrecorded_lessons,
    walk_in,
    walk_in_of_known,
)
from classes.cancellation import cancel
from classes.disagreeing import contradictions
from classes.models import Attendance, Offer, Registration, Submission
from classes.registration import seat_over_capacity
from classes.turning_up import seat_from_line
from classes.waiting_list import accept
from core.models import AuditEntry
from residents.access import RecordWasMerged
from residents.merging import merge
from residents.models import Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_the_morning():
    """A time of day at which an hour ago was the same day."""
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


Mark = Attendance.Mark


@pytest.fixture
def lesson():
    """A lesson that began an hour ago."""
    return make.run(starts_at=timezone.now() - timedelta(hours=1), capacity=2).lessons.get()


def marks():
    return AuditEntry.objects.filter(action="attendance.marked").order_by("pk")


def test_who_came_is_on_record_with_who_ticked_it(lesson, clerk):
    registration = make.registration(lesson.run)

    attendance = mark(lesson, registration, Mark.PRESENT, by=clerk)

    assert (attendance.mark, attendance.marked_by) == (Mark.PRESENT, clerk)
    assert marks().get().facts["mark_before"] is None


def test_another_tick_replaces_the_first_and_the_log_keeps_both(lesson, clerk):
    registration = make.registration(lesson.run)
    mark(lesson, registration, Mark.ABSENT, by=clerk)

    mark(lesson, registration, Mark.LATE, by=clerk)

    assert Attendance.objects.get().mark == Mark.LATE
    assert [(entry.facts["mark_before"], entry.facts["mark"]) for entry in marks()] == [
        (None, Mark.ABSENT),
        (Mark.ABSENT, Mark.LATE),
    ]


def test_the_same_tick_twice_is_once(lesson, clerk):
    registration = make.registration(lesson.run)

    for _press in range(2):
        mark(lesson, registration, Mark.PRESENT, by=clerk)

    assert marks().count() == 1


def test_an_older_tick_that_arrives_late_does_not_overwrite_a_newer_one(lesson, clerk):
    registration = make.registration(lesson.run)
    now = timezone.now()
    mark(lesson, registration, Mark.PRESENT, by=clerk, at=now)

    mark(lesson, registration, Mark.ABSENT, by=clerk, at=now - timedelta(minutes=5))

    assert Attendance.objects.get().mark == Mark.PRESENT


def test_the_moment_of_the_tick_counts_and_not_the_moment_of_its_arrival(lesson, clerk):
    registration = make.registration(lesson.run)
    ticked = timezone.now() - timedelta(minutes=40)

    assert mark(lesson, registration, Mark.PRESENT, by=clerk, at=ticked).marked_at == ticked


def test_a_telephone_whose_clock_is_fast_does_not_win_over_every_later_tick(lesson, clerk):
    registration = make.registration(lesson.run)
    mark(lesson, registration, Mark.PRESENT, by=clerk, at=timezone.now() + timedelta(days=1))

    mark(lesson, registration, Mark.LATE, by=clerk)

    assert Attendance.objects.get().mark == Mark.LATE


def test_a_tick_sent_again_under_its_key_changes_nothing_even_after_it_was_taken_back(lesson, clerk):
    registration, key = make.registration(lesson.run), uuid4()
    mark(lesson, registration, Mark.PRESENT, by=clerk, key=key)
    unmark(lesson, registration, by=clerk)

    assert mark(lesson, registration, Mark.PRESENT, by=clerk, key=key) is None
    assert not Attendance.objects.exists()


def test_taking_a_tick_back_leaves_nothing_but_the_log(lesson, clerk):
    registration = make.registration(lesson.run)
    mark(lesson, registration, Mark.ABSENT, by=clerk)

    for _press in range(2):
        unmark(lesson, registration, by=clerk)

    assert not Attendance.objects.exists()
    assert AuditEntry.objects.get(action="attendance.unmarked").facts["mark_before"] == Mark.ABSENT


def test_nobody_has_come_to_a_lesson_of_a_later_day_but_an_absence_may_be_told(clerk):
    lesson = make.run().lessons.get()
    registration = make.registration(lesson.run)

    with pytest.raises(LessonNotYetHeld):
        mark(lesson, registration, Mark.PRESENT, by=clerk)

    assert mark(lesson, registration, Mark.ABSENT_TOLD, by=clerk).mark == Mark.ABSENT_TOLD


def test_early_birds_are_ticked_before_the_lesson_begins(clerk):
    lesson = make.run(starts_at=make.days_ahead(1, "10:00")).lessons.get()
    registration = make.registration(lesson.run)

    with time_machine.travel(lesson.starts_at - timedelta(minutes=20)):
        assert mark(lesson, registration, Mark.PRESENT, by=clerk).mark == Mark.PRESENT


def test_a_registration_of_another_run_is_refused(lesson, clerk):
    with pytest.raises(NotInThisRun):
        mark(lesson, make.registration(make.run()), Mark.PRESENT, by=clerk)


def test_nobody_comes_to_a_lesson_that_was_cancelled(lesson, clerk):
    registration = make.registration(lesson.run)
    lesson.cancelled_at = timezone.now()

    with pytest.raises(LessonDoesNotTakePlace):
        mark(lesson, registration, Mark.PRESENT, by=clerk)


def test_who_cancelled_and_came_all_the_same_is_ticked_and_the_log_says_so(lesson, clerk):
    registration = cancel(make.registration(lesson.run), by=clerk, reason="health")

    mark(lesson, registration, Mark.PRESENT, by=clerk)

    assert marks().get().facts["after_cancellation"] is True


def walk_in_details(**fields):
    return make_residents.details(phone=None, contact_wish="none", **fields)


@pytest.fixture
def hall():
    """An instructor, who may look at nobody but the people of the roster."""
    return make_accounts.user(Role.INSTRUCTOR)


@pytest.mark.parametrize("stands", ["waiting", "cancelled before the day", "cancelled, never seated", "absence told"])
def test_whoever_stands_on_no_roster_is_ticked_by_nobody_in_the_hall(lesson, clerk, hall, stands):
    seated = [make.registration(lesson.run) for _seat in range(2)]
    registration = make.registration(lesson.run)
    if stands == "cancelled before the day":
        registration = cancel(seated[0], by=clerk, reason="health")
        Registration.objects.filter(pk=registration.pk).update(cancelled_at=timezone.now() - timedelta(days=1))
    elif stands == "cancelled, never seated":
        cancel(registration, by=clerk, reason="health")
    elif stands == "absence told":
        mark(lesson, registration, Mark.ABSENT_TOLD, by=clerk)

    with pytest.raises(NotOnThisRoster):
        mark(lesson, registration, Mark.PRESENT, by=hall, key=uuid4())
    with pytest.raises(NotOnThisRoster):
        unmark(lesson, registration, by=hall, key=uuid4())

    assert not Attendance.objects.exclude(mark=Mark.ABSENT_TOLD).exists()
    assert not Submission.objects.exists()
    assert mark(lesson, registration, Mark.PRESENT, by=clerk).mark == Mark.PRESENT


@pytest.mark.parametrize("way", ["first", "out of the line"])
def test_a_tap_of_the_hall_is_taken_of_whoever_lost_the_seat_on_that_day(lesson, clerk, hall, way):
    """It was on its way, or the roster lies open since the morning."""
    seated = [make.registration(lesson.run) for _seat in range(2)]
    registration = seat_from_line(make.registration(lesson.run), by=clerk) if way == "out of the line" else seated[0]
    cancel(registration, by=clerk, reason="health")

    assert mark(lesson, registration, Mark.PRESENT, by=hall).mark == Mark.PRESENT


@pytest.mark.parametrize("why", ["ticked", "in question"])
def test_whom_the_roster_shows_without_a_seat_the_hall_ticks(lesson, clerk, hall, why):
    registration = make.registration(lesson.run)
    mark(lesson, registration, Mark.PRESENT, by=clerk, seen="")
    if why == "in question":
        mark(lesson, registration, Mark.ABSENT, by=make.clerk(), seen="")
        unmark(lesson, registration, by=clerk)
    cancel(registration, by=clerk, reason="health")
    Registration.objects.update(cancelled_at=timezone.now() - timedelta(days=1))

    assert mark(lesson, registration, Mark.LATE, by=hall).mark == Mark.LATE


def test_a_tap_whose_answer_was_lost_is_no_news_when_the_roster_does_not_show_the_person_any_more(lesson, clerk, hall):
    registration, key = make.registration(lesson.run), uuid4()
    mark(lesson, registration, Mark.PRESENT, by=hall, key=key)
    unmark(lesson, registration, by=clerk)
    cancel(registration, by=clerk, reason="health")
    Registration.objects.update(cancelled_at=timezone.now() - timedelta(days=1))

    assert mark(lesson, registration, Mark.PRESENT, by=hall, key=key) is None


def test_whoever_comes_without_calling_is_taken_down_registered_and_present(lesson, clerk):
    registration = walk_in(lesson, walk_in_details(), by=clerk, key=uuid4())

    assert (registration.state, registration.channel) == ("confirmed", "on_the_day")
    assert registration.override_reason == ""
    assert Attendance.objects.get(registration=registration).mark == Mark.PRESENT


def test_nobody_who_stands_in_the_hall_is_sent_away_and_the_record_says_why(lesson, clerk):
    for _person in range(2):
        make.registration(lesson.run)

    registration = walk_in(lesson, walk_in_details(), by=clerk, key=uuid4())

    assert registration.state == Registration.State.CONFIRMED
    assert registration.override_reason
    assert lesson.run.seats.over == 1


def test_a_form_sent_twice_makes_one_person(lesson, clerk):
    key = uuid4()

    first, second = (walk_in(lesson, walk_in_details(), by=clerk, key=key) for _press in range(2))

    assert first == second
    assert Resident.objects.count() == 1


def test_two_walk_ins_of_one_name_are_two_people(lesson, clerk):
    for _person in range(2):
        walk_in(lesson, walk_in_details(), by=clerk, key=uuid4())

    assert Resident.objects.count() == 2


def test_somebody_known_who_comes_without_calling_is_registered_and_present_and_no_second_person(lesson, clerk):
    known = make_residents.resident()

    first, second = (walk_in_of_known(lesson, known, by=clerk) for _press in range(2))

    assert first == second
    assert (first.resident, first.state, first.channel) == (known, "confirmed", "on_the_day")
    assert Attendance.objects.get(registration=first).mark == Mark.PRESENT
    assert Resident.objects.count() == Registration.objects.count() == 1


def test_somebody_known_is_not_sent_away_from_a_full_run_either(lesson, clerk):
    for _person in range(2):
        make.registration(lesson.run)

    registration = walk_in_of_known(lesson, make_residents.resident(), by=clerk)

    assert (registration.state, bool(registration.override_reason)) == ("confirmed", True)


def test_whoever_has_a_seat_already_keeps_it_is_present_and_that_is_said(lesson, clerk):
    registration = make.registration(lesson.run)
    said = []

    walked_in = walk_in_of_known(lesson, registration.resident, by=clerk, say=said.append)

    assert (walked_in, walked_in.state, walked_in.override_reason) == (registration, "confirmed", "")
    assert Attendance.objects.get().mark == Mark.PRESENT
    assert [registration.slip in sentence for sentence in said] == [True]


def test_whoever_stands_in_line_and_comes_has_a_seat_is_present_and_in_line_no_more(lesson, clerk):
    *_seated, waiting = (make.registration(lesson.run) for _person in range(3))
    said = []

    with override("en"):
        walked_in = walk_in_of_known(lesson, waiting.resident, by=clerk, say=said.append)

    assert (walked_in, walked_in.state, walked_in.is_over_capacity) == (waiting, "confirmed", True)
    assert not lesson.run.registrations.in_line()
    assert Attendance.objects.get().mark == Mark.PRESENT
    assert [waiting.slip in sentence and "line" in sentence for sentence in said] == [True]


def test_whoever_was_ticked_as_late_in_the_hall_stays_late(lesson, clerk):
    registration = make.registration(lesson.run)
    mark(lesson, registration, Mark.LATE, by=clerk)

    walk_in_of_known(lesson, registration.resident, by=clerk)

    assert Attendance.objects.get().mark == Mark.LATE


def test_whoever_was_ticked_as_absent_in_the_hall_has_both_ticks_and_the_clerk_reads_of_it(lesson, clerk):
    registration = make.registration(lesson.run)
    mark(lesson, registration, Mark.ABSENT, by=make.clerk())
    said = []

    walk_in_of_known(lesson, registration.resident, by=clerk, say=said.append)

    ticks = contradictions(lesson, [registration.pk])[registration.pk].ticks
    assert [(tick.mark, tick.stands) for tick in ticks] == [(Mark.ABSENT, False), (Mark.PRESENT, True)]
    assert len(said) == 2


def test_whoever_told_us_of_an_absence_and_comes_all_the_same_contradicts_nobody(lesson, clerk):
    registration = make.registration(lesson.run)
    mark(lesson, registration, Mark.ABSENT_TOLD, by=make.clerk())
    said = []

    walk_in_of_known(lesson, registration.resident, by=clerk, say=said.append)

    assert registration.attendances.get().mark == Mark.PRESENT
    assert not contradictions(lesson, [registration.pk])
    assert len(said) == 1


def test_whoever_cancelled_and_comes_all_the_same_is_registered_anew(lesson, clerk):
    cancelled = cancel(make.registration(lesson.run), by=clerk, reason="health")

    registration = walk_in_of_known(lesson, cancelled.resident, by=clerk)

    assert (registration.state, registration.channel) == ("confirmed", "on_the_day")


def test_a_record_that_was_merged_meanwhile_is_not_registered(lesson, clerk):
    goes = make_residents.resident()
    merge(goes, make_residents.resident(), by=clerk)

    with pytest.raises(RecordWasMerged):
        walk_in_of_known(lesson, goes, by=clerk)

    assert not Registration.objects.exists()


def test_nobody_known_has_come_to_a_lesson_of_a_later_day(clerk):
    said = []
    registration = make.registration(make.run())

    with pytest.raises(LessonNotYetHeld):
        walk_in_of_known(registration.run.lessons.get(), registration.resident, by=clerk, say=said.append)

    assert said == []


def test_a_lesson_of_which_nobody_knows_who_came_is_work_to_do(lesson, clerk):
    registration = make.registration(lesson.run)
    assert not unrecorded_lessons().exists()

    with time_machine.travel(lesson.ends_at + timedelta(minutes=1)):
        assert list(unrecorded_lessons()) == [lesson]
        mark(lesson, registration, Mark.ABSENT, by=clerk)
        assert not unrecorded_lessons().exists()


def test_one_missing_tick_is_work_to_do(lesson, clerk):
    first, _second = (make.registration(lesson.run) for _person in range(2))

    with time_machine.travel(lesson.ends_at + timedelta(minutes=1)):
        mark(lesson, first, Mark.PRESENT, by=clerk)
        assert list(unrecorded_lessons()) == [lesson]


def test_nothing_is_missing_where_nobody_had_a_seat_or_nothing_took_place(clerk):
    empty = make.run(starts_at=timezone.now() - timedelta(hours=1)).lessons.get()
    called_off = make.run(starts_at=timezone.now() - timedelta(hours=1))
    make.registration(called_off)
    called_off.called_off_at = timezone.now()
    called_off.save()

    with time_machine.travel(empty.ends_at + timedelta(minutes=1)):
        assert not unrecorded_lessons().exists()


def test_who_joined_a_series_later_is_not_missing_from_its_first_lesson(clerk):
    run = make.run(lessons=2, starts_at=timezone.now() - timedelta(days=3))

    make.registration(run)

    assert not unrecorded_lessons().exists()


@pytest.mark.parametrize("way", ["accepted", "with a reason", "came unannounced"])
def test_who_was_given_a_seat_later_is_not_missing_from_what_was_before(clerk, way):
    begins = timezone.now() + timedelta(hours=2)
    run = make.run(lessons=2, capacity=1, starts_at=begins, reception_closes_at=begins + timedelta(days=9))
    seated, waits = make.registration(run), make.registration(run)
    first, second = run.lessons.order_by("starts_at")

    with time_machine.travel(first.ends_at + timedelta(hours=1)):
        mark(first, seated, Mark.PRESENT, by=clerk)
        if way == "accepted":
            cancel(seated, by=clerk, reason="health")
            accept(Offer.objects.get(), by=clerk)
        elif way == "with a reason":
            seat_over_capacity(waits, reason="付き添い", by=clerk)
        else:
            seat_from_line(waits, by=clerk)
        assert not unrecorded_lessons().exists()
    with time_machine.travel(second.ends_at):
        assert list(unrecorded_lessons()) == [second]


def test_a_sheet_is_entered_as_a_whole_or_not_at_all(lesson, clerk):
    ours, theirs = make.registration(lesson.run), make.registration(make.run())

    with pytest.raises(NotInThisRun):
        enter_sheet(lesson, [Typed(ours, Mark.PRESENT), Typed(theirs, Mark.PRESENT)], by=clerk)

    assert not Attendance.objects.exists()
