"""The call list on paper: on which sheet a call stands, and what is typed back from it."""

from datetime import timedelta

import pytest

from city.models import CityProfile
from classes.models import Attendance
from core.models import AuditEntry
from reminders import call_list, fallback, opting_out, outbox, receipts, sheets
from reminders.gateways import Answer
from reminders.models import CallAttempt, CallSheet, CallSheetLine, CallTask, Message, Outcome
from reminders.sheets import Tick
from residents.intake import PhoneDetails
from residents.models import ContactWish, PhoneLine
from tests.make import classes as make_classes
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = CallTask.State
TYPED = make.later(hours=3)


@pytest.fixture
def clerk():
    return make.clerk()


@pytest.fixture
def colleague():
    return make.clerk("吉川")


def type_back(sheet: CallSheet, *outcomes: str, by, made_at=make.NOON, now=TYPED, **absent):
    ticks = {number: Tick(outcome) for number, outcome in enumerate(outcomes, start=1) if outcome}
    return sheets.type_back(sheet, ticks, by=by, made_at=made_at, now=now)


# Printing -------------------------------------------------------------------------------------------------


def test_a_sheet_has_the_calls_in_the_order_of_the_screen(clerk) -> None:
    later = make.call(useless_after=make.LESSON + timedelta(days=1), occasion="lesson:32")
    sooner = make.call()

    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    assert [(line.number, line.task) for line in sheet.lines.all()] == [(1, sooner), (2, later)]
    assert AuditEntry.objects.get(action="calls.printed").facts == {"count": 2}


def test_a_call_stands_on_one_sheet_at_a_time(clerk, colleague) -> None:
    first = make.call()
    sheets.print_sheet(by=clerk, now=make.NOON)
    second = make.call(occasion="lesson:32")

    sheet = sheets.print_sheet(by=colleague, now=make.NOON)

    assert [line.task for line in sheet.lines.all()] == [second]
    assert first.sheet_lines.get().sheet != sheet
    with pytest.raises(sheets.NothingToPrint):
        sheets.print_sheet(by=clerk, now=make.NOON + call_list.SAME_PRESS)


def test_a_button_pressed_twice_prints_one_sheet(clerk) -> None:
    make.call()

    assert sheets.print_sheet(by=clerk, now=make.NOON) == sheets.print_sheet(by=clerk, now=make.later(seconds=20))


def test_what_cannot_be_dialled_or_is_being_called_is_not_printed(clerk, colleague) -> None:
    make.call(make_residents.resident(phones=[]))
    call_list.take(make.call(), by=colleague, now=make.NOON)

    with pytest.raises(sheets.NothingToPrint):
        sheets.print_sheet(by=clerk, now=make.NOON)


def test_who_was_not_reached_from_a_sheet_is_printed_again_when_the_time_comes(clerk) -> None:
    task = make.call()
    type_back(sheets.print_sheet(by=clerk, now=make.NOON), Outcome.NO_ANSWER, by=clerk, now=make.later(hours=1))

    assert not sheets.printable(make.later(hours=1)).exists()
    assert sheets.printable(make.later(hours=4)).get() == task


def test_a_sheet_that_was_not_typed_back_on_its_day_is_lost(clerk) -> None:
    make.call()
    sheets.print_sheet(by=clerk, now=make.NOON)

    assert sheets.out(make.NOON).get().lines_out == 1
    assert not sheets.printable(make.NOON).exists()
    assert not sheets.out(make.NOON + timedelta(days=1)).exists()
    assert sheets.printable(make.NOON + timedelta(days=1)).exists()


# Typing back ----------------------------------------------------------------------------------------------


