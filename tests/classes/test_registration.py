from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from classes.cancellation import cancel
from classes.models import CourseRun, Registration
from classes.registration import (
    AlreadyRegistered,
    IsElsewhereThen,
    ReceptionIsClosed,
    ReceptionNotOpenYet,
    RunIsCalledOff,
    RunIsOver,
    SeatIsGone,
    SeatsAreDecided,
    SeatsAreDrawn,
    SeatsWereChanged,
    TooFewSeats,
    register,
    seat_over_capacity,
)
from classes.seat_hold import hold
from classes.waiting_list import decline, offer_free_seats
from core.models import AuditEntry
from residents.access import RecordWasMerged
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State
PHONE = Registration.Channel.PHONE
ON_THE_DAY = Registration.Channel.ON_THE_DAY


def test_whoever_comes_while_seats_are_free_gets_one(clerk) -> None:
    run = make.run(capacity=1)

    made = register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert (made.state, made.waiting_since, made.taken_by, made.channel) == (State.CONFIRMED, None, clerk, PHONE)


def test_the_city_and_its_words_are_read_before_other_clerks_have_to_wait(clerk) -> None:
    run, caller = make.run(), make_residents.resident()

    with CaptureQueriesContext(connection) as asked:
        register(caller, run, by=clerk, channel=PHONE)

    said = [query["sql"] for query in asked]
    locked = next(number for number, sql in enumerate(said) if "SAVEPOINT" in sql or "BEGIN" in sql)
    assert [number < locked for number, sql in enumerate(said) if "city_cityprofile" in sql] == [True]


def test_whoever_comes_to_a_full_run_waits_since_that_moment(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)

    late = register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert late.state == State.WAITING
    assert late.waiting_since == late.taken_at


def test_a_held_seat_is_not_given_to_whoever_calls_next(clerk) -> None:
    run = make.run(capacity=1)
    first = make.registration(run)
    make.registration(run)
    cancel(first, by=clerk, reason="health")

    newcomer = register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert newcomer.state == State.WAITING


def test_nobody_gets_a_seat_past_those_who_wait(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    make.registration(run)
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)

    newcomer = register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert newcomer.state == State.WAITING


def test_a_seat_that_those_in_line_let_go_by_is_given_to_whoever_calls(clerk) -> None:
    run = make.run(capacity=1)
    first = make.registration(run)
    waiting = make.registration(run)
    cancel(first, by=clerk, reason="health")
    decline(waiting.offers.get(), by=clerk)

    newcomer = register(make_residents.resident(), run, by=clerk, channel=PHONE)

    waiting.refresh_from_db()
    assert (newcomer.state, waiting.state) == (State.CONFIRMED, State.WAITING)


@pytest.mark.parametrize("selection", [CourseRun.Selection.LOTTERY, CourseRun.Selection.COUNTER])
def test_where_seats_are_drawn_or_decided_everybody_waits(clerk, selection) -> None:
    run = make.run(selection=selection)

    assert register(make_residents.resident(), run, by=clerk, channel=PHONE).state == State.WAITING


def test_a_clerk_may_go_over_capacity_with_a_reason(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)

    made = register(make_residents.resident(), run, by=clerk, channel=PHONE, override_reason="付き添いの方")

    assert made.state == State.CONFIRMED
    assert (made.override_reason, made.is_over_capacity) == ("付き添いの方", True)
    assert run.seats.over == 1
    assert AuditEntry.objects.get(action="registration.made", subject_id=made.pk).facts["over_capacity"] is True


def test_a_free_seat_for_which_others_in_line_were_skipped_is_out_of_turn_and_not_over_capacity(clerk) -> None:
    run = make.run(capacity=1)
    _seated, in_line = make.registration(run), make.registration(run)
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)

    free = register(make_residents.resident(), run, by=clerk, channel=PHONE, override_reason="付き添いの方")
    beyond = seat_over_capacity(in_line, reason="夫婦で来る", by=clerk)
    run.refresh_from_db()

    assert (free.state, free.is_over_capacity, run.seats.over) == (State.CONFIRMED, False, 1)
    assert beyond.is_over_capacity
    facts = AuditEntry.objects.get(action="registration.made", subject_id=free.pk).facts
    assert (facts["over_capacity"], facts["out_of_turn"]) == (False, True)


