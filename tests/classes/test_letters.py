from datetime import timedelta

import pytest
from django.utils import timezone

from classes.cancellation import cancel
from classes.choosing import choose, waiting_for_decision
from classes.letters import Outcome, are_due, outcome_of, post_letters, recipients
from classes.models import CourseRun, Offer, Registration
from classes.notice_reach import reach_before_results, reach_of_results
from classes.noticing import NO_SEAT
from classes.turning_up import seat_from_line
from classes.waiting_list import offer_next
from reminders import call_list
from reminders.models import CallTask, Message, Request
from reminders.reach import Reach
from residents.models import ContactWish, Resident
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

Selection = CourseRun.Selection


def at_home(**fields):
    return make_residents.resident(address="葛城市忍海1番地", **fields)


def decided(run: CourseRun, *, seats: int = 0) -> CourseRun:
    """The run after reception, as many of its people seated in the order of their slips."""
    CourseRun.objects.filter(pk=run.pk).update(decided_at=timezone.now(), reception_closes_at=timezone.now())
    for registration in run.registrations.order_by("slip_number")[:seats]:
        registration.state = "confirmed"
        registration.save()
    run.refresh_from_db()
    return run


def everybody(run: CourseRun, outcome: Outcome) -> tuple[Registration, ...]:
    """Whom an office writes to that posts the outcome to all."""
    people = recipients(run, outcome).to_everybody
    return (*people.by_letter, *people.by_telephone)


def test_a_letter_goes_to_whoever_wants_post_or_has_no_telephone_and_the_others_are_told_in_their_own_way() -> None:
    run = make.run(selection=Selection.COUNTER, capacity=9)
    posted = make.registration(run, at_home(contact_wish=ContactWish.POSTCARD))
    no_number = make.registration(run, at_home(phone=None))
    nothing = make.registration(run, make_residents.resident(phone=None))
    texted = make.registration(run, at_home(phone=make_residents.mobile(), contact_wish=ContactWish.SMS))
    called = make.registration(run, at_home())

    people = recipients(decided(run), Outcome.NO_SEAT)

    assert (people.by_letter, people.by_telephone) == ((posted, no_number), (nothing,))
    assert people.otherwise == (texted, called)
    assert people.reach == Reach(sms=1, call=1)
    assert people.to_everybody.by_letter == (posted, no_number, texted, called)
    assert people.to_everybody.by_telephone == (nothing,)


def test_nobody_is_written_to_before_the_decision() -> None:
    run = make.run(selection=Selection.LOTTERY)
    registration = make.registration(run, at_home())

    assert not are_due(run)
    assert everybody(run, Outcome.SEAT) == everybody(run, Outcome.NO_SEAT) == ()
    assert outcome_of(registration) is None


def test_where_whoever_comes_first_has_a_seat_no_outcome_is_told() -> None:
    run = make.run()
    make.registration(run, at_home())

    assert not are_due(decided(run))


def test_whoever_has_a_seat_and_whoever_has_none_are_told_apart() -> None:
    run = make.run(selection=Selection.LOTTERY)
    won, lost = make.registration(run, at_home()), make.registration(run, at_home())

    decided(run, seats=1)

    assert everybody(run, Outcome.SEAT) == (won,)
    assert everybody(run, Outcome.NO_SEAT) == (lost,)
    told = [outcome_of(registration) for registration in Registration.objects.order_by("slip_number")]
    assert told == [Outcome.SEAT, Outcome.NO_SEAT]


def test_whoever_has_no_address_is_called_instead_and_never_forgotten() -> None:
    run = make.run(selection=Selection.COUNTER)
    make.registration(run, at_home())
    without = make.registration(run, make_residents.resident(address="  "))

    people = recipients(decided(run), Outcome.NO_SEAT).to_everybody

    assert people.by_telephone == (without,)
    assert len(people) == 2


def test_whoever_is_offered_a_seat_gets_no_letter_that_there_is_none() -> None:
    run = make.run(selection=Selection.LOTTERY, starts_at=make.days_ahead(14))
    registration = make.registration(run, at_home())
    decided(run)
    offer_next(run, by=make.clerk())
    assert Offer.objects.open().count() == 1

    assert everybody(run, Outcome.NO_SEAT) == ()
    registration.run = run
    assert outcome_of(registration) is None


def test_whoever_cancelled_is_not_written_to() -> None:
    run = make.run(selection=Selection.LOTTERY)
    registration = make.registration(run, at_home())
    cancel(registration, by=make.clerk(), reason="health")

    assert everybody(decided(run), Outcome.NO_SEAT) == ()


def test_a_run_that_was_called_off_has_no_outcome() -> None:
    run = make.run(selection=Selection.LOTTERY)
    make.registration(run, at_home())
    decided(run, seats=1)
    run.called_off_at = timezone.now()

    assert everybody(run, Outcome.SEAT) == ()


def told_by_post() -> CourseRun:
    """A run just decided: somebody has a seat, one who wants post has none, and one has neither seat nor telephone."""
    run = make_draws.counter(capacity=1)
    (seated,) = make_draws.applicants(run, 1)
    make.registration(run, at_home(contact_wish=ContactWish.POSTCARD))
    make.registration(run, at_home(phone=None))
    choose(make_draws.closed(run), [seated], reason="初めての方", by=make.clerk())
    run.refresh_from_db()
    return run


