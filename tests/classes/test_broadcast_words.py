"""How long a text to many people can be in this office."""

from datetime import datetime

import pytest

from classes.broadcast_words import ANY_COURSE, longest_facts
from classes.models import Broadcast
from core.wareki import TOKYO
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make

pytestmark = pytest.mark.django_db

OFF, NOTICE = Broadcast.Kind.CALLED_OFF, Broadcast.Kind.NOTICE


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to(datetime(2026, 11, 16, 9, 0, tzinfo=TOKYO), tick=False)


def at(day: int) -> datetime:
    return datetime(2026, 12, day, 10, 0, tzinfo=TOKYO)


def test_the_longest_reason_is_one_that_was_told_and_stands_as_it_is_said() -> None:
    run = make.run(starts_at=at(9))
    make_broadcasts.sent(make_broadcasts.draft(run, reason="会場の空調設備の故障とその修理工事のため"))
    other = make.run(starts_at=at(10))
    make_broadcasts.sent(make_broadcasts.draft(other, reason="停電"))
    make_broadcasts.sent(
        make_broadcasts.notice(
            make.run(starts_at=at(11)), reason="駐車場が使えません。北側の臨時駐車場をお使いください。"
        )
    )

    assert longest_facts(OFF).facts["reason"] == "会場の空調設備の故障とその修理工事"
    assert longest_facts(NOTICE).facts["matter"] == "駐車場が使えません。北側の臨時駐車場をお使いください"


def test_several_days_are_longer_than_one() -> None:
    usual = longest_facts(OFF).facts["date"]
    runs = [make.run(starts_at=at(day)) for day in (21, 22, 23)]

    make_broadcasts.sent(make_broadcasts.draft(*runs))

    assert longest_facts(OFF).facts["date"] == "12月21日（月）・12月22日（火）・12月23日（水）"
    assert longest_facts(NOTICE).facts["date"] == usual


def test_several_courses_may_be_called_longer_than_each_of_them() -> None:
    make.course("写真")

    assert longest_facts(OFF).facts["title"] == ANY_COURSE


def test_an_office_that_told_nobody_anything_sees_an_example() -> None:
    assert all(longest_facts(kind).facts.values() for kind in Broadcast.Kind)
