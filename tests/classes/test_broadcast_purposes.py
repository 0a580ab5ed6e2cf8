"""What the letterbox is told about something said to everybody at once."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from time_machine import TimeMachineFixture

from accounts.models import User
from classes import attendance
from classes.broadcast_purposes import CALLED_OFF, NOTICE
from classes.cancellation import cancel
from classes.models import Attendance, Broadcast, CourseRun, Lesson
from classes.rescheduling import call_off, cancel_lesson, move
from core.wareki import TOKYO
from reminders import call_list
from reminders.delivery import deliver_next
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, Outcome, Request
from reminders.purposes import purpose
from reminders.wording import words_of
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def run() -> CourseRun:
    return make.run(starts_at=TOMORROW, capacity=1)


def keys(made: Broadcast) -> list[str]:
    return list(Request.objects.filter(occasion=made.occasion).order_by("pk").values_list("key", flat=True))


def test_a_lesson_is_ahead_by_the_clock_of_whoever_asks(
    run: CourseRun, clerk: User, time_machine: TimeMachineFixture
) -> None:
    make.registration(run, by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.draft(run), by=clerk))

    time_machine.move_to(TOMORROW, tick=False)

    assert CALLED_OFF.still_due(told, now=NOON) == {*told}


def test_it_is_due_until_the_lesson_would_have_begun(
    clerk: User, run: CourseRun, time_machine: TimeMachineFixture
) -> None:
    make.registration(run, by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.draft(run), by=clerk))

    assert CALLED_OFF.still_due(told, now=timezone.now()) == {*told}
    time_machine.move_to(TOMORROW, tick=False)
    assert CALLED_OFF.still_due(told, now=timezone.now()) == set()


def test_it_is_not_due_for_who_gave_the_place_back(clerk: User, run: CourseRun) -> None:
    place = make.registration(run, by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.draft(run), by=clerk))

    cancel(place, by=clerk, reason="health")

    assert CALLED_OFF.still_due(told, now=timezone.now()) == set()


def test_a_notice_is_not_due_for_who_has_said_meanwhile_that_they_will_not_come(clerk: User, run: CourseRun) -> None:
    place = make.registration(run, by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.notice(run), by=clerk))
    assert NOTICE.still_due(told, now=timezone.now()) == {*told}

    attendance.mark(run.lessons.get(), place, Attendance.Mark.ABSENT_TOLD, by=clerk)

    assert NOTICE.still_due(told, now=timezone.now()) == set()


def test_a_notice_about_a_lesson_that_was_called_off_since_is_told_to_nobody(clerk: User, run: CourseRun) -> None:
    make.registration(run, by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.notice(run), by=clerk))

    call_off(run, reason="大雨", by=clerk)

    assert NOTICE.still_due(told, now=timezone.now()) == set()
    assert not Request.objects.standing().filter(key__in=told).exists()


def test_a_notice_about_a_lesson_that_was_moved_since_is_told_to_nobody(
    clerk: User, run: CourseRun, time_machine: TimeMachineFixture
) -> None:
    make.registration(run, make_reminders.callable_(), by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.notice(run), by=clerk))
    time_machine.shift(60)

    lesson, later = run.lessons.get(), TOMORROW + timedelta(days=2)
    move(lesson, starts_at=later, ends_at=later + timedelta(hours=2), venue=lesson.venue, by=clerk)

    assert not CallTask.objects.open().filter(requests__key__in=told).exists()


def test_who_waits_for_a_call_about_another_lesson_is_still_called(clerk: User) -> None:
    run = make.run(lessons=2, starts_at=TOMORROW)
    make.registration(run, make_reminders.callable_(), by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.notice(run), by=clerk))

    cancel_lesson(run.lessons.all()[0], reason="大雨", by=clerk)

    assert CallTask.objects.open().filter(requests__key__in=told).exists()


@pytest.fixture
def told_of_two(clerk: User) -> tuple[CourseRun, str]:
    """Somebody is to be texted about both lessons of a run; its key."""
    run = make.run(lessons=2, starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)
    [key] = keys(make_broadcasts.sent(make_broadcasts.notice(run), by=clerk))
    return run, key


def test_a_text_that_names_a_lesson_called_off_since_is_not_sent_but_its_person_called_about_the_other(
    clerk: User, told_of_two: tuple[CourseRun, str]
) -> None:
    run, key = told_of_two

    cancel_lesson(run.lessons.all()[0], reason="大雨", by=clerk)

    request = Request.objects.standing().get(key=key)
    assert (request.message, request.call.state) == (None, CallTask.State.OPEN)
    assert not Message.objects.filter(purpose=NOTICE.name, state=Message.State.PLANNED).exists()
    with override("en"):
        said = NOTICE.script(key)
    assert "11 December" in said
    assert "4 December" not in said


def test_a_text_that_has_left_is_not_followed_by_a_call_when_one_of_its_lessons_is_moved(
    clerk: User, told_of_two: tuple[CourseRun, str], time_machine: TimeMachineFixture
) -> None:
    run, key = told_of_two
    deliver_next(MemoryGateway(), worker="one", now=NOON)
    time_machine.shift(60)

    lesson, later = run.lessons.all()[0], TOMORROW + timedelta(days=2)
    move(lesson, starts_at=later, ends_at=later + timedelta(hours=2), venue=lesson.venue, by=clerk)

    assert Request.objects.standing().get(key=key).call is None


def test_who_will_not_come_is_noted_for_the_lesson_that_is_still_as_it_was_said(
    clerk: User, told_of_two: tuple[CourseRun, str], time_machine: TimeMachineFixture
) -> None:
    run, key = told_of_two
    make.lesson(run, starts_at=TOMORROW + timedelta(days=14))
    moved, other = run.lessons.all()[:2]
    time_machine.shift(60)
    later = TOMORROW + timedelta(days=2)
    move(moved, starts_at=later, ends_at=later + timedelta(hours=2), venue=moved.venue, by=clerk)

    NOTICE.on_outcome(key, Outcome.ABSENCE, clerk)

    assert Attendance.objects.get().lesson == other


def test_more_keys_are_asked_about_with_as_many_queries(clerk: User, django_assert_num_queries) -> None:
    run = make.run(starts_at=TOMORROW, capacity=9)
    for _each in range(9):
        make.registration(run, by=clerk)
    told = keys(make_broadcasts.sent(make_broadcasts.draft(run), by=clerk))

    with django_assert_num_queries(4):
        assert len(CALLED_OFF.still_due(told, now=timezone.now())) == 9


def test_the_clerk_reads_out_which_lesson_and_why(clerk: User, run: CourseRun) -> None:
    place = make.registration(run, by=clerk)
    [key] = keys(make_broadcasts.sent(make_broadcasts.draft(run, reason="台風"), by=clerk))

    with override("en"):
        said = CALLED_OFF.script(key)

    assert place.resident.name in said
    assert "Friday 4 December, 10:00 a.m." in said
    assert "The reason: 台風" in said


@pytest.mark.parametrize("written", ["台風接近", "台風接近のため", "台風接近のため。"])
def test_a_reason_is_read_out_with_one_ending_however_it_was_written(clerk: User, run: CourseRun, written: str) -> None:
    make.registration(run, by=clerk)
    [key] = keys(make_broadcasts.sent(make_broadcasts.draft(run, reason=written), by=clerk))

    with override("ja"):
        assert "台風接近です。" in CALLED_OFF.script(key)


def test_what_is_different_is_read_out_with_one_full_stop(clerk: User, run: CourseRun) -> None:
    make.registration(run, by=clerk)
    [key] = keys(make_broadcasts.sent(make_broadcasts.notice(run, reason="入口は北側です。"), by=clerk))

    with override("en"):
        assert NOTICE.script(key).endswith("Please note: 入口は北側です.")


def test_who_will_not_come_after_all_is_noted_on_the_roster(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW, lessons=2)
    place = make.registration(run, make_reminders.callable_(), by=clerk)
    make_broadcasts.sent(make_broadcasts.notice(run), by=clerk)

    call_list.record(CallTask.objects.get(is_urgent=True), Outcome.ABSENCE, by=clerk, now=NOON)

    assert Attendance.objects.get().registration == place


def test_nobody_is_absent_from_a_lesson_that_does_not_take_place(clerk: User, run: CourseRun) -> None:
    make.registration(run, make_reminders.callable_(), by=clerk)
    make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    call_list.record(CallTask.objects.get(is_urgent=True), Outcome.ABSENCE, by=clerk, now=NOON)

    assert not Attendance.objects.exists()


def test_a_call_leads_to_the_page_that_counts(clerk: User, run: CourseRun) -> None:
    make.registration(run, by=clerk)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    assert CALLED_OFF.link(keys(made)[0]) == reverse("broadcast_detail", args=[made.pk])


@pytest.mark.parametrize("told", [CALLED_OFF, NOTICE])
def test_every_wording_is_one_part_with_usual_facts(told) -> None:
    make.run()
    words = words_of(purpose(told.name))

    text = words.say(told.sample().facts)

    assert text.startswith("【葛城市】")
    assert "0745-00-0000" in text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([0], "12月4日（金）午前10時"),
        ([0, 7], "12月4日（金）・12月11日（金）午前10時"),
        ([0, 7, 14, 21], "12月4日（金）から12月25日（金）まで午前10時"),
    ],
)
def test_several_days_are_named_in_the_text(days: list[int], said: str) -> None:
    run = make.run(starts_at=TOMORROW)
    for day in days[1:]:
        make.lesson(run, starts_at=TOMORROW + timedelta(days=day))

    assert said in make_broadcasts.draft(run).body


def test_lessons_of_several_courses_and_hours_are_called_by_what_they_share() -> None:
    morning, evening = (
        make.run(starts_at=TOMORROW),
        make.run(starts_at=TOMORROW + timedelta(hours=4), course=make.course("LINE入門")),
    )

    body = make_broadcasts.draft(morning, evening, reason="台風のため。").body

    assert body == "【葛城市】12月4日（金）の「スマホ教室」は台風のため休止します。お問合せ0745-00-0000"
    assert Lesson.objects.count() == 2
