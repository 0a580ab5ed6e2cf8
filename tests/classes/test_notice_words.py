"""How long the facts of a notice can be in this office."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classes.conversation import MOST_COMPANIONS
from classes.lesson_forms import MOST_ROWS
from classes.notice_words import MOST_LESSONS, longest_facts
from classes.noticing import ELSEWHERE, MOVED
from reminders.purposes import purpose
from tests.make import classes as make
from tests.make import draws as make_draws

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


def test_the_slips_of_the_largest_party_the_longest_line_and_the_most_lessons_are_taken() -> None:
    run = make.run(capacity=1, lessons=12)
    couple = [make.registration(run) for _each in range(12)][-3:]
    make_draws.party(*couple)
    make.run(lessons=2)

    facts = longest_facts().facts

    assert facts["slip"] == f"{couple[0].slip}・{couple[1].slip}・{couple[2].slip}"
    assert (facts["count"], facts["place"]) == ("（全12回）", "11")


def test_an_office_that_has_taken_nobody_down_sees_the_longest_that_may_come() -> None:
    facts = longest_facts().facts

    assert facts["slip"].count("・") == MOST_COMPANIONS
    assert (facts["count"], facts["place"]) == (f"（全{MOST_LESSONS}回）", "999")
    assert MOST_LESSONS == MOST_ROWS


def test_the_longest_facts_cost_the_same_for_any_number_of_people(django_assert_num_queries) -> None:
    run = make.run(capacity=1)
    make_draws.party(*[make.registration(run) for _each in range(2)])
    with CaptureQueriesContext(connection) as of_one:
        longest_facts()
    for _party in range(2):
        make_draws.party(*[make.registration(run) for _each in range(2)])

    with django_assert_num_queries(len(of_one)):
        longest_facts()
