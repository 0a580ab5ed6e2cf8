from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from city.models import CityProfile
from classes.cancellation import cancel
from classes.lesson_reminder import LessonReminder
from classes.models import Attendance
from reminders import call_list
from reminders.delivery import deliver_next
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, Outcome, Request
from reminders.purposes import Purpose, purpose
from tests.make import classes as make
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db
REMINDER = LessonReminder()


@pytest.fixture
def registration():
    return make.registration(make.run())


@pytest.fixture
def key(registration) -> str:
    return Request.objects.first().key


def test_the_letterbox_knows_the_purpose() -> None:
    assert isinstance(purpose("lesson-reminder"), LessonReminder)
    assert isinstance(REMINDER, Purpose)


def test_a_reminder_is_due_while_the_seat_and_the_lesson_stand(key) -> None:
    assert REMINDER.still_due([key], now=timezone.now()) == {key}


def test_a_lesson_is_ahead_by_the_clock_of_all_workers_and_not_by_that_of_one(time_machine) -> None:
    told, called = make_reminders.textable(), make_reminders.callable_()
    now, run = timezone.now(), make.run(starts_at=make.days_ahead(2), reminder_rules=[[1, "12:00"]])
    for person in (told, called):
        make.registration(run, person)
    Request.objects.exclude(purpose=REMINDER.name).delete()
    Message.objects.filter(requests__isnull=True).delete()
    CityProfile.objects.update(sms_window_start=time.min, sms_window_end=time.max)
    Message.objects.update(due_at=now)
    CallTask.objects.update(due_at=now)
    gateway = MemoryGateway()

    time_machine.move_to(now + timedelta(days=3), tick=False)
    deliver_next(gateway, worker="ahead", now=now)
    call_list.tidy(now=now)

    assert len(gateway.sent) == 1
    assert list(CallTask.objects.values_list("state", flat=True)) == [CallTask.State.OPEN]


def test_several_reminders_are_asked_about_at_once(django_assert_num_queries) -> None:
    run = make.run(lessons=2)
    here, gone = make.registration(run), make.registration(run)
    keys = set(Request.objects.values_list("key", flat=True))
    cancel(gone, by=make.clerk(), reason="health")

    with django_assert_num_queries(1):
        due = REMINDER.still_due(keys, now=timezone.now())

    assert due == {key for key in keys if key.startswith(f"registration:{here.pk}:")}
    assert due


def test_a_reminder_is_not_due_for_a_seat_given_back(registration, key) -> None:
    cancel(registration, by=make.clerk(), reason="health")

    assert not REMINDER.still_due([key], now=timezone.now())


def test_a_reminder_is_not_due_for_a_lesson_cancelled_begun_or_called_off(registration, key, time_machine) -> None:
    lesson, run = registration.run.lessons.get(), registration.run
    run.called_off_at = timezone.now()
    run.save()
    assert not REMINDER.still_due([key], now=timezone.now())

    run.called_off_at = None
    run.save()
    lesson.cancelled_at = timezone.now()
    lesson.save()
    assert not REMINDER.still_due([key], now=timezone.now())

    lesson.cancelled_at = None
    lesson.save()
    assert REMINDER.still_due([key], now=timezone.now()) == {key}
    time_machine.move_to(lesson.starts_at)
    assert not REMINDER.still_due([key], now=timezone.now())


def test_who_said_that_they_cannot_come_is_not_reminded_again() -> None:
    make.registration(make.run(lessons=2))
    key, clerk = Request.objects.first().key, make.clerk()

    REMINDER.on_outcome(key, Outcome.ABSENCE, clerk)
    assert not REMINDER.still_due([key], now=timezone.now())

    Attendance.objects.all().delete()
    assert REMINDER.still_due([key], now=timezone.now()) == {key}


def test_the_script_says_for_whom_what_when_and_where(registration, key) -> None:
    script = REMINDER.script(key)

    lesson = registration.run.lessons.get()
    for word in ("髙橋 茂", registration.run.course.title, lesson.venue.name, "スマートフォン、充電器"):
        assert word in script


def test_a_told_absence_stands_on_the_roster_and_the_seat_in_the_other_lessons_stays() -> None:
    registration = make.registration(make.run(lessons=2))

    REMINDER.on_outcome(Request.objects.first().key, Outcome.ABSENCE, make.clerk())

    attendance = Attendance.objects.get()
    assert (attendance.registration, attendance.mark) == (registration, "absent_told")
    registration.refresh_from_db()
    assert registration.state == "confirmed"


@pytest.mark.parametrize("outcome", [Outcome.SELF, Outcome.NO_ANSWER])
def test_other_outcomes_say_nothing_about_attendance(registration, key, outcome) -> None:
    REMINDER.on_outcome(key, outcome, make.clerk())

    assert not Attendance.objects.exists()


def test_an_absence_told_of_a_lesson_just_called_off_is_no_absence(registration, key) -> None:
    registration.run.called_off_at = timezone.now()
    registration.run.save()

    REMINDER.on_outcome(key, Outcome.ABSENCE, make.clerk())

    assert not Attendance.objects.exists()


def test_a_reminder_leads_to_its_run(registration, key) -> None:
    assert REMINDER.link(key) == reverse("run_detail", args=[registration.run_id])


def test_a_key_of_something_else_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not a key"):
        REMINDER.still_due(["guide:3:"], now=timezone.now())


def test_only_an_absence_told_by_this_person_for_this_lesson_ends_a_reminder() -> None:
    run = make.run(lessons=2)
    here, other = make.registration(run), make.registration(run)
    first, second = run.lessons.order_by("starts_at")
    marks = [(here, first, Attendance.Mark.PRESENT), (other, second, Attendance.Mark.ABSENT_TOLD)]
    for registration, lesson, mark in marks:
        Attendance.objects.create(registration=registration, lesson=lesson, mark=mark, marked_by=make.clerk())
    keys = set(Request.objects.values_list("key", flat=True))
    absent = {key for key in keys if key.startswith(f"registration:{other.pk}:lesson:{second.pk}:")}

    assert absent
    assert REMINDER.still_due(keys, now=timezone.now()) == keys - absent


def test_about_nobody_nothing_is_due() -> None:
    assert REMINDER.still_due(set(), now=timezone.now()) == set()