def test_the_same_person_is_registered_once_and_told_the_slip(clerk) -> None:
    run, person = make.run(), make_residents.resident()
    first = register(person, run, by=clerk, channel=PHONE)

    with pytest.raises(AlreadyRegistered) as refused:
        register(person, run, by=clerk, channel=PHONE)

    assert refused.value.registration == first
    assert first.slip in str(refused.value)
    assert run.registrations.count() == 1


def test_whoever_cancelled_may_come_back_with_a_new_slip(clerk) -> None:
    run, person = make.run(), make_residents.resident()
    first = register(person, run, by=clerk, channel=PHONE)
    cancel(first, by=clerk, reason="schedule")

    again = register(person, run, by=clerk, channel=PHONE)

    assert (first.slip, again.slip) == (f"{run.pk}-1", f"{run.pk}-2")


def test_slip_numbers_run_within_each_run(clerk) -> None:
    one, other = make.run(), make.run()

    slips = [make.registration(run).slip for run in (one, other, one)]

    assert slips == [f"{one.pk}-1", f"{other.pk}-1", f"{one.pk}-2"]


def test_reception_that_is_not_open_yet_is_refused_with_the_date(clerk) -> None:
    now = timezone.now()
    run = make.run(reception_opens_at=now + timedelta(days=1), reception_closes_at=now + timedelta(days=5))

    with pytest.raises(ReceptionNotOpenYet) as refused:
        register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert run.course.title in str(refused.value)


def test_reception_that_has_closed_is_refused_except_to_whoever_stands_in_the_door(clerk) -> None:
    now = timezone.now()
    run = make.run(reception_opens_at=now - timedelta(days=5), reception_closes_at=now - timedelta(minutes=1))

    with pytest.raises(ReceptionIsClosed):
        register(make_residents.resident(), run, by=clerk, channel=PHONE)

    assert register(make_residents.resident(), run, by=clerk, channel=ON_THE_DAY).state == State.CONFIRMED


def test_reception_closes_at_the_very_moment_it_says(clerk, time_machine) -> None:
    run = make.run()

    time_machine.move_to(run.reception_closes_at - timedelta(seconds=1), tick=False)
    register(make_residents.resident(), run, by=clerk, channel=PHONE)

    time_machine.move_to(run.reception_closes_at, tick=False)
    with pytest.raises(ReceptionIsClosed):
        register(make_residents.resident(), run, by=clerk, channel=PHONE)


def test_a_run_that_was_called_off_is_refused(clerk) -> None:
    run = make.run(called_off_at=timezone.now())

    with pytest.raises(RunIsCalledOff):
        register(make_residents.resident(), run, by=clerk, channel=PHONE)


def test_a_run_without_a_lesson_ahead_is_refused(clerk) -> None:
    over, empty = make.run(starts_at=timezone.now() - timedelta(days=3)), make.run(lessons=0)

    for run, channel in ((over, PHONE), (empty, PHONE), (empty, ON_THE_DAY)):
        with pytest.raises(RunIsOver):
            register(make_residents.resident(), run, by=clerk, channel=channel)


@pytest.mark.parametrize("channel", [PHONE, ON_THE_DAY])
def test_a_run_each_of_whose_lessons_was_cancelled_is_refused_as_called_off(clerk, channel) -> None:
    run = make.run(lessons=2)
    run.lessons.update(cancelled_at=timezone.now())

    with pytest.raises(RunIsCalledOff):
        register(make_residents.resident(), run, by=clerk, channel=channel)


def test_a_walk_in_written_on_the_sheet_is_typed_in_after_the_lesson(clerk) -> None:
    run = make.run(starts_at=timezone.now() - timedelta(days=3))

    assert register(make_residents.resident(), run, by=clerk, channel=ON_THE_DAY).state == State.CONFIRMED


def test_a_series_may_be_joined_while_a_lesson_is_ahead(clerk) -> None:
    run = make.run(lessons=2, starts_at=timezone.now() - timedelta(days=3))

    assert register(make_residents.resident(), run, by=clerk, channel=PHONE).state == State.CONFIRMED


def test_a_page_older_than_a_merger_is_refused(clerk) -> None:
    stays, merged = make_residents.resident(), make_residents.resident()
    stale = type(merged).objects.get(pk=merged.pk)
    merged.merged_into = stays
    merged.save()

    with pytest.raises(RecordWasMerged):
        register(stale, make.run(), by=clerk, channel=PHONE)


