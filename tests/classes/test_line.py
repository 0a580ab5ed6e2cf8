"""People who come together, devices to borrow, and who is asked next when they do not fit."""

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.line import line_of, with_companions
from classes.models import CourseRun, Offer, Registration
from classes.pairing import pair, part
from classes.planning import change_run
from classes.registration import (
    AlreadyRegistered,
    CompanionHasNoPlace,
    CompanionIsRegistered,
    DevicesAreLent,
    IsElsewhereThen,
    RunIsCalledOff,
    RunIsOver,
    SeatIsHeldForThem,
    clash_of,
    register,
    seat_over_capacity,
)
from classes.waiting_list import (
    DoesNotWait,
    NobodyElseWaits,
    NoSeatIsFree,
    accept,
    decline,
    offer_free_seats,
    offer_out_of_turn,
    pass_over,
    place_of,
)
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State
PHONE = Registration.Channel.PHONE


def couple(run, clerk, **circumstances) -> list[Registration]:
    """Two people who come together."""
    one, other = make_residents.resident(), make_residents.resident()
    first = register(one, run, by=clerk, channel=PHONE, companions=[other], **circumstances)
    return list(first.party.members.order_by("slip_number"))


def states(*registrations) -> list[str]:
    return [Registration.objects.get(pk=each.pk).state for each in registrations]


def asked(run) -> list[Registration]:
    return [offer.registration for offer in Offer.objects.open().filter(registration__run=run).order_by("pk")]


def test_people_who_come_together_are_seated_together(clerk) -> None:
    one, other = couple(make.run(capacity=2), clerk)

    assert (one.state, other.state) == (State.CONFIRMED, State.CONFIRMED)
    assert other.slip_number == one.slip_number + 1


def test_a_couple_is_not_torn_apart_by_the_last_seat(clerk) -> None:
    one, other = couple(make.run(capacity=1), clerk)

    assert (one.state, other.state) == (State.WAITING, State.WAITING)
    assert place_of(one) == place_of(other) == 1


