"""The lottery as it is held: sealed, listed, drawn once, and nobody lost on the way."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from classes import preferences
from classes.cancellation import cancel
from classes.line import line_of
from classes.lottery import (
    LotsAreDrawn,
    LotsNotListed,
    NobodyApplied,
    NoLottery,
    NoNumberThrown,
    ReceptionStillOpen,
    SeatsAreListed,
    draw_lots,
    draw_of,
    in_drawn_order,
    list_digest,
    list_file,
    list_lots,
    prepare,
    result_file,
    slips_of,
)
from classes.models import CourseRun, Draw, Lot, Offer, Registration
from classes.planning import change_run
from classes.registration import RunIsCalledOff, register, seat_over_capacity
from classes.rescheduling import call_off
from classes.waiting_list import place_of
from core.models import AuditEntry
from reminders.models import Request
from residents.merging import merge, undo
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State
DICE = make_draws.DICE


def states(run: CourseRun) -> list[str]:
    return sorted(run.registrations.values_list("state", flat=True))


def in_order(run: CourseRun) -> list[str]:
    """The labels of the lots in the order drawn."""
    return [lot.label for lot in in_drawn_order(draw_of(run))]


# The promise ----------------------------------------------------------------------------------------------


def test_a_seed_is_sealed_once() -> None:
    run = make.run(selection="lottery")

    first, second = prepare(run), prepare(run)

    assert (first.seed, first.seed_digest) == (second.seed, second.seed_digest)
    assert draw_of(run) == first
    assert len(first.seed) == 64
    assert first.seed not in repr(first) + str(vars(first).get("_state"))


def test_two_runs_have_two_seeds() -> None:
    assert make_draws.lottery().draw.seed != make_draws.lottery().draw.seed


def test_a_run_without_a_lottery_has_no_seal() -> None:
    run = make.run()

    assert draw_of(run) is None
    with pytest.raises(NoLottery):
        list_lots(run, by=make.clerk())
    assert not Draw.objects.exists()


def test_everybody_waits_until_the_lots_are_drawn() -> None:
    run = make_draws.lottery(capacity=5)

    make_draws.applicants(run, 2)

    assert states(run) == [State.WAITING] * 2
    assert not run.seats_go_by_line


# The list -------------------------------------------------------------------------------------------------


def test_lots_are_not_listed_while_somebody_may_still_apply() -> None:
    run = make_draws.lottery()
    make_draws.applicants(run, 1)

    with pytest.raises(ReceptionStillOpen) as refused:
        list_lots(run, by=make.clerk())

    assert run.course.title in str(refused.value)
    assert not Lot.objects.exists()


def test_nobody_applied_so_there_is_nothing_to_draw() -> None:
    with pytest.raises(NobodyApplied):
        make_draws.listed(make_draws.lottery())


def test_people_who_come_together_are_one_lot_under_the_slip_of_the_first() -> None:
    run = make_draws.lottery()
    alone, one, other = make_draws.applicants(run, 3)
    make_draws.party(one, other)

    draw = make_draws.listed(run)

    assert [(lot.label, lot.size, slips_of(lot)) for lot in draw.lots.all()] == [
        (alone.slip, 1, [alone.slip]),
        (one.slip, 2, [one.slip, other.slip]),
    ]
    assert list_file(draw) == f"{alone.slip} 0 1\n{one.slip} 0 2 {other.slip}\n"


def test_a_party_has_the_points_of_its_best_member() -> None:
    run = make_draws.lottery(preferences=["age_75"])
    [old] = make_draws.applicants(run, 1, birth_year=1930)
    [young] = make_draws.applicants(run, 1, birth_year=1990)
    [alone] = make_draws.applicants(run, 1, birth_year=1990)
    make_draws.party(young, old)

    draw = make_draws.listed(run)

    assert dict(draw.lots.values_list("label", "points")) == {old.slip: 1, alone.slip: 0}


def test_listing_twice_is_once() -> None:
    run, clerk = make_draws.lottery(), make.clerk()
    make_draws.applicants(run, 2)
    first = make_draws.listed(run, by=clerk)

    again = list_lots(run, by=clerk)

    assert again.listed_at == first.listed_at
    assert Lot.objects.count() == 2
    assert AuditEntry.objects.filter(action="draw.listed").count() == 1


def test_the_list_and_its_digest_stay_the_same_whatever_happens_afterwards() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    people = make_draws.applicants(run, 4)
    make_draws.party(people[0], people[1])
    draw = make_draws.listed(run)
    before = list_digest(draw)

    cancel(people[1], by=clerk, reason="health")
    draw_lots(run, number=DICE, by=clerk)

    assert list_digest(draw_of(run)) == before
    assert AuditEntry.objects.get(action="draw.listed").facts["digest"] == before


def test_a_run_that_is_called_off_is_not_drawn() -> None:
    run, clerk = make_draws.lottery(), make.clerk()
    make_draws.applicants(run, 1)
    make_draws.listed(run)
    call_off(run, reason="大雨", by=clerk)

    with pytest.raises(RunIsCalledOff):
        draw_lots(run, number=DICE, by=clerk)


# The draw -------------------------------------------------------------------------------------------------


def test_the_dice_come_after_the_list() -> None:
    run = make_draws.lottery()
    make_draws.applicants(run, 1)

    with pytest.raises(LotsNotListed):
        draw_lots(make_draws.closed(run), number=DICE, by=make.clerk())


def test_reception_that_was_opened_again_is_waited_for() -> None:
    run = make_draws.lottery()
    make_draws.applicants(run, 1)
    make_draws.listed(run)
    CourseRun.objects.update(reception_closes_at=timezone.now() + timedelta(days=1))

    with pytest.raises(ReceptionStillOpen):
        draw_lots(run, number=DICE, by=make.clerk())


@pytest.mark.parametrize("typed", ["", "12345", "123456a", "1" * 21, "-123456", "12.3456", "①②③④⑤⑥⑦x", "十二三四五六"])
def test_what_no_dice_show_is_no_number(typed) -> None:
    run = make_draws.lottery()
    make_draws.applicants(run, 1)
    make_draws.listed(run)

    with pytest.raises(NoNumberThrown):
        draw_lots(run, number=typed, by=make.clerk())

    assert draw_of(run).drawn_at is None


def test_winners_have_a_seat_and_losers_wait_in_the_order_drawn() -> None:
    run = make_draws.lottery(capacity=2)
    make_draws.applicants(run, 6)

    draw = make_draws.drawn(run)

    run.refresh_from_db()
    lots = in_drawn_order(draw)
    assert [lot.is_won for lot in lots] == [True, True, False, False, False, False]
    assert {each.slip for each in run.registrations.confirmed()} == {lot.label for lot in lots[:2]}
    assert [each.slip for each in run.registrations.in_line()] == [lot.label for lot in lots[2:]]
    losers = [run.registrations.get(lot=lot) for lot in lots[2:]]
    assert [place_of(registration) for registration in losers] == [1, 2, 3, 4]
    assert run.seats_go_by_line
    assert run.decided_at == draw.drawn_at
    assert {each.seated_at for each in run.registrations.confirmed()} == {draw.drawn_at}


def test_winners_are_reminded_and_losers_are_not() -> None:
    run = make_draws.lottery(capacity=1)
    make_draws.applicants(run, 3)

    make_draws.drawn(run)

    winner = run.registrations.confirmed().get()
    reminders = Request.objects.filter(purpose="lesson-reminder")
    assert list(reminders.values_list("resident", flat=True)) == [winner.resident_id] * 2


def test_a_couple_is_seated_together_or_waits_together() -> None:
    for number in range(12):
        run = make_draws.lottery(capacity=2)
        one, other, *_rest = make_draws.applicants(run, 4)
        make_draws.party(one, other)

        make_draws.drawn(run, number=f"66666{number}")

        couple = run.registrations.filter(pk__in=[one.pk, other.pk])
        assert len(set(couple.values_list("state", "waiting_since"))) == 1 or couple.first().state == State.CONFIRMED
        assert run.registrations.confirmed().count() == 2


def test_a_couple_for_whom_one_seat_is_left_loses_and_whoever_comes_alone_gets_it() -> None:
    run = make_draws.lottery(capacity=1)
    one, other, alone = make_draws.applicants(run, 3)
    make_draws.party(one, other)

    make_draws.drawn(run)

    assert run.registrations.confirmed().get() == alone
    assert place_of(one) == place_of(other) == 1
    assert not Offer.objects.exists()


def test_a_lot_that_borrows_more_than_is_left_loses() -> None:
    run = make_draws.lottery(capacity=3, loan_devices=1)
    borrowers = make_draws.applicants(run, 2)
    [owner] = make_draws.applicants(run, 1)
    Registration.objects.filter(pk__in=[each.pk for each in borrowers]).update(borrows=True)

    make_draws.drawn(run)

    owner.refresh_from_db()
    assert owner.state == State.CONFIRMED
    assert run.registrations.confirmed().filter(borrows=True).count() == 1
    assert run.registrations.waiting().count() == 1


def test_more_points_come_first_whatever_the_dice_say() -> None:
    for number in range(8):
        run = make_draws.lottery(capacity=2, preferences=["age_75"])
        make_draws.applicants(run, 4, birth_year=1990)
        old = make_draws.applicants(run, 2, birth_year=1930)

        make_draws.drawn(run, number=f"44444{number}")

        assert {each.pk for each in run.registrations.confirmed()} == {each.pk for each in old}


def test_a_lot_cancelled_after_the_list_stays_on_it_and_wins_nothing() -> None:
    run, clerk = make_draws.lottery(capacity=3), make.clerk()
    gone, *_others = make_draws.applicants(run, 3)
    draw = make_draws.listed(run)
    cancel(gone, by=clerk, reason="health")

    draw_lots(run, number=DICE, by=clerk)

    lot = draw.lots.get(label=gone.slip)
    assert (lot.is_won, lot.seats) == (False, 0)
    assert run.registrations.get(pk=gone.pk).state == State.CANCELLED
    assert run.registrations.confirmed().count() == 2


def test_half_a_couple_that_cancelled_asks_for_one_seat() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    one, other = make_draws.applicants(run, 2)
    make_draws.party(one, other)
    make_draws.listed(run)
    cancel(one, by=clerk, reason="health")

    draw = draw_lots(run, number=DICE, by=clerk)

    assert run.registrations.confirmed().get() == other
    assert result_file(draw) == f"{one.slip} 0 1 0\n"


def test_whoever_has_a_seat_before_the_list_takes_one_from_what_is_drawn_for() -> None:
    run, clerk = make_draws.lottery(capacity=2), make.clerk()
    first, *_others = make_draws.applicants(run, 3)
    seat_over_capacity(first, reason="付きそい", by=clerk)
    make_draws.listed(run)

    draw = draw_lots(run, number=DICE, by=clerk)

    assert draw.seats == 1
    assert run.registrations.confirmed().count() == 2


def test_a_seat_given_out_of_turn_after_the_list_is_one_beyond_what_the_list_says() -> None:
    run, clerk = make_draws.lottery(capacity=2), make.clerk()
    first, *_others = make_draws.applicants(run, 4)
    make_draws.listed(run)
    seat_over_capacity(first, reason="付きそい", by=clerk)

    draw = draw_lots(run, number=DICE, by=clerk)

    assert draw.seats == 2
    assert draw.lots.get(label=first.slip).seats == 0
    assert run.seats.over == 1


def test_a_seat_given_back_between_the_list_and_the_dice_is_offered_in_the_order_drawn() -> None:
    run, clerk = make_draws.lottery(capacity=2), make.clerk()
    first, *_others = make_draws.applicants(run, 4)
    seat_over_capacity(first, reason="付きそい", by=clerk)
    make_draws.listed(run)
    cancel(first, reason="health", by=clerk)

    draw = draw_lots(run, number=DICE, by=clerk)

    assert draw.seats == run.registrations.confirmed().count() == 1
    assert Offer.objects.open().get().registration.slip == in_order(run)[1]


@pytest.mark.parametrize("terms", [{"capacity": 1}, {"capacity": 3}, {"loan_devices": 0}, {"loan_devices": 2}])
def test_between_the_list_and_the_dice_the_run_has_the_seats_and_devices_that_the_list_says(terms) -> None:
    run, clerk = make_draws.lottery(capacity=2, loan_devices=1), make.clerk()
    make_draws.applicants(run, 4)
    make_draws.listed(run)

    with pytest.raises(SeatsAreListed) as refused:
        change_run(run, by=clerk, **terms)
    draw = draw_lots(run, number=DICE, by=clerk)

    assert run.course.title in str(refused.value)
    assert (draw.seats, draw.devices) == (2, 1)
    assert change_run(run, by=clerk, **terms)


def test_what_the_list_says_nothing_of_may_change_before_the_dice() -> None:
    run, clerk = make_draws.lottery(capacity=2), make.clerk()
    make_draws.applicants(run, 4)
    make_draws.listed(run)

    assert change_run(run, by=clerk, capacity=2, loan_devices=run.loan_devices, bring="充電器").bring == "充電器"


def test_whoever_is_taken_after_the_list_waits_behind_it() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    make_draws.applicants(run, 3)
    make_draws.listed(run)
    late = register(make_residents.resident(by=clerk), run, by=clerk, channel="on_the_day")

    draw = draw_lots(run, number=DICE, by=clerk)

    line = [each.slip for each in run.registrations.in_line()]
    assert line == [*(lot.label for lot in in_drawn_order(draw)[1:]), late.slip]


def test_a_seat_that_no_lot_fits_is_held_for_whoever_came_late() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    make_draws.party(*make_draws.applicants(run, 2))
    make_draws.listed(run)
    late = register(make_residents.resident(by=clerk), run, by=clerk, channel="on_the_day")

    draw_lots(run, number=DICE, by=clerk)

    assert Offer.objects.open().get().registration == late


def couple_of_which_one_has_no_lot(clerk: User, *, capacity: int, without: int = 0) -> list[Registration]:
    """While the lots were listed, one of a couple was taken for somebody of another couple, which comes first."""
    run = make_draws.lottery(capacity=capacity, preferences=["age_75"])
    taken_for, friend = make_draws.applicants(run, 2, birth_year=1930)
    couple = make_draws.applicants(run, 2, birth_year=1990)
    make_draws.party(taken_for, friend)
    make_draws.party(*couple)
    mistaken = merge(couple[without].resident, taken_for.resident, by=clerk)
    make_draws.listed(run, by=clerk)
    undo(mistaken, by=clerk)
    return couple


@pytest.mark.parametrize("without", [0, 1])
def test_whoever_has_a_lot_is_decided_by_it_whoever_of_their_party_has_none(clerk, without) -> None:
    couple = couple_of_which_one_has_no_lot(clerk, capacity=1, without=without)
    run = couple[0].run

    draw_lots(run, number=DICE, by=clerk)

    assert [lot.label for lot in in_drawn_order(draw_of(run)) if lot.is_won] == [couple[1 - without].slip]
    assert [each.slip for each in run.registrations.confirmed()] == [couple[1 - without].slip]


@pytest.mark.parametrize("without", [0, 1])
def test_whoever_of_a_party_has_no_lot_waits_alone_behind_everybody_where_its_lot_lost(clerk, without) -> None:
    couple = couple_of_which_one_has_no_lot(clerk, capacity=2, without=without)
    run = couple[0].run

    draw_lots(run, number=DICE, by=clerk)

    assert [each.registrations for each in line_of(run)] == [(couple[1 - without],), (couple[without],)]
    assert AuditEntry.objects.get(action="party.parted").facts["registrations"] == [couple[without].pk]


def test_whoever_has_no_lot_stays_of_the_party_whose_lot_won(clerk) -> None:
    couple = couple_of_which_one_has_no_lot(clerk, capacity=4)
    run = couple[0].run

    draw_lots(run, number=DICE, by=clerk)

    assert Offer.objects.open().get().registration == couple[0]
    assert [Registration.objects.get(pk=each.pk).party_id for each in couple] == [couple[0].party_id] * 2


def test_drawing_twice_with_the_same_number_is_once() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    make_draws.applicants(run, 3)
    first = make_draws.drawn(run, by=clerk)
    order = in_order(run)

    again = draw_lots(run, number="３５２ ６１４", by=clerk)

    assert (again.drawn_at, in_order(run)) == (first.drawn_at, order)
    assert AuditEntry.objects.filter(action="draw.drawn").count() == 1


def test_another_number_afterwards_is_refused_and_changes_nothing() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    make_draws.applicants(run, 5)
    make_draws.drawn(run, by=clerk)
    order = in_order(run)

    with pytest.raises(LotsAreDrawn) as refused:
        draw_lots(run, number="111111", by=clerk)

    assert DICE in str(refused.value)
    assert in_order(run) == order


def test_the_place_given_back_after_the_draw_is_offered_to_the_first_loser() -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    make_draws.applicants(run, 3)
    draw = make_draws.drawn(run)

    cancel(run.registrations.confirmed().get(), by=clerk, reason="health")

    assert Offer.objects.open().get().registration.slip == in_drawn_order(draw)[1].label


def test_losers_are_preferred_in_the_next_draw() -> None:
    run = make_draws.lottery(capacity=1)
    make_draws.applicants(run, 2)
    make_draws.drawn(run)
    winner, loser = run.registrations.confirmed().get(), run.registrations.waiting().get()

    following = make_draws.lottery(preferences=["lost_before"])
    fitting = preferences.that_fit(following, [winner.resident, loser.resident], at=timezone.now())

    assert fitting == {winner.resident_id: [], loser.resident_id: ["lost_before"]}


# The secret -----------------------------------------------------------------------------------------------


def test_the_seed_stands_in_no_log_and_no_record(caplog) -> None:
    run, clerk = make_draws.lottery(capacity=1), make.clerk()
    make_draws.applicants(run, 3)
    with caplog.at_level(logging.DEBUG):
        draw = make_draws.drawn(run, by=clerk)

    # The statements that store it are logged nowhere but under DEBUG, where Django keeps them for its own pages.
    said = "".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert draw.seed not in said
    assert not [entry for entry in AuditEntry.objects.all() if draw.seed in str(entry.facts)]


def test_five_hundred_lots_are_drawn_in_a_few_statements(django_assert_max_num_queries) -> None:
    run, clerk = make_draws.lottery(capacity=200), make.clerk()
    make_draws.crowd(run, 500)
    make_draws.listed(run, by=clerk)

    with django_assert_max_num_queries(90):
        draw_lots(run, number=DICE, by=clerk)

    assert run.registrations.confirmed().count() == 200
