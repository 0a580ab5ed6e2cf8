"""Numbers to be checked, and how they are worked off."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from core.models import AuditEntry
from core.phone import PhoneNumber
from reminders import outbox
from reminders.models import Request
from residents import doubts
from residents.intake import correct
from residents.models import ContactWish, PhoneLine, Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import residents as make

pytestmark = pytest.mark.django_db


def doubtful(*, is_strangers: bool = False, **fields) -> PhoneLine:
    line = make.resident(**fields).phone_lines.get()
    line.is_doubtful, line.is_strangers = True, is_strangers
    line.save()
    return line


def test_a_stranger_answers_for_everybody_who_gave_that_number() -> None:
    number = make.landline()
    for name in ("茂", "キヨ"):
        make.resident(phone=number, given_name=name)
    other = make.resident()

    doubts.strangers(number.e164)

    assert PhoneLine.objects.filter(is_doubtful=True, is_strangers=True).count() == 2
    assert not other.phone_lines.get().is_doubtful


def test_strangers_numbers_are_worked_off_first_and_then_in_kana_order() -> None:
    later = doubtful(family_kana="ワダ")
    sooner = doubtful(family_kana="アダチ")
    stranger = doubtful(is_strangers=True, family_kana="ヤマダ")
    make.resident()

    assert list(doubts.to_check()) == [stranger, sooner, later]


def test_a_record_that_was_merged_away_asks_for_nothing() -> None:
    line = doubtful()
    Resident.objects.filter(pk=line.resident_id).update(merged_into=make.resident())

    assert not doubts.to_check().exists()


def test_the_corrected_number_is_off_the_list(clerk) -> None:
    line = doubtful()

    correct(line.resident, make.details(phone=make.landline()), by=clerk)

    assert not doubts.to_check().exists()


def test_a_correction_that_leaves_the_number_leaves_the_doubt(clerk) -> None:
    line = doubtful(is_strangers=True)

    correct(line.resident, make.details(phone=line.phone, birth_year=1950), by=clerk)

    assert doubts.to_check().get().is_strangers


def test_a_number_found_to_be_right_counts_again_and_it_is_on_record_once(clerk) -> None:
    line = doubtful(is_strangers=True)

    for _press in range(2):
        doubts.confirm(line, by=clerk)

    line.refresh_from_db()
    assert (line.is_doubtful, line.is_strangers) == (False, False)
    assert AuditEntry.objects.filter(action="number.confirmed").count() == 1


def test_what_is_texted_again_to_a_number_found_to_be_right_is_said_to_the_clerk(client, clerk) -> None:
    person = make.resident(phone=make.mobile(), contact_wish=ContactWish.SMS)
    make_classes.registration(make_classes.run(), person)
    line = person.phone_lines.get()
    doubts.strangers(line.number)
    outbox.reroute(person, by=clerk)
    planned = Request.objects.standing().count()

    page = client.post(reverse("number_confirm", args=[line.pk]), follow=True)

    said = "\n".join(str(message) for message in page.context["messages"])
    assert f"{planned}件" in said
    assert line.phone.national in said
    assert not Request.objects.standing().filter(call__isnull=False).exists()


def test_the_page_shows_whom_to_ask_and_leads_to_the_record(client, clerk) -> None:
    line = doubtful(is_strangers=True)

    page = client.get(reverse("number_list")).content.decode()

    assert line.resident.name in page
    assert PhoneNumber.from_e164(line.number).national in page
    assert reverse("resident_edit", args=[line.resident_id]) in page
    assert AuditEntry.objects.get(action="numbers.listed").facts == {"count": 1}
    answer = client.post(reverse("number_confirm", args=[line.pk]))
    assert answer.url == reverse("number_list")
    assert not doubts.to_check().exists()


def test_the_person_s_page_says_that_a_number_has_to_be_checked(client, clerk) -> None:
    line = doubtful()

    page = client.get(reverse("person", args=[line.resident_id])).content.decode()

    assert reverse("number_confirm", args=[line.pk]) in page


def test_a_number_that_is_gone_is_not_found(client, clerk) -> None:
    assert client.post(reverse("number_confirm", args=[10**6])).status_code == 404
    assert client.get(reverse("number_confirm", args=[1])).status_code == 405


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RECEPTION])
def test_nobody_but_reception_sees_or_settles_numbers(client, role) -> None:
    line = doubtful()
    client.force_login(make_accounts.user(role))

    assert client.get(reverse("number_list")).status_code == 403
    assert client.post(reverse("number_confirm", args=[line.pk])).status_code == 403
    line.refresh_from_db()
    assert line.is_doubtful
