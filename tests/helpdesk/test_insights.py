from datetime import date

import pytest

from helpdesk.insights import Total, heat, months, starred_steps, struggles, used_editions
from helpdesk.tally import Scope, count_held, fiscal_years, tally
from tests.make import helpdesk as make
from tests.make import materials as make_materials

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_materials.edition(make_materials.guide(steps=4))


def step(edition, number):
    return edition.steps.get(ordinal=number)


def test_the_denominator_of_a_step_counts_only_those_who_reached_it(edition):
    make.consultation(edition=edition)
    make.consultation(edition=edition)
    make.stuck(step(edition, 1))
    make.stuck(step(edition, 3))

    shown = heat(edition, tally(Scope()))

    assert [(row.stuck.count, row.stuck.of) for row in shown.rows] == [(1, 4), (0, 3), (1, 3), (0, 2)]


def test_a_person_stuck_for_two_causes_counts_once_in_the_rate_and_twice_in_the_cells(edition):
    make.consultation(edition=edition, stuck=[(step(edition, 2), "pin"), (step(edition, 2), "anxiety")])

    row = heat(edition, tally(Scope())).rows[1]

    assert row.causes == {"pin": 1, "anxiety": 1}
    assert row.stuck.count == 1


def test_another_edition_is_not_counted(edition):
    other = make_materials.edition(make_materials.guide(steps=4))
    make.stuck(step(other, 1))
    make.consultation(edition=edition)

    shown = heat(edition, tally(Scope()))

    assert [row.stuck.of for row in shown.rows] == [1, 1, 1, 1]
    assert shown.worst is None


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), 3),
        (Scope(fiscal_year=2026), 2),
        (Scope(fiscal_year=2025), 1),
        (Scope(age_band="80s"), 1),
        (Scope(device="iphone"), 1),
        (Scope(fiscal_year=2026, age_band="80s", device="iphone"), 0),
    ],
)
def test_the_question_narrows_numerator_and_denominator_alike(edition, scope, expected):
    make.stuck(step(edition, 1), held_on=date(2026, 4, 1), age_band="80s")
    make.stuck(step(edition, 1), held_on=date(2026, 3, 31))
    make.stuck(step(edition, 1), held_on=date(2026, 10, 1), device="iphone")

    row = heat(edition, tally(scope)).rows[0]

    assert (row.stuck.count, row.stuck.of) == (expected, expected)
    assert Total.of(months(scope)).stuck == expected


def test_a_step_is_starred_only_when_many_and_a_fifth_got_stuck(edition):
    for _person in range(4):
        make.stuck(step(edition, 1))
    assert not heat(edition, tally(Scope())).rows[0].is_starred

    make.stuck(step(edition, 1))
    assert heat(edition, tally(Scope())).rows[0].is_starred

    for _person in range(21):
        make.consultation(edition=edition)
    assert not heat(edition, tally(Scope())).rows[0].is_starred


def test_the_starred_steps_of_all_guides_are_found_most_first(edition):
    worst, easy = (make_materials.edition(make_materials.guide(steps=2)) for _each in range(2))
    for _person in range(5):
        make.stuck(step(edition, 2))
        make.stuck(step(easy, 2))
    for _person in range(6):
        make.stuck(step(worst, 1))
    # Five of twenty-six are many, and yet fewer than a fifth.
    for _person in range(21):
        make.consultation(edition=easy)

    found = starred_steps(Scope())

    assert [(each.edition, each.ordinal, rate.count, rate.of) for each, rate in found] == [
        (worst, 1, 6, 6),
        (edition, 2, 5, 5),
    ]


def test_the_overview_names_procedure_step_and_cause_with_count_and_denominator(edition):
    make.stuck(step(edition, 2), "pin")
    make.stuck(step(edition, 2), "pin")
    make.stuck(step(edition, 1), "terms")

    first, second = struggles(tally(Scope()))

    assert (first.ordinal, first.cause, first.rate.count, first.rate.of) == (2, "pin", 2, 2)
    assert (second.ordinal, second.cause, second.rate.count, second.rate.of) == (1, "terms", 1, 3)


def test_what_stops_people_where_no_guide_lies_on_the_table_is_counted_among_such_consultations():
    card = make_materials.procedure("電子証明書の更新")
    for _person in range(2):
        make.consultation(topic=card.topic, procedure=card, stuck=[(None, "pin")])
    make.consultation(topic=card.topic, procedure=card)
    make.consultation(topic=card.topic, stuck=[(None, "terms")])

    first, second = struggles(tally(Scope()))

    assert (first.procedure, first.guide, first.ordinal, first.cause) == ("電子証明書の更新", "", None, "pin")
    assert (first.rate.count, first.rate.of) == (2, 3)
    assert (second.procedure, second.rate.count, second.rate.of) == (card.topic.name, 1, 1)


def test_months_without_a_consultation_are_left_out_and_the_rest_stand_in_order(edition):
    make.stuck(step(edition, 1), held_on=date(2026, 9, 30))
    make.consultation(edition=edition, held_on=date(2026, 6, 1))
    make.consultation(edition=edition, held_on=date(2026, 6, 30))

    shown = [(month.first_day, month.consultations, month.stuck) for month in months(Scope())]

    assert shown == [(date(2026, 6, 1), 2, 0), (date(2026, 9, 1), 1, 1)]


def test_guides_with_most_difficulties_stand_first(edition):
    other = make_materials.edition(make_materials.guide(steps=2))
    make.consultation(edition=edition)
    make.stuck(step(other, 1))

    assert used_editions(tally(Scope())) == [other, edition]


def test_the_heat_table_asks_the_same_few_questions_for_any_number_of_consultations(
    edition, django_assert_max_num_queries
):
    def queries(number):
        for _person in range(number):
            make.stuck(step(edition, 1))
        with django_assert_max_num_queries(6) as asked:
            counted = tally(Scope())
            heat(edition, counted)
            struggles(counted)
        return len(asked)

    assert queries(2) == queries(20)


def test_a_year_is_offered_although_nothing_in_it_fits_the_rest_of_the_question(edition):
    make.consultation(edition=edition, held_on=date(2026, 10, 1), device="iphone")
    make.consultation(edition=edition, held_on=date(2025, 10, 1), device="android")

    held = count_held(Scope(device="iphone"))

    assert fiscal_years(held) == [2026, 2025]
    assert used_editions(tally(Scope(fiscal_year=2025, device="iphone"))) == []


def test_whoever_reached_a_step_in_another_year_is_no_denominator_of_this_one(edition):
    make.consultation(edition=edition, held_on=date(2026, 10, 1))
    make.consultation(edition=edition, held_on=date(2025, 10, 1))
    counted = tally(Scope(fiscal_year=2026))

    assert counted.reached_step(step(edition, 1)) == 1
    assert counted.ever_reached(step(edition, 1)) == 2
