"""The pages about one registration."""

import pytest
from django.urls import reverse

from accounts.roles import ROLE_PERMISSIONS, Permission, Role
from classes.absence import cannot_come
from classes.cancellation import cancel
from classes.models import Registration
from core.models import AuditEntry
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return make.run(capacity=1)


def test_a_cancellation_asks_for_the_reason(desk) -> None:
    registration = make.registration(make.run())
    address = reverse("registration_cancel", args=[registration.pk])

    # What a browser sends when nothing was chosen.
    assert desk.post(address, {"reason": ""}).status_code == 422
    registration.refresh_from_db()
    assert registration.state == "confirmed"

    desk.post(address, {"reason": "health"})
    registration.refresh_from_db()
    assert (registration.state, registration.cancel_reason) == ("cancelled", "health")


def test_an_unknown_reason_is_refused(desk) -> None:
    registration = make.registration(make.run())

    forged = "x" * 10_000
    page = desk.post(reverse("registration_cancel", args=[registration.pk]), {"reason": forged})
    assert page.status_code == 422
    assert forged not in page.content.decode()


def test_a_cancellation_says_that_somebody_is_to_be_called(desk, run) -> None:
    seated = make.registration(run)
    make.registration(run)

    answer = desk.post(reverse("registration_cancel", args=[seated.pk]), {"reason": "health"}, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["success", "info"]
    # The list of those to be called is one press away.
    assert f'<a href="{reverse("offer_list")}">' in answer.content.decode()


def test_a_cancelled_registration_offers_nothing_to_cancel(desk, clerk) -> None:
    registration = make.registration(make.run())
    cancel(registration, by=clerk, reason="health")

    page = desk.get(reverse("registration_cancel", args=[registration.pk]))

    assert page.status_code == 200
    assert 'name="reason"' not in page.content.decode()


def test_a_seat_beyond_the_capacity_needs_a_reason(desk, run) -> None:
    make.registration(run)
    person = make_residents.resident()
    facts = {"person": person.pk, "run": run.pk, "channel": "phone"}

    assert desk.post(reverse("desk_override"), facts).status_code == 422
    assert not person.registrations.exists()

    desk.post(reverse("desk_override"), {**facts, "reason": "付き添いの方"})
    registration = person.registrations.get()
    assert (registration.state, registration.override_reason) == ("confirmed", "付き添いの方")


def test_a_run_over_capacity_says_so_loudly(desk, run) -> None:
    make.registration(run)
    make.registration(run, override_reason="付き添い")

    page = desk.get(reverse("desk_override"), {"person": make_residents.resident().pk, "run": run.pk})

    assert page.context["seats"].over == 1
    assert page.context["seats"].sentence in page.content.decode()


def test_the_slip_is_a_pdf_whose_name_names_nobody(desk) -> None:
    registration = make.registration(make.run())

    slip = desk.get(reverse("registration_slip", args=[registration.pk]))

    assert slip["Content-Type"] == "application/pdf"
    assert slip["Content-Disposition"] == f'inline; filename="slip-{registration.slip}.pdf"'
    assert slip.content.startswith(b"%PDF")
    assert AuditEntry.objects.get(action="registration.slip_printed").subject_id == str(registration.pk)


def test_a_caller_who_has_bought_a_device_gives_back_the_offices(desk) -> None:
    run, person = make.run(loan_devices=1), make_residents.resident()
    registration = make.registration(run, person, borrowing=[person])
    waiting = make_residents.resident()
    make.registration(run, waiting, borrowing=[waiting])
    form = Page(desk.get(reverse("desk"), {"person": person.pk}).content.decode()).form_to(
        reverse("registration_device", args=[registration.pk])
    )
    assert ("device", "own") in form.buttons

    answer = desk.post(form.action, {**form.data, "device": "own"}, follow=True)

    registration.refresh_from_db()
    assert not registration.borrows
    # Somebody waits for it, and the list of those to be called is one press away.
    assert [message.level_tag for message in answer.context["messages"]] == ["success", "info"]
    assert reverse("offer_list") in answer.content.decode()
    again = Page(answer.content.decode()).form_to(form.action)
    assert ("device", "lent") in again.buttons


def test_a_device_that_is_lent_to_somebody_else_is_refused_in_a_sentence(desk) -> None:
    run, borrower = make.run(loan_devices=1), make_residents.resident()
    make.registration(run, borrower, borrowing=[borrower])
    registration = make.registration(run)

    answer = desk.post(reverse("registration_device", args=[registration.pk]), {"device": "lent"}, follow=True)

    registration.refresh_from_db()
    assert not registration.borrows
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_a_number_with_zeros_in_front_is_a_telephone_and_no_slip() -> None:
    registration = make.registration(make.run())

    assert Registration.objects.of_slip(f"{registration.run_id}-1") == registration
    for typed in (f"{registration.run_id}-0001", f"0{registration.run_id}-1", f"{registration.run_id}-01"):
        assert Registration.objects.of_slip(typed) is None


def test_the_page_of_a_run_says_who_borrows_a_device_and_lends_or_takes_one_back(desk) -> None:
    run, borrower = make.run(loan_devices=1), make_residents.resident()
    lent = make.registration(run, borrower, borrowing=[borrower])
    own = make.registration(run)
    address = reverse("run_detail", args=[run.pk])

    page = Page(desk.get(address).content.decode())
    given_back = page.form_to(reverse("registration_device", args=[lent.pk]))
    answer = desk.post(given_back.action, {**given_back.data, "device": "own"}, follow=True)
    borrowed = Page(answer.content.decode()).form_to(reverse("registration_device", args=[own.pk]))
    desk.post(borrowed.action, {**borrowed.data, "device": "lent"})

    assert answer.redirect_chain == [(address, 302)]
    assert ("device", "own") in given_back.buttons
    assert ("device", "lent") in borrowed.buttons
    assert list(run.registrations.filter(borrows=True)) == [own]


def test_a_run_without_devices_to_borrow_says_nothing_of_them(desk) -> None:
    registration = make.registration(make.run())

    page = desk.get(reverse("run_detail", args=[registration.run_id])).content.decode()

    assert reverse("registration_device", args=[registration.pk]) not in page


def test_whoever_only_plans_sees_who_borrows_and_changes_nothing(client, monkeypatch) -> None:
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.AUTHOR, frozenset({Permission.PLAN}))
    client.force_login(make_accounts.user(Role.AUTHOR))
    run, borrower = make.run(loan_devices=1), make_residents.resident()
    make.registration(run, borrower, borrowing=[borrower])

    page = client.get(reverse("run_detail", args=[run.pk]))

    [row] = page.context["table"].rows
    assert "<form" not in row.get_cell("device")
    assert "tag" in row.get_cell("device")


