from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from city.models import CityProfile, ClosingDay
from classes.cancellation import cancel
from classes.clashing import LessonPlan
from classes.models import CourseRun, Offer, Registration
from classes.offer_calls import HOLD_FOR, AnswerIsDue, CalledAMomentAgo, not_reached, promise, take
from classes.open_offer import OfferIsSettled, SeatIsNotHeld
from classes.planning import add_lesson, change_run
from classes.rescheduling import move
from classes.waiting_list import (
    AnswerIsNotDue,
    AnswerIsPromised,
    CallAgainFirst,
    NobodyElseWaits,
    RunDoesNotTakePlace,
    WasGivenBack,
    accept,
    decline,
    offer_free_seats,
    offer_next,
    offer_out_of_turn,
    pass_over,
    place_of,
)
from core.models import AuditEntry
from core.wareki import TOKYO, day_and_time
from residents.doubts import strangers
from residents.models import PhoneLine
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture
def run():
    return make.run(capacity=1)


@pytest.fixture
def seated(run):
    return make.registration(run)


@pytest.fixture
def waiting(run, seated):
    """Three people in line."""
    return [make.registration(run) for _each in range(3)]


def open_offer(run) -> Offer | None:
    return Offer.objects.open().filter(registration__run=run).first()


def test_a_freed_seat_goes_to_whoever_waited_longest(clerk, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")

    assert open_offer(seated.run).registration == waiting[0]


def test_the_place_in_line_is_true_and_counts_only_who_still_waits(clerk, seated, waiting) -> None:
    assert [place_of(each) for each in (seated, *waiting)] == [0, 1, 2, 3]

    cancel(waiting[1], by=clerk, reason="schedule")

    waiting[2].refresh_from_db()
    assert place_of(waiting[2]) == 2


def test_whoever_is_asked_keeps_the_place_until_the_answer(clerk, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")

    assert [place_of(each) for each in waiting] == [1, 2, 3]


def test_whoever_accepts_has_the_seat(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")

    accepted = accept(open_offer(run), by=clerk)

    assert (accepted, accepted.state) == (waiting[0], State.CONFIRMED)
    assert open_offer(run) is None
    assert (run.seats.confirmed, run.seats.free, run.seats.waiting) == (1, 0, 2)


def test_accepting_twice_is_accepting_once(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)

    assert accept(offer, by=clerk) == accept(offer, by=clerk) == waiting[0]
    assert run.seats.confirmed == 1


def test_an_old_page_gives_no_seat_back_to_whoever_took_it_and_cancelled_since(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)
    cancel(accept(offer, by=clerk), by=clerk, reason="health")

    with pytest.raises(WasGivenBack):
        accept(offer, by=clerk)


def test_whoever_lets_a_seat_go_by_keeps_the_place_and_the_next_is_asked(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")

    decline(open_offer(run), by=clerk)

    assert open_offer(run).registration == waiting[1]
    waiting[0].refresh_from_db()
    assert (waiting[0].state, place_of(waiting[0])) == (State.WAITING, 1)


def test_whoever_let_a_seat_go_by_is_asked_first_about_the_next_one(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    decline(open_offer(run), by=clerk)
    accepted = accept(open_offer(run), by=clerk)

    cancel(accepted, by=clerk, reason="family")

    assert open_offer(run).registration == waiting[0]


def test_declining_twice_asks_only_one_more_person(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)

    decline(offer, by=clerk)
    decline(offer, by=clerk)

    assert open_offer(run).registration == waiting[1]
    assert Offer.objects.count() == 2


def test_a_seat_that_everybody_let_go_by_is_free(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    for _each in waiting:
        decline(open_offer(run), by=clerk)

    assert open_offer(run) is None
    assert (run.seats.free, run.seats.in_line, run.seats.waiting) == (1, 0, 3)


def test_nobody_loses_the_seat_for_being_out(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")

    offer = make.nobody_answers(open_offer(run), by=clerk)

    assert (offer.state, offer.attempts) == (Offer.State.OPEN, 2)
    assert offer.last_attempt_at is not None
    assert open_offer(run) == offer


def test_the_next_is_asked_only_after_two_calls(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = not_reached(open_offer(run), by=clerk)

    with pytest.raises(CallAgainFirst):
        pass_over(offer, by=clerk)

    make.nobody_answers(offer, by=clerk, calls=1)
    following = pass_over(offer, by=clerk)

    assert following.registration == waiting[1]
    waiting[0].refresh_from_db()
    assert (waiting[0].state, place_of(waiting[0])) == (State.WAITING, 1)


def test_whoever_has_no_number_is_passed_over_without_a_call_once_the_answer_is_due(
    clerk, run, seated, waiting, time_machine
) -> None:
    PhoneLine.objects.filter(resident=waiting[0].resident).delete()
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)

    time_machine.move_to(offer.answer_by - timedelta(minutes=1), tick=False)
    with override("en"), pytest.raises(AnswerIsNotDue) as refused:
        pass_over(offer, by=clerk)
    with override("en"):
        assert day_and_time(offer.answer_by) in str(refused.value)

    time_machine.move_to(offer.answer_by, tick=False)
    assert pass_over(offer, by=clerk).registration == waiting[1]
    waiting[0].refresh_from_db()
    assert (waiting[0].state, place_of(waiting[0]), waiting[0].offers.get().attempts) == (State.WAITING, 1, 0)


def test_a_number_at_which_a_stranger_answered_asks_for_no_second_call(
    clerk, run, seated, waiting, time_machine
) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = not_reached(open_offer(run), by=clerk)
    strangers(waiting[0].resident.phone_lines.get().number)

    time_machine.move_to(offer.answer_by, tick=False)
    assert pass_over(offer, by=clerk).registration == waiting[1]


def test_a_couple_of_whom_one_has_a_number_is_called_before_the_next_is_asked(clerk, time_machine) -> None:
    run = make.run(capacity=2)
    seated = [make.registration(run) for _each in range(2)]
    one, other = make_residents.resident(phone=None), make_residents.resident()
    make.registration(run, one, companions=[other])
    for each in seated:
        cancel(each, by=clerk, reason="health")
    make.registration(run)
    offer = Offer.objects.get(registration__resident=one)

    time_machine.move_to(offer.answer_by, tick=False)
    with pytest.raises(CallAgainFirst):
        pass_over(offer, by=clerk)


def test_whoever_was_passed_over_is_asked_again_when_the_others_say_no(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = make.nobody_answers(open_offer(run), by=clerk)
    pass_over(offer, by=clerk)

    decline(open_offer(run), by=clerk)
    decline(open_offer(run), by=clerk)

    assert open_offer(run).registration == waiting[0]


def test_the_seat_stays_held_when_nobody_else_waits(clerk, run, seated) -> None:
    only = make.registration(run)
    cancel(seated, by=clerk, reason="health")
    offer = make.nobody_answers(open_offer(run), by=clerk)

    with pytest.raises(NobodyElseWaits):
        pass_over(offer, by=clerk)

    assert open_offer(run).registration == only


@pytest.mark.parametrize("deed", [accept, decline, not_reached, pass_over])
def test_an_answer_on_record_is_not_overwritten_by_an_older_page(clerk, run, seated, waiting, deed) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)
    Offer.objects.filter(pk=offer.pk).update(state=Offer.State.WITHDRAWN, decided_at=timezone.now())

    with pytest.raises(OfferIsSettled):
        deed(offer, by=clerk)


def test_a_seat_of_a_run_called_off_is_not_accepted(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    CourseRun.objects.filter(pk=run.pk).update(called_off_at=timezone.now())

    with pytest.raises(RunDoesNotTakePlace):
        accept(open_offer(run), by=clerk)


def test_no_seat_is_offered_while_the_run_has_more_people_than_seats(clerk, run, seated, waiting) -> None:
    extra = make.registration(run, override_reason="付き添い")

    cancel(extra, by=clerk, reason="health")
    assert open_offer(run) is None

    cancel(seated, by=clerk, reason="health")
    assert open_offer(run).registration == waiting[0]


def test_no_seat_is_offered_in_a_run_that_is_over(clerk, run, seated, waiting, time_machine) -> None:
    CourseRun.objects.filter(pk=run.pk).update(capacity=5)

    time_machine.move_to(run.lessons.get().starts_at)

    assert offer_next(run, by=clerk) is None


def test_where_the_counter_decides_nobody_is_asked_unbidden(clerk) -> None:
    run = make.run(capacity=1, selection=CourseRun.Selection.COUNTER)
    first, second = make.registration(run), make.registration(run)
    accept(offer_next(run, by=clerk), by=clerk)

    cancel(Registration.objects.get(pk=first.pk), by=clerk, reason="health")

    assert open_offer(run) is None
    assert offer_next(run, by=clerk).registration == second


def test_where_the_counter_decides_a_seat_let_go_by_goes_to_nobody_unbidden(clerk) -> None:
    run = make.run(capacity=1, selection=CourseRun.Selection.COUNTER)
    for _each in range(2):
        make.registration(run)

    decline(offer_next(run, by=clerk), by=clerk)

    assert open_offer(run) is None


def test_one_person_is_asked_however_often_the_button_is_pressed(clerk) -> None:
    run = make.run(capacity=2, selection=CourseRun.Selection.COUNTER)
    for _each in range(2):
        make.registration(run)

    assert offer_next(run, by=clerk) == offer_next(run, by=clerk)

    assert Offer.objects.open().count() == 1


def test_nobody_is_asked_before_the_lots_are_drawn(clerk) -> None:
    run = make.run(selection=CourseRun.Selection.LOTTERY)
    make.registration(run)

    assert offer_next(run, by=clerk) is None


def test_a_seat_promised_out_of_turn_goes_back_to_the_draw(clerk) -> None:
    run = make.run(capacity=1, selection=CourseRun.Selection.LOTTERY)
    promised, _other = make.registration(run), make.registration(run)
    offer = make.nobody_answers(offer_out_of_turn(promised, reason="介助の方の都合", by=clerk), by=clerk)

    assert pass_over(offer, by=clerk) is None

    assert open_offer(run) is None
    assert run.seats.free == 1


def test_nobody_is_passed_over_for_a_seat_in_a_run_that_is_over(clerk, run, seated, waiting, time_machine) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = make.nobody_answers(open_offer(run), by=clerk)

    time_machine.move_to(run.lessons.get().starts_at)

    with pytest.raises(RunDoesNotTakePlace):
        pass_over(offer, by=clerk)


def test_an_answer_is_asked_for_by_noon_of_the_next_working_day(clerk, run, seated, waiting, time_machine) -> None:
    ClosingDay.objects.create(day=date(2026, 11, 30))
    run.lessons.update(starts_at=make.days_ahead(60), ends_at=make.days_ahead(60, "12:00"))
    time_machine.move_to(datetime(2026, 11, 27, 16, 0, tzinfo=TOKYO))  # a Friday

    cancel(seated, by=clerk, reason="health")

    assert open_offer(run).answer_by == datetime(2026, 12, 1, 12, 0, tzinfo=TOKYO)


@pytest.fixture
def promised(clerk, run, seated, waiting) -> Offer:
    """An offer about which two calls were made in vain, and then somebody of the family was reached."""
    cancel(seated, by=clerk, reason="health")
    offer = make.nobody_answers(open_offer(run), by=clerk)
    return promise(offer, reached=Offer.Reached.FAMILY, by=clerk)


def test_whoever_will_answer_later_keeps_the_seat_until_then(clerk, run, promised) -> None:
    assert (promised.state, promised.reached, promised.attempts) == (Offer.State.OPEN, Offer.Reached.FAMILY, 2)
    assert promised.reached_at is not None
    assert open_offer(run) == promised

    assert accept(promised, by=clerk).state == State.CONFIRMED


def test_nobody_else_is_asked_before_a_promised_answer_is_due(clerk, run, waiting, promised, time_machine) -> None:
    time_machine.move_to(promised.answer_by - timedelta(minutes=1), tick=False)
    with override("en"), pytest.raises(AnswerIsPromised) as refused:
        pass_over(promised, by=clerk)
    with override("en"):
        assert f"answers by {day_and_time(promised.answer_by)}. Until then nobody else is asked." in str(refused.value)

    time_machine.move_to(promised.answer_by, tick=False)
    assert pass_over(promised, by=clerk).registration == waiting[1]


def test_promising_an_answer_twice_is_promising_it_once(clerk, promised) -> None:
    again = promise(promised, reached=Offer.Reached.FAMILY, by=clerk)

    assert again.reached_at == promised.reached_at
    assert AuditEntry.objects.filter(action="offer.promised").count() == 1


def test_whoever_else_is_reached_afterwards_is_noted(clerk, promised) -> None:
    assert promise(promised, reached=Offer.Reached.PERSON, by=clerk).reached == Offer.Reached.PERSON


def test_nobody_promises_an_answer_by_a_time_that_is_over(clerk, run, seated, waiting, time_machine) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)
    time_machine.move_to(offer.answer_by, tick=False)

    with pytest.raises(AnswerIsDue):
        promise(offer, reached=Offer.Reached.PERSON, by=clerk)


def test_a_promise_about_a_seat_that_is_settled_is_refused(clerk, promised) -> None:
    decline(promised, by=clerk)

    with pytest.raises(OfferIsSettled):
        promise(promised, reached=Offer.Reached.PERSON, by=clerk)


def test_people_who_come_together_promise_one_answer(clerk) -> None:
    run = make.run(capacity=2, selection=CourseRun.Selection.COUNTER)
    make.registration(run, companions=[make_residents.resident()])

    promise(offer_next(run, by=clerk), reached=Offer.Reached.PERSON, by=clerk)

    assert [offer.reached for offer in Offer.objects.open()] == [Offer.Reached.PERSON] * 2


def test_whoever_was_reached_was_so_at_a_moment_whatever_code_forgets(promised) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.update(reached_at=None)


# Monday, 23 November 2026, is a public holiday, and so is 3 November, a Tuesday.
@pytest.mark.parametrize(
    ("cancelled", "begins", "due"),
    [
        # On Thursday for Friday: the class begins before noon, at noon, after noon.
        ("2026-11-26T16:00", "2026-11-27T10:00", "2026-11-27T10:00"),
        ("2026-11-26T16:00", "2026-11-27T12:00", "2026-11-27T12:00"),
        ("2026-11-26T16:00", "2026-11-27T14:00", "2026-11-27T12:00"),
        # In the morning for the afternoon, and for the evening of a day of rest.
        ("2026-11-26T09:00", "2026-11-26T14:00", "2026-11-26T14:00"),
        ("2026-11-22T09:00", "2026-11-22T18:00", "2026-11-22T18:00"),
        # For the evening of a working day: while somebody is at the counter, and when it begins only after that.
        ("2026-11-26T09:00", "2026-11-26T18:30", "2026-11-26T17:00"),
        ("2026-11-26T17:00", "2026-11-26T18:30", "2026-11-26T18:30"),
        ("2026-11-25T16:00", "2026-11-26T18:30", "2026-11-26T12:00"),
        # On Friday for Saturday, Sunday or the holiday on Monday: while somebody is at the counter.
        ("2026-11-20T11:00", "2026-11-21T10:00", "2026-11-20T17:00"),
        ("2026-11-20T11:00", "2026-11-22T14:00", "2026-11-20T17:00"),
        ("2026-11-20T11:00", "2026-11-23T14:00", "2026-11-20T17:00"),
        # After five, when nobody is at the counter any more before the class.
        ("2026-11-20T17:00", "2026-11-21T10:00", "2026-11-21T10:00"),
        # On Friday for the first working day after the weekend and the holiday.
        ("2026-11-20T11:00", "2026-11-24T10:00", "2026-11-24T10:00"),
        ("2026-11-20T11:00", "2026-11-24T13:30", "2026-11-24T12:00"),
        ("2026-11-02T11:00", "2026-11-04T09:30", "2026-11-04T09:30"),
    ],
)
def test_no_answer_is_due_after_the_class_has_begun(clerk, time_machine, cancelled, begins, due) -> None:
    def tokyo(moment: str) -> datetime:
        return datetime.fromisoformat(moment).replace(tzinfo=TOKYO)

    time_machine.move_to(tokyo("2026-10-20T10:00"))
    run = make.run(capacity=1, starts_at=tokyo(begins))
    seated, _waiting = make.registration(run), make.registration(run)

    time_machine.move_to(tokyo(cancelled), tick=False)
    cancel(seated, by=clerk, reason="health")

    assert open_offer(run).answer_by == tokyo(due)


def test_an_answer_for_an_evening_is_due_when_the_city_stops_telephoning(clerk, time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=TOKYO))  # a Thursday
    CityProfile.objects.update_or_create(pk=1, defaults={"calls_until": "16:30"})
    run = make.run(capacity=1, starts_at=datetime(2026, 11, 26, 18, 30, tzinfo=TOKYO))
    seated, _waiting = make.registration(run), make.registration(run)

    cancel(seated, by=clerk, reason="health")

    assert open_offer(run).answer_by == datetime(2026, 11, 26, 16, 30, tzinfo=TOKYO)


def test_an_answer_is_due_before_the_next_lesson_and_not_before_one_that_is_over(clerk, time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 19, 8, 0, tzinfo=TOKYO))  # a Thursday
    run = make.run(capacity=1, lessons=2, starts_at=datetime(2026, 11, 19, 10, 0, tzinfo=TOKYO))
    seated, _waiting = make.registration(run), make.registration(run)

    time_machine.move_to(datetime(2026, 11, 25, 13, 0, tzinfo=TOKYO))
    cancel(seated, by=clerk, reason="health")

    assert open_offer(run).answer_by == datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)


def test_a_lesson_that_was_cancelled_is_nothing_to_answer_before(clerk, time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO))
    run = make.run(capacity=1, lessons=2, starts_at=datetime(2026, 11, 25, 10, 0, tzinfo=TOKYO))
    seated, _waiting = make.registration(run), make.registration(run)
    run.lessons.filter(ordinal=1).update(cancelled_at=timezone.now(), cancelled_reason="講師の都合")

    cancel(seated, by=clerk, reason="health")

    assert open_offer(run).answer_by == datetime(2026, 11, 25, 12, 0, tzinfo=TOKYO)


def test_an_answer_is_due_earlier_when_the_lesson_is_moved_before_it(clerk, time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=TOKYO))
    run = make.run(capacity=1, starts_at=datetime(2026, 12, 3, 10, 0, tzinfo=TOKYO))
    seated, _waiting = make.registration(run), make.registration(run)
    cancel(seated, by=clerk, reason="health")
    lesson = run.lessons.get()
    begins = datetime(2026, 11, 27, 9, 30, tzinfo=TOKYO)

    move(lesson, starts_at=begins, ends_at=begins + timedelta(hours=2), venue=lesson.venue, by=clerk)

    assert open_offer(run).answer_by == begins


def test_an_answer_is_due_earlier_when_a_lesson_is_added_before_it(clerk, time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 26, 9, 0, tzinfo=TOKYO))
    run = make.run(capacity=1, starts_at=datetime(2026, 12, 3, 10, 0, tzinfo=TOKYO))
    seated, _waiting = make.registration(run), make.registration(run)
    cancel(seated, by=clerk, reason="health")
    begins = datetime(2026, 11, 27, 9, 30, tzinfo=TOKYO)

    add_lesson(run, LessonPlan(begins, begins + timedelta(hours=2), make.venue()), by=clerk)

    assert open_offer(run).answer_by == begins


def test_one_open_offer_per_registration_holds_whatever_code_forgets(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)

    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(registration=offer.registration, answer_by=offer.answer_by)


def test_a_settled_offer_has_a_moment(clerk, run, seated, waiting) -> None:
    cancel(seated, by=clerk, reason="health")

    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.update(state=Offer.State.ACCEPTED)


def test_whoever_waits_alone_for_a_draw_is_passed_over_and_nobody_asked(clerk):
    run = make.run(capacity=1, selection=CourseRun.Selection.LOTTERY)
    promised = make.registration(run)
    offer = make.nobody_answers(offer_out_of_turn(promised, reason="介助", by=clerk), by=clerk)

    assert pass_over(offer, by=clerk) is None


def test_a_second_call_within_the_hour_is_refused(clerk, time_machine):
    run = make.run(capacity=1)
    seated, _w = make.registration(run), make.registration(run)
    cancel(seated, by=clerk, reason="health")
    offer = not_reached(Offer.objects.open().get(), by=clerk)

    time_machine.move_to(offer.last_attempt_at + timedelta(minutes=59), tick=False)
    with pytest.raises(CalledAMomentAgo):
        not_reached(offer, by=clerk)
    time_machine.move_to(offer.last_attempt_at + timedelta(hours=1), tick=False)
    assert not_reached(offer, by=clerk).attempts == 2


def test_a_call_reported_twice_from_one_page_is_one_call(clerk, run, seated, waiting, time_machine) -> None:
    cancel(seated, by=clerk, reason="health")
    offer = open_offer(run)

    assert not_reached(offer, by=clerk, calls_before=0).attempts == 1
    assert not_reached(offer, by=clerk, calls_before=0).attempts == 1
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert not_reached(offer, by=clerk, calls_before=0).attempts == 1
    assert not_reached(offer, by=clerk, calls_before=1).attempts == 2


def test_the_next_in_line_is_one_person_or_one_couple(clerk) -> None:
    run = make.run(capacity=4, selection=CourseRun.Selection.COUNTER)
    for _each in range(2):
        make.registration(run, companions=[make_residents.resident()])

    offer_next(run, by=clerk)

    asked = {offer.registration.party_id for offer in Offer.objects.open()}
    assert (Offer.objects.open().count(), len(asked)) == (2, 1)


@pytest.fixture
def full(run) -> CourseRun:
    """A run in which one person has the seat; two others wait for a seat and the one device to borrow."""
    CourseRun.objects.filter(pk=run.pk).update(loan_devices=1)
    make.registration(run)
    for _each in range(2):
        person = make_residents.resident()
        make.registration(run, person, borrowing=[person])
    return CourseRun.objects.get(pk=run.pk)


def test_of_many_seats_freed_at_once_one_device_is_promised_once(clerk, full) -> None:
    CourseRun.objects.filter(pk=full.pk).update(capacity=3)

    [offer] = offer_free_seats(full, by=clerk)

    assert offer.registration == full.registrations.waiting()[0]


def test_the_device_of_whoever_is_passed_over_goes_to_the_next(clerk, full) -> None:
    first, second = full.registrations.waiting()
    CourseRun.objects.filter(pk=full.pk).update(capacity=2)
    [offer] = offer_free_seats(full, by=clerk)

    following = pass_over(make.nobody_answers(offer, by=clerk), by=clerk)

    assert (offer.registration, following.registration) == (first, second)


def test_nobody_is_passed_over_for_whoever_waits_for_a_device_that_is_lent(clerk, full) -> None:
    first, second = full.registrations.waiting()
    Registration.objects.filter(pk=first.pk).update(borrows=False)
    CourseRun.objects.filter(pk=full.pk).update(capacity=2, loan_devices=0)
    [offer] = offer_free_seats(full, by=clerk)
    assert offer.registration == first

    with pytest.raises(NobodyElseWaits):
        pass_over(make.nobody_answers(offer, by=clerk), by=clerk)

    assert second.offers.count() == 0


# When the run shrinks -------------------------------------------------------------------------------------


@pytest.fixture
def shrinking(clerk) -> CourseRun:
    """A run of twelve seats: eleven confirmed, one held for the first in line, and one more who waits."""
    run = make.run(capacity=12)
    seated, *_others = [make.registration(run, by=clerk) for _each in range(14)]
    cancel(seated, by=clerk, reason="health")
    return run


def shrink(run: CourseRun, clerk, **to) -> CourseRun:
    return change_run(run, by=clerk, **to)


def test_a_seat_that_nobody_has_heard_of_is_taken_back_when_the_run_shrinks(clerk, shrinking) -> None:
    offer = open_offer(shrinking)

    run = shrink(shrinking, clerk, capacity=10)

    offer.refresh_from_db()
    assert (offer.state, place_of(offer.registration)) == (Offer.State.WITHDRAWN, 1)
    assert (run.seats.confirmed, run.seats.offered, run.seats.over, run.seats.in_line) == (11, 0, 1, 2)
    with pytest.raises(SeatIsNotHeld):
        accept(offer, by=clerk)
    assert run.seats.confirmed == 11


def test_whoever_was_told_of_the_seat_keeps_it_and_counts_as_one_over(clerk, shrinking) -> None:
    offer = promise(open_offer(shrinking), reached=Offer.Reached.PERSON, by=clerk)

    run = shrink(shrinking, clerk, capacity=10)
    with override("en"):
        assert run.seats.sentence.startswith("10 seats, 11 confirmed, 1 held (2 people over)")

    accept(offer, by=clerk)
    assert (run.seats.confirmed, run.seats.over) == (12, 2)


def test_a_seat_about_which_a_clerk_is_calling_right_now_is_not_taken_back(clerk, shrinking) -> None:
    colleague = make.clerk()
    offer = take(open_offer(shrinking), by=colleague)

    run = shrink(shrinking, clerk, capacity=10)

    assert accept(offer, by=colleague).state == State.CONFIRMED
    assert (run.seats.confirmed, run.seats.over) == (12, 2)


def test_a_call_that_was_never_ended_keeps_no_seat_in_a_run_that_shrinks(clerk, shrinking, time_machine) -> None:
    offer = take(open_offer(shrinking), by=make.clerk())
    time_machine.move_to(timezone.now() + HOLD_FOR)

    shrink(shrinking, clerk, capacity=10)

    offer.refresh_from_db()
    assert offer.state == Offer.State.WITHDRAWN


def test_nobody_is_asked_again_before_the_run_is_under_its_seats(clerk, shrinking) -> None:
    run = shrink(shrinking, clerk, capacity=10)

    cancel(run.registrations.confirmed()[0], by=clerk, reason="health")
    assert open_offer(run) is None

    cancel(run.registrations.confirmed()[0], by=clerk, reason="health")
    assert open_offer(run).registration == run.registrations.waiting()[0]


def test_seats_that_still_exist_stay_held_and_whoever_was_asked_last_waits_on(clerk) -> None:
    run = make.run(capacity=4)
    seated = [make.registration(run) for _each in range(4)]
    first, second, third = (make.registration(run) for _each in range(3))
    for each in seated[:3]:
        cancel(each, by=clerk, reason="health")

    shrink(run, clerk, capacity=2)

    assert [offer.registration for offer in Offer.objects.open()] == [first]
    assert [place_of(each) for each in (first, second, third)] == [1, 2, 3]


def test_a_run_that_grows_again_asks_them_again(clerk, shrinking) -> None:
    asked = open_offer(shrinking).registration
    run = shrink(shrinking, clerk, capacity=10)

    shrink(run, clerk, capacity=12)

    assert open_offer(run).registration == asked


def test_the_seat_that_a_couple_leaves_behind_goes_to_whoever_comes_alone(clerk) -> None:
    run = make.run(capacity=3)
    seated = [make.registration(run) for _each in range(3)]
    couple = make.registration(run, companions=[make_residents.resident()])
    for each in seated[:2]:
        cancel(each, by=clerk, reason="health")
    alone = make.registration(run)
    assert {offer.registration.party_id for offer in Offer.objects.open()} == {couple.party_id}

    shrink(run, clerk, capacity=2)

    assert open_offer(run).registration == alone
    assert Offer.objects.open().count() == 1


def test_only_whoever_needs_a_device_gives_way_when_devices_become_fewer(clerk, full) -> None:
    CourseRun.objects.filter(pk=full.pk).update(capacity=3)
    run = CourseRun.objects.get(pk=full.pk)
    other = make.registration(run)
    offer_free_seats(run, by=clerk)
    assert Offer.objects.open().count() == 2

    shrink(run, clerk, loan_devices=0)

    assert [offer.registration for offer in Offer.objects.open()] == [other]
    assert run.seats.lent == 0


def test_a_change_of_other_terms_takes_nothing_back(clerk, shrinking) -> None:
    offer = open_offer(shrinking)

    shrink(shrinking, clerk, bring="老眼鏡")

    assert open_offer(shrinking) == offer
