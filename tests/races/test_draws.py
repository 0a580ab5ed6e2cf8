"""Two clerks and one draw: one result, and whoever cancels meanwhile takes no seat. See test_seats.py."""

import itertools
import threading
import time
from collections import Counter

import pytest

from classes import lottery
from classes.cancellation import cancel
from classes.choosing import IsDecided, NoLongerWaits, choose
from classes.letters import letters_on_the_call_list, post_letters
from classes.lottery import LotsAreDrawn, LotsAreListed, draw_lots, in_drawn_order, list_lots
from classes.models import CourseRunQuerySet, Draw, Lot, Offer, Registration
from classes.pairing import pair
from classes.registration import seat_over_capacity
from classes.turning_up import back_in_line
from core.models import AuditEntry
from reminders import outbox
from reminders.models import CallTask
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents
from tests.make.patience import PATIENCE_SECONDS
from tests.races.clerks import across, together

pytestmark = pytest.mark.django_db(transaction=True)
on_postgres = pytest.mark.postgres
State = Registration.State


def drawing(run, number: str):
    clerk = make.clerk()
    return lambda: draw_lots(run, number=number, by=clerk)


def seated(run) -> int:
    return run.registrations.confirmed().count()


def result_is_true(run) -> bool:
    """Whether those have a seat who won by the result that is printed."""
    won = {lot.label for lot in in_drawn_order(Draw.objects.get(run=run)) if lot.is_won}
    return won == {registration.slip for registration in run.registrations.confirmed()}


@on_postgres
@pytest.mark.parametrize("attempt", range(5))
def test_two_clerks_who_draw_with_different_numbers_make_one_result(attempt) -> None:
    run = make_draws.lottery(capacity=2)
    make_draws.applicants(run, 6)
    make_draws.listed(run)

    outcomes = together(drawing(run, "111111"), drawing(run, "222222"), drawing(run, "333333"))

    draw = Draw.objects.get()
    assert result_is_true(run)
    assert Counter(type(outcome) for outcome in outcomes) == {Draw: 1, LotsAreDrawn: 2}
    assert [outcome.public_number for outcome in outcomes if isinstance(outcome, Draw)] == [draw.public_number]
    assert seated(run) == 2
    assert AuditEntry.objects.filter(action="draw.drawn").count() == 1


@on_postgres
def test_without_the_lock_the_second_clerk_gets_an_error_and_not_a_sentence(monkeypatch) -> None:
    """Both find the lots not drawn. That a place is given once, the database knows; what to tell the people, nobody."""
    monkeypatch.setattr(CourseRunQuerySet, "locked", lambda runs, pk: runs.select_related("course").get(pk=pk))
    run = make_draws.lottery(capacity=3)
    make_draws.applicants(run, 12)
    make_draws.listed(run)
    is_written = threading.Event()
    _pause_before_drawing(monkeypatch, both=threading.Barrier(2), is_written=is_written)

    def draw_and_tell(number: str):
        draw = drawing(run, number)
        return lambda: (draw(), is_written.set())[0]

    outcomes = together(draw_and_tell("111111"), draw_and_tell("222222"))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Draw", "IntegrityError"]
    assert result_is_true(run)


@on_postgres
def test_with_the_lock_the_same_slow_afternoon_is_harmless(monkeypatch) -> None:
    run = make_draws.lottery(capacity=3)
    make_draws.applicants(run, 12)
    make_draws.listed(run)
    refuse = lottery.refuse_unless_closed
    monkeypatch.setattr(
        lottery, "refuse_unless_closed", lambda *asked, **at: (refuse(*asked, **at), time.sleep(0.4))[0]
    )

    outcomes = together(drawing(run, "111111"), drawing(run, "222222"))

    assert sum(isinstance(outcome, LotsAreDrawn) for outcome in outcomes) == 1
    assert seated(run) == 3
    assert result_is_true(run)


def _pause_before_drawing(monkeypatch, *, both: threading.Barrier, is_written: threading.Event) -> None:
    """Between looking whether the lots are drawn and drawing them, until both have looked."""
    refuse, turns = lottery.refuse_unless_closed, itertools.count()

    def refuse_and_pause(run, *, at) -> None:
        refuse(run, at=at)
        both.wait(PATIENCE_SECONDS)
        # The second one goes on when the first one has written its seats.
        if next(turns):
            is_written.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(lottery, "refuse_unless_closed", refuse_and_pause)


