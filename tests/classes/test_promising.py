"""What the clerk may promise: the first reminder, by the way that will really be gone."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from city.models import CityProfile
from classes.models import CourseRun
from classes.noticing import way_to_whoever_waits
from classes.promising import promise_to, promises_to, told_of_decision
from core.wareki import TOKYO
from reminders import halts
from reminders.models import CallTask, Message
from reminders.reasons import Reason
from reminders.routing import Channel, routes
from residents.models import ContactWish
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning(time_machine):
    """A Monday at nine."""
    time_machine.move_to(datetime(2026, 11, 16, 9, 0, tzinfo=TOKYO), tick=False)


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=TOKYO)


def used_up(**limits: int) -> None:
    CityProfile.current()
    CityProfile.objects.update(**limits)


def test_what_is_promised_is_the_first_reminder_and_for_calls_a_working_day(morning) -> None:
    run = make.run(starts_at=at(25, 10))  # three days before is a Sunday
    number = make_residents.mobile()
    person = make_residents.resident(phone=number, contact_wish=ContactWish.CALL)

    with override("en"):
        assert number.national in promise_to(person, run).words
        assert "20 November" in promise_to(person, run).words


def test_a_postcard_is_promised_for_the_day_on_which_it_is_posted(morning, time_machine) -> None:
    run = make.run(starts_at=at(30, 10))
    person = make_residents.resident(contact_wish=ContactWish.POSTCARD, address="葛城市忍海1番地")

    with override("en"):
        assert "posted on Fri 20 November" in promise_to(person, run).words
        # Three working days before the lesson it would come too late.
        time_machine.move_to(at(26, 9), tick=False)
        assert person.phone_lines.get().phone.national in promise_to(person, run).words


@pytest.mark.parametrize("wish", [ContactWish.CALL, ContactWish.POSTCARD])
def test_no_call_is_promised_or_made_at_an_hour_that_is_over(morning, time_machine, wish) -> None:
    time_machine.move_to(at(20, 16), tick=False)  # a Friday
    run = make.run(starts_at=at(24, 10), reception_closes_at=at(23, 9), reminder_rules=[[1, "15:00"]])
    person = make_residents.resident(contact_wish=wish, address="葛城市忍海1番地")

    # Monday the twenty-third is a holiday, so the call of the day before was due on Friday at three.
    promise = promise_to(person, run)
    assert (promise.words, bool(promise.caution)) == ("", True)  # the clerk is told that nothing more will come
    make.registration(run, person)
    assert not CallTask.objects.filter(purpose="lesson-reminder").exists()


def test_until_that_hour_the_call_is_promised_and_made(morning, time_machine) -> None:
    time_machine.move_to(at(20, 14), tick=False)
    run = make.run(starts_at=at(24, 10), reception_closes_at=at(23, 9), reminder_rules=[[1, "15:00"]])
    person = make_residents.resident(contact_wish=ContactWish.CALL)

    with override("en"):
        assert "20 November" in promise_to(person, run).words
    make.registration(run, person)
    assert CallTask.objects.get(purpose="lesson-reminder").due_at == at(20, 15)


def test_after_that_hour_a_text_still_leaves_and_a_call_of_the_next_lesson_is_promised(morning, time_machine) -> None:
    time_machine.move_to(at(20, 16), tick=False)
    run = make.run(lessons=2, starts_at=at(24, 10), reception_closes_at=at(23, 9), reminder_rules=[[1, "15:00"]])
    called, texted = make_residents.resident(contact_wish=ContactWish.CALL), make_reminders.textable()

    with override("en"):
        assert "30 November" in promise_to(called, run).words
        assert "23 November" in promise_to(texted, run).words
    for person in (called, texted):
        make.registration(run, person)
    assert [call.due_at for call in CallTask.objects.filter(purpose="lesson-reminder")] == [at(30, 15)]
    assert Message.objects.filter(purpose="lesson-reminder").count() == 2


def test_nothing_is_promised_when_no_reminder_is_ahead(morning) -> None:
    run = make.run(starts_at=at(16, 11), reception_closes_at=at(16, 10))

    promise = promise_to(make_residents.resident(contact_wish=ContactWish.CALL), run)
    assert (promise.words, bool(promise.caution)) == ("", True)


def test_whoever_wants_no_notice_is_promised_none_and_nobody_is_warned_of_it(morning) -> None:
    run = make.run(starts_at=at(16, 11), reception_closes_at=at(16, 10))

    promise = promise_to(make_residents.resident(contact_wish=ContactWish.NONE), run)
    assert (promise.words, promise.caution) == ("", "")


def test_a_call_is_promised_when_somebody_is_at_the_office(morning) -> None:
    used_up(calls_until="14:00", sms_window_end="20:00")
    run = make.run(starts_at=at(25, 10), reminder_rules=[[1, "18:00"]])
    person = make_residents.resident(contact_wish=ContactWish.CALL)

    with override("en"):
        assert "24 November" in promise_to(person, run).words
    make.registration(run, person)
    assert CallTask.objects.get().due_at == at(24, 14)


def test_no_text_is_promised_in_a_month_whose_money_is_used_up(morning) -> None:
    used_up(sms_monthly_yen=0)
    person, run = make_reminders.textable(), make.run(starts_at=at(25, 10), reminder_rules=[[1, "15:00"]])

    promised = promise_to(person, run)

    assert (promised.way.channel, promised.way.reason) == (Channel.CALL, Reason.BUDGET)
    assert promised.caution
    with override("en"):
        assert "by a telephone call to" in promise_to(person, run).words


def test_next_month_has_money_of_its_own(morning) -> None:
    used_up(sms_monthly_yen=0)
    person, run = make_reminders.textable(), make.run(starts_at=at(2, 10, month=12), reminder_rules=[[1, "15:00"]])

    promised = promise_to(person, run)

    assert (promised.way.channel, promised.caution) == (Channel.SMS, "")


def test_the_last_moment_of_a_month_is_paid_for_by_it(morning) -> None:
    used_up(sms_monthly_yen=0, sms_window_end="23:59")
    person, run = make_reminders.textable(), make.run(starts_at=at(1, 10, month=12), reminder_rules=[[1, "23:00"]])

    assert promise_to(person, run).way.channel == Channel.CALL


def test_while_nothing_leaves_a_text_or_a_call_is_promised(morning) -> None:
    person, run = make_reminders.textable(), make.run(starts_at=at(25, 10))
    assert promise_to(person, run).caution == ""

    halts.halt("20003", now=timezone.now())

    promised = promise_to(person, run)
    assert promised.way.channel == Channel.SMS
    assert str(halts.meaning("20003").what) in promised.caution
    with override("en"):
        assert "by a text message or a telephone call to" in promise_to(person, run).words


@pytest.mark.parametrize(("day", "is_sure"), [(17, False), (18, True)])
def test_a_used_up_day_says_nothing_about_the_next(morning, day: int, is_sure: bool) -> None:
    used_up(sms_daily_limit=0)
    person, run = make_reminders.textable(), make.run(starts_at=at(day, 10), reminder_rules=[[1, "15:00"]])

    assert (promise_to(person, run).caution == "") is is_sure


def test_whoever_is_called_anyway_hears_nothing_of_texts(morning) -> None:
    used_up(sms_monthly_yen=0)
    halts.halt("20003", now=timezone.now())
    person, run = make_residents.resident(contact_wish=ContactWish.CALL), make.run(starts_at=at(25, 10))

    assert promise_to(person, run).caution == ""


def test_who_waits_for_a_decision_is_promised_no_text_without_money_either(morning) -> None:
    used_up(sms_monthly_yen=0)
    person, run = make_reminders.textable(), make.run(starts_at=at(25, 10), selection=CourseRun.Selection.LOTTERY)
    [way] = routes([person])

    told = told_of_decision(person, way, run, sending=promise_to(person, run).outlook)

    assert told.way.channel == Channel.CALL
    assert told.caution


@pytest.mark.parametrize(("closes", "channel"), [(19, Channel.POSTCARD), (24, Channel.CALL)])
def test_no_letter_is_promised_of_a_decision_that_it_would_tell_after_the_class(morning, closes, channel) -> None:
    run = make.run(starts_at=at(25, 10), selection=CourseRun.Selection.COUNTER, reception_closes_at=at(closes, 9))
    person = make_reminders.by_post(phone=make_residents.landline())

    with override("en"):
        told = told_of_decision(person, way_to_whoever_waits(person, run), run, sending=None)

    assert told.way.channel == channel
    assert ("telephone call" in told.words) is (channel == Channel.CALL)


def test_who_waits_in_line_is_promised_a_call_about_a_free_seat_in_one_sentence(morning) -> None:
    person, run = make_residents.resident(phone="090-1234-5678"), make.run(starts_at=at(25, 10))

    with override("en"):
        told = told_of_decision(person, way_to_whoever_waits(person, run), run, sending=None)

    assert told.words == "When a seat is free, we call you at 090-1234-5678."


def test_looking_whether_texts_leave_costs_one_question_for_any_number_of_people(morning) -> None:
    run = make.run(starts_at=at(25, 10))
    called = [make_residents.resident(contact_wish=ContactWish.CALL)]
    texted = [make_reminders.textable() for _each in range(3)]

    def asked(people) -> int:
        with CaptureQueriesContext(connection) as questions:
            promises_to(people, run)
        return sum("reminders_halt" in question["sql"] for question in questions)

    assert [asked(called), asked(texted[:1]), asked(texted)] == [0, 1, 1]
    assert not Message.objects.exists()
