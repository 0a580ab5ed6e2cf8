"""What is done from the desk, without JavaScript: every press leads to a page."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from classes.models import CourseRun, Registration, SeatHold
from classes.seat_hold import hold
from core.models import AuditEntry
from core.wareki import clock
from residents.merging import merge
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db
DESK = "/desk/"


def test_a_returning_caller_is_booked_in_three_pages(desk, shigeru, clerk) -> None:
    run = make.run()

    chosen = desk.post(DESK, {"typed": "1834"}, follow=True)
    assert chosen.redirect_chain == [(f"{DESK}?person={shigeru.pk}", 302)]
    read = desk.get(DESK, {"person": shigeru.pk, "run": run.pk}).content.decode()
    assert run.lessons.get().venue.name in read
    done = desk.post(
        reverse("desk_register"),
        {"person": shigeru.pk, "run": run.pk, "promised": "seat", "channel": "counter"},
        follow=True,
    )

    registration = Registration.objects.get()
    assert (registration.resident, registration.state, registration.channel) == (shigeru, "confirmed", "counter")
    assert registration.slip in done.content.decode()
    assert reverse("registration_slip", args=[registration.pk]) in done.content.decode()


def test_a_button_pressed_twice_shows_the_slip_that_stands(desk, shigeru) -> None:
    run = make.run()
    press = {"person": shigeru.pk, "run": run.pk, "promised": "seat"}

    desk.post(reverse("desk_register"), press)
    again = desk.post(reverse("desk_register"), press, follow=True)

    registration = Registration.objects.get()
    assert again.redirect_chain[0][0].endswith(f"?done={registration.pk}")
    assert registration.slip in again.content.decode()


def test_a_seat_that_is_gone_meanwhile_is_said_and_the_waiting_list_offered(desk, shigeru) -> None:
    run = make.run(capacity=1)
    make.registration(run)

    answer = desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": run.pk, "promised": "seat"}, follow=True)

    assert not shigeru.registrations.exists()
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert 'value="waiting"' in answer.content.decode()


def test_a_run_that_closed_meanwhile_is_said_and_the_person_kept(desk, shigeru) -> None:
    run = make.run(reception_closes_at=timezone.now() - timedelta(minutes=1))

    answer = desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": run.pk}, follow=True)

    assert run.course.title in str(next(iter(answer.context["messages"])))
    assert answer.context["resident"] == shigeru


def test_a_full_run_is_read_out_with_the_place_in_line(desk, shigeru) -> None:
    run = make.run(capacity=1)
    make.registration(run)
    make.registration(run)

    page = desk.get(DESK, {"person": shigeru.pk, "run": run.pk})

    assert page.context["chosen"].next_place == 2
    assert 'value="waiting"' in page.content.decode()


def test_that_whoever_waits_is_called_is_read_out_once(desk, shigeru) -> None:
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    run = make.run(capacity=1)
    make.registration(run)

    page = desk.get(DESK, {"person": shigeru.pk, "run": run.pk}).content.decode()

    assert page.count("we call you") == 1


def test_a_couple_for_whom_one_seat_is_left_is_not_told_that_the_class_is_full(desk, shigeru) -> None:
    run, kiyo = make.run(capacity=1), make_residents.resident(given_name="キヨ", phone="0745-00-1834")
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "run": run.pk, "bring": kiyo.pk})

    read = desk.get(DESK, {"person": shigeru.pk, "run": run.pk})

    assert not read.context["chosen"].has_a_seat
    told = read.content.decode()
    assert "It is full" not in told
    assert "We cannot take you in right away" in told


def test_the_way_callers_come_is_kept_for_the_next(desk, shigeru) -> None:
    desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": make.run().pk, "channel": "counter"})
    desk.get(DESK)

    desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": make.run().pk})

    assert set(Registration.objects.values_list("channel", flat=True)) == {"counter"}


# A seat held while the clerk types ------------------------------------------------------------------------


@pytest.fixture
def chosen(desk, shigeru):
    """A run that was chosen for Shigeru, so that a seat is held."""
    run = make.run(capacity=2)
    desk.post(DESK, {"typed": "1834", "choose": run.pk})
    return run


def test_the_page_that_is_open_goes_on_holding(desk, chosen) -> None:
    SeatHold.objects.update(expires_at=timezone.now() + timedelta(seconds=1))

    answer = desk.post(reverse("desk_hold"), {"run": chosen.pk})

    held = SeatHold.objects.get()
    assert held.expires_at > timezone.now() + timedelta(minutes=2)
    assert clock(held.expires_at) in answer.content.decode()
    assert "hx-trigger" in answer.content.decode()


def test_a_page_whose_hold_ran_out_stops_asking_and_offers_to_hold_again(desk, chosen) -> None:
    SeatHold.objects.update(expires_at=timezone.now())

    answer = desk.post(reverse("desk_hold"), {"run": chosen.pk}).content.decode()

    assert "hx-trigger" not in answer
    assert f'name="choose" value="{chosen.pk}"' in answer


def test_a_page_about_another_run_is_not_told_of_this_hold(desk, chosen) -> None:
    for number in (make.run().pk, "x", ""):
        assert "hx-trigger" not in desk.post(reverse("desk_hold"), {"run": number}).content.decode()


def test_a_device_is_held_as_soon_as_it_is_ticked_who_uses_one(desk, shigeru, chosen) -> None:
    CourseRun.objects.update(loan_devices=1)
    ticked = {"person": shigeru.pk, "run": chosen.pk, "borrows": shigeru.pk}

    desk.post(reverse("desk_lend"), ticked)

    assert CourseRun.objects.get().seats.free_devices == 0
    page = desk.get(DESK, {"person": shigeru.pk, "run": chosen.pk})
    assert f'name="borrows" value="{shigeru.pk}" checked' in page.content.decode()
    desk.post(reverse("desk_lend"), {**ticked, "borrows": ""})
    assert CourseRun.objects.get().seats.free_devices == 1


def test_of_a_device_that_another_clerk_holds_the_caller_hears_at_once(desk, shigeru, chosen) -> None:
    CourseRun.objects.update(loan_devices=1)
    hold(chosen, by=make.clerk(), devices=1)

    ticked = {"person": shigeru.pk, "run": chosen.pk, "borrows": shigeru.pk}
    told = desk.post(reverse("desk_lend"), ticked).content.decode()

    assert 'role="alert"' in told
    assert "hx-trigger" in told
    assert SeatHold.objects.filter(devices=0).count() == 1


def test_a_device_is_not_held_without_a_seat(desk, shigeru) -> None:
    run = make.run(loan_devices=1)

    answer = desk.post(reverse("desk_lend"), {"person": shigeru.pk, "run": run.pk, "borrows": shigeru.pk})

    assert "hx-trigger" not in answer.content.decode()
    assert not SeatHold.objects.exists()


def test_a_device_that_is_held_is_not_let_go_because_a_second_one_is_missing(desk, shigeru, kiyo, chosen) -> None:
    CourseRun.objects.update(loan_devices=1)
    together = {"caller": shigeru.pk, "run": chosen.pk, "bring": kiyo.pk}
    ticked = {"person": shigeru.pk, "run": chosen.pk}
    desk.post(reverse("desk_companion"), together)
    desk.post(reverse("desk_lend"), {**ticked, "borrows": shigeru.pk})
    desk.post(reverse("desk_lend"), {**ticked, "borrows": [shigeru.pk, kiyo.pk]})

    desk.post(DESK, {"typed": "", "caller": shigeru.pk, "choose": chosen.pk})

    assert SeatHold.objects.values_list("seats", "devices").get() == (2, 1)


def test_that_no_device_is_left_is_still_said_when_the_seat_is_held_longer(desk, shigeru, chosen) -> None:
    CourseRun.objects.update(loan_devices=1)
    hold(chosen, by=make.clerk(), devices=1)
    desk.post(reverse("desk_lend"), {"person": shigeru.pk, "run": chosen.pk, "borrows": shigeru.pk})

    page = desk.post(reverse("desk_hold"), {"run": chosen.pk})

    assert page.context["is_lent"]
    # Nobody who hears the page is told the same every minute.
    assert 'role="alert"' not in page.content.decode()


def test_what_was_ticked_is_held_with_the_seat_when_the_run_is_chosen_anew(desk, shigeru, chosen) -> None:
    CourseRun.objects.update(loan_devices=1)
    desk.post(reverse("desk_lend"), {"person": shigeru.pk, "run": chosen.pk, "borrows": shigeru.pk})
    again = {"typed": "1834", "caller": shigeru.pk, "choose": chosen.pk}
    SeatHold.objects.all().delete()

    desk.post(DESK, again)
    assert SeatHold.objects.get().devices == 1

    SeatHold.objects.all().delete()
    hold(chosen, by=make.clerk(), devices=1)
    desk.post(DESK, again)
    assert sorted(SeatHold.objects.values_list("seats", "devices")) == [(1, 0), (1, 1)]


def test_the_next_call_frees_the_seat_and_forgets_the_caller(desk, chosen) -> None:
    answer = desk.post(reverse("desk_next"), follow=True)

    assert not SeatHold.objects.exists()
    assert (answer.context["resident"], answer.context["typed"]) == (None, "")


def test_nobody_frees_the_seat_that_another_clerk_holds(client, chosen) -> None:
    client.force_login(make.clerk())

    client.post(reverse("desk_next"))

    assert SeatHold.objects.exists()


def test_a_seat_read_out_and_lost_is_said_and_nothing_typed_is_lost(desk, chosen, shigeru) -> None:
    SeatHold.objects.update(expires_at=timezone.now())
    for _each in range(2):
        make.registration(chosen)

    answer = desk.post(
        reverse("desk_register"), {"person": shigeru.pk, "run": chosen.pk, "promised": "seat"}, follow=True
    )

    assert not shigeru.registrations.exists()
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert (answer.context["resident"], answer.context["typed"]) == (shigeru, "1834")
    assert (answer.context["chosen"].run, answer.context["chosen"].next_place) == (chosen, 1)
    assert 'value="waiting"' in answer.content.decode()


def test_a_registration_takes_the_seat_that_was_held(desk, chosen, shigeru) -> None:
    make.registration(chosen)
    others = make.registration(chosen)

    desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": chosen.pk, "promised": "seat"})

    assert others.state == Registration.State.WAITING
    assert shigeru.registrations.get().state == Registration.State.CONFIRMED
    assert not SeatHold.objects.exists()


# Who comes along ------------------------------------------------------------------------------------------


@pytest.fixture
def kiyo():
    return make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")


def test_a_couple_is_named_registered_together_and_has_two_slips(desk, shigeru, kiyo) -> None:
    run = make.run()
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk})
    read = desk.get(DESK, {"person": shigeru.pk, "run": run.pk}).content.decode()

    done = desk.post(
        reverse("desk_register"),
        {"person": shigeru.pk, "run": run.pk, "promised": "seat", "companion": kiyo.pk},
        follow=True,
    )

    say = read[read.index('class="sentence"') :]
    assert shigeru.name in say
    assert kiyo.name in say
    his, hers = Registration.objects.order_by("slip_number")
    assert (his.resident, hers.resident) == (shigeru, kiyo)
    assert his.party == hers.party is not None
    for registration in (his, hers):
        assert registration.slip in done.content.decode()
        assert reverse("registration_slip", args=[registration.pk]) in done.content.decode()
    assert desk.get(DESK, {"person": shigeru.pk}).context["companions"] == []


def test_one_seat_is_not_enough_for_a_couple(desk, shigeru, kiyo) -> None:
    run = make.run(capacity=1)
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk})

    page = desk.get(DESK, {"person": shigeru.pk, "run": run.pk})
    desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": run.pk, "promised": "seat", "companion": kiyo.pk})

    assert page.context["chosen"].has_a_seat is False
    assert not Registration.objects.exists()


def test_a_companion_who_is_registered_already_is_said_and_the_run_stays_chosen(desk, shigeru, kiyo) -> None:
    run = make.run()
    theirs = make.registration(run, kiyo)

    answer = desk.post(
        reverse("desk_register"), {"person": shigeru.pk, "run": run.pk, "companion": kiyo.pk}, follow=True
    )

    assert theirs.slip in str(next(iter(answer.context["messages"])))
    assert answer.context["chosen"].run == run
    assert not shigeru.registrations.exists()


def put_together(desk, answer, one: Registration, *, beside: Registration) -> Any:
    """Press the button by which somebody is put together with whoever applied before."""
    address = reverse("registration_together", args=[one.pk])
    form = Page(answer.content.decode()).form_to(address)
    assert form.data["beside"] == [str(beside.pk)]
    return desk.post(address, form.data, follow=True)


def drawn() -> CourseRun:
    return make_draws.lottery(capacity=2)


def full() -> CourseRun:
    run = make.run(capacity=1)
    make.registration(run)
    return run


@pytest.mark.parametrize("kind", [drawn, full])
def test_a_companion_of_somebody_who_applied_before_is_put_together_with_them(desk, shigeru, kiyo, kind) -> None:
    run = kind()
    before = make.registration(run, shigeru)
    desk.get(DESK, {"person": shigeru.pk, "run": run.pk})
    answer = desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "run": run.pk, "bring": kiyo.pk}, follow=True)
    assert "別々" in answer.content.decode()

    button = ("person", str(kiyo.pk))
    [form] = [form for form in Page(answer.content.decode()).forms if button in form.buttons]
    answer = desk.post(form.action, {**form.data, button[0]: button[1]}, follow=True)
    register = Page(answer.content.decode()).form_to(reverse("desk_register"))
    answer = desk.post(register.action, {**register.data, "despite": "clash"}, follow=True)
    after = kiyo.registrations.get()
    assert f"{before.slip}の方とは、別々に" in answer.content.decode()
    answer = put_together(desk, answer, after, beside=before)

    assert len(set(run.registrations.waiting().values_list("party", flat=True))) == 1
    said = " ".join(str(each) for each in answer.context["messages"])
    assert before.slip in said
    assert after.slip in said
    assert reverse("registration_together", args=[after.pk]) not in answer.content.decode()


def test_whoever_names_a_companion_who_applied_before_is_put_together_with_them(desk, shigeru, kiyo) -> None:
    run = drawn()
    before = make.registration(run, shigeru)
    desk.get(DESK, {"person": kiyo.pk, "run": run.pk})
    facts = {"person": kiyo.pk, "run": run.pk, "promised": "waiting"}

    answer = desk.post(reverse("desk_register"), {**facts, "companion": shigeru.pk}, follow=True)
    assert "まとめる" in str(next(iter(answer.context["messages"])))
    answer = desk.post(reverse("desk_register"), facts, follow=True)
    put_together(desk, answer, kiyo.registrations.get(), beside=before)

    assert [each.party_id for each in run.registrations.all()] == [run.parties.get().pk] * 2


def test_the_next_caller_is_put_together_with_nobody(desk, shigeru, kiyo) -> None:
    run, stranger = drawn(), make_residents.resident()
    make.registration(run, shigeru)
    desk.get(DESK, {"person": kiyo.pk, "run": run.pk})
    desk.post(reverse("desk_register"), {"person": kiyo.pk, "run": run.pk, "companion": shigeru.pk})

    desk.get(DESK, {"person": stranger.pk, "run": run.pk})
    answer = desk.post(reverse("desk_register"), {"person": stranger.pk, "run": run.pk}, follow=True)

    assert reverse("registration_together", args=[stranger.registrations.get().pk]) not in answer.content.decode()


def test_once_the_lots_are_listed_nobody_is_offered_to_be_put_together(desk, shigeru, kiyo) -> None:
    run = drawn()
    make.registration(run, shigeru)
    desk.get(DESK, {"person": kiyo.pk, "run": run.pk})
    desk.post(reverse("desk_register"), {"person": kiyo.pk, "run": run.pk, "companion": shigeru.pk})
    answer = desk.post(reverse("desk_register"), {"person": kiyo.pk, "run": run.pk}, follow=True)
    address = reverse("registration_together", args=[kiyo.registrations.get().pk])
    make_draws.listed(run)

    assert address in answer.content.decode()
    assert address not in desk.get(answer.redirect_chain[-1][0]).content.decode()


def test_somebody_of_another_run_is_put_together_with_nobody(desk, shigeru, kiyo) -> None:
    one, other = make.registration(drawn(), shigeru), make.registration(drawn(), kiyo)

    answer = desk.post(reverse("registration_together", args=[one.pk]), {"beside": other.pk})

    assert answer.status_code == 404
    assert not one.run.parties.exists()


# A device to borrow ---------------------------------------------------------------------------------------


def test_a_companion_of_somebody_who_is_registered_already_stays_on_the_page_and_is_gone_on_with(
    desk, clerk, shigeru, kiyo
) -> None:
    run = make.run(capacity=4)
    desk.get(DESK, {"person": shigeru.pk, "run": run.pk})
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "run": run.pk, "bring": kiyo.pk})
    make.registration(run, shigeru, by=make.clerk())

    page = desk.post(
        reverse("desk_register"),
        {"person": shigeru.pk, "run": run.pk, "promised": "seat", "companion": kiyo.pk},
        follow=True,
    )
    assert len(page.context["messages"]) == 1
    assert page.context["companions"] == [kiyo]

    button = ("person", str(kiyo.pk))
    [form] = [form for form in Page(page.content.decode()).forms if button in form.buttons]
    page = desk.post(form.action, {**form.data, button[0]: button[1]}, follow=True)
    assert (page.context["resident"], page.context["chosen"].run) == (kiyo, run)
    assert SeatHold.objects.get().run == run


def test_a_device_is_offered_only_where_the_run_lends_some(desk, shigeru) -> None:
    for run, is_offered in ((make.run(), False), (make.run(loan_devices=2), True)):
        page = desk.get(DESK, {"person": shigeru.pk, "run": run.pk}).content.decode()
        assert ('name="borrows"' in page) is is_offered


def test_a_device_is_borrowed_by_whoever_is_ticked(desk, shigeru, kiyo) -> None:
    run = make.run(loan_devices=1)

    desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": run.pk, "companion": kiyo.pk, "borrows": kiyo.pk})

    assert {each.resident: each.borrows for each in Registration.objects.all()} == {shigeru: False, kiyo: True}


@pytest.mark.parametrize(("answer", "state", "borrows"), [("own", "confirmed", False), ("wait", "waiting", True)])
def test_when_all_devices_are_lent_there_are_two_ways(desk, shigeru, answer, state, borrows) -> None:
    run = make.run(loan_devices=1)
    borrower = make_residents.resident()
    make.registration(run, borrower, borrowing=[borrower])
    press = {"person": shigeru.pk, "run": run.pk, "borrows": shigeru.pk}
    desk.get(DESK, {"person": shigeru.pk, "run": run.pk})

    asked = desk.post(reverse("desk_register"), {**press, "promised": "seat"}, follow=True)
    assert not shigeru.registrations.exists()
    for way in ("own", "wait"):
        assert f'name="device" value="{way}"' in asked.content.decode()
    assert f'name="borrows" value="{shigeru.pk}" checked' in asked.content.decode()
    desk.post(reverse("desk_register"), {**press, "promised": "seat", "device": answer})

    registration = shigeru.registrations.get()
    assert (registration.state, registration.borrows) == (state, borrows)


# At two places at once ------------------------------------------------------------------------------------


def test_somebody_who_is_elsewhere_then_is_asked_before_being_registered(desk, shigeru) -> None:
    elsewhere, run = make.run(course=make.course("LINE入門")), make.run()
    make.registration(elsewhere, shigeru)
    press = {"person": shigeru.pk, "run": run.pk, "promised": "seat"}

    read = desk.get(DESK, {"person": shigeru.pk, "run": run.pk}).content.decode()
    refused = desk.post(reverse("desk_register"), press, follow=True).content.decode()

    for page in (read, refused):
        assert "LINE入門" in page[page.index('class="sentence"') :]
        assert 'name="despite"' in page
    assert not run.registrations.exists()
    desk.post(reverse("desk_register"), {**press, "despite": "clash"})
    assert run.registrations.get().state == Registration.State.CONFIRMED


# Beyond the capacity --------------------------------------------------------------------------------------


@pytest.fixture
def full_run():
    run = make.run(capacity=1)
    make.registration(run)
    return run


def test_whoever_waits_already_is_given_a_seat_with_a_reason(desk, shigeru, full_run) -> None:
    waiting = make.registration(full_run, shigeru)
    about = {"person": shigeru.pk, "run": full_run.pk}

    link = desk.get(DESK, about).content.decode()
    answer = desk.post(reverse("desk_override"), {**about, "reason": "付きそい", "channel": "phone"}, follow=True)

    waiting.refresh_from_db()
    assert reverse("desk_override") in link
    assert (waiting.state, waiting.override_reason) == ("confirmed", "付きそい")
    assert answer.redirect_chain == [(f"{DESK}?done={waiting.pk}", 302)]


def test_the_page_says_whether_a_seat_given_all_the_same_was_free_or_beyond_the_capacity(
    desk, shigeru, kiyo, full_run
) -> None:
    make.registration(full_run)
    CourseRun.objects.filter(pk=full_run.pk).update(capacity=full_run.capacity + 1)
    told, sentences = {}, {}
    for person in (shigeru, kiyo):
        about = {"person": person.pk, "run": full_run.pk, "reason": "付きそい", "channel": "phone"}
        told[person] = desk.post(reverse("desk_override"), about, follow=True).content.decode()
        sentences[person] = CourseRun.objects.get(pk=full_run.pk).seats.sentence

    assert all("付きそい" in page for page in told.values())
    assert sentences[shigeru] not in told[shigeru]
    assert sentences[kiyo] in told[kiyo]


def test_a_couple_is_seated_beyond_the_capacity_together(desk, shigeru, kiyo, full_run) -> None:
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk})
    page = desk.get(reverse("desk_override"), {"person": shigeru.pk, "run": full_run.pk})
    about = {"person": shigeru.pk, "run": full_run.pk, "companion": kiyo.pk}

    desk.post(reverse("desk_override"), {**about, "reason": "付きそい", "channel": "phone"})

    assert kiyo.name in page.content.decode()
    states = full_run.registrations.filter(resident__in=[shigeru, kiyo]).values_list("state", flat=True)
    assert list(states) == ["confirmed", "confirmed"]


def test_a_seat_beyond_the_capacity_at_an_hour_that_is_taken_needs_a_second_press(desk, shigeru, full_run) -> None:
    make.registration(make.run(), shigeru)
    about = {"person": shigeru.pk, "run": full_run.pk, "reason": "付きそい", "channel": "phone"}

    asked = desk.post(reverse("desk_override"), about)
    assert asked.status_code == 422
    assert 'name="despite"' in asked.content.decode()
    assert 'value="付きそい"' in asked.content.decode()

    desk.post(reverse("desk_override"), {**about, "despite": "clash"})
    assert full_run.registrations.get(resident=shigeru).state == "confirmed"


def test_the_page_about_a_seat_beyond_the_capacity_names_nobody_who_was_not_opened(desk, shigeru, full_run) -> None:
    stranger = make_residents.resident(family_name="吉川")
    about = {"person": shigeru.pk, "run": full_run.pk, "companion": stranger.pk}

    page = desk.post(reverse("desk_override"), {**about, "reason": "", "channel": "phone"})

    assert "吉川" in page.content.decode()
    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(stranger.pk)).exists()


def test_a_companion_whose_record_was_merged_meanwhile_is_not_left_behind(desk, clerk, shigeru, kiyo, full_run) -> None:
    stays = make_residents.resident(given_name="キヨ", given_kana="キヨ")
    merge(kiyo, stays, by=clerk)
    about = {"person": shigeru.pk, "run": full_run.pk, "companion": kiyo.pk}

    desk.post(reverse("desk_override"), {**about, "reason": "付きそい", "channel": "phone"})

    assert full_run.registrations.filter(resident__in=[shigeru, stays]).confirmed().count() == 2


def test_whoever_waits_is_seated_and_whoever_came_along_since_is_not_forgotten(desk, shigeru, kiyo, full_run) -> None:
    make.registration(full_run, shigeru)
    desk.get(DESK, {"person": shigeru.pk, "run": full_run.pk})
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk})
    about = {"person": shigeru.pk, "run": full_run.pk, "companion": kiyo.pk}

    page = desk.post(reverse("desk_override"), {**about, "channel": "phone", "reason": "付き添い"}, follow=True)

    assert full_run.registrations.confirmed().filter(resident=shigeru).exists()
    [said] = map(str, page.context["messages"])
    assert full_run.registrations.get(resident=shigeru).slip in said
    assert (kiyo.name in said, page.context["left_out"]) == (False, [kiyo])


def test_a_companion_who_is_nobody_gives_the_caller_no_seat_alone(desk, shigeru, full_run) -> None:
    about = {"person": shigeru.pk, "run": full_run.pk, "companion": "99999"}

    answer = desk.post(reverse("desk_override"), {**about, "reason": "付きそい", "channel": "phone"})

    assert answer.status_code == 404
    assert not full_run.registrations.filter(resident=shigeru).exists()


def test_a_device_is_borrowed_beyond_the_capacity_too_whatever_another_window_does(desk, shigeru, kiyo) -> None:
    run = make.run(capacity=1, loan_devices=1)
    make.registration(run)
    about = {"person": shigeru.pk, "run": run.pk}
    page = desk.get(reverse("desk_override"), about)
    desk.get(DESK, {"person": kiyo.pk})

    desk.post(reverse("desk_override"), {**about, "borrows": shigeru.pk, "reason": "付きそい", "channel": "phone"})

    assert f'name="borrows" value="{shigeru.pk}"' in page.content.decode()
    assert run.registrations.get(resident=shigeru).borrows