@on_postgres
@pytest.mark.parametrize("attempt", range(4))
def test_whoever_cancels_during_the_draw_keeps_no_seat_and_none_is_lost(attempt) -> None:
    run, clerk = make_draws.lottery(capacity=2), make.clerk()
    people = make_draws.applicants(run, 5)
    make_draws.listed(run)

    outcomes = together(
        drawing(run, "352614"), *[lambda which=which: cancel(which, by=clerk, reason="health") for which in people[:2]]
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert set(run.registrations.filter(pk__in=[each.pk for each in people[:2]]).values_list("state", flat=True)) == {
        State.CANCELLED
    }
    # Cancelled before the draw, a lot asks for nothing; cancelled after it, the seat is offered to the next.
    assert seated(run) + Offer.objects.open().count() == 2


@on_postgres
def test_a_list_made_at_two_counters_is_one_list() -> None:
    run, clerk = make_draws.lottery(), make.clerk()
    make_draws.applicants(run, 5)
    make_draws.closed(run)

    outcomes = together(*[lambda: list_lots(run, by=clerk) for _press in range(4)])

    assert {type(outcome) for outcome in outcomes} == {Draw}
    assert Lot.objects.count() == 5
    assert not run.registrations.filter(lot=None).exists()


@on_postgres
@pytest.mark.parametrize("attempt", range(4))
def test_friends_paired_while_the_lots_are_listed_are_in_one_lot_or_stay_apart(attempt) -> None:
    run, clerk = make_draws.lottery(), make.clerk()
    one, other, _alone = make_draws.applicants(run, 3)
    make_draws.closed(run)

    paired, _listed = together(lambda: pair(one, other, by=clerk), lambda: list_lots(run, by=clerk))

    one.refresh_from_db()
    other.refresh_from_db()
    is_late = isinstance(paired, LotsAreListed)
    assert (one.lot_id != other.lot_id) is is_late
    assert (one.party_id is None) is is_late
    assert Lot.objects.count() == (3 if is_late else 2)


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_two_decisions_at_the_counter_are_one(attempt) -> None:
    run, clerk = make_draws.counter(capacity=1), make.clerk()
    people = make_draws.applicants(run, 2)
    make_draws.closed(run)

    outcomes = together(*[lambda who=who: choose(run, [who], reason="話し合い", by=clerk) for who in people])

    assert sum(isinstance(outcome, IsDecided) for outcome in outcomes) == 1
    assert seated(run) == 1


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_whoever_cancels_while_the_counter_decides_is_not_seated(attempt) -> None:
    run, clerk = make_draws.counter(capacity=2), make.clerk()
    [gone, stays] = make_draws.applicants(run, 2)
    make_draws.closed(run)

    decided, _cancelled = together(
        lambda: choose(run, [gone, stays], reason="全員", by=clerk),
        lambda: cancel(gone, by=clerk, reason="health"),
    )

    gone.refresh_from_db()
    assert gone.state == State.CANCELLED
    # Cancelled first, the whole decision is refused and looked at again; decided first, the seat is free again.
    assert isinstance(decided, NoLongerWaits) or seated(run) == 1


def test_a_draw_takes_a_moment_on_either_database() -> None:
    run, clerk = make_draws.lottery(capacity=30), make.clerk()
    make_draws.crowd(run, 500)
    make_draws.listed(run)
    begin = time.process_time()

    draw_lots(run, number="352614", by=clerk)

    # Of this process's own work: what else the machine does meanwhile is not the draw's.
    assert time.process_time() - begin < 2


@on_postgres
@pytest.mark.parametrize("attempt", range(3))
def test_whoever_goes_back_in_line_while_the_lots_are_drawn_takes_no_seat_of_a_lot(attempt) -> None:
    clerk, run = make.clerk(), make_draws.lottery(capacity=2)
    couple = make_draws.applicants(run, 2, by=clerk)
    make_draws.party(*couple)
    seat_over_capacity(couple[0], reason="付きそい", by=clerk)
    back_in_line(couple[1], by=clerk)
    make_draws.applicants(run, 2, by=clerk)
    make_draws.listed(run, by=clerk)

    together(lambda: back_in_line(couple[0], by=clerk), drawing(run, make_draws.DICE))

    assert result_is_true(run)
    assert Registration.objects.get(pk=couple[0].pk).state == State.WAITING


@on_postgres
def test_letters_that_are_posted_and_taken_back_at_once_hold_nobody_up() -> None:
    """Whose share keys are in the opposite order of their numbers."""
    run, clerk = make_draws.counter(capacity=1), make.clerk()
    (seated,) = make_draws.applicants(run, 1)
    for _each in range(3):
        make.registration(run, make_residents.resident(phone=None, address="葛城市忍海1番地"))
    choose(make_draws.closed(run), [seated], reason="初めての方", by=clerk)
    letters = list(CallTask.objects.filter(pk__in=letters_on_the_call_list(run)).order_by("-pk"))
    for key, letter in enumerate(letters):
        CallTask.objects.filter(pk=letter.pk).update(share_key=key)
    numbers, asked = [letter.pk for letter in letters], [letter.requests.get().key for letter in letters]

    posted, taken_back = across(
        letters[1],
        lambda: post_letters(run, numbers, by=clerk),
        lambda: outbox.withdraw_each(asked, by=None),
    )

    assert (posted, taken_back) in {(3, 0), (0, 3)}
