"""How long the facts of a notice can be in this office."""

import pytest

from classes.notice_words import longest_facts
from classes.noticing import ELSEWHERE, MOVED
from reminders.purposes import purpose
from tests.make import classes as make

pytestmark = pytest.mark.django_db


def test_where_only_the_room_may_change_the_longest_place_has_its_room() -> None:
    make.venue("新庄文化会館", room="研修室")
    make.venue("忍海集会所", room="2階 大会議室（東側の入口）")
    make.venue("新庄文化会館", room="閉じた部屋" * 9, is_active=False)

    assert longest_facts().facts["venue"] == "新庄文化会館"
    assert longest_facts(with_room=True).facts["venue"] == "忍海集会所 2階 大会議室（東側の入口）"
    assert purpose(ELSEWHERE).sample() == longest_facts(with_room=True)
    assert purpose(MOVED).sample() == longest_facts()


def test_an_office_without_halls_sees_an_example() -> None:
    assert longest_facts(with_room=True).facts["venue"]
