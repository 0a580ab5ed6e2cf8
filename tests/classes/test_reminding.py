from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from city.models import CityProfile
from classes import reminding
from classes.cancellation import cancel
from classes.waiting_list import accept, offer_next
from core.wareki import TOKYO
from reminders.models import Request
from reminders.wording import lint, units
from tests.make import classes as make

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