def test_a_registration_is_on_record_by_ids_and_codes(clerk) -> None:
    made = make.registration(make.run(), by=clerk)

    facts = AuditEntry.objects.get(action="registration.made").facts
    assert facts["resident"] == made.resident_id
    assert "髙橋" not in str(facts)


def test_a_refusal_writes_nothing(clerk) -> None:
    before = AuditEntry.objects.count()
    run = make.run(called_off_at=timezone.now())
    person = make_residents.resident(by=clerk)

    with pytest.raises(RunIsCalledOff):
        register(person, run, by=clerk, channel=PHONE)

    assert not Registration.objects.exists()
    assert AuditEntry.objects.count() == before + 1  # the person taken down


@pytest.mark.parametrize(
    "broken",
    [
        {"state": State.WAITING, "waiting_since": None},
        {"state": State.CANCELLED},
        {"state": "lost"},
        {"slip_number": 0},
        {"slip_number": 1},
    ],
    ids=str,
)
def test_the_database_refuses_what_no_code_may_write(clerk, broken) -> None:
    run = make.run(capacity=2)
    make.registration(run)
    second = make.registration(run)

    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=second.pk).update(**broken)


def test_one_active_registration_per_resident_holds_whatever_code_forgets(clerk) -> None:
    first = make.registration(make.run())

    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(
            run=first.run, resident=first.resident, state="confirmed", channel=PHONE, slip_number=2, taken_by=clerk
        )


def test_raising_the_capacity_offers_the_new_seats_to_those_in_line(clerk) -> None:
    run = make.run(capacity=1)
    waiting = [make.registration(run) for _each in range(4)][1:]
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)

    offers = offer_free_seats(run, by=clerk)

    assert [offer.registration for offer in offers] == waiting[:2]


def test_a_seat_that_is_free_is_not_one_beyond_the_capacity(clerk) -> None:
    run = make.run(capacity=1)

    made = register(make_residents.resident(), run, by=clerk, channel=PHONE, override_reason="付き添いの方")

    assert (made.state, made.override_reason, run.seats.over) == ("confirmed", "", 0)


def test_of_a_seat_that_the_clerk_holds_nobody_was_quicker(clerk) -> None:
    run = make.run(capacity=2)
    make.registration(run)
    hold(run, by=clerk)
    CourseRun.objects.update(capacity=1)

    with pytest.raises(SeatsWereChanged):
        register(make_residents.resident(), run, by=clerk, channel=PHONE, seat_was_promised=True)


def test_where_fewer_seats_are_left_than_people_come_it_is_said_how_many(clerk) -> None:
    run = make.run(capacity=2)
    make.registration(run)

    with pytest.raises(TooFewSeats) as refused:
        register(
            make_residents.resident(),
            run,
            by=clerk,
            channel=PHONE,
            companions=[make_residents.resident()],
            seat_was_promised=True,
        )

    assert (refused.value.free, refused.value.size) == (1, 2)


@pytest.mark.parametrize(("selection", "refusal"), [("lottery", SeatsAreDrawn), ("counter", SeatsAreDecided)])
def test_where_a_seat_that_was_read_out_is_drawn_or_decided_now_that_is_said(clerk, selection, refusal) -> None:
    run = make.run(selection=selection)

    with pytest.raises(refusal):
        register(make_residents.resident(), run, by=clerk, channel=PHONE, seat_was_promised=True)

    assert run.registrations.count() == 0


def test_nobody_who_was_told_of_a_seat_lands_on_the_waiting_list_unasked(clerk) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    person = make_residents.resident()

    with pytest.raises(SeatIsGone):
        register(person, run, by=clerk, channel=PHONE, seat_was_promised=True)

    assert run.registrations.count() == 1
    assert register(person, run, by=clerk, channel=PHONE).state == State.WAITING


def test_whoever_stands_in_the_door_is_not_asked_where_else_they_should_be(clerk) -> None:
    person = make.registration(make.run()).resident

    with pytest.raises(IsElsewhereThen):
        register(person, make.run(), by=clerk, channel=PHONE)

    assert register(person, make.run(), by=clerk, channel=ON_THE_DAY).state == State.CONFIRMED