def test_every_tick_is_recorded_with_the_time_of_the_call(clerk, colleague, purpose) -> None:
    tasks = [make.call(occasion=f"lesson:{number}") for number in range(3)]
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    refused = type_back(sheet, Outcome.SELF, Outcome.VOICEMAIL, "", by=colleague, made_at=make.later(minutes=20))

    assert refused == {}
    assert [CallTask.objects.get(pk=task.pk).state for task in tasks] == [State.DONE, State.OPEN, State.OPEN]
    assert {(attempt.outcome, attempt.at, attempt.by) for attempt in CallAttempt.objects.all()} == {
        ("self", make.later(minutes=20), colleague),
        ("voicemail", make.later(minutes=20), colleague),
    }
    assert list(CallSheetLine.objects.values_list("outcome", flat=True)) == ["self", "voicemail", ""]
    assert len(purpose.heard) == 2


def test_a_sheet_typed_in_twice_is_typed_in_once(clerk, colleague, purpose) -> None:
    make.call()
    make.call(occasion="lesson:32")
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    for who, later in [(clerk, 0), (clerk, 1), (colleague, 30)]:
        at = TYPED + timedelta(minutes=later)
        assert type_back(sheet, Outcome.NO_ANSWER, Outcome.SELF, by=who, now=at) == {}

    assert CallAttempt.objects.count() == len(purpose.heard) == 2


def test_what_was_typed_in_before_is_not_changed_by_another_tick(clerk, colleague) -> None:
    make.call()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    type_back(sheet, Outcome.NO_ANSWER, by=clerk)

    refused = type_back(sheet, Outcome.SELF, by=colleague)

    assert isinstance(refused[1], sheets.RecordedOtherwise)
    assert refused[1].name == clerk.name
    assert sheet.lines.get().outcome == Outcome.NO_ANSWER
    assert CallTask.objects.get().state == State.OPEN


def test_what_was_recorded_on_the_screen_meanwhile_stands(clerk, colleague, purpose) -> None:
    task, other = make.call(), make.call(occasion="lesson:32")
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    call_list.record(task, Outcome.ABSENCE, by=colleague, now=make.later(hours=1))

    refused = type_back(sheet, Outcome.SELF, Outcome.FAMILY, by=clerk)

    assert list(refused) == [1]
    assert isinstance(refused[1], sheets.RecordedOtherwise)
    task.refresh_from_db()
    other.refresh_from_db()
    assert (task.outcome, task.settled_by, task.attempts.count()) == ("absence", colleague, 1)
    assert (other.state, other.outcome) == (State.DONE, "family")


def test_the_same_outcome_on_the_screen_is_the_same_call(clerk, colleague) -> None:
    task = make.call()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    call_list.record(task, Outcome.SELF, by=colleague, now=make.later(hours=1))

    assert type_back(sheet, Outcome.SELF, by=clerk) == {}
    assert task.attempts.count() == 1


def test_an_attempt_on_the_screen_does_not_hide_that_the_person_was_reached_from_paper(clerk, colleague) -> None:
    task = make.call()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    call_list.record(task, Outcome.NO_ANSWER, by=colleague, now=make.later(hours=1))

    assert type_back(sheet, Outcome.SELF, by=clerk) == {}
    task.refresh_from_db()
    assert task.state == State.DONE
    assert task.attempts.count() == 2


def test_a_call_taken_off_the_list_meanwhile_is_said_so(clerk) -> None:
    task = make.call()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    outbox.withdraw_each([task.requests.get().key], by=clerk)

    refused = type_back(sheet, Outcome.SELF, by=clerk)

    assert isinstance(refused[1], sheets.NoLongerWanted)
    assert sheet.lines.get().typed_at is None


def test_a_call_that_a_colleague_is_making_is_left_to_the_colleague(clerk, colleague) -> None:
    task = make.call()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    call_list.take(task, by=colleague, now=TYPED)

    assert isinstance(type_back(sheet, Outcome.NO_ANSWER, by=clerk)[1], call_list.CallIsHeld)
    assert type_back(sheet, Outcome.NO_ANSWER, by=clerk, now=TYPED + call_list.HOLD_FOR) == {}


def test_a_call_made_in_time_counts_though_the_sheet_comes_back_after_the_lesson(clerk) -> None:
    task = make.call(useless_after=make.later(hours=2))
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    call_list.tidy(now=TYPED)

    assert type_back(sheet, Outcome.SELF, by=clerk, made_at=make.later(hours=1)) == {}
    task.refresh_from_db()
    assert (task.state, task.outcome) == (State.DONE, "self")


