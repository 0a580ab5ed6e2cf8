"""What was corrected, in words, by whom, the newest first."""

import pytest
from django.utils import translation

from accounts.roles import Role
from residents.history import history_of
from residents.intake import PhoneDetails, correct
from residents.merging import merge, undo
from residents.models import ContactWish
from tests.make import accounts as make_accounts
from tests.make import city as make_city
from tests.make import residents as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def clerk():
    return make_accounts.user(Role.RECEPTION, name="中村")


def changed(resident) -> list[str]:
    return [str(change) for change in history_of(resident)[0].changes]


def test_codes_are_told_in_words(clerk) -> None:
    number = make.landline()
    person = make.resident(phone=number, device="android", contact_wish=ContactWish.CALL)
    details = make.details(
        phones=[PhoneDetails(number, "household", "内線12")],
        device="iphone",
        district=make_city.district("忍海"),
        contact_wish=ContactWish.POSTCARD,
    )

    correct(person, details, by=clerk)

    assert changed(person) == [
        f"Telephones: {number.national} → {number.national} (Home, shared 内線12)",
        "District: nothing → 忍海",
        "Device: Android → iPhone or iPad",
        "How to be reminded: Telephone call from the office → Postcard",
    ]


def test_the_newest_stands_first_with_who_did_it(clerk) -> None:
    person, colleague = make.resident(), make_accounts.user(Role.RECEPTION)
    kept = [PhoneDetails(line.phone) for line in person.phone_lines.all()]
    correct(person, make.details(phones=kept, family_name="中村"), by=clerk)
    correct(person, make.details(phones=kept, family_name="吉田"), by=colleague)

    entries = history_of(person)

    assert [(entry.by, str(entry.changes[0])) for entry in entries] == [
        (colleague, "Family name: 中村 → 吉田"),
        (clerk, "Family name: 髙橋 → 中村"),
    ]


def test_a_merge_stands_in_the_history_and_stays_there_when_it_was_undone(clerk) -> None:
    person, twin = make.resident(birth_year=None), make.resident(birth_year=1948)
    correct(twin, make.details(family_name="高橋"), by=clerk)
    made = merge(twin, person, by=clerk)

    merged, corrected = history_of(person)
    assert merged.merge == made
    assert [str(change) for change in merged.changes] == ["Year of birth: nothing → 1948"]
    assert corrected.merge is None

    undo(made, by=clerk)

    [undone] = history_of(person)
    assert undone.merge.undone_by == clerk
    assert [entry.merge for entry in history_of(twin)] == [None]


def test_the_history_costs_the_same_however_long_it_is(clerk, django_assert_num_queries) -> None:
    person = make.resident()
    for number in range(6):
        correct(person, make.details(phone=None, address=f"忍海{number}"), by=clerk)

    with django_assert_num_queries(4):
        assert len(history_of(person)) == 6


def test_the_history_says_that_something_was_noted_and_not_what():
    clerk = make_accounts.user(Role.RECEPTION)
    person = make_residents.resident(accommodation="右の耳", accommodation_consent=True)
    kept = make_residents.details(phone=None, accommodation="左の耳", accommodation_consent=True)
    correct(person, kept, by=clerk)
    with translation.override("en"):
        told = [str(c) for c in history_of(person)[0].changes]
    assert "What the instructor should know: noted → noted" in told
