"""Two records of one person in one run: the better place stays, and everybody else keeps theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classes.attendance import mark, unrecorded_lessons
from classes.cancellation import cancel
from classes.handing_over import PlaceWasGivenOn
from classes.lottery import draw_lots
from classes.models import Attendance, CourseRun, Disagreement, Offer, Party, Registration
from classes.offer_calls import not_reached, take
from classes.pairing import pair
from classes.registration import register
from classes.rescheduling import move
from classes.roster import roster_of
from classes.waiting_list import accept
from reminders.models import CallTask, Message, Request
from residents.merging import merge, undo
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State
COUNTER = Registration.Channel.COUNTER


@pytest.fixture
def stays():
    return make_residents.resident()


@pytest.fixture
def goes():
    return make_residents.resident()


def as_it_stands(run) -> list[tuple]:
    rows = run.registrations.order_by("pk")
    return list(rows.values_list("resident", "state", "cancelled_at", "cancel_reason", "waiting_since", "party"))


def test_a_duplicate_hands_over_its_registrations(clerk, stays, goes) -> None:
    registration = make.registration(make.run(), goes)

    made = merge(goes, stays, by=clerk)
    registration.refresh_from_db()
    assert (registration.resident, registration.state) == (stays, State.CONFIRMED)

    undo(made, by=clerk)
    registration.refresh_from_db()
    assert (registration.resident, registration.state) == (goes, State.CONFIRMED)


@pytest.mark.parametrize(("devices", "borrows"), [(1, False), (2, True)])
def test_a_seat_takes_over_the_wish_for_a_device_only_while_one_is_free(clerk, stays, goes, devices, borrows) -> None:
    run, other = make.run(capacity=5, loan_devices=1), make_residents.resident()
    make.registration(run, other, borrowing=[other])
    hers = make.registration(run, stays)
    make.registration(run, goes, borrowing=[goes])
    CourseRun.objects.filter(pk=run.pk).update(loan_devices=devices)

    merge(goes, stays, by=clerk)

    hers.refresh_from_db()
    assert (hers.state, hers.borrows) == (State.CONFIRMED, borrows)
    assert run.registrations.lent().count() == devices


def test_two_seats_in_a_run_become_one_and_the_other_goes_to_whoever_waits(clerk, stays, goes) -> None:
    run = make.run(capacity=2)
    hers, twice = make.registration(run, stays), make.registration(run, goes)
    first_in_line = make.registration(run)

    merge(goes, stays, by=clerk)

    twice.refresh_from_db()
    assert run.registrations.confirmed().get() == hers
    assert (twice.resident, twice.state, twice.cancel_reason, twice.cancelled_by) == (
        stays,
        State.CANCELLED,
        "mistake",
        clerk,
    )
    assert Offer.objects.open().get().registration == first_in_line


def test_a_seat_is_better_than_a_place_in_line_in_whichever_record_it_stands(clerk, stays, goes) -> None:
    run = make.run(capacity=1)
    seated = make.registration(run, goes)
    waiting = make.registration(run, stays)

    merge(goes, stays, by=clerk)

    assert Registration.objects.get(pk=seated.pk).state == State.CONFIRMED
    assert Registration.objects.get(pk=seated.pk).resident == stays
    assert Registration.objects.get(pk=waiting.pk).state == State.CANCELLED
    assert Request.objects.standing().filter(key__startswith=f"registration:{waiting.pk}:").count() == 0


def test_of_two_places_in_line_the_earlier_one_stays(clerk, stays, goes) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    earlier, between, later = (make.registration(run, who) for who in (goes, None, stays))

    merge(goes, stays, by=clerk)

    line = run.registrations.waiting()
    assert list(line) == [earlier, between]
    assert later not in line


def test_a_seat_held_for_the_duplicate_is_not_held_any_more_when_the_person_has_one(clerk, stays, goes) -> None:
    run = make.run(capacity=1)
    seated, asked, following = make.registration(run), make.registration(run, goes), make.registration(run)
    cancel(seated, by=clerk, reason="health")
    offer = Offer.objects.get(registration=asked)
    register(stays, run, by=clerk, channel=COUNTER, override_reason="付き添い")

    merge(goes, stays, by=clerk)

    offer.refresh_from_db()
    assert offer.state != Offer.State.OPEN
    assert Offer.objects.open().count() == 0
    assert run.seats.confirmed == 1
    assert Registration.objects.get(pk=following.pk).state == State.WAITING


def test_a_seat_held_for_one_of_two_places_in_line_stays_held(clerk, stays, goes) -> None:
    run = make.run(capacity=1)
    seated, earlier, later = make.registration(run), make.registration(run, goes), make.registration(run, stays)
    cancel(seated, by=clerk, reason="health")
    Offer.objects.filter(registration=earlier).update(registration=later)

    merge(goes, stays, by=clerk)

    assert Offer.objects.open().get().registration == later
    assert Registration.objects.get(pk=later.pk).state == State.WAITING
    assert Registration.objects.get(pk=earlier.pk).state == State.CANCELLED


def test_marks_of_attendance_are_not_lost_with_the_place_that_is_cancelled(clerk, stays, goes) -> None:
    run = make.run(starts_at=timezone.now() - timedelta(days=9), reception_closes_at=timezone.now() + timedelta(days=9))
    on_the_day = Registration.Channel.ON_THE_DAY
    hers = register(stays, run, by=clerk, channel=on_the_day)
    twice = register(goes, run, by=clerk, channel=on_the_day)
    lesson = run.lessons.get()
    ticked = Attendance.objects.create(lesson=lesson, registration=twice, mark="present", marked_by=clerk)

    made = merge(goes, stays, by=clerk)
    ticked.refresh_from_db()
    assert ticked.registration == hers
    assert Registration.objects.get(pk=twice.pk).state == State.CANCELLED

    undo(made, by=clerk)
    ticked.refresh_from_db()
    assert ticked.registration == twice
    assert Registration.objects.get(pk=twice.pk).state == State.CONFIRMED


def test_two_marks_of_one_person_in_one_lesson_that_differ_are_asked_about(clerk, stays, goes) -> None:
    run, hers, twice = held_and_ticked(clerk, stays, goes, marks=("absent", "present"))
    lesson = run.lessons.get()

    made = merge(goes, stays, by=clerk)

    (line,) = roster_of(lesson).lines
    assert (line.registration, line.mark) == (hers, "absent")
    assert [(tick.mark, tick.stands) for tick in line.contradiction.ticks] == [("absent", True), ("present", False)]
    assert list(unrecorded_lessons()) == [lesson]

    undo(made, by=clerk)
    lines = roster_of(lesson).lines
    assert {(line.registration.pk, line.mark, line.contradiction) for line in lines} == {
        (hers.pk, "absent", None),
        (twice.pk, "present", None),
    }


def test_two_marks_of_one_person_that_agree_are_one_and_no_question(clerk, stays, goes) -> None:
    run, *_places = held_and_ticked(clerk, stays, goes, marks=("late", "late"))
    before = list(Attendance.objects.order_by("pk").values())

    made = merge(goes, stays, by=clerk)
    assert [line.contradiction for line in roster_of(run.lessons.get()).lines] == [None]

    undo(made, by=clerk)
    assert list(Attendance.objects.order_by("pk").values()) == before


def test_what_was_decided_about_two_marks_stays_when_the_merge_is_undone(clerk, stays, goes) -> None:
    run, hers, twice = held_and_ticked(clerk, stays, goes, marks=("absent", "present"))
    lesson = run.lessons.get()
    made = merge(goes, stays, by=clerk)
    mark(lesson, hers, "late", by=clerk, seen="absent", settles=Disagreement.objects.get().pk)

    undo(made, by=clerk)

    assert dict(Attendance.objects.values_list("registration", "mark")) == {hers.pk: "late", twice.pk: "present"}
    assert not Disagreement.objects.unsettled().exists()


def held_and_ticked(clerk, *people, marks):
    """A run that is over, and the places of these people in it, each with a mark."""
    run = make.run(starts_at=timezone.now() - timedelta(days=9), reception_closes_at=timezone.now() + timedelta(days=9))
    lesson, on_the_day = run.lessons.get(), Registration.Channel.ON_THE_DAY
    places = [register(who, run, by=clerk, channel=on_the_day) for who in people]
    for place, ticked in zip(places, marks, strict=True):
        mark(lesson, place, ticked, by=clerk)
    return run, *places


def test_a_question_about_a_tick_goes_with_the_place_and_comes_back_with_it(clerk, stays, goes) -> None:
    run = make.run(starts_at=timezone.now() - timedelta(days=9), reception_closes_at=timezone.now() + timedelta(days=9))
    hers, twice = (register(who, run, by=clerk, channel=Registration.Channel.ON_THE_DAY) for who in (stays, goes))
    asked = {"lesson": run.lessons.get(), "mark": "absent", "marked_at": timezone.now(), "marked_by": clerk}
    question = Disagreement.objects.create(registration=twice, **asked)

    made = merge(goes, stays, by=clerk)
    question.refresh_from_db()
    assert question.registration == hers

    undo(made, by=clerk)
    question.refresh_from_db()
    assert question.registration == twice


def test_who_came_together_still_comes_together_and_still_borrows(clerk, stays, goes) -> None:
    run = make.run(capacity=4, loan_devices=1)
    alone, together, friend = make.registration(run, stays), make.registration(run, goes), make.registration(run)
    party = Party.objects.create(run=run)
    Registration.objects.filter(pk__in=[together.pk, friend.pk]).update(party=party)
    Registration.objects.filter(pk=together.pk).update(borrows=True)

    made = merge(goes, stays, by=clerk)
    alone.refresh_from_db()
    assert (alone.party, alone.borrows) == (party, True)

    undo(made, by=clerk)
    alone.refresh_from_db()
    assert (alone.party, alone.borrows) == (None, False)


def test_undone_both_have_their_places_again(clerk, stays, goes) -> None:
    run, full = make.run(capacity=2), make.run(capacity=1, starts_at=make.days_ahead(30))
    for each in (run, full):
        make.registration(each, goes)
        make.registration(each, stays)
    make.registration(run)
    before = [as_it_stands(each) for each in (run, full)]

    made = merge(goes, stays, by=clerk)
    assert Offer.objects.open().count() == 1
    undo(made, by=clerk)

    assert [as_it_stands(each) for each in (run, full)] == before
    # Nobody had been called about the seat that was free for a moment.
    assert Offer.objects.open().count() == 0
    assert run.seats.over == 0
    assert reminded(run) == {stays.pk, goes.pk}


def reminded(run) -> set[int]:
    keys = [f"lesson:{lesson.pk}" for lesson in run.lessons.all()]
    return set(Request.objects.standing().filter(occasion__in=keys).values_list("resident", flat=True))


def test_a_seat_that_was_given_on_is_not_taken_back(clerk, stays, goes) -> None:
    run = make.run(capacity=2)
    make.registration(run, stays), make.registration(run, goes)
    make.registration(run)
    made = merge(goes, stays, by=clerk)
    accept(Offer.objects.open().get(), by=clerk)
    before = as_it_stands(run)

    with pytest.raises(PlaceWasGivenOn):
        undo(made, by=clerk)

    goes.refresh_from_db()
    assert goes.merged_into == stays
    assert as_it_stands(run) == before


def test_a_seat_about_which_somebody_was_called_is_not_taken_back(clerk, stays, goes) -> None:
    run = make.run(capacity=2)
    make.registration(run, stays), make.registration(run, goes)
    make.registration(run)
    made = merge(goes, stays, by=clerk)
    not_reached(Offer.objects.open().get(), by=clerk)

    with pytest.raises(PlaceWasGivenOn):
        undo(made, by=clerk)


def test_a_seat_about_which_a_clerk_is_calling_right_now_is_not_taken_back(clerk, stays, goes) -> None:
    run = make.run(capacity=2)
    make.registration(run, stays), make.registration(run, goes)
    asked = make.registration(run)
    made, colleague = merge(goes, stays, by=clerk), make.clerk()
    offer = take(Offer.objects.open().get(), by=colleague)

    with pytest.raises(PlaceWasGivenOn):
        undo(made, by=clerk)

    assert accept(offer, by=colleague) == asked


def test_a_place_given_back_since_stays_given_back(clerk, stays, goes) -> None:
    run = make.run(capacity=2)
    hers, twice = make.registration(run, stays), make.registration(run, goes)
    made = merge(goes, stays, by=clerk)
    cancel(hers, by=clerk, reason="health")

    undo(made, by=clerk)

    assert Registration.objects.get(pk=hers.pk).state == State.CANCELLED
    assert Registration.objects.get(pk=twice.pk).state == State.CONFIRMED
    assert Registration.objects.get(pk=twice.pk).resident == goes


def test_a_seat_held_for_the_duplicate_is_held_again_when_the_merge_is_undone(clerk, stays, goes) -> None:
    run = make.run(capacity=2)
    seated, mine = make.registration(run), make.registration(run, stays)
    asked, following = make.registration(run, goes), make.registration(run)
    cancel(seated, by=clerk, reason="health")
    offer = Offer.objects.get(registration=asked)

    made = merge(goes, stays, by=clerk)
    assert [each.registration for each in Offer.objects.open()] == [following]

    undo(made, by=clerk)
    assert list(Offer.objects.open()) == [offer]
    assert Registration.objects.get(pk=asked.pk).state == State.WAITING
    assert Registration.objects.get(pk=mine.pk).state == State.CONFIRMED


def test_where_nobody_waits_in_line_yet_who_asked_together_with_others_stays_with_them(clerk, stays, goes) -> None:
    run = make_draws.lottery()
    alone, together, friend = make.registration(run, stays), make.registration(run, goes), make.registration(run)
    pair(together, friend, by=clerk)

    merge(goes, stays, by=clerk)

    assert Registration.objects.get(pk=together.pk).state == State.WAITING
    assert Registration.objects.get(pk=alone.pk).state == State.CANCELLED


def test_whoever_waits_by_a_merge_without_the_person_they_applied_with_is_said(clerk, stays, goes) -> None:
    run, said = make.run(capacity=1), list[str]()
    make.registration(run)
    alone = make.registration(run, stays)
    make.registration(run, goes, companions=[make_residents.resident(by=clerk)])
    wife = run.registrations.get(slip_number=4)

    merge(goes, stays, by=clerk, say=said.append)

    assert [each.party_id for each in run.registrations.waiting()] == [None, wife.party_id]
    assert [(alone.slip in each, wife.slip in each) for each in said] == [(True, True)]


@pytest.mark.parametrize("capacity", [1, 4])
def test_a_merge_that_tears_nobody_apart_says_nothing(clerk, stays, goes, capacity) -> None:
    run, said = make.run(capacity=capacity), list[str]()
    make.registration(run)
    twice = make.registration(run, goes, companions=[make_residents.resident(by=clerk)] if capacity > 1 else [])
    make.registration(run, stays)

    merge(goes, stays, by=clerk, say=said.append)

    assert not any(twice.slip in each for each in said)


def line_of(run) -> list[Registration]:
    return list(run.registrations.in_line())


def test_undone_after_the_draw_whoever_had_no_lot_waits_behind_everybody_drawn(clerk, stays, goes) -> None:
    run = make_draws.lottery(capacity=1)
    _hers, twice = make.registration(run, stays), make.registration(run, goes)
    make_draws.applicants(run, 3)
    made = merge(goes, stays, by=clerk)
    make_draws.drawn(run)
    drawn = line_of(run)

    undo(made, by=clerk)

    assert line_of(run) == [*drawn, twice]
    cancel(run.registrations.confirmed().get(), by=clerk, reason="health")
    assert Offer.objects.open().get().registration == drawn[0]


def test_undone_after_the_draw_whoever_had_a_lot_waits_where_it_was_drawn(clerk, stays, goes) -> None:
    run = make_draws.lottery(capacity=1)
    _hers, twice = make.registration(run, stays), make.registration(run, goes)
    make_draws.applicants(run, 5)
    make_draws.listed(run)
    made = merge(goes, stays, by=clerk)
    draw_lots(run, number=make_draws.DICE, by=clerk)

    undo(made, by=clerk)

    ranks = [each.lot.rank for each in line_of(run)]
    assert ranks == sorted(ranks)
    assert Registration.objects.get(pk=twice.pk).waiting_since > CourseRun.objects.get(pk=run.pk).decided_at


def test_undone_after_the_draw_nobody_without_a_lot_draws_a_companion_back(clerk, stays, goes) -> None:
    run = make_draws.lottery(capacity=1)
    hers, twice = make.registration(run, stays), make.registration(run, goes)
    friend, companion, *_others = make_draws.applicants(run, 3)
    make_draws.party(hers, friend)
    make_draws.party(twice, companion)
    made = merge(goes, stays, by=clerk)
    make_draws.drawn(run)
    drawn = list(run.registrations.waiting())

    undo(made, by=clerk)

    assert list(run.registrations.waiting()) == [*drawn, twice]
    # Beside somebody who won the seat nobody is drawn back.
    companion.refresh_from_db()
    assert (Registration.objects.get(pk=twice.pk).party is None) == (companion.state == State.WAITING)


@pytest.mark.parametrize("capacity", [1, 5])
def test_of_two_records_merged_after_the_draw_each_has_its_place_again(clerk, stays, goes, capacity) -> None:
    run = make_draws.lottery(capacity=capacity)
    make.registration(run, goes), make.registration(run, stays)
    make_draws.applicants(run, 3)
    make_draws.drawn(run)
    before = as_it_stands(run)

    undo(merge(goes, stays, by=clerk), by=clerk)

    assert as_it_stands(run) == before


def test_a_reminder_of_a_lesson_that_was_moved_since_goes_back_too(clerk, stays, goes) -> None:
    run = make.run(reminder_rules=[[1, "15:00"]])
    make.registration(run, goes)
    made = merge(goes, stays, by=clerk)
    Message.objects.update(state=Message.State.SENT)
    CallTask.objects.update(state=CallTask.State.DONE)
    lesson = run.lessons.get()
    later = lesson.starts_at + timedelta(days=7)
    move(lesson, starts_at=later, ends_at=later + timedelta(hours=2), venue=lesson.venue, by=clerk)

    undo(made, by=clerk)

    assert {request.resident for request in Request.objects.standing()} == {goes}


def test_a_call_about_the_record_that_stayed_leaves_the_number_of_the_other(clerk, goes) -> None:
    stays = make_residents.resident(phone=None)
    make.registration(make.run(reminder_rules=[[1, "15:00"]]), stays)

    made = merge(goes, stays, by=clerk)
    assert called() == {goes.phone_lines.model.objects.get().number}

    undo(made, by=clerk)
    assert called() == {""}


def called() -> set[str]:
    return set(CallTask.objects.open().values_list("number", flat=True))
