from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from city.models import CityProfile
from classes import noticing, reminding
from classes.cancellation import cancel
from classes.models import CourseRun, Registration
from classes.planning import change_run
from classes.rescheduling import move
from classes.waiting_list import accept, offer_next
from core.wareki import TOKYO
from reminders import call_list, rounds
from reminders.gateways.memory import MemoryGateway
from reminders.models import Message, Outcome, Request
from reminders.reasons import Reason
from reminders.wording import lint, units
from tests.make import classes as make
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning(time_machine):
    """A Monday at nine."""
    time_machine.move_to(datetime(2026, 11, 16, 9, 0, tzinfo=TOKYO), tick=False)


def asked() -> dict[str, datetime]:
    return {each.key: each.due_at for each in Request.objects.filter(withdrawn_at__isnull=True)}


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=TOKYO)


def test_every_lesson_is_reminded_of_by_every_rule(morning) -> None:
    run = make.run(lessons=2, starts_at=at(25, 10))

    registration = make.registration(run)

    first, second = run.lessons.all()
    key = f"registration:{registration.pk}:lesson:"
    assert asked() == {
        f"{key}{first.pk}:3-days-before": at(22, 10),
        f"{key}{first.pk}:1-days-before": at(24, 15),
        f"{key}{second.pk}:3-days-before": at(29, 10),
        f"{key}{second.pk}:1-days-before": at(1, 15, month=12),
    }


def test_a_reminder_whose_moment_is_past_is_left_out(morning, time_machine) -> None:
    run = make.run(starts_at=at(18, 10), reception_closes_at=at(18, 9))

    make.registration(run)

    assert list(asked().values()) == [at(17, 15)]


def test_whoever_waits_is_not_reminded_until_there_is_a_seat(morning, clerk) -> None:
    run = make.run(capacity=1, starts_at=at(25, 10))
    seated, waiting = make.registration(run), make.registration(run)
    assert len(asked()) == 2

    cancel(seated, by=clerk, reason="health")
    assert asked() == {}

    accept(waiting.offers.get(), by=clerk)
    assert all(key.startswith(f"registration:{waiting.pk}:") for key in asked())
    assert len(asked()) == 2
    assert offer_next(run, by=clerk) is None


def test_planning_twice_asks_once(morning, clerk) -> None:
    registration = make.registration(make.run(starts_at=at(25, 10)))
    before = asked()

    reminding.plan(registration, by=clerk)

    assert asked() == before
    assert Request.objects.count() == 2


def test_a_moved_lesson_is_reminded_of_at_its_new_time(morning, clerk) -> None:
    registration = make.registration(make.run(starts_at=at(25, 10)))
    lesson = registration.run.lessons.get()
    lesson.starts_at, lesson.ends_at = at(18, 10), at(18, 12)
    lesson.save()

    reminding.replan_lesson(lesson, by=clerk)

    assert list(asked().values()) == [at(17, 15)]


def test_a_cancelled_lesson_is_not_reminded_of(morning, clerk) -> None:
    registration = make.registration(make.run(starts_at=at(25, 10)))
    lesson = registration.run.lessons.get()
    lesson.cancelled_at = timezone.now()
    lesson.save()

    reminding.replan_lesson(lesson, by=clerk)

    assert asked() == {}


@pytest.mark.parametrize(
    ("title", "venue"),
    [
        ("写真", "忍海集会所"),
        ("マイナポータルの使い方（健康保険証・年金・税の確認）と電子申請入門", "新庄文化会館マルベリーホール大会議室"),
        ("LINE入門", "葛城市歴史博物館あかねホール多目的交流スペース北館二階第三会議室"),
    ],
)
def test_a_text_is_one_part_and_names_nobody_and_carries_no_link(morning, title, venue) -> None:
    city = CityProfile.current()
    run = make.run(course=make.course(title), venue=make.venue(venue), starts_at=at(9, 13, month=12))
    lesson = run.lessons.select_related("run__course", "venue").get()

    with override("en"):
        (text,) = reminding.bodies_of([lesson], run=run, city=city)

    assert units(text) <= 70
    assert text.startswith("【葛城市】")
    assert "12月9日（水）" in text
    assert "午後1時" in text
    assert city.office_phone in text
    assert venue[:8] in text or venue in text
    assert lint(text, office_phone=city.office_phone) == []


def test_a_run_without_rules_asks_for_nothing(morning) -> None:
    make.registration(make.run(reminder_rules=[], starts_at=timezone.now() + timedelta(days=9)))

    assert asked() == {}


# What has fallen due and was not told yet -------------------------------------------------------------------


@pytest.fixture
def afternoon(morning, time_machine) -> CourseRun:
    """A Wednesday at half past three, with one to be called since three about a lesson on Thursday at ten."""
    run = make.run(starts_at=at(19, 10), reception_closes_at=at(18, 17), reminder_rules=[[1, "15:00"]])
    make.registration(run, make_reminders.callable_())
    time_machine.move_to(at(18, 15) + timedelta(minutes=30), tick=False)
    return run


def called_today() -> list[str]:
    return [call.reason for call in call_list.todays()]


@pytest.mark.parametrize("rules", [[[3, "10:00"], [1, "15:00"]], [[1, "09:00"]], [[1, "16:00"]]])
def test_a_call_that_has_fallen_due_stays_on_the_list_when_the_rules_change(afternoon, clerk, rules) -> None:
    change_run(afternoon, by=clerk, reminder_rules=rules)

    assert called_today() == [Reason.WISH]