def test_a_letter_that_was_posted_leaves_nothing_to_be_posted_or_called_about() -> None:
    run, clerk = told_by_post(), make.clerk()
    people = recipients(run, Outcome.NO_SEAT)
    assert (len(people.by_letter), len(people.to_post), people.posted) == (2, 2, 0)

    assert [post_letters(run, people.to_post, by=clerk) for _twice in range(2)] == [2, 0]

    told = recipients(run, Outcome.NO_SEAT)
    assert (told.to_post, told.posted) == ((), 2)
    closed = CallTask.objects.filter(pk__in=people.to_post)
    assert {(each.state, each.settled_by) for each in closed} == {(CallTask.State.DONE, clerk)}


def test_whoever_was_told_by_telephone_or_text_and_asks_for_paper_now_is_written_no_second_time() -> None:
    run = make_draws.counter(capacity=1)
    (seated,) = make_draws.applicants(run, 1)
    called, texted, posted = (make.registration(run, at_home(phone=make_residents.mobile())) for _each in range(3))
    choose(make_draws.closed(run), [seated], reason="初めての方", by=make.clerk())
    run.refresh_from_db()
    call_list.record(CallTask.objects.get(requests__resident=called.resident), "self", by=make.clerk())
    text = make_reminders.message(make_reminders.textable())
    Message.objects.update(state=Message.State.DELIVERED)
    Request.objects.filter(resident=texted.resident, purpose=NO_SEAT).update(message=text, call=None)
    Resident.objects.filter(registrations__in=[called, texted, posted]).update(contact_wish=ContactWish.POSTCARD)

    people = recipients(run, Outcome.NO_SEAT)

    assert (people.by_letter, people.told_by_letter) == ((called, texted, posted), 2)
    assert people.still_to_tell.by_letter == (posted,)
    assert people.to_everybody.by_letter == (called, texted, posted)


def test_a_letter_that_was_posted_is_not_printed_with_the_others_once_more() -> None:
    run, clerk = told_by_post(), make.clerk()
    first = recipients(run, Outcome.NO_SEAT).to_post[0]

    post_letters(run, [first], by=clerk)

    people = recipients(run, Outcome.NO_SEAT)
    assert (len(people.by_letter), people.told_by_letter, len(people.still_to_tell)) == (2, 1, 1)


def test_whom_a_letter_would_not_reach_before_the_class_is_called_and_written_no_letter(clerk, time_machine) -> None:
    thursday = make.days_ahead(14)
    run = make_draws.counter(starts_at=thursday, reception_closes_at=thursday - timedelta(days=3))
    make.registration(run, at_home(contact_wish=ContactWish.POSTCARD))
    make.registration(run, at_home(contact_wish=ContactWish.POSTCARD))
    time_machine.move_to(thursday - timedelta(days=1), tick=False)
    waiting = list(waiting_for_decision(run))
    before = reach_before_results(run, waiting)

    choose(run, waiting[:1], reason="初めての方", by=clerk)

    run.refresh_from_db()
    assert before == reach_of_results(run) == Reach(call=2)
    for outcome in Outcome:
        people = recipients(run, outcome)
        assert (people.by_letter, people.reach, people.to_post) == ((), Reach(call=1), ())


def test_a_letter_that_was_posted_stays_one_when_the_class_is_near(time_machine) -> None:
    run = told_by_post()
    post_letters(run, recipients(run, Outcome.NO_SEAT).to_post, by=make.clerk())

    time_machine.move_to(run.lessons.get().starts_at - timedelta(hours=20))

    people = recipients(run, Outcome.NO_SEAT)
    assert (len(people.by_letter), people.posted, people.reach.people) == (2, 2, 0)


def test_a_letter_posted_elsewhere_counts_here_and_a_call_of_another_run_is_not_closed() -> None:
    run, other, clerk = told_by_post(), told_by_post(), make.clerk()
    first, second = recipients(run, Outcome.NO_SEAT).to_post
    call_list.posted(CallTask.objects.get(pk=first), by=clerk)

    assert post_letters(run, [first, second, *recipients(other, Outcome.NO_SEAT).to_post], by=clerk) == 1

    assert recipients(run, Outcome.NO_SEAT).posted == 2
    assert len(recipients(other, Outcome.NO_SEAT).to_post) == 2


def test_whoever_is_being_looked_for_at_this_moment_is_left_to_the_colleague_who_does() -> None:
    run, colleague = told_by_post(), make.clerk()
    people = recipients(run, Outcome.NO_SEAT)
    call_list.take(CallTask.objects.get(pk=people.to_post[1]), by=colleague)

    assert post_letters(run, people.to_post, by=make.clerk()) == 1


def test_the_tally_of_a_result_counts_letters_and_no_postcards() -> None:
    reach = reach_of_results(told_by_post())

    assert (reach.letter, reach.postcard, reach.people) == (1, 0, 3)


def test_the_letter_that_there_was_no_seat_does_not_count_as_that_of_a_seat_taken_in_the_hall() -> None:
    run, clerk = told_by_post(), make.clerk()
    post_letters(run, recipients(run, Outcome.NO_SEAT).to_post, by=clerk)

    came = seat_from_line(run.registrations.in_line()[0], by=clerk)

    told = recipients(run, Outcome.SEAT)
    assert came in told.by_letter
    assert (told.to_post, told.posted) == ((), 0)


def test_nobody_who_sits_in_the_hall_is_written_to_or_called_that_there_was_no_seat() -> None:
    run = told_by_post()
    others = len(recipients(run, Outcome.NO_SEAT).to_post) - 1

    seat_from_line(run.registrations.in_line()[0], by=make.clerk())

    assert CallTask.objects.open().filter(requests__purpose=NO_SEAT).count() == others
