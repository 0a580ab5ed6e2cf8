"""Whoever gets a seat after everybody was told that something is different is told it by the clerk."""

from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from classes.cancellation import cancel
from classes.models import CourseRun, Offer
from classes.rescheduling import cancel_lesson, move
from classes.told_before import untold_matters
from classes.waiting_list import decline
from core.wareki import TOKYO
from reminders.delivery import deliver_next
from reminders.gateways.memory import MemoryGateway
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)
MATTER = "会場の入口が変わります"
TO_TELL = f"ほかの方には「{MATTER}」とお知らせ済みです。この方にも今お伝えください。"
SAID = f"12月4日（金）のお知らせです。{MATTER}。"


@pytest.fixture(autouse=True)
def _noon(time_machine) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def run() -> CourseRun:
    return make.run(starts_at=TOMORROW, capacity=1, reception_closes_at=TOMORROW)


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


def matters(*places) -> list[list[str]]:
    found = untold_matters(places, now=timezone.now())
    return [[matter.what for matter in found[place.pk]] for place in places]


def test_whoever_had_a_seat_when_it_was_said_is_told_by_the_letterbox_and_whoever_waited_was_not(run) -> None:
    seated, waits = make.registration(run), make.registration(run)
    make_broadcasts.sent(make_broadcasts.notice(run))

    assert matters(seated, waits) == [[], [MATTER]]


def test_whoever_was_asked_when_it_was_said_and_is_asked_anew_has_not_been_told(run, clerk) -> None:
    seated = make.registration(run)
    waits = make.registration(run, make_reminders.textable())
    cancel(seated, by=clerk, reason="other")
    make_broadcasts.sent(make_broadcasts.notice(run))
    assert matters(waits) == [[]]

    decline(Offer.objects.get(), by=clerk)
    deliver_next(MemoryGateway(), worker="worker", now=NOON)

    assert matters(waits) == [[MATTER]]


@pytest.mark.parametrize("since", ["moved", "off", "over"])
def test_what_is_not_true_any_more_is_not_passed_on(clerk, time_machine, since) -> None:
    week_after = TOMORROW + timedelta(days=7)
    run = make.run(starts_at=TOMORROW, lessons=2, capacity=9, reception_closes_at=week_after)
    lesson = run.lessons.first()
    make_broadcasts.sent(make_broadcasts.notice(lesson))
    place = make.registration(run)
    assert matters(place) == [[MATTER]]

    if since == "moved":
        hours = {"starts_at": lesson.starts_at + timedelta(hours=3), "ends_at": lesson.ends_at + timedelta(hours=3)}
        move(lesson, **hours, venue=lesson.venue, by=clerk)
    elif since == "off":
        cancel_lesson(lesson, reason="講師の都合", by=clerk)
    else:
        time_machine.move_to(TOMORROW, tick=False)

    assert matters(place) == [[]]


def test_that_a_lesson_is_called_off_is_no_matter_of_those_that_take_place() -> None:
    run = make.run(starts_at=TOMORROW, lessons=2, reception_closes_at=TOMORROW)
    make_broadcasts.sent(make_broadcasts.draft(run.lessons.first()))

    assert matters(make.registration(run)) == [[]]


def test_nothing_is_said_of_another_run(run) -> None:
    make_broadcasts.sent(make_broadcasts.notice(make.run(starts_at=TOMORROW)))

    assert matters(make.registration(run)) == [[]]


@pytest.mark.parametrize(("notices", "questions"), [(0, 1), (1, 3), (3, 3)])
def test_it_is_asked_in_as_many_questions_for_any_number_of_places(notices, questions) -> None:
    runs = [make.run(starts_at=TOMORROW, reception_closes_at=TOMORROW) for _each in range(3)]
    for number in range(notices):
        make_broadcasts.sent(make_broadcasts.notice(*runs, reason=f"持ち物が{number}つ増えます"))
    places = [make.registration(run) for run in runs]

    with CaptureQueriesContext(connection) as asked:
        found = untold_matters(places, now=NOON)

    assert len(asked) == questions
    assert [len(found[place.pk]) for place in places] == [notices] * 3


def test_the_page_after_the_registration_asks_the_clerk_to_tell_and_reads_it_out(desk, run) -> None:
    make_broadcasts.sent(make_broadcasts.notice(run))
    place = make.registration(run)

    page = desk.get(reverse("desk"), {"done": place.pk}).content.decode()

    assert TO_TELL in page
    assert SAID in page.split('id="say-words"')[1].split("</p>")[0]


def test_nobody_in_line_is_told_at_the_desk_before_they_have_a_seat(desk, run) -> None:
    make.registration(run)
    make_broadcasts.sent(make_broadcasts.notice(run))
    waits = make.registration(run)

    assert MATTER not in desk.get(reverse("desk"), {"done": waits.pk}).content.decode()


def test_the_call_about_a_seat_says_what_the_others_know_before_it_asks(desk, run, clerk) -> None:
    seated = make.registration(run)
    make.registration(run)
    make_broadcasts.sent(make_broadcasts.notice(run))
    cancel(seated, by=clerk, reason="other")

    page = desk.get(reverse("offer_detail", args=[Offer.objects.get().pk])).content.decode()

    script = page.split('class="script"')[1].split("</div>")[0]
    assert script.index(SAID) < script.index("お越しになりますか")


def test_after_a_seat_beyond_the_capacity_the_clerk_is_asked_to_tell(desk, run) -> None:
    make.registration(run)
    waits = make.registration(run)
    make_broadcasts.sent(make_broadcasts.notice(run))

    answer = desk.post(
        reverse("registration_out_of_turn", args=[waits.pk]), {"reason": "遠方から来るため", "seat": "yes"}
    )

    assert TO_TELL in [str(message) for message in get_messages(answer.wsgi_request)]
