from datetime import date

import pytest

from helpdesk.before_after import Comparison, before_and_after, signed, wilson
from helpdesk.insights import Rate, heat
from helpdesk.tally import Scope, tally
from materials.models import Edition, Step
from materials.publishing import publish
from materials.writing import begin_edition
from tests.make import accounts as make_accounts
from tests.make import helpdesk as make
from tests.make import materials as make_materials


def compared(before, after):
    return Comparison(Step(), Edition(number=3), Rate(*before), Edition(number=4), Rate(*after))


def step(edition, number):
    return edition.steps.select_related("edition").get(ordinal=number)


def test_the_interval_agrees_with_the_published_example():
    """Newcombe 1998, table II, example (a): 56/70 against 48/80 gives 0.0524 to 0.3339 by method 10."""
    low, high = compared((48, 80), (56, 70)).interval

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_nobody_of_a_few_may_still_be_chance():
    """Newcombe 1998, table II, example (f): 0/10 against 0/10 gives −0.2775 to 0.2775 by method 10."""
    low, high = compared((0, 10), (0, 10)).interval

    assert (round(low, 4), round(high, 4)) == (-0.2775, 0.2775)


@pytest.mark.parametrize(
    ("before", "after", "better", "worse"),
    [
        ((101, 231), (53, 183), True, False),
        ((53, 183), (101, 231), False, True),
        ((3, 10), (2, 10), False, False),
        ((3, 10), (0, 0), False, False),
        ((0, 0), (0, 0), False, False),
    ],
)
def test_only_what_chance_hardly_explains_is_called_an_effect(before, after, better, worse):
    comparison = compared(before, after)

    assert (comparison.is_better, comparison.is_worse) == (better, worse)


def test_the_difference_is_told_in_points_with_a_real_minus_sign():
    comparison = compared((101, 231), (53, 183))

    assert (comparison.points, comparison.low_points, comparison.high_points) == ("−15", "−24", "−5")
    assert [signed(share) for share in (0.034, 0.004, -0.004)] == ["+3", "0", "0"]


def test_a_share_stays_between_nothing_and_everything():
    assert wilson(Rate(0, 5))[0] == pytest.approx(0)
    assert wilson(Rate(5, 5))[1] == pytest.approx(1)


@pytest.mark.django_db
def test_a_rewritten_step_is_compared_with_its_earlier_self_of_any_year():
    edition = make_materials.edition(make_materials.guide(steps=4))
    author = make_accounts.user()
    make.stuck(step(edition, 2), "pin", held_on=date(2026, 2, 1))
    publish(begin_edition(edition.guide, by=author), by=author)
    newer = make_materials.edition(edition.guide)
    make.consultation(edition=newer, held_on=date(2026, 10, 1))

    counted = tally(Scope(fiscal_year=2026))
    found = before_and_after(step(newer, 2), heat(newer, counted), counted)

    assert (found.earlier, found.later) == (edition, newer)
    assert (found.before, found.after) == (Rate(1, 1), Rate(0, 1))


@pytest.mark.django_db
def test_the_first_edition_has_nothing_to_be_compared_with():
    edition = make_materials.edition(make_materials.guide(steps=4))

    counted = tally(Scope())

    assert before_and_after(step(edition, 1), heat(edition, counted), counted) is None
