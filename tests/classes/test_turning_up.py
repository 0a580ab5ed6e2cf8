"""Somebody in line who comes unannounced, and the wrong name that was pressed."""

import pytest
import time_machine
from django.urls import reverse

from classes.cancellation import cancel
from classes.line import line_of
from classes.models import CourseRun, Offer, Registration
from classes.offer_calls import promise
from classes.open_offer import asked_together
from classes.pairing import pair
from classes.printing import companions_of
from classes.registration import seat_over_capacity
from classes.turning_up import WasNotInLine, back_in_line, seat_from_line
from classes.waiting_list import DoesNotWait, place_of
from core.models import AuditEntry
from reminders.models import Request
from tests.classes.truths import untrue_of
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make.pages import Page

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture
def clerk():
    return make.clerk()


@pytest.fixture
def run():
    """A full run with two in line."""
    return make.run(capacity=1)


@pytest.fixture
def line(run):
    _seated, first, second = (make.registration(run) for _each in range(3))
    return [first, second]


def test_whoever_comes_out_of_the_line_has_a_seat_and_the_reason_is_on_record(run, line, clerk) -> None:
    seated = seat_from_line(line[1], by=clerk)

    assert (seated.state, bool(seated.override_reason), seated.is_over_capacity) == (State.CONFIRMED, True, True)
    assert list(run.registrations.in_line()) == [line[0]]
    assert AuditEntry.objects.get(action="registration.seated_on_the_day").subject_id == str(seated.pk)
    assert Request.objects.filter(key__startswith=f"registration:{seated.pk}:").exists()


def test_a_call_about_a_seat_held_for_them_is_over_and_the_seat_is_theirs(run, line, clerk) -> None:
    cancel(run.registrations.confirmed().get(), by=clerk, reason="health")
    offer = Offer.objects.open().get()

    seated = seat_from_line(line[0], by=clerk)

    offer.refresh_from_db()
    assert offer.state == Offer.State.ACCEPTED
    assert (seated.is_over_capacity, run.seats.over) == (False, 0)


def test_whoever_was_to_come_with_them_waits_on_and_is_asked_when_one_seat_is_enough(run, line, clerk) -> None:
    make_draws.party(*line)
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)

    seat_from_line(line[0], by=clerk)

    assert Offer.objects.open().get().registration == line[1]
    assert untrue_of(run) == []


def test_coming_twice_is_once(line, clerk) -> None:
    for _press in range(2):
        seat_from_line(line[0], by=clerk)

    assert AuditEntry.objects.filter(action="registration.seated_on_the_day").count() == 1


def test_whoever_cancelled_does_not_come_out_of_the_line(line, clerk) -> None:
    cancel(line[0], by=clerk, reason="health")

    with pytest.raises(DoesNotWait):
        seat_from_line(line[0], by=clerk)


def test_where_it_was_somebody_else_they_stand_in_line_where_they_stood(run, line, clerk) -> None:
    seat_from_line(line[0], by=clerk)

    back = back_in_line(line[0], by=clerk)

    assert (back.state, back.override_reason, back.is_over_capacity) == (State.WAITING, "", False)
    assert list(run.registrations.in_line()) == line
    assert back_in_line(line[0], by=clerk) == back
    planned = Request.objects.standing().filter(key__startswith=f"registration:{back.pk}:")
    assert not planned.exists()


def test_the_seat_of_whoever_goes_back_in_line_is_held_for_the_first_there(run, line, clerk) -> None:
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)
    seat_from_line(line[1], by=clerk)

    back_in_line(line[1], by=clerk)

    assert Offer.objects.open().get().registration == line[0]


def test_a_couple_that_a_wrong_name_tore_apart_waits_as_one_again(run, line, clerk) -> None:
    make_draws.party(*line)
    seat_from_line(line[0], by=clerk)

    back_in_line(line[0], by=clerk)
    cancel(run.registrations.confirmed().get(), by=clerk, reason="health")

    assert [each.registrations for each in line_of(run)] == [tuple(line)]
    assert not Offer.objects.exists()
    assert untrue_of(run) == []


def test_two_wrong_names_of_one_couple_wait_as_one_again(run, line, clerk) -> None:
    make_draws.party(*line)
    for each in line:
        seat_from_line(each, by=clerk)

    for each in line:
        back_in_line(each, by=clerk)

    assert [each.registrations for each in line_of(run)] == [tuple(line)]


def test_a_seat_held_for_one_of_a_couple_is_held_for_both_where_nobody_heard_of_it(run, line, clerk) -> None:
    make_draws.party(*line)
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)
    seat_from_line(line[0], by=clerk)

    back_in_line(line[0], by=clerk)

    assert [offer.registration for offer in asked_together(Offer.objects.open().first())] == line
    assert untrue_of(run) == []


def test_whoever_was_told_of_a_seat_keeps_it_and_that_the_other_waits_alone_is_said(run, line, clerk) -> None:
    make_draws.party(*line)
    CourseRun.objects.filter(pk=run.pk).update(capacity=3)
    said: list[str] = []
    seat_from_line(line[0], by=clerk, say=said.append)
    offer = Offer.objects.open().get()
    promise(offer, reached=Offer.Reached.PERSON, by=clerk)

    back_in_line(line[0], by=clerk, say=said.append)

    assert [line[1].slip in sentence for sentence in said] == [True, True]
    assert asked_together(offer) == [offer]
    assert untrue_of(run) == []


