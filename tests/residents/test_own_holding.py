import pytest

from accounts.roles import Role
from residents.forms import LONGEST_MEMO, CorrectionForm
from residents.intake import PhoneDetails, correct
from residents.matching import likely_same_as
from residents.merging import keep_apart, merge, undo
from residents.models import Apart, ContactWish, Correction, Merge, PhoneLine
from residents.own_holding import RESIDENT_HOLDING
from tests.make import accounts as make_accounts
from tests.make import residents as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_accounts.user(Role.RECEPTION)


def test_a_duplicate_hands_over_its_telephones_and_consents(clerk) -> None:
    shared, own = make.landline(), make.mobile()
    stays = make.resident(phone=shared)
    goes = make.resident(phones=[PhoneDetails(shared), PhoneDetails(own)], contact_wish=ContactWish.SMS)

    RESIDENT_HOLDING.move(goes, stays, clerk)

    assert [line.phone for line in stays.phone_lines.all()] == [shared, own]
    assert stays.consents.count() == 1


def test_what_is_told_of_a_number_in_both_records_is_told_of_it_afterwards(clerk) -> None:
    number = make.landline()
    stays = make.resident(phones=[PhoneDetails(number, memo="夜のみ")])
    goes = make.resident(phones=[PhoneDetails(number, "household", "内線12")])

    moved = RESIDENT_HOLDING.move(goes, stays, clerk)

    line = stays.phone_lines.get()
    assert (line.relation, line.memo) == ("household", "夜のみ 内線12")

    RESIDENT_HOLDING.move_back(moved, goes, stays, clerk)

    line.refresh_from_db()
    assert (line.relation, line.memo) == ("self", "夜のみ")
    assert goes.phone_lines.get().memo == "内線12"


def test_whose_a_number_is_by_both_records_and_all_that_was_said_of_it_is_kept(clerk) -> None:
    number, said = make.landline(), "平日の日中は工場におりますので、内線1234番へおかけください。"
    stays = make.resident(phones=[PhoneDetails(number, "spouse", said)])
    goes = make.resident(phones=[PhoneDetails(number, "child", "夜間のみ、九時まで、家にいます")])

    moved = RESIDENT_HOLDING.move(goes, stays, clerk)

    line = stays.phone_lines.get()
    assert (line.relation, line.memo) == ("spouse", f"{said} 子 夜間のみ、九時まで、家にいます")

    # It may be longer than what is typed in one go, and is corrected like any other.
    assert CorrectionForm(resident=stays).fields["memo0"].max_length == len(line.memo) > LONGEST_MEMO

    RESIDENT_HOLDING.move_back(moved, goes, stays, clerk)
    line.refresh_from_db()
    assert (line.relation, line.memo) == ("spouse", said)


def test_whoever_was_told_apart_from_the_duplicate_is_told_apart_from_the_record_that_stays(clerk) -> None:
    third, stays, goes, fourth = (make.resident(phone="0745-00-1834") for _each in range(4))
    for other in (third, fourth):
        keep_apart(goes, other, by=clerk)
    keep_apart(stays, fourth, by=clerk)
    before = set(Apart.objects.values_list("pk", flat=True))

    made = merge(goes, stays, by=clerk)
    assert likely_same_as(stays) == []
    assert Apart.objects.filter(one=third, other=stays).exists()

    undo(made, by=clerk)
    assert set(Apart.objects.values_list("pk", flat=True)) == before


def test_a_number_that_was_taken_off_the_merged_record_comes_back_with_its_person(clerk) -> None:
    number = make.mobile()
    stays, goes = make.resident(), make.resident(phones=[PhoneDetails(number, "child", "夜のみ")])
    moved = RESIDENT_HOLDING.move(goes, stays, clerk)
    stays.phone_lines.filter(number=number.e164).delete()

    RESIDENT_HOLDING.move_back(moved, goes, stays, clerk)

    line = goes.phone_lines.get()
    assert (line.phone, line.relation, line.memo, line.last_four) == (number, "child", "夜のみ", number.e164[-4:])


def test_whoever_is_forgotten_is_forgotten_in_the_history_and_in_the_record_that_was_merged_away(clerk) -> None:
    stays, goes = make.resident(by=clerk), make.resident(family_name="高橋", phone="0745-00-1834")
    correct(stays, make.details(family_name="中村"), by=clerk)
    merge(goes, stays, by=clerk)
    keep_apart(stays, make.resident(phone=None), by=clerk)

    RESIDENT_HOLDING.erase(stays)

    goes.refresh_from_db()
    assert (goes.name, goes.kana) == ("-", "-")
    assert not PhoneLine.objects.exists()
    assert not Correction.objects.exists()
    assert not Merge.objects.exists()
    assert not Apart.objects.exists()


def test_a_person_is_told_what_was_corrected(clerk) -> None:
    person = make.resident(by=clerk)
    correct(person, make.details(family_name="中村", phone=None), by=clerk)

    [told] = [entry for entry in RESIDENT_HOLDING.export(person) if "corrected" in entry]

    assert told["changes"][0].endswith(": 髙橋 → 中村")


def test_whoever_is_forgotten_leaves_only_what_is_counted() -> None:
    person = make.resident(birth_year=1948, accommodation="右の耳", accommodation_consent=True)
    band = person.current_age_band

    RESIDENT_HOLDING.erase(person)

    person.refresh_from_db()
    assert (person.name, person.kana, person.accommodation, person.birth_year) == ("-", "-", "", None)
    assert (person.age_band, person.device) == (band, "android")
    assert not PhoneLine.objects.exists()
    assert not person.consents.exists()


def test_a_person_is_told_everything_the_register_holds() -> None:
    number = make.mobile()
    person = make.resident(phone=number, contact_wish=ContactWish.SMS)

    told = RESIDENT_HOLDING.export(person)

    assert told[0]["name"] == "髙橋 茂"
    assert {"telephone": number.national, "relation": "self", "memo": ""} in told
    assert any(entry.get("consent") == "sms" and entry["agreed"] for entry in told)
    assert [line.state for line in RESIDENT_HOLDING.summary(person)] != []
