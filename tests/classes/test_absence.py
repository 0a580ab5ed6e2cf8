"""What follows when somebody says on the telephone that they cannot come: the roster, the seat, the place in line."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from classes import noticing
from classes.absence import cannot_come, give_back
from classes.attendance import mark, unmark
from classes.models import Attendance, Lesson, Offer, Registration
from classes.planning import change_run
from classes.rescheduling import move
from classes.waiting_list import accept
from core.wareki import TOKYO
from reminders import call_list
from reminders.models import CallTask, Outcome, Request
from residents.models import ContactWish
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

State = Registration.State


@pytest.fixture
def clerk(client):
    clerk = make.clerk()
    client.force_login(clerk)
    return clerk


def called(run):
    """Somebody with a telephone at home who has a place, or waits."""
    return make.registration(run, make_residents.resident(contact_wish=ContactWish.CALL))


def said_no(client, task):
    """A clerk presses "will not come" on the page of the call."""
    return client.post(reverse("call_record", args=[task.pk]), {"outcome": Outcome.ABSENCE}, follow=True)


def call_about(registration: Registration, purpose: str) -> CallTask:
    return CallTask.objects.filter(requests__resident=registration.resident, purpose=purpose).first()


def moved(lesson: Lesson) -> Lesson:
    later = lesson.starts_at + timedelta(days=1)
    return move(lesson, starts_at=later, ends_at=later + timedelta(hours=2), venue=lesson.venue, by=make.clerk())


def state_of(registration: Registration) -> str:
    registration.refresh_from_db()
    return registration.state


def test_the_seat_in_the_only_lesson_goes_to_whoever_is_in_line_and_the_clerk_hears_it(client, clerk):
    run = make.run(capacity=1)
    seated, waiting = called(run), called(run)
    task = call_about(seated, "lesson-reminder")

    page = said_no(client, task)

    assert state_of(seated) == State.CANCELLED
    assert Offer.objects.open().get().registration == waiting
    task.refresh_from_db()
    assert (task.state, task.outcome, task.settled_by) == (CallTask.State.DONE, Outcome.ABSENCE, clerk)
    assert any(seated.slip in str(message) for message in page.context["messages"])
    assert not Request.objects.standing().filter(resident=seated.resident).exists()


def test_with_other_lessons_ahead_it_stands_on_the_roster_and_the_seat_stays(client, clerk):
    run = make.run(capacity=1, lessons=2)
    seated = called(run)
    called(run)

    said_no(client, call_about(seated, "lesson-reminder"))

    assert state_of(seated) == State.CONFIRMED
    assert Attendance.objects.get().mark == Attendance.Mark.ABSENT_TOLD
    assert not Offer.objects.exists()


def test_whoever_cannot_come_to_any_of_the_lessons_gives_the_seat_back() -> None:
    run = make.run(lessons=2)
    seated, clerk = called(run), make.clerk()
    first, second = run.lessons.all()

    assert cannot_come(seated, first, by=clerk) == ""
    assert cannot_come(seated, second, by=clerk) != ""

    assert state_of(seated) == State.CANCELLED


def test_whoever_has_been_to_the_class_stays_in_it_though_the_last_lesson_is_missed(time_machine):
    run = make.run(lessons=2)
    seated, clerk = called(run), make.clerk()
    first, second = run.lessons.all()
    time_machine.move_to(first.ends_at)
    mark(first, seated, Attendance.Mark.PRESENT, by=clerk)

    cannot_come(seated, second, by=clerk)

    assert state_of(seated) == State.CONFIRMED
    assert second.attendances.get().mark == Attendance.Mark.ABSENT_TOLD


def test_once_the_lesson_has_begun_no_seat_is_given_on(time_machine):
    run = make.run()
    seated, lesson = called(run), run.lessons.get()
    time_machine.move_to(lesson.starts_at)

    cannot_come(seated, lesson, by=make.clerk())

    assert state_of(seated) == State.CONFIRMED
    assert lesson.attendances.get().mark == Attendance.Mark.ABSENT_TOLD


def test_whoever_waits_and_cannot_come_on_the_new_day_leaves_the_line(client, clerk):
    run = make.run(capacity=1)
    called(run)
    waiting = called(run)
    moved(run.lessons.get())

    page = said_no(client, call_about(waiting, noticing.MOVED))

    assert (state_of(waiting), waiting.cancelled_by) == (State.CANCELLED, clerk)
    assert any(waiting.slip in str(message) for message in page.context["messages"])


def test_whoever_waits_stays_in_line_for_the_other_lessons_and_it_is_noted(client, clerk):
    run = make.run(capacity=1, lessons=2)
    called(run)
    waiting = called(run)
    lesson = moved(run.lessons.first())

    page = said_no(client, call_about(waiting, noticing.MOVED))

    assert state_of(waiting) == State.WAITING
    assert lesson.attendances.get().registration == waiting
    assert len(page.context["messages"]) == 2


@pytest.mark.usefixtures("clerk")
def test_the_same_press_twice_gives_back_once(client):
    seated = called(make.run())
    task = call_about(seated, "lesson-reminder")

    for _press in range(2):
        said_no(client, task)

    assert task.attempts.count() == 1


def test_of_a_household_only_whoever_will_not_come_gives_the_seat_back() -> None:
    run, number, clerk = make.run(), make_residents.landline(), make.clerk()
    his, hers = (
        make.registration(run, make_residents.resident(phone=number, contact_wish=ContactWish.CALL))
        for _each in range(2)
    )
    task = call_about(his, "lesson-reminder")
    absent = task.requests.filter(resident=hers.resident).first()

    call_list.record(task, Outcome.ABSENCE, absent=[absent.pk], by=clerk)

    assert (state_of(his), state_of(hers)) == (State.CONFIRMED, State.CANCELLED)
    task.refresh_from_db()
    assert task.state == CallTask.State.DONE


# Reminders ------------------------------------------------------------------------------------------------


@pytest.fixture
def on_the_eve(time_machine):
    """A run of two lessons and somebody in it, at noon of the day before the first; both calls of it are due."""
    time_machine.move_to(datetime(2026, 11, 16, 9, 0, tzinfo=TOKYO), tick=False)
    run = make.run(lessons=2, starts_at=datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO))
    registration = called(run)
    time_machine.move_to(datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO), tick=False)
    return registration


def calls_to_come(lesson: Lesson) -> int:
    return Request.objects.standing().filter(occasion=f"lesson:{lesson.pk}", call__state="open").count()


def test_whoever_said_that_they_will_not_come_is_called_about_that_lesson_no_more(on_the_eve, clerk):
    first, second = on_the_eve.run.lessons.all()
    before = calls_to_come(second)

    mark(first, on_the_eve, Attendance.Mark.ABSENT_TOLD, by=clerk)

    assert (calls_to_come(first), calls_to_come(second)) == (0, before)
    assert call_list.todays().count() == 0


def test_whoever_says_on_the_first_call_that_they_will_not_come_is_not_called_a_second_time(on_the_eve, clerk):
    first = on_the_eve.run.lessons.first()

    call_list.record(call_list.todays().first(), Outcome.ABSENCE, by=clerk)

    assert calls_to_come(first) == call_list.todays().count() == 0
    assert Attendance.objects.get().mark == Attendance.Mark.ABSENT_TOLD


@pytest.mark.parametrize("again", ["the tick was a slip", "they come after all"])
def test_whoever_comes_after_all_is_reminded_again(on_the_eve, clerk, time_machine, again):
    first = on_the_eve.run.lessons.first()
    before = calls_to_come(first)
    mark(first, on_the_eve, Attendance.Mark.ABSENT_TOLD, by=clerk)

    if again == "the tick was a slip":
        unmark(first, on_the_eve, by=clerk)
    else:
        time_machine.move_to(datetime(2026, 12, 4, 9, 0, tzinfo=TOKYO), tick=False)
        mark(first, on_the_eve, Attendance.Mark.PRESENT, by=clerk)

    assert calls_to_come(first) == before > 0


def test_whoever_was_told_already_is_not_told_again_when_they_come_after_all(on_the_eve, clerk):
    first = on_the_eve.run.lessons.first()
    while (task := call_list.todays().first()) is not None:
        call_list.record(task, Outcome.SELF, by=clerk)

    mark(first, on_the_eve, Attendance.Mark.ABSENT_TOLD, by=clerk)
    unmark(first, on_the_eve, by=clerk)

    assert call_list.todays().count() == 0


def to_be_reminded(registration: Registration) -> list[int]:
    """The lessons of which somebody is still to be reminded, each once."""
    standing = Request.objects.standing().filter(key__startswith=f"registration:{registration.pk}:lesson:")
    return [each.pk for each in registration.run.lessons.all() if standing.filter(occasion=f"lesson:{each.pk}")]


@pytest.mark.parametrize("change", ["another room", "other rules"])
def test_a_change_brings_no_reminder_back_for_whoever_said_that_they_will_not_come(clerk, change):
    run = make.run(lessons=2)
    absent, comes = called(run), called(run)
    first, second = run.lessons.all()
    cannot_come(absent, first, by=clerk)

    if change == "another room":
        move(first, starts_at=first.starts_at, ends_at=first.ends_at, venue=make.venue(), by=clerk)
    else:
        change_run(run, by=clerk, reminder_rules=[[2, "10:00"]])

    assert to_be_reminded(absent) == [second.pk]
    assert to_be_reminded(comes) == [first.pk, second.pk]


def test_whoever_takes_a_seat_is_not_reminded_of_a_lesson_to_which_they_said_they_will_not_come(clerk):
    run = make.run(lessons=2, capacity=1)
    seated, waiting = called(run), called(run)
    first, second = run.lessons.all()
    cannot_come(waiting, first, by=clerk)

    give_back(seated, by=clerk)
    accept(Offer.objects.get(), by=clerk)

    assert to_be_reminded(waiting) == [second.pk]


@pytest.mark.parametrize(("ticked", "more"), [(Attendance.Mark.PRESENT, 0), (Attendance.Mark.ABSENT_TOLD, 1)])
def test_a_tick_asks_the_letterbox_only_about_whoever_will_not_come(clerk, ticked, more, time_machine):
    lesson = make.run(starts_at=make.days_ahead(0, at="23:50")).lessons.get()
    registration = make.registration(lesson.run, make_residents.resident(contact_wish=ContactWish.NONE))
    Request.objects.all().delete()

    with CaptureQueriesContext(connection) as asked:
        mark(lesson, registration, ticked, by=clerk)

    assert sum("reminders_request" in query["sql"] for query in asked) == more