def test_between_the_list_of_the_lots_and_the_dice_nobody_is_offered_another_device(desk) -> None:
    run = make_draws.lottery(loan_devices=1)
    [applicant] = make_draws.applicants(run, 1)
    make_draws.listed(run)

    page = desk.get(reverse("run_detail", args=[run.pk])).content.decode()

    assert reverse("registration_device", args=[applicant.pk]) not in page


@pytest.fixture
def couple(clerk) -> list[Registration]:
    run, wife = make.run(), make_residents.resident(by=clerk, given_name="キヨ", given_kana="キヨ")
    first = make.registration(run, by=clerk, companions=[wife])
    return [first, run.registrations.get(resident=wife)]


def test_who_applied_together_is_cancelled_with_a_tick_and_the_look_at_them_is_recorded(desk, couple) -> None:
    one, other = couple
    address = reverse("registration_cancel", args=[one.pk])
    page = desk.get(address).content.decode()

    assert other.resident.name in page
    assert other.slip in page
    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(other.resident_id)).count() == 1
    desk.post(address, {**Page(page).form_to(address).data, "reason": "health", "companions": [other.pk]})
    assert {Registration.objects.get(pk=each.pk).state for each in couple} == {"cancelled"}
    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(other.resident_id)).count() == 1


def test_whoever_of_a_couple_keeps_the_place_is_named_by_their_slip(desk, couple) -> None:
    one, other = couple

    answer = desk.post(reverse("registration_cancel", args=[one.pk]), {"reason": "health"}, follow=True)

    said = [str(each) for each in answer.context["messages"]]
    assert [other.slip in each for each in said] == [False, True]
    assert Registration.objects.get(pk=other.pk).state == "confirmed"


