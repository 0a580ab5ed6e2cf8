from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from classes import absence, attendance
from classes.cancellation import cancel
from classes.lesson_reminder import LessonReminder
from classes.models import Attendance, Offer, Registration
from classes.planning import LessonIsCancelled, LessonIsOver, LessonsOverlap, Taken
from classes.registration import RunIsCalledOff
from classes.rescheduling import ReasonIsMissing, call_off, cancel_lesson, move, touched_by_change
from core.models import AuditEntry
from reminders.models import Request
from reminders.reach import Reach
from residents.models import ContactWish
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def standing():
    return Request.objects.standing().filter(purpose="lesson-reminder")


def elsewhere(lesson, days=7, venue=None):
    shift = timedelta(days=days)
    return {
        "starts_at": lesson.starts_at + shift,
        "ends_at": lesson.ends_at + shift,
        "venue": venue or lesson.venue,
        "by": make.clerk(),
    }


def test_a_moved_lesson_is_reminded_of_at_its_new_time():
    run = make.run()
    make.registration(run)
    lesson = run.lessons.get()
    before = sorted(standing().values_list("due_at", flat=True))

    move(lesson, **elsewhere(lesson, days=7))

    after = sorted(standing().values_list("due_at", flat=True))
    assert len(after) == len(before) == 2
    assert all(late > early for early, late in zip(before, after, strict=True))


def told_absent(registration, lesson):
    return attendance.mark(lesson, registration, Attendance.Mark.ABSENT_TOLD, by=make.clerk())


def test_whoever_could_not_come_on_the_old_day_is_expected_and_reminded_again_on_the_new_one():
    run = make.run(lessons=2)
    registration, lesson = make.registration(run), run.lessons.all()[0]
    told_absent(registration, lesson)
    said = []

    move(lesson, **elsewhere(lesson, days=1), say=said.append)

    lesson.refresh_from_db()
    keys = set(standing().filter(occasion=f"lesson:{lesson.pk}").values_list("key", flat=True))
    assert LessonReminder().still_due(keys, now=timezone.now()) == keys != set()
    assert not Attendance.objects.exists()
    entry = AuditEntry.objects.get(action="attendance.unmarked")
    assert (entry.facts["mark_before"], entry.facts["lesson"]) == ("absent_told", lesson.pk)
    assert len(said) == 1


def test_nobody_without_a_seat_counts_as_expected_again():
    run, clerk = make.run(lessons=2, capacity=1), make.clerk()
    gone, waits, lesson = make.registration(run), make.registration(run), run.lessons.all()[0]
    for each in (gone, waits):
        told_absent(each, lesson)
    assert absence.told_of(lesson) == 1
    cancel(gone, by=clerk, reason="health")
    said = []

    assert absence.told_of(lesson) == 0
    move(lesson, **elsewhere(lesson, days=1), say=said.append)

    assert said == []
    assert not Attendance.objects.exists()


def test_whoever_could_not_come_cannot_come_to_another_room_either():
    run = make.run(lessons=2)
    registration, lesson = make.registration(run), run.lessons.all()[0]
    told_absent(registration, lesson)
    said = []

    move(lesson, **elsewhere(lesson, days=0, venue=make.venue()), say=said.append)

    assert Attendance.objects.get().mark == Attendance.Mark.ABSENT_TOLD
    assert said == []


def test_an_absence_of_another_lesson_stays_when_one_is_moved():
    run = make.run(lessons=2)
    registration, (moved, other) = make.registration(run), run.lessons.all()
    told_absent(registration, other)

    move(moved, **elsewhere(moved, days=1))

    assert Attendance.objects.get().lesson == other


def test_a_move_is_on_record_with_the_time_before():
    lesson = make.run().lessons.get()

    move(lesson, **elsewhere(lesson))

    entry = AuditEntry.objects.get(action="lesson.moved")
    assert entry.facts["starts_at_before"] == lesson.starts_at.isoformat()


def test_moving_to_where_it_is_changes_nothing():
    lesson = make.run().lessons.get()

    move(lesson, **elsewhere(lesson, days=0))

    assert not AuditEntry.objects.filter(action="lesson.moved").exists()


def test_a_lesson_is_not_moved_into_a_taken_room_without_a_word():
    other = make.run(starts_at=make.days_ahead(21)).lessons.get()
    lesson = make.run(starts_at=make.days_ahead(14)).lessons.get()

    with pytest.raises(Taken):
        move(lesson, **elsewhere(lesson, days=7, venue=other.venue))

    moved = move(lesson, **elsewhere(lesson, days=7, venue=other.venue), despite_clashes=True)
    assert moved.venue == other.venue


def test_a_lesson_may_move_within_its_own_hours():
    lesson = make.run().lessons.get()
    half_an_hour = timedelta(minutes=30)

    moved = move(
        lesson,
        starts_at=lesson.starts_at + half_an_hour,
        ends_at=lesson.ends_at + half_an_hour,
        venue=lesson.venue,
        by=make.clerk(),
    )

    assert moved.starts_at == lesson.starts_at + half_an_hour


def test_a_lesson_is_not_moved_onto_another_of_its_run():
    run = make.run(lessons=2)
    first = run.lessons.order_by("starts_at").first()

    with pytest.raises(LessonsOverlap):
        move(first, **elsewhere(first, days=7), despite_clashes=True)


