"""The pages about seats held for people on the waiting list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from classes.cancellation import cancel
from classes.models import CourseRun, Offer, Registration
from classes.offer_calls import BETWEEN_CALLS
from classes.registration import register
from core.models import AuditEntry
from core.wareki import clock
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def run():
    return make.run(capacity=1)


@pytest.fixture
def offer(run, clerk):
    """A seat held for the first of two in line."""
    seated, _first, _second = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")
    return Offer.objects.get()


def couple(run, clerk) -> Registration:
    one, other = make_residents.resident(given_name="一郎"), make_residents.resident(given_name="花子")
    return register(one, run, by=clerk, channel="phone", companions=[other])


def read(desk) -> str:
    return desk.get(reverse("offer_list")).content.decode()


def test_the_list_of_held_seats_says_whom_to_call_about_what(desk, offer, run) -> None:
    page = desk.get(reverse("offer_list")).content.decode()

    resident = offer.registration.resident
    for words in (resident.name, resident.phone_lines.get().phone.national, run.course.title):
        assert words in page


def test_who_promised_an_answer_is_called_last_until_it_is_due(desk, clerk, offer, time_machine) -> None:
    desk.post(reverse("offer_answer", args=[offer.pk]), {"answer": "promised", "reached": "person"})
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    later = make.run(capacity=1)
    seated, _waiting = make.registration(later), make.registration(later)
    cancel(seated, by=clerk, reason="health")
    Offer.objects.exclude(pk=offer.pk).update(answer_by=offer.answer_by + timedelta(days=1))

    assert [call.offer == offer for call in desk.get(reverse("offer_list")).context["calls"]] == [False, True]

    time_machine.move_to(offer.answer_by)
    desk.force_login(clerk)
    assert [call.offer == offer for call in desk.get(reverse("offer_list")).context["calls"]] == [True, False]


def test_a_seat_is_offered_by_hand_where_the_counter_decides(desk) -> None:
    run = make.run(selection=CourseRun.Selection.COUNTER)
    waiting = make.registration(run)

    desk.post(reverse("run_offer", args=[run.pk]))
    assert Offer.objects.open().get().registration == waiting

    twice = desk.post(reverse("run_offer", args=[run.pk]))
    assert twice.url == reverse("offer_list")
    nobody_waits = make.run(selection=CourseRun.Selection.COUNTER)
    nobody = desk.post(reverse("run_offer", args=[nobody_waits.pk]))
    assert nobody.url == reverse("run_detail", args=[nobody_waits.pk])


def test_a_free_seat_is_offered_by_hand_only_where_it_fits_somebody(desk, clerk) -> None:
    run = make.run(capacity=2)
    seated = make.registration(run)
    couple(run, clerk)
    address = reverse("run_detail", args=[run.pk])

    assert reverse("run_offer", args=[run.pk]) not in desk.get(address).content.decode()

    Registration.objects.filter(pk=seated.pk).update(
        state="cancelled", cancelled_at=timezone.now(), cancel_reason="health"
    )
    assert reverse("run_offer", args=[run.pk]) in desk.get(address).content.decode()


def test_the_list_of_held_seats_asks_the_same_few_questions_however_long(desk, clerk) -> None:
    def held() -> None:
        run = make.run(capacity=1, lessons=2)
        seated = make.registration(run)
        make.registration(run)
        cancel(seated, by=clerk, reason="health")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("offer_list"))
        return len(queries)

    held()
    few = asked()
    for _each in range(5):
        held()

    assert asked() == few


def test_people_who_come_together_are_one_call_and_one_answer(desk, clerk) -> None:
    run = make.run(capacity=2)
    seated = [make.registration(run) for _each in range(2)]
    first = couple(run, clerk)
    for each in seated:
        cancel(each, by=clerk, reason="health")

    page = desk.get(reverse("offer_list"))

    [call] = page.context["calls"]
    told = page.content.decode()
    assert [person.given_name for person in call.people] == ["一郎", "花子"]
    for words in (*(line.phone.national for line, _relation, _person in call.phones), "2 come together"):
        assert words in told
    desk.post(reverse("offer_answer", args=[call.offer.pk]), {"answer": "accepted"})
    assert set(first.party.members.values_list("state", flat=True)) == {State.CONFIRMED}


def test_a_number_that_a_household_shares_is_called_once(desk, clerk) -> None:
    run, number = make.run(capacity=1), make_residents.landline()
    people = [make_residents.resident(phone=number) for _each in range(2)]
    register(people[0], run, by=clerk, channel="phone", companions=people[1:])
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)

    desk.post(reverse("run_offer", args=[run.pk]))

    [call] = desk.get(reverse("offer_list")).context["calls"]
    assert [line.phone for line, _relation, _person in call.phones] == [number]


def test_the_hour_of_the_next_call_is_told(desk, offer) -> None:
    desk.post(reverse("offer_answer", args=[offer.pk]), {"answer": "not_reached", "calls": "0"})

    offer.refresh_from_db()
    with translation.override("en"):
        assert f"Call number 2 after {clock(offer.last_attempt_at + BETWEEN_CALLS)}" in read(desk)


def test_an_overdue_answer_stands_first_and_is_said(desk, clerk, offer, time_machine) -> None:
    time_machine.move_to(offer.answer_by + timedelta(minutes=1))
    desk.force_login(clerk)
    later = make.run(capacity=1)
    seated, _waiting = make.registration(later), make.registration(later)
    cancel(seated, by=clerk, reason="health")

    page = desk.get(reverse("offer_list"))

    assert [call.is_overdue for call in page.context["calls"]] == [True, False]
    assert "1 answer is overdue" in page.content.decode()


def test_whoever_does_not_fit_is_shown_with_why(desk, clerk) -> None:
    run = make.run(capacity=1)
    seated = make.registration(run)
    pair, _alone = couple(run, clerk), make.registration(run)
    cancel(seated, by=clerk, reason="health")

    told = read(desk)

    assert pair.resident.name in told
    assert "2 seats are needed together, 0 are free" in told


def test_whoever_was_passed_over_is_shown_with_why(desk, clerk, offer) -> None:
    make.nobody_answers(offer, by=clerk)
    desk.post(reverse("offer_answer", args=[offer.pk]), {"answer": "passed"})

    assert "is asked after the others" in read(desk)


def test_nobody_is_called_about_a_run_that_is_over(desk, clerk, offer, run, time_machine) -> None:
    time_machine.move_to(run.lessons.get().starts_at)
    desk.force_login(clerk)

    page = desk.get(reverse("offer_list"))

    assert page.context["calls"] == []


# Out of turn ----------------------------------------------------------------------------------------------


def test_whoever_is_asked_out_of_turn_is_shown_with_the_reason(desk, run) -> None:
    _seated, _first, chosen = (make.registration(run) for _each in range(3))
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)
    address = reverse("registration_out_of_turn", args=[chosen.pk])

    assert desk.post(address, {"reason": ""}).status_code == 422
    assert desk.post(address, {"reason": "介助の日"}).url == reverse("offer_list")

    offer = Offer.objects.open().get()
    assert (offer.registration, offer.reason) == (chosen, "介助の日")
    for page in (reverse("offer_list"), reverse("run_detail", args=[run.pk])):
        assert "介助の日" in desk.get(page).content.decode()
    desk.post(reverse("offer_answer", args=[offer.pk]), {"answer": "accepted"})
    assert "介助の日" in desk.get(reverse("run_detail", args=[run.pk])).content.decode()


def test_whoever_would_be_asked_along_is_shown_and_looked_at_too(desk, run, clerk) -> None:
    make.registration(run)
    kiyo = make_residents.resident()
    waiting = make.registration(run, companions=[kiyo])

    page = desk.get(reverse("registration_out_of_turn", args=[waiting.pk]))

    assert page.context["others"] == [kiyo]
    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(kiyo.pk), by=clerk).exists()


def test_where_nothing_is_free_only_a_seat_beyond_the_capacity_is_left(desk, run) -> None:
    _seated, waiting = make.registration(run), make.registration(run)
    address = reverse("registration_out_of_turn", args=[waiting.pk])

    assert 'name="seat"' in desk.get(address).content.decode()
    assert desk.post(address, {"reason": "付き添い"}).status_code == 422
    desk.post(address, {"reason": "付き添い", "seat": "over"})

    waiting.refresh_from_db()
    assert (waiting.state, waiting.override_reason) == (State.CONFIRMED, "付き添い")
    assert "付き添い" in desk.get(reverse("run_detail", args=[run.pk])).content.decode()


@pytest.mark.parametrize("state", ["asked", "confirmed", "cancelled"])
def test_whoever_does_not_simply_wait_is_not_asked_out_of_turn(desk, clerk, offer, run, state) -> None:
    seat = Registration.objects.exclude(pk=offer.registration_id)
    found = {"asked": offer.registration, "cancelled": seat.get(state=State.CANCELLED)}
    registration = found.get(state) or make.registration(make.run())

    page = desk.get(reverse("registration_out_of_turn", args=[registration.pk]))

    assert page.status_code == 200
    assert 'name="reason"' not in page.content.decode()


def test_a_stale_page_gives_no_seat_to_whoever_has_cancelled(desk, clerk, run) -> None:
    _seated, waiting = make.registration(run), make.registration(run)
    cancel(waiting, by=clerk, reason="health")

    answer = desk.post(
        reverse("registration_out_of_turn", args=[waiting.pk]), {"reason": "付き添い", "seat": "over"}, follow=True
    )

    assert answer.status_code == 422
    assert list(answer.context["messages"]) == []


def test_the_list_asks_fourteen_questions_at_most(desk, clerk, offer) -> None:
    run = make.run(capacity=1)
    couple(run, clerk)

    with CaptureQueriesContext(connection) as queries:
        page = desk.get(reverse("offer_list"))

    assert [those for _run, _lesson, those in page.context["skipped"]] != []
    assert len(queries) <= 14


def test_nobody_is_asked_about_a_run_that_is_over(desk, offer, run, time_machine) -> None:
    waiting = run.registrations.waiting().exclude(pk=offer.registration_id)[0]
    page = reverse("run_detail", args=[run.pk])
    out_of_turn = reverse("registration_out_of_turn", args=[waiting.pk])
    before = desk.get(page).content.decode()
    assert out_of_turn in before
    assert f'href="{reverse("offer_list")}"' in before

    run.lessons.update(starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1))

    after = desk.get(page).content.decode()
    assert out_of_turn not in after
    assert f'href="{reverse("offer_list")}"' not in after
    assert 'name="reason"' not in desk.get(out_of_turn).content.decode()