def test_whoever_was_put_beside_a_later_caller_meanwhile_is_joined_where_those_two_wait(run, line, clerk) -> None:
    later = make.registration(run)
    make_draws.party(*line)
    seat_from_line(line[0], by=clerk)
    pair(line[1], later, by=clerk)

    back_in_line(line[0], by=clerk)

    assert [each.registrations for each in line_of(run)] == [(*line, later)]
    assert len({place_of(each) for each in run.registrations.waiting()}) == 1


def test_who_waits_on_without_whoever_came_is_said_on_the_roster(client, clerk, line) -> None:
    make_draws.party(*line)
    lesson = line[0].run.lessons.get()
    with time_machine.travel(lesson.starts_at):
        client.force_login(clerk)
        chosen = {"person": line[0].resident_id, "typed": ""}
        answer = client.post(reverse("roster_known", args=[lesson.pk]), chosen, follow=True)

    assert line[1].slip in " ".join(map(str, answer.context["messages"]))


def test_a_slip_tells_nobody_of_a_companion_who_stands_otherwise(line, clerk) -> None:
    make_draws.party(*line)
    seat_from_line(line[0], by=clerk)

    assert [companions_of(Registration.objects.get(pk=each.pk)) for each in line] == [0, 0]


def test_whoever_never_waited_goes_back_to_no_line(run, line, clerk) -> None:
    with pytest.raises(WasNotInLine):
        back_in_line(run.registrations.confirmed().get(), by=clerk)


def test_the_roster_leads_to_where_a_wrong_name_is_put_back(client, clerk, line) -> None:
    client.force_login(clerk)
    lesson = line[0].run.lessons.get()
    with time_machine.travel(lesson.starts_at):
        client.force_login(clerk)
        chosen = {"person": line[0].resident_id, "typed": ""}
        answer = client.post(reverse("roster_known", args=[lesson.pk]), chosen, follow=True)
        page = reverse("registration_cancel", args=[line[0].pk])
        form = Page(client.get(page).content.decode()).form_to(reverse("registration_back_in_line", args=[line[0].pk]))
        client.post(form.action, form.data)

    line[0].refresh_from_db()
    assert page in answer.content.decode()
    assert line[0].state == State.WAITING


def test_whoever_puts_somebody_back_in_line_is_asked_to_ring_them_where_they_were_told_of_the_seat(
    client, clerk, line
) -> None:
    seat_over_capacity(line[0], reason="付き添い", by=clerk)
    client.force_login(clerk)
    client.cookies["django_language"] = "en"

    answer = client.post(reverse("registration_back_in_line", args=[line[0].pk]), follow=True)

    assert "If this person was told of the seat, please call them" in answer.content.decode()


def test_a_seat_that_is_not_given_past_the_line_offers_no_way_back(client, clerk, line) -> None:
    client.force_login(clerk)
    seated = line[0].run.registrations.confirmed().get()

    page = client.get(reverse("registration_cancel", args=[seated.pk])).content.decode()

    assert reverse("registration_back_in_line", args=[seated.pk]) not in page


def seated_by_mistake_before_the_list(number: int, clerk) -> list[Registration]:
    """So many who applied together, of whom the first is given a seat before the lots are listed."""
    run = make_draws.lottery(capacity=1)
    together = make_draws.applicants(run, number)
    if number > 1:
        make_draws.party(*together)
    seat_from_line(together[0], by=clerk)
    make_draws.applicants(run, 3)
    return together


def test_whoever_had_a_seat_by_mistake_when_the_lots_were_listed_waits_behind_all_that_were_drawn(clerk) -> None:
    [seated] = seated_by_mistake_before_the_list(1, clerk)
    run = make_draws.drawn(seated.run).run

    back_in_line(seated, by=clerk)

    assert run.registrations.waiting().last() == seated
    assert Offer.objects.open().get().registration.lot is not None


def test_after_the_draw_whoever_has_no_lot_does_not_join_a_companion_who_has_one(clerk) -> None:
    seated, companion = seated_by_mistake_before_the_list(2, clerk)
    said: list[str] = []
    make_draws.drawn(seated.run)
    was_drawn = place_of(Registration.objects.get(pk=companion.pk))

    back_in_line(seated, by=clerk, say=said.append)

    assert [place_of(Registration.objects.get(pk=each.pk)) for each in (companion, seated)] == [was_drawn, 5]
    assert companion.slip in said[0]


def test_between_the_list_and_the_dice_whoever_goes_back_in_line_is_said_to_have_no_lot(client, clerk) -> None:
    [seated] = seated_by_mistake_before_the_list(1, clerk)
    make_draws.listed(seated.run)
    client.force_login(clerk)
    client.cookies["django_language"] = "en"

    answer = client.post(reverse("registration_back_in_line", args=[seated.pk]), follow=True)

    said = [str(each) for each in answer.context["messages"]]
    assert said[0] == f"Slip {seated.slip} waits for the decision again."
    assert "The lots are listed already, and this slip has none. It will wait behind all that are drawn." in said


def test_since_when_a_wrong_seat_was_theirs_is_forgotten_with_it(line, clerk) -> None:
    assert seat_from_line(line[0], by=clerk).seated_at

    back_in_line(line[0], by=clerk)

    assert Registration.objects.get(pk=line[0].pk).seated_at is None