def test_a_call_that_has_fallen_due_leaves_the_list_with_its_rule_and_comes_back_with_it(afternoon, clerk) -> None:
    change_run(afternoon, by=clerk, reminder_rules=[[3, "10:00"]])
    assert called_today() == []

    change_run(afternoon, by=clerk, reminder_rules=[[3, "10:00"], [1, "15:00"]])
    assert called_today() == [Reason.WISH]


def test_whoever_is_called_because_a_text_failed_still_is_when_the_rules_change(morning, clerk, time_machine) -> None:
    run = make.run(starts_at=at(19, 10), reminder_rules=[[1, "15:00"]])
    make.registration(run, make_reminders.textable(), channel=Registration.Channel.COUNTER)
    gateway = MemoryGateway()
    gateway.refusals[Message.objects.get().number] = "30004"
    time_machine.move_to(at(18, 15), tick=False)
    rounds.round(gateway=gateway, now=timezone.now())
    time_machine.move_to(at(18, 16), tick=False)
    assert called_today() == [Reason.FAILED]

    change_run(run, by=clerk, reminder_rules=[[3, "10:00"], [1, "15:00"]])

    assert called_today() == [Reason.FAILED]


def test_whoever_was_told_is_told_nothing_again_when_the_rules_change(morning, clerk, time_machine) -> None:
    run = make.run(starts_at=at(19, 10), reminder_rules=[[1, "15:00"]])
    make.registration(run, make_reminders.textable(), channel=Registration.Channel.COUNTER)
    gateway = MemoryGateway()
    time_machine.move_to(at(18, 15), tick=False)
    rounds.round(gateway=gateway, now=timezone.now())
    time_machine.move_to(at(18, 16), tick=False)

    change_run(run, by=clerk, reminder_rules=[[3, "10:00"], [1, "15:00"]])
    rounds.round(gateway=gateway, now=timezone.now())

    assert len(gateway.sent) == 1
    assert Request.objects.standing().count() == 1


def test_a_call_that_has_fallen_due_stays_on_the_list_when_only_the_end_of_the_lesson_moves(afternoon, clerk) -> None:
    lesson = afternoon.lessons.get()

    move(
        lesson,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at + timedelta(minutes=30),
        venue=lesson.venue,
        by=clerk,
    )

    assert called_today() == [Reason.WISH]


def moved(run: CourseRun, *, days: int, by: User) -> None:
    lesson, shift = run.lessons.get(), timedelta(days=days)
    move(lesson, starts_at=lesson.starts_at + shift, ends_at=lesson.ends_at + shift, venue=lesson.venue, by=by)


def test_a_lesson_moved_by_mistake_and_back_is_called_about_as_it_was(afternoon, clerk) -> None:
    moved(afternoon, days=7, by=clerk)
    assert call_list.todays().get().purpose == noticing.MOVED

    moved(afternoon, days=-7, by=clerk)

    assert call_list.todays().get().purpose == reminding.PURPOSE
    assert call_list.todays().get().useless_after == at(19, 10)


def test_what_falls_due_while_a_lesson_is_elsewhere_is_called_about_when_it_is_back(
    morning, clerk, time_machine
) -> None:
    run = make.run(starts_at=at(19, 10), reminder_rules=[[1, "15:00"]])
    make.registration(run, make_reminders.callable_())
    moved(run, days=7, by=clerk)
    time_machine.move_to(at(18, 16), tick=False)

    moved(run, days=-7, by=clerk)

    assert call_list.todays().get().purpose == reminding.PURPOSE


def test_whoever_was_seated_after_the_hour_is_not_called_when_a_lesson_is_moved_and_back(afternoon, clerk) -> None:
    registered_first = call_list.todays().get().number
    make.registration(afternoon, make_reminders.callable_())

    moved(afternoon, days=7, by=clerk)
    moved(afternoon, days=-7, by=clerk)

    assert [call.number for call in call_list.todays()] == [registered_first]


def test_whoever_was_called_is_not_called_again_when_a_lesson_is_moved_and_back(afternoon, clerk) -> None:
    call_list.record(call_list.todays().get(), Outcome.SELF, by=clerk)

    moved(afternoon, days=7, by=clerk)
    moved(afternoon, days=-7, by=clerk)

    assert called_today() == []


def test_whoever_is_told_of_both_moves_is_not_reminded_beside_it(afternoon, clerk) -> None:
    moved(afternoon, days=7, by=clerk)
    call_list.record(call_list.todays().get(), Outcome.SELF, by=clerk)

    moved(afternoon, days=-7, by=clerk)

    assert call_list.todays().get().purpose == noticing.MOVED


def test_planning_anew_costs_the_same_for_any_number_of_people(
    morning, clerk, time_machine, django_assert_num_queries
) -> None:
    few, many = (make.run(capacity=9, starts_at=at(19, hour), reminder_rules=[[1, "15:00"]]) for hour in (10, 14))
    for run, number in ((few, 1), (many, 4)):
        for _each in range(number):
            make.registration(run, make_reminders.callable_())
            make.registration(run, make_reminders.textable())
    time_machine.move_to(at(18, 16), tick=False)

    with CaptureQueriesContext(connection) as of_few:
        reminding.replan_lesson(few.lessons.get(), by=clerk)
    with django_assert_num_queries(len(of_few)):
        reminding.replan_lesson(many.lessons.get(), by=clerk)
