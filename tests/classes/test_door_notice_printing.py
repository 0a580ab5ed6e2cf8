"""The notice for the door: what it says, and that it is one sheet for each hall."""

from datetime import datetime, timedelta

import pytest
from django.utils.translation import override
from time_machine import TimeMachineFixture

from accounts.models import User
from classes.door_notice_printing import door_notice_pdf, door_notices
from core.wareki import TOKYO
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import paper
from tests.make.paper import squeezed

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


def test_it_says_the_date_the_course_the_reason_and_whom_to_ring(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW, course=make.course("はじめてのLINE"))
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=clerk)

    words = paper.words(door_notice_pdf(made))

    for wanted in ("12月4日（金）", "午前10時から正午まで", "はじめてのLINE", make_broadcasts.TYPHOON, "0745-00-0000"):
        assert squeezed(wanted) in words
    assert "本日" not in words
    assert "今日" not in words


def test_nobody_of_the_run_is_named_on_it(clerk: User) -> None:
    place = make.registration(run := make.run(starts_at=TOMORROW), by=clerk)
    made = make_broadcasts.sent(make_broadcasts.notice(run), by=clerk)

    words = paper.words(door_notice_pdf(made))

    assert place.resident.family_name not in words
    assert "会場の入口が変わります" in words


def test_each_hall_has_its_own_sheet_whatever_the_rooms(clerk: User) -> None:
    rooms = [make.venue("忍海集会所", room=room) for room in ("和室", "会議室")]
    runs = [make.run(starts_at=TOMORROW, venue=venue) for venue in (*rooms, make.venue("新庄公民館"))]
    made = make_broadcasts.sent(make_broadcasts.draft(*runs), by=clerk)

    assert [len(notice.lessons) for notice in door_notices(made)] == [2, 1]
    assert len(paper.read(door_notice_pdf(made)).pages) == 2


@pytest.mark.parametrize("count", [1, 2, 4])
def test_it_is_one_sheet_with_long_words_and_several_lessons(clerk: User, count: int) -> None:
    venue = make.venue("忍海集会所")
    course = make.course("スマートフォンで写真をとって家族に送るはじめての方のための教室（iPhone・Android共通）")
    runs = [make.run(starts_at=TOMORROW + timedelta(hours=hour), venue=venue, course=course) for hour in range(count)]
    reason = "台風第10号の接近にともない、市内の公共施設がすべて閉まるため。次の回は予定どおり行います"
    made = make_broadcasts.sent(make_broadcasts.draft(*runs, reason=reason), by=clerk)

    assert len(paper.read(door_notice_pdf(made)).pages) == 1


def test_it_is_japanese_whatever_the_clerk_reads(clerk: User) -> None:
    made = make_broadcasts.sent(make_broadcasts.draft(make.run(starts_at=TOMORROW)), by=clerk)

    with override("en"):
        words = paper.words(door_notice_pdf(made))

    assert "12月4日（金）" in words