def test_what_has_taken_place_is_not_moved_or_cancelled():
    lesson = make.run().lessons.get()

    with time_machine.travel(lesson.ends_at + timedelta(minutes=1)):
        with pytest.raises(LessonIsOver):
            move(lesson, **elsewhere(lesson))
        with pytest.raises(LessonIsOver):
            cancel_lesson(lesson, reason="台風", by=make.clerk())


def test_a_cancelled_lesson_is_reminded_of_no_more_and_the_others_are():
    run = make.run(lessons=2)
    registration = make.registration(run)
    first, second = run.lessons.order_by("starts_at")

    cancel_lesson(first, reason="台風のため", by=make.clerk())

    assert set(standing().values_list("occasion", flat=True)) == {f"lesson:{second.pk}"}
    registration.refresh_from_db()
    assert registration.state == Registration.State.CONFIRMED


def test_cancelling_a_lesson_twice_is_once():
    lesson = make.run().lessons.get()

    for reason in ("台風のため", "別の理由"):
        cancelled = cancel_lesson(lesson, reason=reason, by=make.clerk())

    assert cancelled.cancelled_reason == "台風のため"
    assert AuditEntry.objects.filter(action="lesson.cancelled").count() == 1


def test_a_cancelled_lesson_is_not_moved():
    lesson = make.run().lessons.get()
    cancel_lesson(lesson, reason="台風のため", by=make.clerk())

    with pytest.raises(LessonIsCancelled):
        move(lesson, **elsewhere(lesson))


def test_calling_off_keeps_the_registrations_and_withdraws_reminders_and_offers():
    run = make.run(capacity=1)
    seated, waiting = make.registration(run), make.registration(run)
    offer = Offer.objects.create(registration=waiting, answer_by=timezone.now())

    run = call_off(run, reason="講師の都合", by=make.clerk())

    assert run.called_off_reason == "講師の都合"
    assert not standing().exists()
    offer.refresh_from_db()
    assert offer.state == Offer.State.WITHDRAWN
    assert [Registration.objects.get(pk=each.pk).state for each in (seated, waiting)] == ["confirmed", "waiting"]


@pytest.mark.parametrize("reason", ["", " 　", "。", "……！", "のため。"])
def test_nothing_is_called_off_without_a_reason_in_words(reason):
    run = make.run()

    with pytest.raises(ReasonIsMissing):
        cancel_lesson(run.lessons.get(), reason=reason, by=make.clerk())
    with pytest.raises(ReasonIsMissing):
        call_off(run, reason=reason, by=make.clerk())

    run.refresh_from_db()
    assert (run.called_off_at, run.lessons.get().cancelled_at) == (None, None)


def test_calling_off_twice_is_once():
    run = make.run()

    for reason in ("講師の都合", "別の理由"):
        called_off = call_off(run, reason=reason, by=make.clerk())

    assert called_off.called_off_reason == "講師の都合"
    assert AuditEntry.objects.filter(action="run.called_off").count() == 1


def test_a_lesson_of_a_run_that_was_called_off_is_not_moved():
    run = make.run()
    call_off(run, reason="講師の都合", by=make.clerk())
    lesson = run.lessons.get()

    with pytest.raises(RunIsCalledOff):
        move(lesson, **elsewhere(lesson))


def test_whom_a_change_concerns_is_counted_by_the_way_they_are_reached():
    run = make.run(capacity=3)
    for wish in (ContactWish.SMS, ContactWish.CALL, ContactWish.POSTCARD, ContactWish.CALL):
        make.registration(run, make_residents.resident(contact_wish=wish, address="葛城市忍海1番地"))

    touched = touched_by_change(run)

    assert (touched.confirmed, touched.waiting, touched.people) == (3, 1, 4)
    assert touched.reach == Reach(sms=1, call=2, postcard=1)
    assert touched.reach_of_seated.people == 3


def test_who_borrows_a_device_and_who_has_to_answer_about_a_seat_are_counted_apart():
    run, clerk = make.run(capacity=2, loan_devices=1), make.clerk()
    seated, _second, _first_in_line, _next = (make.registration(run, by=clerk) for _person in range(4))
    Registration.objects.filter(pk=_second.pk).update(borrows=True)

    cancel(seated, by=clerk, reason="health")

    touched = touched_by_change(run)
    assert (touched.confirmed, touched.borrowing, touched.waiting, touched.offered) == (1, 1, 2, 1)


def test_whoever_only_waits_has_to_be_told_as_well():
    run = make.run(capacity=1)
    seated, _waiting = make.registration(run), make.registration(run)
    Registration.objects.filter(pk=seated.pk).delete()

    assert touched_by_change(run).people == 1


def test_a_lesson_is_not_moved_to_an_hour_at_which_its_people_are_expected_elsewhere_without_a_word():
    other = make.run(starts_at=make.days_ahead(21)).lessons.get()
    lesson = make.run(starts_at=make.days_ahead(14)).lessons.get()
    both = make_residents.resident()
    registration = make.registration(lesson.run, both)
    make.registration(other.run, both)

    with pytest.raises(Taken) as refused:
        move(lesson, **elsewhere(lesson, days=7))

    (clash,) = refused.value.clashes
    assert (clash.slips, clash.lesson) == ((registration.slip,), other)
    assert move(lesson, **elsewhere(lesson, days=7), despite_clashes=True).starts_at == other.starts_at


def test_counting_whom_a_change_concerns_costs_the_same_for_any_number(django_assert_num_queries):
    run = make.run(capacity=9)
    for _person in range(5):
        make.registration(run)

    with django_assert_num_queries(3):
        touched_by_change(run)
