"""Several clerks and one call about a held seat, or one sheet of such calls. See test_seats.py."""

from collections import Counter

import pytest
from django.utils import timezone

from classes import offer_calls, offer_sheet
from classes.models import CourseRun, CourseRunQuerySet, Offer
from classes.offer_calls import not_reached, take
from classes.offer_sheet import put_on_paper
from classes.waiting_list import accept, decline, offer_next
from tests.make import classes as make
from tests.make import residents as make_residents
from tests.races.carelessness import take_the_lock_away, think_after
from tests.races.clerks import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def kinds(outcomes) -> Counter:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def a_couple_is_asked() -> list[Offer]:
    run = make.run(capacity=2, selection=CourseRun.Selection.COUNTER)
    make.registration(run, companions=[make_residents.resident()])
    offer_next(run, by=make.clerk())
    return list(Offer.objects.filter(registration__run=run).order_by("pk"))


@pytest.mark.parametrize("clerks", [2, 8])
def test_of_clerks_who_reach_for_a_couple_from_both_ends_one_gets_it(clerks) -> None:
    offers = a_couple_is_asked()
    colleagues = [make.clerk() for _each in range(clerks)]

    outcomes = together(
        *[lambda by=by, offer=offers[place % 2]: take(offer, by=by) for place, by in enumerate(colleagues)]
    )

    assert kinds(outcomes) == {"Offer": 1, "IsBeingCalled": clerks - 1}
    assert len(set(Offer.objects.values_list("held_by", flat=True))) == 1


@pytest.mark.parametrize("locked", [False, True])
def test_two_clerks_call_the_same_person_only_without_the_lock(monkeypatch, locked) -> None:
    if not locked:
        take_the_lock_away(monkeypatch)
    think_after(monkeypatch, offer_calls, "refuse_unless_mine_to_answer", locked=locked)
    [offer, _companion], clerks = a_couple_is_asked(), [make.clerk() for _each in range(2)]

    outcomes = together(*[lambda by=by: take(offer, by=by) for by in clerks])

    assert kinds(outcomes)["Offer"] == (1 if locked else 2)


@pytest.mark.parametrize("attempt", range(3))
def test_whoever_calls_and_whoever_has_the_answer_do_not_both_succeed(attempt) -> None:
    offer, other = a_couple_is_asked()
    caller, colleague = make.clerk(), make.clerk()

    taken, answered = together(lambda: take(offer, by=caller), lambda: accept(other, by=colleague))

    assert kinds([taken, answered]) in (
        Counter({"Offer": 1, "IsBeingCalled": 1}),
        Counter({"OfferIsSettled": 1, "Registration": 1}),
    )


@pytest.mark.parametrize("locked", [False, True])
def test_a_call_stands_on_the_sheets_of_two_clerks_only_without_the_lock(monkeypatch, locked) -> None:
    if not locked:
        monkeypatch.setattr(CourseRunQuerySet, "all_locked", lambda runs, numbers: None)
    think_after(monkeypatch, offer_sheet, "calls_to_make", locked=locked)
    offers = [*a_couple_is_asked(), *a_couple_is_asked()]
    clerks = [make.clerk() for _each in range(2)]

    outcomes = together(*[lambda by=by: put_on_paper(by=by) for by in clerks])

    assert kinds(outcomes) == ({"list": 1, "NothingToPrint": 1} if locked else {"list": 2})
    assert Offer.objects.filter(printed_at__lte=timezone.now()).count() == len(offers)


def test_printing_and_answering_at_once_do_not_wait_for_each_other_for_ever() -> None:
    answers = {deed: a_couple_is_asked()[1] for deed in (accept, decline, not_reached)}
    clerk = make.clerk()

    outcomes = together(
        lambda: put_on_paper(by=clerk),
        *[lambda deed=deed, offer=offer: deed(offer, by=clerk) for deed, offer in answers.items()],
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
