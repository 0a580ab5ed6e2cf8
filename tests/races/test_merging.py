"""Two records of one person are merged while a booking is made for one of them, and by two clerks at once."""

import dataclasses
import threading
from collections.abc import Callable

import pytest
from django.db import OperationalError

from accounts.roles import Role
from classes.holding import CLASSES_HOLDING
from classes.models import CourseRun, CourseRunQuerySet, Registration
from core.refusal import Refusal
from helpdesk import recording
from helpdesk.models import Consultation
from residents import holdings, intake
from residents.access import RecordWasMerged
from residents.intake import correct
from residents.merging import BookedMeanwhile, LaterMergeStands, merge, undo
from residents.models import Merge, Resident, ResidentQuerySet
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import helpdesk as make_helpdesk
from tests.make import residents as make_residents
from tests.make.patience import PATIENCE_SECONDS
from tests.races.clerks import together, until_somebody_waits
from tests.races.presses import registering_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def pair() -> tuple[Resident, Resident]:
    clerk = make.clerk()
    return make_residents.resident(by=clerk), make_residents.resident(by=clerk)


def merging(duplicate, into):
    clerk = make.clerk()
    return lambda: merge(duplicate, into, by=clerk)


def is_a_sentence(outcome) -> bool:
    return not isinstance(outcome, Exception) or isinstance(outcome, Refusal)


@pytest.mark.parametrize("attempt", range(6))
def test_a_booking_made_during_a_merge_is_neither_lost_nor_doubled(attempt) -> None:
    run, other = make.run(capacity=5), make.run(capacity=5, starts_at=make.days_ahead(30))
    goes, stays = pair()
    make.registration(run, stays)

    merged, *booked = together(merging(goes, stays), registering_of(goes, run), registering_of(goes, other))

    assert all(map(is_a_sentence, (merged, *booked))), (merged, booked)
    made = [each for each in booked if isinstance(each, Registration)]
    assert Registration.objects.count() == 1 + len(made)
    if isinstance(merged, BookedMeanwhile):
        # The clerk looks at both once more, and then it is done.
        merge(goes, stays, by=make.clerk())
    assert not Registration.objects.filter(resident=goes).exists()
    assert run.registrations.active().filter(resident=stays).count() == 1
    assert other.registrations.active().count() == len([each for each in made if each.run_id == other.pk])


@pytest.mark.parametrize("attempt", range(4))
def test_two_clerks_who_merge_one_pair_both_ways_merge_it_once(attempt) -> None:
    run = make.run(capacity=5)
    one, other = pair()
    for person in (one, other):
        make.registration(run, person)

    outcomes = together(merging(one, other), merging(other, one))

    assert [type(outcome) for outcome in outcomes].count(Merge) == 1
    assert [type(outcome) for outcome in outcomes].count(RecordWasMerged) == 1
    assert Merge.objects.standing().count() == Resident.objects.filter(merged_into__isnull=False).count() == 1
    assert run.registrations.active().count() == 1


def test_a_merge_undone_at_two_counters_is_undone_once() -> None:
    run = make.run(capacity=5)
    goes, stays = pair()
    for person in (goes, stays):
        make.registration(run, person)
    made, clerk = merge(goes, stays, by=make.clerk()), make.clerk()

    outcomes = together(*[lambda: undo(made, by=clerk) for _press in range(3)])

    assert outcomes == [made, made, made]
    assert set(run.registrations.active().values_list("resident", flat=True)) == {goes.pk, stays.pk}


def test_a_correction_made_during_a_merge_is_kept_or_refused() -> None:
    goes, stays = pair()
    number, clerk = make_residents.mobile(), make.clerk()

    merged, corrected = together(
        merging(goes, stays), lambda: correct(goes, make_residents.details(phone=number), by=clerk)
    )

    assert isinstance(merged, Merge)
    if isinstance(corrected, Exception):
        assert isinstance(corrected, RecordWasMerged)
    else:
        assert stays.phone_lines.filter(number=number.e164).exists()


# What the locks are for ----------------------------------------------------------------------------------


