"""Telling everybody at once: what is sent, what is called off, and what is never done twice."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from time_machine import TimeMachineFixture

from accounts.models import User
from classes.broadcasting import ChangedSinceLookedAt, NothingIsSaid, NothingLeftToSay, broadcast
from classes.cancellation import cancel
from classes.models import Broadcast, Lesson
from classes.reminding import PURPOSE
from core.models import AuditEntry
from core.wareki import TOKYO
from reminders import call_list
from reminders.delivery import deliver_next
from reminders.gateways.memory import MemoryGateway
from reminders.models import CallTask, Message, Request
from residents.models import ContactWish
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


def told(made: Broadcast) -> list[Request]:
    return list(Request.objects.current().filter(occasion=made.occasion).order_by("pk"))


def test_everybody_is_told_and_the_reminders_of_the_lesson_are_withdrawn(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    texted = make.registration(run, make_reminders.textable(), by=clerk)
    called = make.registration(run, make_reminders.callable_(), by=clerk)

    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    run.refresh_from_db()
    assert (run.called_off_at, run.called_off_reason) == (NOON, make_broadcasts.TYPHOON)
    message, call = Message.objects.urgent().get(), CallTask.objects.get(is_urgent=True)
    assert (message.number, message.body, message.due_at) == (
        texted.resident.phone_lines.get().number,
        made.body,
        NOON,
    )
    assert call.requests.get().resident == called.resident
    assert not Request.objects.standing().filter(purpose=PURPOSE).exists()
    assert AuditEntry.objects.get(action="broadcast.sent").facts["people"] == 2


def test_one_lesson_of_a_series_is_called_off_and_the_others_are_not(clerk: User) -> None:
    run = make.run(lessons=2, starts_at=TOMORROW)
    first, second = run.lessons.all()
    make.registration(run, by=clerk)

    make_broadcasts.sent(make_broadcasts.draft(first), by=clerk)

    run.refresh_from_db()
    assert run.called_off_at is None
    assert list(Lesson.objects.standing()) == [second]


def test_the_rest_of_a_run_of_which_something_was_held_is_called_off_lesson_by_lesson(clerk: User) -> None:
    run = make.run(lessons=2, starts_at=TOMORROW)
    make.registration(run, by=clerk)
    held, ahead = run.lessons.all()
    Lesson.objects.filter(pk=held.pk).update(starts_at=NOON - timedelta(days=6), ends_at=NOON - timedelta(days=5))

    make_broadcasts.sent(make_broadcasts.draft(ahead), by=clerk)

    run.refresh_from_db()
    ahead.refresh_from_db()
    assert (run.called_off_at, ahead.cancelled_at) == (None, NOON)


def test_a_typhoon_closes_every_class_of_the_day(clerk: User) -> None:
    runs = [make.run(starts_at=TOMORROW + timedelta(hours=hour)) for hour in range(3)]
    for run in runs:
        make.registration(run, by=clerk)

    make_broadcasts.sent(make_broadcasts.draft(*runs), by=clerk)

    assert not Lesson.objects.standing().exists()
    assert CallTask.objects.filter(is_urgent=True).count() == 3


def test_a_notice_calls_nothing_off_and_leaves_the_reminders(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW + timedelta(days=3))
    make.registration(run, make_reminders.textable(), by=clerk)

    made = make_broadcasts.sent(make_broadcasts.notice(run), by=clerk)

    assert Lesson.objects.standing().count() == 1
    assert Request.objects.standing().filter(purpose=PURPOSE).count() == 2
    assert len(told(made)) == 1


def test_a_household_hears_it_once(clerk: User) -> None:
    run, number = make.run(starts_at=TOMORROW), make_residents.mobile()
    for name in ("茂", "キヨ"):
        make.registration(run, make_reminders.textable(number, given_name=name), by=clerk)

    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    assert len(told(made)) == 2
    assert Message.objects.urgent().get().requests.count() == 2


@pytest.mark.parametrize("lessons", [1, 2])
def test_nobody_is_told_a_second_time_that_it_is_off(clerk: User, lessons: int) -> None:
    run = make.run(lessons=lessons, starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)
    make.registration(run, make_reminders.callable_(), by=clerk)

    made = make_broadcasts.sent(make_broadcasts.draft(run.lessons.all()[0]), by=clerk)

    about_it = Request.objects.standing().filter(is_urgent=True)
    assert {each.occasion for each in about_it} == {made.occasion}
    assert not Request.objects.standing().filter(purpose__in=["lesson-called-off", "run-called-off"]).exists()


def test_whoever_wants_to_hear_nothing_is_counted_and_not_told(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_residents.resident(contact_wish=ContactWish.NONE), by=clerk)

    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    assert [(each.message, each.call) for each in told(made)] == [(None, None)]


def test_a_button_pressed_twice_sends_once(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)
    draft, key = make_broadcasts.draft(run), uuid4()
    seen = make_broadcasts.audience(draft).fingerprint

    first, second = (broadcast(draft, key=key, seen=seen, by=clerk) for _press in range(2))

    assert first == second
    assert Message.objects.urgent().count() == 1


@pytest.mark.parametrize("build", [make_broadcasts.draft, make_broadcasts.notice])
def test_a_second_clerk_who_sends_the_same_hears_that_it_is_done(clerk: User, build) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)
    draft = build(run)
    seen = make_broadcasts.audience(draft).fingerprint

    mine = broadcast(draft, key=uuid4(), seen=seen, by=clerk)
    theirs = broadcast(draft, key=uuid4(), seen=seen, by=make.clerk())

    assert theirs == mine
    assert Request.objects.filter(occasion=mine.occasion).count() == 1


def test_what_has_changed_since_it_was_looked_at_is_not_sent(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)
    draft = make_broadcasts.draft(run)
    seen = make_broadcasts.audience(draft).fingerprint
    make.registration(run, make_reminders.textable(), by=clerk)

    with pytest.raises(ChangedSinceLookedAt):
        make_broadcasts.sent(draft, by=clerk, seen=seen)

    run.refresh_from_db()
    assert (run.called_off_at, Broadcast.objects.count(), Message.objects.urgent().count()) == (None, 0, 0)


def test_lessons_that_somebody_else_called_off_are_not_called_off_in_other_words(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, by=clerk)
    draft = make_broadcasts.draft(run, reason="大雨")
    seen = make_broadcasts.audience(draft).fingerprint
    make_broadcasts.sent(make_broadcasts.draft(run), by=make.clerk())

    with pytest.raises(NothingLeftToSay):
        make_broadcasts.sent(draft, by=clerk, seen=seen)


@pytest.mark.parametrize("build", [make_broadcasts.draft, make_broadcasts.notice])
@pytest.mark.parametrize("reason", ["", " 　", "。", "……！", "のため。"])
def test_nobody_is_told_without_saying_why_or_what(clerk: User, build, reason: str) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)

    with pytest.raises(NothingIsSaid):
        make_broadcasts.sent(build(run, reason=reason), by=clerk)

    run.refresh_from_db()
    assert (run.called_off_at, Broadcast.objects.count(), Message.objects.urgent().count()) == (None, 0, 0)


def test_a_lesson_that_has_begun_is_left_out(clerk: User, time_machine: TimeMachineFixture) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, by=clerk)
    draft = make_broadcasts.draft(run)
    time_machine.move_to(TOMORROW, tick=False)

    with pytest.raises(NothingLeftToSay):
        make_broadcasts.sent(draft, by=clerk)


def test_who_cancels_after_it_was_sent_and_before_the_text_leaves_is_not_texted(clerk: User) -> None:
    run, gateway = make.run(starts_at=TOMORROW), MemoryGateway()
    stays = make.registration(run, make_reminders.textable(), by=clerk)
    leaves = make.registration(run, make_reminders.textable(), by=clerk)
    make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    cancel(leaves, by=clerk, reason="health")
    deliver_next(gateway, worker="one", now=NOON)

    assert [text.number for text in gateway.sent] == [stays.resident.phone_lines.get().number]


def test_its_calls_stand_first_on_the_list_but_for_those_about_a_lesson_of_today(clerk: User) -> None:
    of_today, usual = (
        make_reminders.call(key=f"registration:0:lesson:{number}:", purpose=PURPOSE, useless_after=begins)
        for number, begins in enumerate([NOON + timedelta(hours=1), TOMORROW - timedelta(hours=1)])
    )
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.callable_(), by=clerk)

    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    assert list(call_list.todays(NOON)) == [of_today, told(made)[0].call, usual]


def test_an_evenings_texts_leave_in_the_morning_and_the_calls_are_on_the_list_at_once(
    clerk: User, time_machine: TimeMachineFixture
) -> None:
    run, gateway = make.run(starts_at=TOMORROW), MemoryGateway()
    make.registration(run, make_reminders.textable(), by=clerk)
    make.registration(run, make_reminders.callable_(), by=clerk)
    time_machine.move_to(evening := NOON.replace(hour=18), tick=False)

    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    assert deliver_next(gateway, worker="one", now=evening) == 0
    assert [call.occasion for call in call_list.todays(evening)] == [made.occasion]
    assert deliver_next(gateway, worker="one", now=TOMORROW.replace(hour=9)) == 1