def test_a_call_after_the_lesson_began_does_not_count(clerk) -> None:
    make.call(useless_after=make.later(hours=2))
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    call_list.tidy(now=TYPED)

    refused = type_back(sheet, Outcome.SELF, by=clerk, made_at=make.later(hours=2))

    assert isinstance(refused[1], call_list.CallIsClosed)


def test_an_absence_on_paper_reaches_the_roster(clerk) -> None:
    registration = make_classes.registration(make_classes.run(lessons=2))
    now = CallTask.objects.earliest("due_at").due_at
    sheet = sheets.print_sheet(by=clerk, now=now)

    assert type_back(sheet, Outcome.ABSENCE, by=clerk, made_at=now, now=now + timedelta(hours=1)) == {}

    assert Attendance.objects.get().registration == registration
    assert Attendance.objects.get().mark == Attendance.Mark.ABSENT_TOLD


def test_of_a_household_the_sheet_says_who_will_not_come(clerk, purpose) -> None:
    number = make_residents.landline()
    his, hers = (make.request(make_residents.resident(phone=number, given_name=name)) for name in ("茂", "キヨ"))
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    asked = sheets.type_back(sheet, {1: Tick(Outcome.ABSENCE)}, by=clerk, made_at=make.NOON, now=TYPED)
    told = sheets.type_back(
        sheet, {1: Tick(Outcome.ABSENCE, frozenset({hers.pk}))}, by=clerk, made_at=make.NOON, now=TYPED
    )

    assert isinstance(asked[1], call_list.NobodyIsAbsent)
    assert told == {}
    assert purpose.heard == [(his.key, "self"), (hers.key, "absence")]


@pytest.mark.parametrize("ticked", ["who has left", "nobody"])
def test_of_a_household_of_which_one_has_left_the_other_is_not_taken_for_the_one_who_was_ticked(
    clerk, purpose, ticked
) -> None:
    number = make_residents.landline()
    his, hers = (make.request(make_residents.resident(phone=number, given_name=name)) for name in ("茂", "キヨ"))
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    outbox.withdraw_each([his.key], by=clerk)
    absent = frozenset({his.pk} if ticked == "who has left" else ())

    refused = sheets.type_back(sheet, {1: Tick(Outcome.ABSENCE, absent)}, by=clerk, made_at=make.NOON, now=TYPED)

    assert purpose.heard == []
    assert (refused[1].code, refused[1].facts.get("name")) == (
        ("HasLeftTheCall", his.resident.name) if absent else ("NobodyIsAbsent", None)
    )
    both = frozenset({his.pk, hers.pk})
    assert sheets.type_back(sheet, {1: Tick(Outcome.ABSENCE, both)}, by=clerk, made_at=make.NOON, now=TYPED) == {}
    assert purpose.heard == [(hers.key, "absence")]


def test_a_wrong_number_on_paper_marks_the_number(clerk) -> None:
    make.call()

    type_back(sheets.print_sheet(by=clerk, now=make.NOON), Outcome.WRONG_NUMBER, by=clerk)

    assert PhoneLine.objects.get().is_doubtful


# A text that arrives while the sheet is out --------------------------------------------------------------


def unconfirmed(*people) -> Message:
    """A text without a receipt, about which somebody is to be called."""
    message = make.sent(*people, at=make.NOON - timedelta(minutes=90))
    receipts.give_up_waiting(message.pk, now=make.NOON)
    return message


def arrived(message: Message, *, now) -> None:
    receipts.apply(message.token, Answer(message.provider_id, "delivered"), now=now)


def test_an_absence_on_paper_counts_though_the_text_arrived_and_the_call_was_taken_off_the_list(clerk, purpose) -> None:
    message = unconfirmed()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    tomorrow = make.NOON + timedelta(days=1)
    arrived(message, now=tomorrow)
    assert CallTask.objects.get().state == State.WITHDRAWN

    assert type_back(sheet, Outcome.ABSENCE, by=clerk, now=tomorrow) == {}

    assert purpose.heard == [(message.requests.get().key, "absence")]
    assert (CallTask.objects.get().state, sheet.lines.get().outcome) == (State.DONE, "absence")


