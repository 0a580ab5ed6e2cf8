"""The call list: who is called, by whom, and what came of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from city.models import ClosingDay
from classes.models import Attendance
from core.models import AuditEntry
from core.wareki import local_date
from reminders import call_list, opting_out, outbox, receipts, sheets
from reminders.delivery import deliver_next
from reminders.gateways import Answer
from reminders.models import CallAttempt, CallTask, Message, Outcome, Request
from reminders.reasons import Reason
from residents.intake import PhoneDetails, correct
from residents.models import ContactWish, PhoneLine, Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = CallTask.State
NOT_REACHED = sorted(call_list.NOT_REACHED)


@pytest.fixture
def clerk():
    return make_accounts.user(Role.RECEPTION)


@pytest.fixture
def colleague():
    return make_accounts.user(Role.RECEPTION, name="吉川")


def household(*names: str) -> CallTask:
    """A call to several people at one number."""
    number = make_residents.landline()
    requests = [make.request(make_residents.resident(phone=number, given_name=name)) for name in names]
    return requests[0].call


# Which calls ----------------------------------------------------------------------------------------------


def test_the_call_whose_lesson_is_next_stands_first() -> None:
    later = make.call(useless_after=make.LESSON + timedelta(days=1), occasion="lesson:32")
    sooner = make.call(occasion="lesson:31")

    assert list(call_list.todays(make.NOON)) == [sooner, later]


def test_whose_lesson_is_today_comes_first_then_what_is_urgent_then_the_next_lesson() -> None:
    tomorrow = make.call(occasion="lesson:31", useless_after=make.later(hours=20))
    urgent = make.call(occasion="broadcast:1", useless_after=make.later(days=2), is_urgent=True)
    urgent_today = make.call(occasion="broadcast:2", useless_after=make.later(hours=5), is_urgent=True)
    today = make.call(occasion="lesson:32", useless_after=make.later(hours=3))

    assert list(call_list.todays(make.NOON)) == [today, urgent_today, urgent, tomorrow]
    assert list(sheets.printable(make.NOON)) == [today, urgent_today, urgent, tomorrow]


def test_a_call_of_another_day_waits_for_its_day() -> None:
    make.call(due_at=make.NOON + timedelta(days=1))

    assert call_list.todays(make.NOON).count() == 0
    assert call_list.later(make.NOON).count() == 1
    assert call_list.todays(make.NOON + timedelta(days=1)).count() == 1


def test_a_call_left_over_from_yesterday_is_todays() -> None:
    make.call(due_at=make.NOON - timedelta(days=1))

    assert call_list.todays(make.NOON).count() == 1


# Who calls ------------------------------------------------------------------------------------------------


def test_who_takes_a_call_has_it_alone(clerk, colleague) -> None:
    task = make.call()

    call_list.take(task, by=clerk, now=make.NOON)

    with pytest.raises(call_list.CallIsHeld) as refused:
        call_list.take(task, by=colleague, now=make.NOON)
    assert refused.value.name == clerk.name
    with pytest.raises(call_list.CallIsHeld):
        call_list.record(task, Outcome.SELF, by=colleague, now=make.NOON)


def test_taking_a_call_twice_is_taking_it_once(clerk) -> None:
    task = make.call()

    call_list.take(task, by=clerk, now=make.NOON)
    call_list.take(task, by=clerk, now=make.NOON)

    assert CallTask.objects.get().held_by == clerk


def test_a_clerk_who_was_called_away_blocks_a_call_for_ten_minutes_only(clerk, colleague) -> None:
    task = make.call()
    call_list.take(task, by=clerk, now=make.NOON)

    call_list.take(task, by=colleague, now=make.later(minutes=10))

    assert CallTask.objects.get().held_by == colleague


def test_a_call_in_a_clerks_hand_stays_there_when_the_person_takes_texts_again(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    number = person.phone_lines.get().number
    opting_out.opt_out(number, about="everything", how="phone", by=clerk)
    task = make.call(person)
    call_list.tidy(now=make.NOON)
    call_list.take(task, by=clerk, now=make.NOON)

    opting_out.opt_in(number, how="text", by=None)
    call_list.tidy(now=make.NOON)

    assert (CallTask.objects.open().get(), Message.objects.count()) == (task, 0)
    assert call_list.record(task, Outcome.SELF, by=clerk, now=make.NOON).state == State.DONE


def test_whoever_takes_texts_again_is_texted_once_the_clerk_has_let_go_of_the_call(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    number = person.phone_lines.get().number
    opting_out.opt_out(number, about="everything", how="phone", by=clerk)
    task = make.call(person)
    call_list.tidy(now=make.NOON)
    call_list.take(task, by=clerk, now=make.NOON)
    opting_out.opt_in(number, how="text", by=None)

    call_list.let_go(task, by=clerk)
    call_list.tidy(now=make.NOON)

    assert not CallTask.objects.open().exists()
    assert Message.objects.get().number == number


def test_a_call_let_go_is_free_for_somebody_else(clerk, colleague) -> None:
    task = make.call()
    call_list.take(task, by=clerk, now=make.NOON)

    call_list.let_go(task, by=colleague)
    assert CallTask.objects.get().held_by == clerk

    call_list.let_go(task, by=clerk)
    call_list.take(task, by=colleague, now=make.NOON)
    assert CallTask.objects.get().held_by == colleague


def test_a_call_that_was_made_cannot_be_taken(clerk, colleague) -> None:
    task = make.call()
    call_list.record(task, Outcome.SELF, by=clerk, now=make.NOON)

    with pytest.raises(call_list.CallIsClosed):
        call_list.take(task, by=colleague, now=make.NOON)


# What came of it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", sorted(call_list.TOLD))
def test_who_was_told_needs_no_more_call(clerk, purpose, outcome) -> None:
    task = make.call()

    call_list.record(task, outcome, by=clerk, now=make.NOON)

    task.refresh_from_db()
    assert (task.state, task.outcome, task.settled_by, task.settled_at) == (State.DONE, outcome, clerk, make.NOON)
    assert purpose.heard == [(task.requests.get().key, outcome)]
    assert CallAttempt.objects.get().by == clerk


@pytest.mark.parametrize("outcome", NOT_REACHED)
def test_a_machine_or_nobody_leaves_the_call_open_and_free_for_the_next_clerk(clerk, colleague, outcome) -> None:
    task = make.call()
    call_list.take(task, by=clerk, now=make.NOON)

    call_list.record(task, outcome, by=clerk, now=make.NOON)
    call_list.take(task, by=colleague, now=make.NOON)

    task.refresh_from_db()
    assert task.state == State.OPEN
    assert [attempt.outcome for attempt in task.attempts.all()] == [outcome]


@pytest.mark.parametrize("outcome", NOT_REACHED)
def test_who_was_not_reached_comes_back_to_the_list_at_another_time_of_day(clerk, outcome) -> None:
    task = make.call()
    morning = make.NOON - timedelta(hours=2)

    call_list.record(task, outcome, by=clerk, now=morning)

    one = make.NOON + timedelta(hours=1)
    for now, is_listed in [(morning, False), (one - timedelta(seconds=1), False), (one, True)]:
        assert (task in call_list.todays(now), task in call_list.resting(now)) == (is_listed, not is_listed)


def test_who_rings_back_while_the_call_rests_is_recorded_as_told(clerk) -> None:
    task = make.call()
    call_list.record(task, Outcome.NO_ANSWER, by=clerk, now=make.NOON)

    call_list.record(task, Outcome.SELF, by=clerk, now=make.later(minutes=30))

    task.refresh_from_db()
    assert (task.state, task.again_at) == (State.DONE, None)


def test_every_attempt_is_kept_the_newest_first(clerk) -> None:
    task = make.call()

    call_list.record(task, Outcome.NO_ANSWER, by=clerk, now=make.NOON)
    call_list.record(task, Outcome.NO_ANSWER, by=clerk, now=make.later(hours=2))
    call_list.record(task, Outcome.SELF, by=clerk, now=make.later(hours=4))

    assert [attempt.outcome for attempt in task.attempts.all()] == ["self", "no_answer", "no_answer"]


@pytest.mark.parametrize("outcome", [Outcome.SELF, Outcome.NO_ANSWER])
def test_a_button_pressed_twice_is_one_attempt(clerk, purpose, outcome) -> None:
    task = make.call()

    call_list.record(task, outcome, by=clerk, now=make.NOON)
    call_list.record(task, outcome, by=clerk, now=make.later(seconds=20))

    assert CallAttempt.objects.count() == len(purpose.heard) == 1


def test_another_answer_to_a_call_that_was_made_is_refused(clerk, colleague) -> None:
    task = make.call()
    call_list.record(task, Outcome.SELF, by=clerk, now=make.NOON)

    for who, outcome in [(clerk, Outcome.ABSENCE), (colleague, Outcome.SELF)]:
        with pytest.raises(call_list.CallIsClosed):
            call_list.record(task, outcome, by=who, now=make.NOON)


def test_a_lesson_cancelled_while_the_clerk_dialled_leaves_nothing_to_record(clerk) -> None:
    task = make.call()
    outbox.withdraw_each([task.requests.get().key], by=clerk)

    with pytest.raises(call_list.CallIsClosed):
        call_list.record(task, Outcome.SELF, by=clerk, now=make.NOON)


def test_what_came_of_a_call_is_on_record_by_id(clerk) -> None:
    task = make.call()

    call_list.record(task, Outcome.FAMILY, by=clerk, now=make.NOON)

    entry = AuditEntry.objects.get(action="call.recorded")
    assert (entry.subject_id, entry.by_id, entry.facts) == (str(task.pk), clerk.pk, {"outcome": "family"})


# Absences -------------------------------------------------------------------------------------------------


def test_of_a_household_only_who_is_ticked_will_not_come(clerk, purpose) -> None:
    task = household("茂", "キヨ")
    his, hers = task.requests.order_by("pk")

    call_list.record(task, Outcome.ABSENCE, absent=[hers.pk], by=clerk, now=make.NOON)

    assert purpose.heard == [(his.key, "self"), (hers.key, "absence")]


@pytest.mark.parametrize("absent", [[], [10**6]])
def test_who_of_a_household_will_not_come_has_to_be_said(clerk, purpose, absent) -> None:
    task = household("茂", "キヨ")

    with pytest.raises(call_list.NobodyIsAbsent):
        call_list.record(task, Outcome.ABSENCE, absent=absent, by=clerk, now=make.NOON)

    assert purpose.heard == []
    assert CallTask.objects.get().state == State.OPEN


def test_an_absence_told_on_the_telephone_stands_on_the_roster(clerk) -> None:
    registration = make_classes.registration(make_classes.run(lessons=2))
    task = CallTask.objects.first()

    call_list.record(task, Outcome.ABSENCE, by=clerk)

    assert Attendance.objects.get().registration == registration
    assert Attendance.objects.get().mark == Attendance.Mark.ABSENT_TOLD


@pytest.mark.parametrize("outcome", [Outcome.ABSENCE, Outcome.SELF, Outcome.NO_ANSWER])
def test_what_is_told_while_the_lesson_begins_counts_when_the_call_was_taken_before(clerk, purpose, outcome) -> None:
    task = make.call()
    call_list.take(task, by=clerk, now=make.LESSON - timedelta(minutes=2))
    call_list.tidy(now=make.LESSON)

    call_list.record(task, outcome, by=clerk, now=make.LESSON + timedelta(minutes=1))

    task.refresh_from_db()
    assert purpose.heard == [(task.requests.get().key, outcome)]
    assert task.state == (State.TOO_LATE if outcome in call_list.NOT_REACHED else State.DONE)


def test_a_call_that_nobody_or_another_clerk_took_before_the_lesson_is_closed_with_it(clerk, colleague) -> None:
    tasks = [make.call(), make.call(occasion="lesson:32")]
    call_list.take(tasks[0], by=colleague, now=make.LESSON - timedelta(minutes=2))
    call_list.tidy(now=make.LESSON)

    for task in tasks:
        with pytest.raises(call_list.CallIsClosed):
            call_list.record(task, Outcome.ABSENCE, by=clerk, now=make.LESSON + timedelta(minutes=1))


# A wrong number -------------------------------------------------------------------------------------------


def test_a_wrong_number_is_marked_and_the_other_one_is_called(clerk) -> None:
    other = make_residents.landline()
    phones = [PhoneDetails(make_residents.landline()), PhoneDetails(other)]
    task = make.call(make_residents.resident(phones=phones))

    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    assert PhoneLine.objects.get(number=task.number).is_doubtful
    again = CallTask.objects.open().get()
    assert (again.number, again.requests.get()) == (other.e164, Request.objects.get())


def test_a_stranger_is_never_called_a_second_time(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    task = make.call()
    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    call_list.tidy(now=make.NOON)
    outbox.reroute(Resident.objects.get(), by=clerk)

    again = CallTask.objects.open().get()
    assert (again.number, again.reason) == ("", Reason.WRONG_NUMBER)


def test_nobody_is_called_at_a_strangers_number_about_anything_else_either(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    number = make_residents.landline()
    his, hers = (make_residents.resident(phone=number) for _person in range(2))
    task = make.call(his)
    for person in (his, hers):
        make.call(person, occasion="lesson:32", due_at=make.later(minutes=1))
    call_list.tidy(now=make.NOON)

    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    assert {(call.number, call.reason) for call in CallTask.objects.open()} == {("", Reason.WRONG_NUMBER)}
    assert not sheets.printable(make.NOON).exists()
    assert Request.objects.standing().filter(call__state=State.OPEN).count() == 3


def test_nobody_is_texted_at_a_strangers_number_and_whoever_has_no_other_is_called_today(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    number = make_residents.mobile()
    task = make.call(make_residents.resident(phone=number, contact_wish=ContactWish.CALL))
    texted = make.request(make.textable(number), due_at=make.later(days=1))

    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    texted.refresh_from_db()
    assert (texted.message, texted.call.number, texted.call.reason) == (None, "", Reason.WRONG_NUMBER)
    assert Message.objects.get().state == Message.State.WITHDRAWN


@pytest.mark.parametrize("state", [Message.State.SENT, Message.State.DELIVERED])
def test_whoever_was_texted_at_a_strangers_number_has_been_told_nothing(clerk, time_machine, state) -> None:
    time_machine.move_to(make.NOON, tick=False)
    message = make.sent(occasion="lesson:32")
    Message.objects.update(state=state)
    person = message.requests.get().resident

    call_list.record(make.call(person, by_call_only=True), Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    request = Request.objects.get(message=message)
    assert (request.message.state, request.message.error_code) == (Message.State.FAILED, "stranger")
    assert (request.call.state, request.call.number, request.call.reason) == (State.OPEN, "", Reason.WRONG_NUMBER)
    right = make_residents.mobile()
    correct(person, make_residents.details(phone=right, contact_wish=ContactWish.SMS), by=clerk)
    assert {call.number for call in CallTask.objects.open()} == {right.e164}
    assert CallTask.objects.open().count() == 2


def test_no_receipt_makes_a_strangers_telephone_the_right_one(clerk) -> None:
    message = make.sent(occasion="lesson:32")
    task = make.call(message.requests.get().resident, by_call_only=True)
    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    for status in ("delivered", "read"):
        receipts.apply(message.token, Answer(message.provider_id, status), now=make.later(minutes=1))

    assert message.requests.get().call.state == State.OPEN
    assert Message.objects.get().state == Message.State.FAILED


def test_everybody_of_a_text_to_a_strangers_number_is_called_though_they_have_another_number_by_now(clerk) -> None:
    number = make_residents.mobile()
    message = make.sent(make.textable(number), occasion="lesson:32")
    moved = make.textable(number)
    assert make.request(moved, occasion="lesson:32").message == message
    PhoneLine.objects.filter(resident=moved).update(number=(right := make_residents.mobile()).e164)
    task = make.call(message.requests.first().resident, by_call_only=True)

    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    assert [request.call.number for request in message.requests.order_by("pk")] == ["", right.e164]


def test_whoever_was_told_on_the_telephone_is_not_called_again_for_a_stranger_who_got_the_text(clerk) -> None:
    message = make.sent(occasion="lesson:32", at=make.NOON - timedelta(minutes=90))
    receipts.give_up_waiting(message.pk, now=make.NOON)
    told = CallTask.objects.get()
    call_list.record(told, Outcome.FAMILY, by=clerk, now=make.NOON)
    task = make.call(message.requests.get().resident, by_call_only=True)

    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.later(hours=1))

    assert message.requests.get().call == told


def test_a_text_about_what_is_over_stays_as_it_was_when_a_stranger_answers(clerk) -> None:
    over = make.sent(useless_after=make.later(hours=3), occasion="lesson:32")
    Message.objects.update(state=Message.State.DELIVERED)
    task = make.call(over.requests.get().resident, by_call_only=True)

    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.later(hours=3))

    assert Message.objects.get().state == Message.State.DELIVERED


def test_the_right_number_brings_the_call_back(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    task = make.call()
    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)
    right = make_residents.landline()

    correct(Resident.objects.get(), make_residents.details(phone=right), by=clerk)

    assert CallTask.objects.open().get().number == right.e164


def test_the_right_number_brings_back_the_call_in_place_of_a_text_that_failed(clerk, gateway, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    message = make.message()
    gateway.refusals[message.number] = "30005"
    deliver_next(gateway, worker="worker", now=make.NOON)
    call_list.record(CallTask.objects.open().get(), Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)
    right = make_residents.mobile()

    correct(
        Resident.objects.get(),
        make_residents.details(phone=right, contact_wish=ContactWish.SMS),
        by=clerk,
    )

    assert CallTask.objects.open().get().number == right.e164
    assert Request.objects.get().message == message


@pytest.mark.postgres
def test_looking_again_holds_the_requests_and_the_call_and_nobody_who_is_only_read_with_them(purpose) -> None:
    task = make.call()
    purpose.no_longer_due.add(task.requests.get().key)

    with CaptureQueriesContext(connection) as asked:
        assert call_list.tidy(now=make.NOON) == 1

    locking = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    joined = [sql for sql in locking if " JOIN " in sql]
    assert len(joined) == 2
    assert [sql for sql in joined if " FOR UPDATE OF " not in sql] == []


# Other ways -----------------------------------------------------------------------------------------------


def test_a_postcard_that_was_posted_is_done(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    task = make.postcard()
    assert task.is_postcard

    call_list.posted(task, by=clerk, now=make.NOON)

    task.refresh_from_db()
    assert (task.state, task.settled_by) == (State.DONE, clerk)


def test_a_postcard_stays_one_though_the_clock_of_the_worker_is_days_ahead(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    task = make.postcard()
    day = task.due_at
    time_machine.move_to(make.LESSON + timedelta(days=11), tick=False)

    call_list.tidy(now=day)

    assert CallTask.objects.open().get() == task


def test_a_postcard_is_posted_once_however_often_it_is_said(clerk, colleague, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    task = make.postcard()

    call_list.posted(task, by=clerk, now=make.NOON)
    call_list.posted(task, by=clerk, now=make.NOON)

    assert AuditEntry.objects.filter(action="postcard.posted").count() == 1
    with pytest.raises(call_list.CallIsClosed):
        call_list.posted(task, by=colleague, now=make.NOON)


def test_what_is_read_out_is_the_text_itself_where_the_application_is_gone() -> None:
    request = make.request(purpose="gone")

    assert call_list.script(request) == make.BODY
    assert call_list.link(request) == ""


# What the worker does -------------------------------------------------------------------------------------


def test_a_call_is_closed_at_the_moment_of_the_lesson() -> None:
    task = make.call()

    assert call_list.tidy(now=make.LESSON - timedelta(seconds=1)) == 0
    assert call_list.tidy(now=make.LESSON) == 1

    task.refresh_from_db()
    assert task.state == State.TOO_LATE


def test_whoever_gave_the_seat_back_is_taken_off_the_list_on_the_day(purpose) -> None:
    task = make.call()
    purpose.no_longer_due.add(task.requests.get().key)

    call_list.tidy(now=make.NOON)

    task.refresh_from_db()
    assert task.state == State.WITHDRAWN


def test_the_other_one_of_the_household_is_still_called(purpose) -> None:
    task = household("茂", "キヨ")
    purpose.no_longer_due.add(task.requests.order_by("pk")[0].key)

    call_list.tidy(now=make.NOON)

    task.refresh_from_db()
    assert task.state == State.OPEN
    assert task.requests.standing().count() == 1


def test_a_wish_that_changed_without_anybody_saying_so_is_seen_on_the_day() -> None:
    task = make.call()
    Resident.objects.update(contact_wish=ContactWish.NONE)

    call_list.tidy(now=make.NOON - timedelta(days=2))
    assert CallTask.objects.get().state == State.OPEN

    call_list.tidy(now=make.NOON)
    task.refresh_from_db()
    assert task.state == State.WITHDRAWN


def test_who_is_called_because_a_text_failed_is_not_texted_again(gateway) -> None:
    message = make.message()
    gateway.refusals[message.number] = "30004"
    deliver_next(gateway, worker="worker", now=make.NOON)

    call_list.tidy(now=make.NOON)

    assert Request.objects.get().message == message
    assert CallTask.objects.get().state == State.OPEN


# The office closes -----------------------------------------------------------------------------------------


def test_what_was_planned_for_a_day_that_becomes_a_closing_day_moves_before_it() -> None:
    closed = make.call(due_at=make.later(days=1))
    other = make.call(due_at=make.later(days=1, hours=21))
    ClosingDay.objects.create(day=local_date(closed.due_at), reason="創立記念日")

    call_list.tidy(now=make.NOON)

    closed.refresh_from_db()
    other.refresh_from_db()
    assert closed.due_at == make.NOON
    assert local_date(other.due_at) == local_date(make.later(days=2))


def test_what_is_urgent_is_called_about_on_a_closing_day_too() -> None:
    urgent = make.call(due_at=make.later(days=1), is_urgent=True)
    ClosingDay.objects.create(day=local_date(urgent.due_at), reason="創立記念日")

    call_list.tidy(now=make.NOON)

    urgent.refresh_from_db()
    assert urgent.due_at == make.later(days=1)
