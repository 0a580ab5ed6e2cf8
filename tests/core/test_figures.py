"""Small questions of how many, asked at once."""

import pytest
from pytest_django import DjangoAssertNumQueries

from city.models import District, Venue
from core.figures import how_many
from residents.models import Resident
from tests.make import residents as make_residents
from tests.make.city import district, venue

pytestmark = pytest.mark.django_db


def test_several_questions_are_answered_by_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    here = Venue.objects.count()
    venue("中央公民館")
    venue("當麻文化会館")
    district("忍海")

    with django_assert_num_queries(1):
        found = how_many(
            venues=Venue.objects.order_by("name"),
            halls=Venue.objects.filter(name__startswith="當麻"),
            nowhere=District.objects.filter(name="どこにもない"),
        )

    assert found == {"venues": here + 2, "halls": 1, "nowhere": 0}


def test_a_row_that_a_question_gives_twice_is_counted_once() -> None:
    person = make_residents.resident()
    person.phone_lines.create(number="+81745000002", last_four="0002", order=2)

    assert how_many(reached=Resident.objects.filter(pk=person.pk, phone_lines__isnull=False)) == {"reached": 1}