def test_whoever_comes_after_a_couple_has_two_people_before_them(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    couple(run, clerk)

    assert place_of(make.registration(run)) == 3


def test_a_seat_too_few_for_those_in_line_goes_to_whoever_calls_alone(clerk) -> None:
    run = make.run(capacity=1)
    couple(run, clerk)

    assert make.registration(run).state == State.CONFIRMED


def test_a_couple_is_skipped_and_kept_while_one_seat_is_free(clerk) -> None:
    run = make.run(capacity=1)
    seated = make.registration(run)
    pair = couple(run, clerk)
    alone = make.registration(run)

    cancel(seated, by=clerk, reason="health")

    assert asked(run) == [alone]
    assert [place_of(each) for each in pair] == [1, 1]
    assert [waiting.size for waiting in line_of(run)] == [2]


def test_two_freed_seats_are_held_for_both_and_one_answer_counts_for_both(clerk) -> None:
    run = make.run(capacity=2)
    first, second = make.registration(run), make.registration(run)
    pair = couple(run, clerk)

    cancel(first, by=clerk, reason="health")
    assert asked(run) == []
    cancel(second, by=clerk, reason="health")
    assert asked(run) == pair

    accept(Offer.objects.open().first(), by=clerk)
    assert states(*pair) == [State.CONFIRMED, State.CONFIRMED]
    assert not Offer.objects.open().exists()


def test_a_couple_that_lets_the_seats_go_by_keeps_its_place(clerk) -> None:
    run = make.run(capacity=2)
    first, second = make.registration(run), make.registration(run)
    pair = couple(run, clerk)
    one, other = make.registration(run), make.registration(run)
    cancel(first, by=clerk, reason="health")
    cancel(second, by=clerk, reason="health")
    # The single ones were asked when one seat was free, so nothing is left for the couple yet.
    assert asked(run) == [one, other]

    decline(Offer.objects.open().get(registration=one), by=clerk)
    decline(Offer.objects.open().get(registration=other), by=clerk)
    assert asked(run) == pair
    decline(Offer.objects.open().get(registration=pair[1]), by=clerk)

    assert asked(run) == []
    assert [place_of(each) for each in pair] == [1, 1]


def test_nobody_is_passed_over_for_a_couple_that_does_not_fit(clerk) -> None:
    run = make.run(capacity=1)
    seated, alone = make.registration(run), make.registration(run)
    couple(run, clerk)
    cancel(seated, by=clerk, reason="health")
    offer = make.nobody_answers(Offer.objects.open().get(registration=alone), by=clerk)

    with pytest.raises(NobodyElseWaits):
        pass_over(offer, by=clerk)


def test_whoever_is_left_of_a_couple_is_asked_about_the_seat_that_was_too_few(clerk) -> None:
    run = make.run(capacity=1)
    one, other = couple(run, clerk)

    cancel(one, by=clerk, reason="health")

    assert asked(run) == [other]


def test_whoever_is_parted_from_a_friend_is_asked_about_the_seat_that_was_too_few(clerk) -> None:
    run = make.run(capacity=1)
    one, other = couple(run, clerk)

    part(one.party, by=clerk)

    assert asked(run) == [one]
    assert [place_of(each) for each in (one, Registration.objects.get(pk=other.pk))] == [1, 2]


def test_friends_put_together_answer_together_whatever_one_of_them_said_before(clerk) -> None:
    run = make.run(capacity=1)
    seated, said_no, friend = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")
    for _each in range(2):
        decline(Offer.objects.open().get(), by=clerk)

    pair(said_no, friend, by=clerk)

    assert [waiting.registrations for waiting in line_of(run)] == [(said_no, friend)]


def test_a_person_is_no_companion_of_their_own(clerk) -> None:
    person = make_residents.resident()

    alone = register(
        person, make.run(), by=clerk, channel=PHONE, companions=[person], borrowing=[make_residents.resident()]
    )

    assert (alone.party, alone.state, alone.borrows) == (None, State.CONFIRMED, False)


def test_a_party_pressed_twice_is_one_party(clerk) -> None:
    run, one, other = make.run(), make_residents.resident(), make_residents.resident()
    register(one, run, by=clerk, channel=PHONE, companions=[other])

    with pytest.raises(AlreadyRegistered):
        register(one, run, by=clerk, channel=PHONE, companions=[other])

    assert run.registrations.count() == 2


def test_a_companion_with_a_place_of_their_own_is_said(clerk) -> None:
    run, one, other = make.run(), make_residents.resident(), make_residents.resident()
    make.registration(run, other)

    with pytest.raises(CompanionIsRegistered):
        register(one, run, by=clerk, channel=PHONE, companions=[other])

    assert run.registrations.count() == 1


def test_whoever_comes_along_is_not_left_out_because_the_caller_has_a_place(clerk) -> None:
    run, one, other = make.run(), make_residents.resident(), make_residents.resident(family_name="井上")
    make.registration(run, one)

    with pytest.raises(CompanionHasNoPlace) as refused:
        register(one, run, by=clerk, channel=PHONE, companions=[other])

    # It travels in a cookie; the desk's own page says who it is.
    assert "井上" not in str(refused.value)
    assert run.registrations.count() == 1


# Devices to borrow ----------------------------------------------------------------------------------------


def test_devices_are_a_second_capacity(clerk) -> None:
    run = make.run(capacity=5, loan_devices=1)
    people = [make_residents.resident() for _each in range(3)]

    first = register(people[0], run, by=clerk, channel=PHONE, borrowing=[people[0]])
    second = register(people[1], run, by=clerk, channel=PHONE, borrowing=[people[1]])
    with_own = register(people[2], run, by=clerk, channel=PHONE)

    assert (first.state, second.state, with_own.state) == (State.CONFIRMED, State.WAITING, State.CONFIRMED)
    assert (run.seats.free, run.seats.free_devices) == (3, 0)


def test_a_device_that_is_gone_is_said_apart_from_a_seat_that_is_gone(clerk) -> None:
    run, person = make.run(capacity=5), make_residents.resident()

    with pytest.raises(DevicesAreLent):
        register(person, run, by=clerk, channel=PHONE, borrowing=[person], seat_was_promised=True)


def test_a_freed_device_is_offered_to_whoever_waits_for_one(clerk) -> None:
    run = make.run(capacity=5, loan_devices=1)
    people = [make_residents.resident() for _each in range(2)]
    first, second = [register(each, run, by=clerk, channel=PHONE, borrowing=[each]) for each in people]

    cancel(first, by=clerk, reason="health")

    assert asked(run) == [second]
    assert CourseRun.objects.with_seats().get().seats == run.seats


def test_a_device_more_is_offered_to_whoever_waits_for_one(clerk) -> None:
    run = make.run(capacity=5, loan_devices=0)
    person = make_residents.resident()
    waiting = register(person, run, by=clerk, channel=PHONE, borrowing=[person])

    change_run(run, by=clerk, loan_devices=1)

    assert asked(run) == [waiting]


# Two places at one hour -----------------------------------------------------------------------------------


def test_a_person_at_two_places_at_one_hour_is_said_before_it_is_done(clerk) -> None:
    person = make_residents.resident()
    here, there = make.run(lessons=2), make.run(lessons=2)
    make.registration(there, person)

    with pytest.raises(IsElsewhereThen) as refused:
        register(person, here, by=clerk, channel=PHONE)
    assert refused.value.lesson == there.lessons.first()

    assert register(person, here, by=clerk, channel=PHONE, despite_clash=True).state == State.CONFIRMED


def test_of_people_who_come_together_whoever_is_elsewhere_then_is_named(clerk) -> None:
    caller, friend = make_residents.resident(given_name="一郎"), make_residents.resident(given_name="花子")
    other = make_residents.resident(given_name="次郎")
    here, there = make.run(capacity=9), make.run(capacity=9)
    make.registration(there, friend)

    with pytest.raises(IsElsewhereThen) as refused:
        register(caller, here, by=clerk, channel=PHONE, companions=[friend, other])
    said = str(refused.value)
    assert friend.name in said
    assert caller.name not in said
    assert other.name not in said
    assert str(clash_of([caller, friend, other], here)) == said

    make.registration(there, other)
    both = str(clash_of([caller, friend, other], here))
    assert friend.name in both
    assert other.name in both


def test_lessons_that_follow_one_another_do_not_clash(clerk) -> None:
    person = make_residents.resident()
    morning, noon = make.run(starts_at=make.days_ahead(14)), make.run(starts_at=make.days_ahead(14, "12:00"))
    make.registration(morning, person)

    assert register(person, noon, by=clerk, channel=PHONE).state == State.CONFIRMED


def test_a_place_given_back_does_not_clash(clerk) -> None:
    person = make_residents.resident()
    here, there = make.run(), make.run()
    cancel(make.registration(there, person), by=clerk, reason="health")

    assert register(person, here, by=clerk, channel=PHONE).state == State.CONFIRMED


# Out of turn, and beyond the capacity ---------------------------------------------------------------------


def test_somebody_is_asked_out_of_turn_with_a_reason(clerk) -> None:
    run = make.run(capacity=1, selection=CourseRun.Selection.COUNTER)
    first, second = make.registration(run), make.registration(run)

    offer = offer_out_of_turn(second, reason="介助の方と一緒の日", by=clerk)

    assert (offer.registration, offer.reason) == (second, "介助の方と一緒の日")
    assert offer_out_of_turn(second, reason="もう一度", by=clerk) == offer
    with pytest.raises(NoSeatIsFree):
        offer_out_of_turn(first, reason="-", by=clerk)
    accept(offer, by=clerk)
    with pytest.raises(DoesNotWait):
        offer_out_of_turn(second, reason="-", by=clerk)


def test_whoever_waits_gets_a_seat_beyond_the_capacity_with_a_reason(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    waiting = make.registration(run)

    seated = seat_over_capacity(waiting, reason="付き添い", by=clerk)

    assert (seated.state, seated.override_reason, run.seats.over) == (State.CONFIRMED, "付き添い", 1)
    assert seat_over_capacity(waiting, reason="二度目", by=clerk).override_reason == "付き添い"


def test_a_seat_beyond_the_capacity_does_not_part_a_couple(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    one, other = couple(run, clerk)

    seat_over_capacity(other, reason="付き添い", by=clerk)

    assert states(one, other) == [State.CONFIRMED, State.CONFIRMED]
    assert run.seats.over == 2


def test_nobody_gets_a_seat_in_a_run_that_is_over(clerk, time_machine) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    waiting = make.registration(run)

    time_machine.move_to(run.lessons.get().ends_at)

    with pytest.raises(RunIsOver):
        seat_over_capacity(waiting, reason="付き添い", by=clerk)


def test_many_freed_seats_are_held_with_a_few_questions(clerk, django_assert_max_num_queries) -> None:
    run = make.run(capacity=1)
    for _each in range(12):
        make.registration(run)
    CourseRun.objects.filter(pk=run.pk).update(capacity=10)

    with django_assert_max_num_queries(12):
        made = offer_free_seats(run, by=clerk)

    assert len(made) == 9


def test_whoever_does_not_want_to_come_any_more_gets_no_seat_beyond_the_capacity(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    waiting = make.registration(run)
    cancel(waiting, by=clerk, reason="health")

    with pytest.raises(DoesNotWait):
        seat_over_capacity(waiting, reason="付き添い", by=clerk)

    assert states(waiting) == [State.CANCELLED]


def test_the_devices_of_companions_count_too(clerk):
    run = make.run(capacity=4, loan_devices=1)
    one, other = make_residents.resident(), make_residents.resident()

    made = register(one, run, by=clerk, channel=PHONE, companions=[other], borrowing=[one, other])

    assert made.state == Registration.State.WAITING


def test_only_those_of_a_party_who_wait_are_asked_along(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    one, other = couple(run, clerk)
    alone = make.registration(run)
    assert list(with_companions(other).registrations) == [one, other]
    assert list(with_companions(alone).registrations) == [alone]

    cancel(one, by=clerk, reason="health")

    assert list(with_companions(other).registrations) == [other]


def test_nobody_gets_a_seat_beyond_the_capacity_for_whom_one_is_held(clerk) -> None:
    run = make.run(capacity=2)
    seated = [make.registration(run), make.registration(run)]
    couple(run, clerk)
    for each in seated:
        cancel(each, by=clerk, reason="health")
    offers = list(Offer.objects.open())

    for offer in offers:
        with pytest.raises(SeatIsHeldForThem):
            seat_over_capacity(offer.registration, reason="付き添い", by=clerk)

    assert len(offers) == 2
    assert list(Offer.objects.open()) == offers
    assert states(*(offer.registration for offer in offers)) == [State.WAITING, State.WAITING]
    accept(offers[0], by=clerk)
    assert not Registration.objects.exclude(override_reason="").exists()


def test_whoever_let_a_seat_go_by_may_be_given_one_beyond_the_capacity(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    waiting = make.registration(run)
    Registration.objects.filter(pk=waiting.pk).update(passed_at=timezone.now(), declined_at=timezone.now())

    made = seat_over_capacity(waiting, reason="付き添い", by=clerk)

    assert (made.passed_at, made.declined_at) == (None, None)
    assert made == Registration.objects.get(pk=waiting.pk) == waiting


def test_nobody_gets_a_seat_beyond_the_capacity_of_a_run_called_off(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    waiting = make.registration(run)
    CourseRun.objects.update(called_off_at=timezone.now())

    with pytest.raises(RunIsCalledOff):
        seat_over_capacity(waiting, reason="付き添い", by=clerk)