def test_a_stranger_who_is_ticked_keeps_the_place(desk, couple) -> None:
    stranger = make.registration(couple[0].run)
    address = reverse("registration_cancel", args=[couple[0].pk])

    answer = desk.post(address, {"reason": "health", "companions": [stranger.pk]})

    assert answer.status_code == 422
    assert set(Registration.objects.values_list("state", flat=True)) == {"confirmed"}


def test_with_whom_somebody_comes_is_told_at_the_desk_on_their_page_and_in_the_run(desk, couple) -> None:
    one, other = couple
    alone = make.registration(one.run)

    assert "ほか1名" in desk.get(reverse("desk"), {"person": one.resident_id}).content.decode()
    assert "ほか1名" not in desk.get(reverse("desk"), {"person": alone.resident_id}).content.decode()
    assert "ほか1名" in desk.get(reverse("person", args=[other.resident_id])).content.decode()
    rows = desk.get(reverse("run_detail", args=[one.run_id])).context["table"].rows
    assert [other.slip in row.get_cell("name") for row in rows] == [True, False, False]
    assert [one.slip in row.get_cell("name") for row in rows] == [False, True, False]


def test_whoever_cannot_come_once_keeps_the_place_and_the_desk_shows_the_lesson_to_which_they_come(desk) -> None:
    registration = make.registration(make.run(lessons=3))
    missed, following, _last = registration.run.lessons.order_by("starts_at")
    page = Page(desk.get(reverse("registration_cancel", args=[registration.pk])).content.decode())
    form = page.form_to(reverse("registration_absent", args=[registration.pk]))
    assert ("lesson", str(missed.pk)) in form.buttons

    answer = desk.post(form.action, {**form.data, "lesson": missed.pk}, follow=True)

    registration.refresh_from_db()
    assert registration.state == "confirmed"
    assert registration.attendances.get().mark == "absent_told"
    [booking] = answer.context["bookings"]
    assert (booking.lessons[0], booking.missed) == (following, [missed])
    assert "欠席の連絡あり" in answer.content.decode()
    found = desk.post(reverse("desk_people"), {"typed": registration.resident.name})
    assert [row.next.starts_at for row in found.context["found"].rows] == [following.starts_at]


def test_where_one_lesson_is_left_the_page_offers_only_to_cancel(desk, clerk) -> None:
    registration = make.registration(make.run(lessons=2))
    cannot_come(registration, registration.run.lessons.first(), by=clerk)

    page = desk.get(reverse("registration_cancel", args=[registration.pk])).content.decode()

    assert reverse("registration_absent", args=[registration.pk]) not in page


def test_a_lesson_of_another_run_is_missed_by_nobody(desk) -> None:
    registration, other = make.registration(make.run(lessons=2)), make.run()

    answer = desk.post(reverse("registration_absent", args=[registration.pk]), {"lesson": other.lessons.get().pk})

    assert answer.status_code == 404
    assert not registration.attendances.exists()


def test_a_lot_that_has_another_number_by_a_cancellation_is_told(desk, clerk) -> None:
    run, companion = make_draws.lottery(), make_residents.resident(by=clerk)
    first = make.registration(run, by=clerk, companions=[companion])
    staying = run.registrations.get(resident=companion)

    answer = desk.post(reverse("registration_cancel", args=[first.pk]), {"reason": "health"}, follow=True)

    said = [str(each) for each in answer.context["messages"]]
    assert [f"抽選番号は{staying.slip}" in each for each in said] == [False, False, True]
    assert make_draws.listed(run).lots.get().label == staying.slip


def test_a_lot_that_keeps_its_number_is_not_told(desk, clerk) -> None:
    run, companion = make_draws.lottery(), make_residents.resident(by=clerk)
    make.registration(run, by=clerk, companions=[companion])
    second = run.registrations.get(resident=companion)

    answer = desk.post(reverse("registration_cancel", args=[second.pk]), {"reason": "health"}, follow=True)

    assert not any("抽選番号" in str(each) for each in answer.context["messages"])
