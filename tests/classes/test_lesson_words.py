"""What a text about a lesson is filled with, and the longest that this can be."""

from datetime import datetime

import pytest
from django.utils.translation import override

from classes.lesson_words import facts_of, sample
from core.wareki import TOKYO
from tests.make import classes as make

pytestmark = pytest.mark.django_db


def test_residents_read_japanese_whatever_language_the_clerk_reads() -> None:
    venue = make.venue("忍海集会所")
    run = make.run(course=make.course("写真"), venue=venue, starts_at=datetime(2026, 12, 9, 13, 0, tzinfo=TOKYO))

    with override("en"):
        facts = facts_of(run.lessons.get())

    assert facts == {"title": "写真", "venue": "忍海集会所", "date": "12月9日（水）", "time": "午後1時"}


def test_the_longest_names_are_those_of_this_database() -> None:
    make.run(course=make.course("写真"), venue=make.venue("忍海集会所"), capacity=8)
    make.run(
        course=make.course("マイナンバーカード入門"), venue=make.venue("新庄文化会館マルベリーホール"), capacity=10
    )
    make.run(course=make.course("LINE"), venue=make.venue("歴史博物館" * 5, is_active=False), capacity=20)

    longest = sample()

    assert longest.facts["title"] == "マイナンバーカード入門"
    assert longest.facts["venue"] == "新庄文化会館マルベリーホール"
    assert longest.people == 10


def test_what_carriers_count_as_longer_is_longer() -> None:
    make.course("あいうえ")
    make.course("𠮷𠮷𠮷")

    assert sample().facts["title"] == "𠮷𠮷𠮷"


def test_an_office_that_has_planned_nothing_sees_an_example() -> None:
    assert all(sample().facts.values())
    assert sample().people == 12
