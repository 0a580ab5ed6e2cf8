"""The pages of one call about a seat held, as two clerks use them."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from classes.cancellation import cancel
from classes.models import CourseRun, Offer, Registration
from classes.offer_calls import BETWEEN_CALLS, HOLD_FOR, take
from classes.registration import register
from core.models import AuditEntry
from core.wareki import clock, short_date
from reminders.models import CallTask
from residents.doubts import strangers
from residents.models import PhoneLine, Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def colleague():
    return make_accounts.user(Role.RECEPTION, name="吉川")


@pytest.fixture
def run():
    return make.run(capacity=1)


@pytest.fixture
def offer(run, clerk):
    """A seat held for the first of two in line."""
    seated, _first, _second = (make.registration(run) for _each in range(3))
    cancel(seated, by=clerk, reason="health")
    return Offer.objects.get()


def read(desk, offer: Offer) -> str:
    return desk.get(reverse("offer_detail", args=[offer.pk])).content.decode()


def press(desk, offer: Offer, answer: str, **more):
    return desk.post(reverse("offer_answer", args=[offer.pk]), {"answer": answer, **more})


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


# Taking a call --------------------------------------------------------------------------------------------


def test_one_press_shows_the_number_and_what_to_say(desk, clerk, offer, run) -> None:
    page = desk.post(reverse("offer_take", args=[offer.pk]), follow=True).content.decode()

    offer.refresh_from_db()
    assert offer.held_by == clerk
    resident = offer.registration.resident
    for words in (resident.name, resident.phone_lines.get().phone.national, run.course.title, 'value="accepted"'):
        assert words in page
    assert reverse("offer_let_go", args=[offer.pk]) in page


def test_a_colleague_sees_who_is_calling_and_cannot_press_an_answer(desk, offer, colleague) -> None:
    take(offer, by=colleague)

    listed = desk.get(reverse("offer_list")).content.decode()
    assert "吉川 is calling" in listed
    assert reverse("offer_take", args=[offer.pk]) not in listed
    opened = read(desk, offer)
    assert "吉川 is calling this person right now." in opened
    assert 'name="answer"' not in opened
    refused = desk.post(reverse("offer_take", args=[offer.pk]))
    assert (refused.url, said(refused)) == (reverse("offer_list"), ["吉川 is calling this person right now."])


def test_the_answer_of_whoever_is_not_calling_is_refused_by_name(desk, offer, colleague) -> None:
    take(offer, by=colleague)

    refused = press(desk, offer, "accepted")

    offer.refresh_from_db()
    assert (said(refused), offer.state) == (["吉川 is calling this person right now."], Offer.State.OPEN)


def test_ten_minutes_later_the_call_is_for_everybody_again(desk, offer, clerk, colleague, time_machine) -> None:
    take(offer, by=colleague)
    time_machine.move_to(timezone.now() + HOLD_FOR)
    desk.force_login(clerk)

    assert reverse("offer_take", args=[offer.pk]) in desk.get(reverse("offer_list")).content.decode()
    assert 'value="accepted"' in read(desk, offer)


def test_whoever_does_not_call_after_all_lets_go(desk, offer) -> None:
    desk.post(reverse("offer_take", args=[offer.pk]))

    assert desk.post(reverse("offer_let_go", args=[offer.pk])).url == reverse("offer_list")

    offer.refresh_from_db()
    assert offer.held_by is None
    assert reverse("offer_let_go", args=[offer.pk]) not in read(desk, offer)


def test_every_look_at_a_call_is_on_record(desk, offer) -> None:
    read(desk, offer)
    desk.post(reverse("offer_take", args=[offer.pk]), follow=True)

    actions = list(
        AuditEntry.objects.filter(action__in=["offer.opened", "offer.taken"]).values_list("action", flat=True)
    )
    assert sorted(actions) == ["offer.opened", "offer.taken"]


def test_a_look_at_a_call_that_was_once_ones_own_is_on_record(desk, offer, clerk) -> None:
    take(offer, by=clerk)
    Offer.objects.update(held_until=timezone.now())

    read(desk, offer)

    assert AuditEntry.objects.filter(action="offer.opened", by=clerk).count() == 1


def test_a_call_that_nobody_has_to_make_any_more_leads_back(desk, offer) -> None:
    press(desk, offer, "declined")

    back = desk.get(reverse("offer_detail", args=[offer.pk]))

    assert (back.url, said(back)[-1:]) == (reverse("offer_list"), ["Nobody has to be called about this seat any more."])


# What is read out -----------------------------------------------------------------------------------------


def test_what_is_left_of_a_series_is_read_out_with_the_numbers_of_its_lessons(desk, clerk) -> None:
    run = make.run(capacity=1, lessons=3, starts_at=make.days_ahead(-3))
    seated, _waiting = make.registration(run), make.registration(run)
    cancel(seated, by=clerk, reason="health")

    page = read(desk, Offer.objects.get())

    assert "Lesson 1 begins" not in page
    assert page.index("Lesson 2 begins") < page.index("Lesson 3 begins")


def test_people_who_come_together_are_one_call_with_both_numbers(desk, clerk) -> None:
    run = make.run(capacity=2)
    seated = [make.registration(run) for _each in range(2)]
    one, other = make_residents.resident(given_name="一郎"), make_residents.resident(given_name="花子")
    register(one, run, by=clerk, channel="phone", companions=[other])
    for each in seated:
        cancel(each, by=clerk, reason="health")
    offers = list(Offer.objects.all())

    for offer in offers:
        page = read(desk, offer)
        for person in (one, other):
            assert person.phone_lines.get().phone.national in page
            assert f"{person.name} does not want to wait any more" in page
        assert "2 seats" in page


@pytest.mark.parametrize("where", ["offer_list", "offer_detail"])
def test_a_number_at_which_a_stranger_answered_is_not_called_about_a_seat_either(desk, offer, where) -> None:
    line = offer.registration.resident.phone_lines.get()
    page = reverse(where, args=[offer.pk] if where == "offer_detail" else [])
    assert line.phone.national in desk.get(page).content.decode()

    strangers(line.number)

    shown = desk.get(page).content.decode()
    assert line.phone.national not in shown
    assert "no telephone" in shown


def test_the_line_of_a_run_says_that_somebody_has_no_number_to_be_called_at(desk, offer) -> None:
    run = reverse("run_detail", args=[offer.registration.run_id])
    assert "no telephone" not in desk.get(run).content.decode()

    strangers(offer.registration.resident.phone_lines.get().number)

    assert "no telephone" in desk.get(run).content.decode()


# What came of it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "state"),
    [("accepted", Offer.State.ACCEPTED), ("declined", Offer.State.DECLINED), ("not_reached", Offer.State.OPEN)],
)
def test_an_answer_is_written_down_and_the_call_is_over(desk, offer, answer, state) -> None:
    desk.post(reverse("offer_take", args=[offer.pk]))

    press(desk, offer, answer)

    offer.refresh_from_db()
    assert (offer.state, offer.held_by) == (state, None)


def test_the_next_is_asked_only_after_two_calls(desk, offer) -> None:
    refused = press(desk, offer, "passed")
    assert len(said(refused)) == 1
    assert 'value="passed"' not in read(desk, offer)

    press(desk, offer, "not_reached")
    Offer.objects.filter(pk=offer.pk).update(last_attempt_at=timezone.now() - BETWEEN_CALLS)
    press(desk, offer, "not_reached")
    assert 'value="passed"' in read(desk, offer)

    press(desk, offer, "passed")
    assert Offer.objects.open().get() != offer


def test_whoever_has_no_number_is_written_to_and_no_call_can_be_recorded(desk, offer) -> None:
    person = offer.registration.resident
    PhoneLine.objects.filter(resident=person).delete()
    Resident.objects.filter(pk=person.pk).update(postal_code="639-2195", address="葛城市忍海1番地")
    letter = reverse("registration_slip_by_post", args=[offer.registration_id])
    with translation.override("en"):
        due = f"{short_date(offer.answer_by)} {clock(offer.answer_by)}"

    page, listed = read(desk, offer), desk.get(reverse("offer_list")).content.decode()

    for words in (f'href="{letter}"', "639-2195", "葛城市忍海1番地", f"you may ask the next in line after {due}"):
        assert words in page
    assert "Please write a letter" in listed
    for answer in ("not_reached", "promised", "passed"):
        assert f'value="{answer}"' not in page
    assert 'name="made_at"' not in page
    assert "Calls made" not in page
    assert len(said(press(desk, offer, "passed"))) == 1
    assert Offer.objects.open().get() == offer

    Offer.objects.filter(pk=offer.pk).update(answer_by=timezone.now())
    assert 'value="passed"' in read(desk, offer)
    press(desk, offer, "passed")
    assert Offer.objects.open().get() != offer


def test_whoever_has_neither_number_nor_address_is_asked_for_one(desk, offer) -> None:
    PhoneLine.objects.filter(resident=offer.registration.resident).delete()

    page = read(desk, offer)

    assert reverse("resident_edit", args=[offer.registration.resident_id]) in page
    assert reverse("registration_slip_by_post", args=[offer.registration_id]) not in page


def test_a_promise_is_written_down_and_shown_with_who_was_reached(desk, offer) -> None:
    press(desk, offer, "promised", reached="family")

    offer.refresh_from_db()
    assert (offer.state, offer.reached) == (Offer.State.OPEN, Offer.Reached.FAMILY)
    listed = desk.get(reverse("offer_list")).content.decode()
    with translation.override("en"):
        assert f"An answer is promised by {short_date(offer.answer_by)} {clock(offer.answer_by)}" in read(desk, offer)
        assert f"{short_date(offer.reached_at)} {clock(offer.reached_at)}　Somebody of the family" in listed
    assert "0 calls to make" in listed


@pytest.mark.parametrize("reached", ["", "nobody", "x" * 40])
def test_a_promise_of_nobody_changes_nothing_and_is_pointed_out(desk, offer, reached) -> None:
    page = press(desk, offer, "promised", reached=reached)

    offer.refresh_from_db()
    assert (page.status_code, offer.reached_at) == (422, None)
    assert list(page.context["form"].errors) == ["reached"]


def test_the_next_is_not_asked_while_an_answer_is_promised(desk, clerk, offer) -> None:
    make.nobody_answers(offer, by=clerk)
    press(desk, offer, "promised", reached="person")
    assert 'value="passed"' not in read(desk, offer)

    press(desk, offer, "passed")

    assert Offer.objects.open().get() == offer


def test_an_answer_that_is_due_is_not_promised_any_more(desk, clerk, offer, time_machine) -> None:
    press(desk, offer, "promised", reached="person")
    assert 'value="promised"' in read(desk, offer)

    time_machine.move_to(offer.answer_by)
    desk.force_login(clerk)

    assert 'value="promised"' not in read(desk, offer)


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_an_answer_that_is_none_changes_nothing(desk, offer, answer) -> None:
    page = press(desk, offer, answer)

    offer.refresh_from_db()
    assert (page.status_code, offer.state) == (422, Offer.State.OPEN)
    assert "Please press one of the answers." in page.content.decode()


def test_a_stale_answer_is_said_to_be_on_record(desk, offer) -> None:
    press(desk, offer, "declined")

    stale = press(desk, offer, "accepted")

    assert said(stale)[-1].startswith("The answer about this seat is already on record")
    assert Registration.objects.confirmed().count() == 0


# Typed back from paper ------------------------------------------------------------------------------------


@pytest.fixture
def in_the_afternoon(time_machine, desk, clerk, offer):
    """Half past four of the next day on which the office works, before the answer is due."""
    Offer.objects.update(answer_by=offer.answer_by + timedelta(days=7))
    time_machine.move_to(make.days_ahead(1, "16:30"), tick=False)
    desk.force_login(clerk)


@pytest.mark.usefixtures("in_the_afternoon")
def test_a_call_is_written_down_with_the_hour_at_which_it_was_made(desk, offer) -> None:
    press(desk, offer, "not_reached", made_at="10:20")

    offer.refresh_from_db()
    assert (offer.attempts, offer.last_attempt_at) == (1, make.days_ahead(0, "10:20"))


@pytest.mark.usefixtures("in_the_afternoon")
def test_a_promise_is_written_down_with_the_hour_at_which_it_was_given(desk, offer) -> None:
    press(desk, offer, "promised", reached="family", made_at="10:20")

    offer.refresh_from_db()
    assert offer.reached_at == make.days_ahead(0, "10:20")


@pytest.mark.usefixtures("in_the_afternoon")
@pytest.mark.parametrize("made_at", ["17:00", "gestern"])
def test_a_call_that_is_still_to_come_was_not_made(desk, offer, made_at) -> None:
    page = press(desk, offer, "not_reached", made_at=made_at)

    offer.refresh_from_db()
    assert (page.status_code, list(page.context["form"].errors), offer.attempts) == (422, ["made_at"], 0)


@pytest.mark.usefixtures("in_the_afternoon")
def test_a_call_on_a_sheet_of_yesterday_was_made_yesterday(desk, offer, clerk, time_machine) -> None:
    Offer.objects.update(printed_by=clerk, printed_at=timezone.now())
    time_machine.move_to(make.days_ahead(1, "09:00"), tick=False)
    desk.force_login(clerk)

    press(desk, offer, "not_reached", made_at="16:40")

    offer.refresh_from_db()
    assert offer.last_attempt_at == make.days_ahead(-1, "16:40")


# Two lists ------------------------------------------------------------------------------------------------


def test_whoever_is_on_the_call_list_too_is_pointed_out_on_both(desk, clerk, run) -> None:
    person = make_reminders.callable_(by=clerk)
    make.registration(make.run(starts_at=make.days_ahead(15), reminder_rules=[[1, "10:00"]]), person)
    CallTask.objects.update(due_at=timezone.now())
    seated, _waiting = make.registration(run), make.registration(run, person)
    cancel(seated, by=clerk, reason="health")
    offer, call = Offer.objects.get(), CallTask.objects.get(requests__resident=person)

    for page in (reverse("offer_list"), reverse("offer_detail", args=[offer.pk])):
        assert reverse("call_detail", args=[call.pk]) in desk.get(page).content.decode()
    for page in (reverse("call_list"), reverse("call_detail", args=[call.pk])):
        assert reverse("offer_detail", args=[offer.pk]) in desk.get(page).content.decode()
    assert (
        f'href="{reverse("offer_list")}">1 call about a free seat<' in desk.get(reverse("call_list")).content.decode()
    )
    assert (
        f'href="{reverse("call_list")}">1 more call on the call list<'
        in desk.get(reverse("offer_list")).content.decode()
    )


def test_a_run_that_gives_no_seats_by_line_shows_its_offers_all_the_same(desk, clerk) -> None:
    run = make.run(selection=CourseRun.Selection.COUNTER)
    make.registration(run)
    desk.post(reverse("run_offer", args=[run.pk]))

    assert 'value="accepted"' in read(desk, Offer.objects.get())


# Whoever rings up about it --------------------------------------------------------------------------------


@pytest.mark.parametrize("selection", ["first_come", "counter"])
def test_whoever_rings_up_about_a_held_seat_is_answered_from_the_desk(desk, selection) -> None:
    run = make.run(capacity=1, selection=selection)
    person = make_residents.resident(phone="0745-00-1834")
    waiting = make.registration(run, person) if selection == "counter" else None
    if waiting is None:
        seated, waiting = make.registration(run), make.registration(run, person)
        cancel(seated, by=seated.taken_by, reason="health")
    else:
        desk.post(reverse("run_offer", args=[run.pk]))
    offer = Offer.objects.open().get(registration=waiting)
    answer = reverse("offer_detail", args=[offer.pk])

    found = desk.post(reverse("desk"), {"typed": "1834"}, follow=True).content.decode()
    chosen = desk.get(reverse("desk"), {"person": person.pk, "run": run.pk}).content.decode()
    by_slip = desk.post(reverse("desk"), {"typed": waiting.slip}, follow=True).content.decode()

    for page in (found, chosen, by_slip):
        assert f'href="{answer}?back=desk"' in page
    assert f'href="{answer}"' in desk.get(reverse("person", args=[person.pk])).content.decode()
    assert reverse("desk_override") not in chosen
    assert "When a seat is free, we call you" not in by_slip
    assert press(desk, offer, "accepted").url == f"{reverse('desk')}?done={waiting.pk}"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.override_reason) == (Registration.State.CONFIRMED, "")
    for about in ({"person": person.pk, "run": run.pk}, {"done": waiting.pk}):
        assert answer not in desk.get(reverse("desk"), about).content.decode()


def test_no_seat_beyond_the_capacity_is_given_to_whom_one_is_held(desk, offer) -> None:
    about = {"person": offer.registration.resident_id, "run": offer.registration.run_id}

    shown = desk.get(reverse("desk_override"), about).content.decode()
    refused = desk.post(reverse("desk_override"), {**about, "reason": "付き添い", "channel": "phone"})

    assert refused.status_code == 422
    offer.refresh_from_db()
    assert offer.state == Offer.State.OPEN
    assert offer.registration.override_reason == ""
    for page in (shown, refused.content.decode()):
        assert f'href="{reverse("offer_detail", args=[offer.pk])}?back=desk"' in page


def test_the_line_of_a_run_leads_to_the_call_itself(desk, offer) -> None:
    page = desk.get(reverse("run_detail", args=[offer.registration.run_id])).content.decode()

    assert f'href="{reverse("offer_detail", args=[offer.pk])}"' in page


# Back to where the clerk came from ------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["declined", "not_reached", "promised"])
def test_whoever_came_from_the_desk_is_led_back_to_it_and_to_the_person(desk, offer, answer):
    person = offer.registration.resident_id
    page = desk.get(reverse("desk"), {"person": person}).content.decode()
    link = re.search(rf'href="({reverse("offer_detail", args=[offer.pk])}[^"]*)"', page)[1]
    form = Page(desk.get(link).content.decode()).form_to(reverse("offer_answer", args=[offer.pk]))

    answered = desk.post(form.action, {**form.data, "answer": answer})

    assert answered.url == f"{reverse('desk')}?person={person}"


def test_at_the_desk_it_is_said_who_else_is_to_be_called_after_somebody_let_the_seat_go_by(desk, offer):
    first, second = said(press(desk, offer, "declined", back="desk"))

    assert first == "This person keeps the place in line."
    assert reverse("offer_list") in second


def test_whoever_came_from_the_calls_to_make_is_led_back_to_them(desk, offer):
    assert press(desk, offer, "declined").url == reverse("offer_list")


def test_a_call_let_go_of_leads_back_to_where_the_clerk_came_from(desk, offer, clerk):
    take(offer, by=clerk)

    form = Page(desk.get(reverse("offer_detail", args=[offer.pk]), {"back": "desk"}).content.decode()).form_to(
        reverse("offer_let_go", args=[offer.pk])
    )

    assert desk.post(form.action, form.data).url == f"{reverse('desk')}?person={offer.registration.resident_id}"
