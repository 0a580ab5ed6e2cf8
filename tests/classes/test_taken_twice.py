"""One person taken down twice for a run is seen before the seats are given."""

import pytest

from classes.taken_twice import perhaps_taken_twice
from residents.merging import keep_apart
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def test_two_applications_that_may_be_of_one_person_are_named_with_what_speaks_for_it() -> None:
    run, clerk = make_draws.lottery(), make.clerk()
    first, second = make_draws.applicants(run, 2)
    third = make.registration(run, make_residents.resident(family_kana="ナカムラ"))

    [found] = perhaps_taken_twice([third, second, first])

    assert (found.one, found.other) == (first, second)
    assert "reading" in found.signs

    keep_apart(first.resident, second.resident, by=clerk)
    assert perhaps_taken_twice([first, second, third]) == []


def test_a_couple_of_one_age_that_shares_a_telephone_and_comes_together_is_two_people() -> None:
    run, phone = make_draws.lottery(), "0745-00-1834"
    man = make.registration(run, make_residents.resident(phone=phone))
    wife = make.registration(run, make_residents.resident(phone=phone, given_name="花", given_kana="ハナ"))
    assert len(perhaps_taken_twice([man, wife])) == 1

    make_draws.party(man, wife)

    assert perhaps_taken_twice([man, wife]) == []