def hesitating(monkeypatch, place, name: str) -> Callable[[Callable], Callable]:
    """Let the first clerk who has looked, or locked, go on when another waits; gives what lets the other come."""
    look, has_looked = getattr(place, name), threading.Event()

    def look_and_hesitate(*asked, **more):
        seen = look(*asked, **more)
        if not has_looked.is_set():
            has_looked.set()
            until_somebody_waits()
        return seen

    monkeypatch.setattr(place, name, look_and_hesitate)
    return lambda deed: lambda: has_looked.wait(PATIENCE_SECONDS) and deed()


def test_without_the_lock_on_the_people_a_booking_is_lost_with_the_duplicate(monkeypatch) -> None:
    monkeypatch.setattr(ResidentQuerySet, "lock", lambda _people: None)
    run, (goes, stays) = make.run(), pair()
    meanwhile = hesitating(monkeypatch, CourseRun, "book")

    _booked, merged = together(registering_of(goes, run), meanwhile(merging(goes, stays)))

    assert isinstance(merged, Merge)
    assert run.registrations.get().resident == goes


def test_with_it_the_same_slow_afternoon_is_a_sentence(monkeypatch) -> None:
    run, (goes, stays) = make.run(), pair()
    meanwhile = hesitating(monkeypatch, CourseRun, "book")

    booked, merged = together(registering_of(goes, run), meanwhile(merging(goes, stays)))

    assert isinstance(booked, Registration)
    assert isinstance(merged, BookedMeanwhile)


def seats_of_both() -> tuple:
    run, (goes, stays) = make.run(capacity=5), pair()
    for person in (goes, stays):
        make.registration(run, person)
    return run, goes, stays


def test_without_the_lock_on_the_runs_the_two_wait_for_each_other_for_ever(monkeypatch) -> None:
    careless = dataclasses.replace(CLASSES_HOLDING, locked_first=None)
    monkeypatch.setitem(holdings._holdings, careless.name, careless)
    run, goes, stays = seats_of_both()
    meanwhile = hesitating(monkeypatch, CourseRunQuerySet, "locked")

    outcomes = together(registering_of(goes, run), meanwhile(merging(goes, stays)))

    assert any(isinstance(outcome, OperationalError) and "deadlock" in str(outcome) for outcome in outcomes)


def test_with_it_they_wait_in_turn(monkeypatch) -> None:
    run, goes, stays = seats_of_both()
    meanwhile = hesitating(monkeypatch, CourseRunQuerySet, "locked")

    outcomes = together(registering_of(goes, run), meanwhile(merging(goes, stays)))

    assert all(map(is_a_sentence, outcomes))
    assert run.registrations.active().get().resident == stays


def test_a_consultation_that_is_being_recorded_goes_along_with_the_merged_record(monkeypatch) -> None:
    goes, stays = pair()
    details, adviser = make_helpdesk.details(resident=goes), make_accounts.user(Role.ADVISER)
    meanwhile = hesitating(monkeypatch, recording, "_refuse_stale_record")

    recorded, merged = together(lambda: recording.record(details, by=adviser), meanwhile(merging(goes, stays)))

    assert (type(recorded), type(merged)) == (Consultation, Merge)
    assert Consultation.objects.get().resident == stays


@pytest.mark.parametrize("undone", [0, 1])
def test_a_merge_undone_while_the_record_that_stayed_is_corrected_holds_nobody_up(monkeypatch, undone) -> None:
    """Words about health leave every record that was merged into this one, and these have lower numbers."""
    (first, second), third, clerk = pair(), make_residents.resident(), make.clerk()
    merges = [merge(first, second, by=clerk), merge(second, third, by=clerk)]
    Resident.objects.update(accommodation="右の耳")
    meanwhile = hesitating(monkeypatch, intake, "consents_of")

    corrected, undoing = together(
        lambda: correct(third, make_residents.details(), by=clerk),
        meanwhile(lambda: undo(merges[undone], by=clerk)),
    )

    assert corrected == third
    assert isinstance(undoing, Merge if undone else LaterMergeStands)
    assert set(Resident.objects.values_list("accommodation", flat=True)) == {""}
