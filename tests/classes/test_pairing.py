"""Friends who called separately, put together before the lots are listed."""

import pytest

from classes.cancellation import cancel
from classes.lottery import LotsAreListed
from classes.models import Party, Registration
from classes.pairing import DoesNotWaitHere, OnlyOne, SeatIsHeld, SlipNotFound, pair, part
from core.models import AuditEntry
from tests.make import classes as make
from tests.make import draws as make_draws

pytestmark = pytest.mark.django_db


def parties(*registrations: Registration) -> list[int | None]:
    return [Registration.objects.get(pk=each.pk).party_id for each in registrations]


def test_two_friends_are_one_lot() -> None:
    run = make_draws.lottery()
    one, other, alone = make_draws.applicants(run, 3)

    party = pair(one, other, by=make.clerk())

    assert parties(one, other, alone) == [party.pk, party.pk, None]
    assert [lot.size for lot in make_draws.listed(run).lots.all()] == [2, 1]


def test_pairing_twice_is_once() -> None:
    one, other = make_draws.applicants(make_draws.lottery(), 2)
    clerk = make.clerk()

    assert pair(one, other, by=clerk) == pair(other, one, by=clerk)
    assert AuditEntry.objects.filter(action="party.made").count() == 1


def test_a_friend_of_a_couple_makes_three() -> None:
    run = make_draws.lottery()
    one, other, friend = make_draws.applicants(run, 3)
    couple = make_draws.party(one, other)

    pair(friend, other, by=make.clerk())

    assert parties(one, other, friend) == [couple.pk] * 3


def test_two_couples_become_one_party() -> None:
    run = make_draws.lottery()
    people = make_draws.applicants(run, 4)
    first = make_draws.party(*people[:2])
    make_draws.party(*people[2:])

    pair(people[1], people[3], by=make.clerk())

    assert parties(*people) == [first.pk] * 4


def test_friends_wait_since_the_later_one_called_so_that_nobody_is_overtaken() -> None:
    run = make.run(capacity=1)
    make.registration(run)
    early, between, late = (make.registration(run) for _each in range(3))

    pair(early, late, by=make.clerk())

    line = list(run.registrations.in_line())
    assert line == [between, early, late]


def test_taken_apart_again_everybody_stands_where_they_called() -> None:
    run = make.run(capacity=1)
    make.registration(run)
    early, between, late = (make.registration(run) for _each in range(3))
    party = pair(early, late, by=make.clerk())

    part(party, by=make.clerk())
    part(party, by=make.clerk())

    assert list(run.registrations.in_line()) == [early, between, late]
    assert parties(early, late) == [None, None]
    assert AuditEntry.objects.filter(action="party.parted").count() == 1


def test_nobody_is_put_beside_themselves() -> None:
    [one] = make_draws.applicants(make_draws.lottery(), 1)

    with pytest.raises(OnlyOne):
        pair(one, one, by=make.clerk())


def test_friends_are_in_the_same_run() -> None:
    [one], [other] = (make_draws.applicants(make_draws.lottery(), 1) for _each in range(2))

    with pytest.raises(SlipNotFound) as refused:
        pair(one, other, by=make.clerk())

    assert other.slip in str(refused.value)
    assert not Party.objects.exists()


def test_whoever_cancelled_is_put_beside_nobody() -> None:
    one, other = make_draws.applicants(make_draws.lottery(), 2)
    cancel(other, by=make.clerk(), reason="health")

    with pytest.raises(DoesNotWaitHere) as refused:
        pair(one, other, by=make.clerk())

    assert other.slip in str(refused.value)


def test_whoever_has_a_seat_is_put_beside_nobody() -> None:
    run = make.run(capacity=1)
    seated, waiting = make.registration(run), make.registration(run)

    with pytest.raises(DoesNotWaitHere):
        pair(seated, waiting, by=make.clerk())


def test_whoever_is_just_being_asked_is_put_beside_nobody() -> None:
    run, clerk = make.run(capacity=1), make.clerk()
    seated, asked, other = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")

    with pytest.raises(SeatIsHeld):
        pair(asked, other, by=clerk)


def test_once_the_lots_are_listed_no_party_is_made_or_parted() -> None:
    run, clerk = make_draws.lottery(), make.clerk()
    one, other, alone = make_draws.applicants(run, 3)
    party = pair(one, other, by=clerk)
    make_draws.listed(run)

    with pytest.raises(LotsAreListed):
        pair(one, alone, by=clerk)
    with pytest.raises(LotsAreListed):
        part(party, by=clerk)

    assert parties(one, other, alone) == [party.pk, party.pk, None]


def test_nobody_is_paired_whose_companion_is_being_asked(clerk):
    run = make.run(capacity=1)
    seated, asked, friend, other = (make.registration(run) for _each in range(4))
    cancel(seated, by=clerk, reason="health")
    make_draws.party(asked, friend)

    with pytest.raises(SeatIsHeld):
        pair(friend, other, by=clerk)