def test_of_a_withdrawn_call_nothing_counts_but_that_somebody_will_not_come(clerk, purpose) -> None:
    message = unconfirmed()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    tomorrow = make.NOON + timedelta(days=1)
    arrived(message, now=tomorrow)

    assert isinstance(type_back(sheet, Outcome.SELF, by=clerk, now=tomorrow)[1], sheets.NoLongerWanted)
    late = type_back(sheet, Outcome.ABSENCE, by=clerk, made_at=make.LESSON, now=make.LESSON + timedelta(hours=1))
    assert isinstance(late[1], sheets.NoLongerWanted)
    assert purpose.heard == []


def test_whoever_gave_the_seat_back_while_the_sheet_was_out_is_not_told_of_twice(clerk, purpose) -> None:
    task = make.call()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    outbox.withdraw_each([task.requests.get().key], by=clerk)

    assert isinstance(type_back(sheet, Outcome.ABSENCE, by=clerk)[1], sheets.NoLongerWanted)
    assert purpose.heard == []


def test_a_call_on_a_sheet_that_is_out_stays_there_though_the_text_arrives(clerk) -> None:
    message = unconfirmed()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    arrived(message, now=make.later(minutes=10))

    call_list.tidy(now=make.later(minutes=11))
    assert CallTask.objects.get().state == State.OPEN
    assert type_back(sheet, Outcome.WRONG_NUMBER, by=clerk) == {}
    assert PhoneLine.objects.get().is_doubtful


def test_of_a_lost_sheet_nobody_is_called_whose_text_arrived_while_it_was_out(clerk) -> None:
    message = unconfirmed()
    sheets.print_sheet(by=clerk, now=make.NOON)
    arrived(message, now=make.later(minutes=10))

    call_list.tidy(now=make.NOON + timedelta(days=1))

    assert CallTask.objects.get().state == State.WITHDRAWN


def test_whoever_takes_texts_again_is_still_called_from_the_sheet_that_is_out(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    number = person.phone_lines.get().number
    opting_out.opt_out(number, about="everything", how="phone", by=clerk)
    task = make.call(person)
    call_list.tidy(now=make.NOON)
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    opting_out.opt_in(number, how="text", by=None)
    call_list.tidy(now=make.NOON)

    assert (CallTask.objects.open().get(), Message.objects.count()) == (task, 0)
    assert type_back(sheet, Outcome.ABSENCE, by=clerk) == {}


def test_whoever_takes_texts_again_is_texted_once_the_sheet_said_that_nobody_was_reached(clerk, time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    number = person.phone_lines.get().number
    opting_out.opt_out(number, about="everything", how="phone", by=clerk)
    make.call(person)
    call_list.tidy(now=make.NOON)
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    opting_out.opt_in(number, how="text", by=None)
    call_list.tidy(now=make.NOON)

    type_back(sheet, Outcome.NO_ANSWER, by=clerk)
    call_list.tidy(now=TYPED)

    assert not CallTask.objects.open().exists()
    assert Message.objects.get().number == number


def test_a_call_on_paper_goes_to_the_other_number_once_the_sheet_is_back_when_this_one_is_not_in_use(clerk) -> None:
    phones = [PhoneDetails(make_residents.mobile()), PhoneDetails(make_residents.landline())]
    person = make_residents.resident(phones=phones, contact_wish=ContactWish.SMS)
    message = unconfirmed(person)
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)
    call_list.tidy(now=make.NOON)

    fallback.fail(*fallback.locked(message.pk), "30005", now=make.later(minutes=1), city=CityProfile.current())

    assert CallTask.objects.open().get().number == message.number
    type_back(sheet, Outcome.NO_ANSWER, by=clerk)
    call_list.tidy(now=TYPED)
    assert CallTask.objects.open().get().number == person.phone_lines.all()[1].number
