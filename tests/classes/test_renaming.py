"""What is planned says a course and a venue by the names they have now, and in as many statements for many people."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from city.editing import keep_venue
from city.models import Venue
from classes import noticing
from classes.choosing import choose
from classes.models import Registration
from classes.planning import change_course
from classes.rescheduling import call_off, cancel_lesson, move
from core.phone import PhoneNumber
from core.wareki import TOKYO
from reminders.models import CallTask, Message, Request
from reminders.wording import count_parts
from residents.models import ContactWish, Resident
from tests.make import accounts as make_accounts
from tests.make import city as make_city
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

PHONE = Registration.Channel.PHONE
OLD, NEW = "忍海集会所", "新庄交流館"


@pytest.fixture(autouse=True)
def monday(time_machine):
    """A Monday at ten in the evening, when nothing leaves before the next morning."""
    time_machine.move_to(datetime(2026, 11, 16, 22, 0, tzinfo=TOKYO), tick=False)
    return time_machine


@pytest.fixture
def venue() -> Venue:
    return make_city.venue(name=OLD)


def textable(number: PhoneNumber | None = None) -> Resident:
    return make_residents.resident(phone=number or make_residents.mobile(), contact_wish=ContactWish.SMS)


def in_nine_days() -> datetime:
    return datetime(2026, 11, 25, 10, 0, tzinfo=TOKYO)


def renamed(venue: Venue, name: str = NEW) -> list[str]:
    """What the clerk hears."""
    said: list[str] = []
    venue.name = name
    keep_venue(venue, by=make.clerk(), say=said.append)
    return said


def planned() -> list[str]:
    return list(Message.objects.filter(state=Message.State.PLANNED).values_list("body", flat=True))


def test_planned_texts_say_the_venue_by_its_new_name_and_the_clerk_hears_how_many(venue) -> None:
    run = make.run(venue=venue, starts_at=in_nine_days())
    make.registration(run, textable(), channel=PHONE)
    called = make.registration(run, channel=PHONE)
    before = len(planned())

    (said,) = renamed(venue)

    assert str(before) in said
    assert before == len(planned()) == 3
    assert all(NEW in body for body in planned())
    bodies = Request.objects.standing().filter(resident=called.resident).values_list("body", flat=True)
    assert all(NEW in body for body in bodies)
    assert CallTask.objects.filter(state=CallTask.State.OPEN).count() == 2


def test_planned_texts_say_the_course_by_its_new_title(venue) -> None:
    course = make.course("カメラ")
    run = make.run(course=course, starts_at=in_nine_days())
    make.registration(run, textable(), channel=PHONE)
    said: list[str] = []

    change_course(course, title="写真をとる", by=make.clerk(), say=said.append)

    assert len(said) == 1
    assert all("写真をとる" in body and "カメラ" not in body for body in planned())


def test_a_title_for_which_there_is_no_room_makes_the_text_barer_and_not_longer() -> None:
    course = make.course("カメラ")
    make.registration(make.run(course=course, starts_at=in_nine_days()), textable(), channel=PHONE)

    change_course(course, title="とても長い名前の" * 5, by=make.clerk())

    assert planned()
    assert {count_parts(body) for body in planned()} == {1}


def test_what_was_said_stays_as_it_was_said(venue) -> None:
    make.registration(make.run(venue=venue, starts_at=in_nine_days()), textable(), channel=PHONE)
    Message.objects.update(state=Message.State.DELIVERED, sent_at=timezone.now())

    assert renamed(venue) == []

    assert all(OLD in body for body in Message.objects.values_list("body", flat=True))
    assert not planned()


def test_another_way_to_the_hall_changes_no_text(venue) -> None:
    make.registration(make.run(venue=venue, starts_at=in_nine_days()), textable(), channel=PHONE)
    before = planned()
    venue.directions = "北口から徒歩5分"

    said = renamed(venue, OLD)

    assert (said, planned()) == ([], before)


def test_a_household_with_one_telephone_still_gets_one_text(venue) -> None:
    number = make_residents.mobile()
    run = make.run(venue=venue, starts_at=in_nine_days())
    for _each in range(2):
        make.registration(run, textable(number))
    before = len(planned())

    renamed(venue)

    assert len(planned()) == before


@pytest.mark.parametrize(
    "purpose", [noticing.MOVED, noticing.LESSON_OFF, noticing.RUN_OFF, noticing.SEAT, noticing.NO_SEAT]
)
def test_every_notice_that_waits_for_the_morning_follows(purpose: str) -> None:
    # A short place, or beside the slip number of a long row of runs no room is left for the course.
    course, venue, clerk = make.course("カメラ"), make.venue("会館"), make.clerk()
    if purpose in {noticing.SEAT, noticing.NO_SEAT}:
        run = make_draws.counter(course=course, venue=venue, capacity=1, starts_at=in_nine_days())
        first, _second = (make.registration(run, textable()) for _each in range(2))
        choose(make_draws.closed(run), [first], by=clerk, reason="市内の方")
    else:
        run = make.run(course=course, venue=venue, starts_at=in_nine_days(), lessons=2)
        make.registration(run, textable())
        lesson = run.lessons.first()
        if purpose == noticing.MOVED:
            later = lesson.starts_at + timedelta(hours=3)
            move(lesson, starts_at=later, ends_at=later + timedelta(hours=1), venue=lesson.venue, by=clerk)
        elif purpose == noticing.LESSON_OFF:
            cancel_lesson(lesson, reason="台風", by=clerk)
        else:
            call_off(run, reason="台風", by=clerk)
    asked = Request.objects.standing().filter(purpose=purpose)
    assert all("カメラ" in body for body in asked.values_list("body", flat=True))

    # As long as before: a longer one may leave no room for itself beside a long slip number.
    change_course(course, title="アプリ", by=clerk)

    assert asked.exists()
    assert all("アプリ" in body for body in asked.values_list("body", flat=True))


def test_renaming_asks_as_often_for_many_people_and_runs_as_for_two() -> None:
    asked, course = [], make.course("カメラ")
    for people in (2, 4):
        venue = make_city.venue(name=f"{OLD}{people}")
        for _run in range(people):
            run = make.run(venue=venue, starts_at=in_nine_days(), course=course)
            for _each in range(people):
                make.registration(run, textable(), channel=PHONE)
        venue.name = f"{NEW}{people}"
        with CaptureQueriesContext(connection) as queries:
            keep_venue(venue, by=make.clerk())
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_the_pages_say_it_too(client, venue) -> None:
    client.force_login(make_accounts.user(Role.ADMINISTRATOR))
    run = make.run(venue=venue, starts_at=in_nine_days())
    make.registration(run, textable())
    page = client.get(reverse("venue_edit", args=[venue.pk]))
    told = {name: value for name, value in page.context["form"].initial.items() if value is not None}

    answer = client.post(reverse("venue_edit", args=[venue.pk]), {**told, "name": NEW}, follow=True)

    assert len(answer.context["messages"]) == 2
    assert all(NEW in body for body in planned())
