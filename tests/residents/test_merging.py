"""Two records of one person made one: nothing lost, and a way back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from core.models import AuditEntry
from core.phone import PhoneNumber
from reminders.models import Message
from residents.access import RecordWasMerged, open_person
from residents.history import left_in_merged
from residents.intake import PhoneDetails, consents_of, correct
from residents.lookup import find
from residents.merging import (
    LaterMergeStands,
    PracticeAmongReal,
    SameRecord,
    Side,
    can_be_undone,
    merge,
    undo,
)
from residents.models import Consent, ContactWish, Merge, PhoneLine, Resident
from tests.make import accounts as make_accounts
from tests.make import city as make_city
from tests.make import classes as make_classes
from tests.make import helpdesk as make_helpdesk
from tests.make import residents as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

KIKU = {"family_name": "吉川", "given_name": "キク", "family_kana": "ヨシカワ", "given_kana": "キク"}


@pytest.fixture
def clerk():
    return make_accounts.user(Role.RECEPTION)


@pytest.fixture
def stays():
    return make.resident(phone="090-0000-2811", **KIKU)


@pytest.fixture
def goes():
    return make.resident(phone="0745-00-1834", **{**KIKU, "family_name": "吉河"})


def test_a_merged_record_leads_to_the_one_that_stayed(clerk, stays, goes) -> None:
    merge(goes, stays, by=clerk)

    assert open_person(goes.pk, by=clerk) == stays
    assert find("1834") == find("2811") == find("よしかわ") == [stays]


def test_the_value_of_the_record_that_stays_counts_unless_it_is_empty_or_the_other_is_chosen(clerk) -> None:
    stays = make.resident(birth_year=None, device="unknown", address="忍海1", **KIKU)
    goes = make.resident(birth_year=1937, device="iphone", address="新庄2", postal_code="639-2100", **KIKU)

    made = merge(goes, stays, by=clerk, choices={"address": Side.OTHER, "postal_code": Side.KEPT})

    stays.refresh_from_db()
    assert (stays.birth_year, stays.device, stays.address, stays.postal_code) == (1937, "iphone", "新庄2", "")
    assert made.record["columns"]["address"] == ["忍海1", "新庄2"]


def test_a_name_that_was_chosen_is_found_from_then_on(clerk, stays, goes) -> None:
    merge(goes, stays, by=clerk, choices={"family_name": Side.OTHER})

    assert find("吉河") == [stays]


def test_the_old_name_finds_the_record_that_stayed_through_every_merge(clerk, stays, goes) -> None:
    third = make.resident(phone=None, **{**KIKU, "family_name": "芳川", "birth_year": 1930})
    made = merge(goes, stays, by=clerk)
    merge(stays, third, by=clerk)

    assert find("吉河") == find("吉川") == find("ヨシカワ") == [third]
    undo(Merge.objects.get(into=third), by=clerk)
    undo(made, by=clerk)
    assert find("吉河") == [goes]


def test_what_was_not_chosen_is_still_told_until_the_merge_is_undone(clerk) -> None:
    stays = make.resident(birth_year=1948, **KIKU)
    goes = make.resident(birth_year=1949, **{**KIKU, "family_name": "吉河"})
    made = merge(goes, stays, by=clerk)

    assert [left.value for left in left_in_merged(stays)] == ["吉河", "昭和24年（1949年）"]

    undo(made, by=clerk)
    assert left_in_merged(stays) == []


def test_a_district_goes_over_and_comes_back(clerk, stays) -> None:
    goes = make.resident(district=make_city.district("忍海"), **KIKU)

    made = merge(goes, stays, by=clerk)
    stays.refresh_from_db()
    assert stays.district == goes.district

    undo(made, by=clerk)
    stays.refresh_from_db()
    assert stays.district is None


def test_the_newest_consent_counts_whichever_record_it_stood_in(clerk) -> None:
    stays = make.resident(contact_wish=ContactWish.SMS, **KIKU)
    goes = make.resident(contact_wish=ContactWish.SMS, **KIKU)
    correct(goes, make.details(phone=None, contact_wish=ContactWish.CALL, **KIKU), by=clerk)

    merge(goes, stays, by=clerk)

    assert consents_of(stays)["sms"] is False


def test_what_the_instructor_should_know_goes_over_with_its_consent(clerk, stays) -> None:
    goes = make.resident(accommodation="右の耳", accommodation_consent=True, **KIKU)

    merge(goes, stays, by=clerk)

    stays.refresh_from_db()
    assert stays.accommodation == "右の耳"
    assert consents_of(stays)[Consent.Kind.ACCOMMODATION]


def test_a_consent_taken_back_in_the_other_record_empties_what_it_was_for(clerk) -> None:
    stays = make.resident(accommodation="右の耳", accommodation_consent=True, **KIKU)
    goes = make.resident(accommodation="耳", accommodation_consent=True, **KIKU)
    correct(goes, make.details(phone=None, **KIKU), by=clerk)

    made = merge(goes, stays, by=clerk)
    stays.refresh_from_db()
    assert stays.accommodation == ""

    undo(made, by=clerk)
    stays.refresh_from_db()
    assert stays.accommodation == "右の耳"


def test_the_notice_given_last_is_the_notice_given(clerk, stays, goes) -> None:
    Resident.objects.filter(pk=goes.pk).update(notice_version="2030-1", notice_at=timezone.now() + timedelta(days=1))
    goes.refresh_from_db()
    before = stays.notice_version

    made = merge(goes, stays, by=clerk)
    stays.refresh_from_db()
    assert (stays.notice_version, stays.notice_at) == ("2030-1", goes.notice_at)

    undo(made, by=clerk)
    stays.refresh_from_db()
    assert stays.notice_version == before


def test_a_text_that_was_planned_for_the_old_number_goes_to_the_number_that_is_reached(clerk) -> None:
    stays = make.resident(phone="090-0000-2811", contact_wish=ContactWish.SMS, **KIKU)
    goes = make.resident(phone="090-0000-1111", contact_wish=ContactWish.SMS, **KIKU)
    make_classes.registration(make_classes.run(reminder_rules=[[1, "15:00"]]), goes)

    made = merge(goes, stays, by=clerk)
    assert planned() == {stays.phone_lines.all()[0].number}

    undo(made, by=clerk)
    assert planned() == {"+819000001111"}


def planned() -> set[str]:
    return set(Message.objects.filter(state=Message.State.PLANNED).values_list("number", flat=True))


def test_pressed_twice_is_one_merge(clerk, stays, goes) -> None:
    assert merge(goes, stays, by=clerk) == merge(goes, stays, by=clerk)
    assert AuditEntry.objects.filter(action="resident.merged").count() == 1


def test_what_cannot_be_merged_is_refused_with_a_sentence(clerk, stays, goes) -> None:
    third = make.resident()
    with pytest.raises(SameRecord):
        merge(stays, stays, by=clerk)
    merge(goes, stays, by=clerk)
    for pair in ((goes, third), (third, goes), (stays, goes)):
        with pytest.raises(RecordWasMerged):
            merge(*pair, by=clerk)


def test_a_practice_person_is_never_made_one_with_a_real_one(clerk, stays, goes) -> None:
    Resident.objects.filter(pk=goes.pk).update(is_practice=not stays.is_practice)

    with pytest.raises(PracticeAmongReal):
        merge(goes, stays, by=clerk)


def test_the_log_keeps_numbers_and_codes_of_a_merge(clerk, stays, goes) -> None:
    undo(merge(goes, stays, by=clerk, choices={"family_name": Side.OTHER}), by=clerk)

    merged = AuditEntry.objects.get(action="resident.merged", by=clerk, subject_id=str(stays.pk))
    assert merged.facts["duplicate"] == goes.pk
    assert "family_name" in merged.facts["changed"]
    assert AuditEntry.objects.get(action="resident.merge_undone").facts == {"duplicate": goes.pk}


def everything() -> dict:
    """What stands in every table that a merge touches."""
    people = Resident.objects.order_by("pk").values()
    lines = PhoneLine.objects.order_by("pk").values()
    consents = Consent.objects.order_by("pk").values()
    return {"people": list(people), "lines": list(lines), "consents": list(consents)}


def test_undone_everything_is_as_it_was(clerk) -> None:
    shared = make.landline()
    stays = make.resident(
        phones=[PhoneDetails(shared)], birth_year=None, accommodation="耳", accommodation_consent=True, **KIKU
    )
    goes = make.resident(
        phones=[PhoneDetails(shared, "household", "内線"), PhoneDetails(make.mobile(), "child")],
        contact_wish=ContactWish.SMS,
        invitation_consent=True,
        by=clerk,
        **KIKU,
    )
    correct(goes, make.details(phones=[PhoneDetails(shared, "household")], **KIKU), by=clerk)
    consultation = make_helpdesk.consultation(resident=goes)
    before = everything()

    made = merge(goes, stays, by=clerk, choices={"contact_wish": Side.OTHER})
    assert everything() != before
    assert stays.corrections.count() == 1

    undo(made, by=clerk)
    assert everything() == before
    assert goes.corrections.count() == 1
    consultation.refresh_from_db()
    assert consultation.resident == goes


def test_what_came_after_the_merge_stays_with_the_record_that_stayed(clerk, stays, goes) -> None:
    made = merge(goes, stays, by=clerk, choices={"family_name": Side.OTHER})
    consultation = make_helpdesk.consultation(resident=stays)
    later = make.details(
        family_name="吉田",
        given_name="キク",
        phones=[PhoneDetails(line.phone) for line in stays.phone_lines.all()] + [PhoneDetails(make.mobile())],
        invitation_consent=True,
    )
    correct(stays, later, by=clerk)

    undo(made, by=clerk)

    stays.refresh_from_db()
    consultation.refresh_from_db()
    assert stays.family_name == "吉田"
    assert stays.phone_lines.count() == 2
    assert consultation.resident == stays
    assert consents_of(stays)["invitation"]
    assert "invitation" not in consents_of(goes)


def test_undone_twice_is_undone_once(clerk, stays, goes) -> None:
    made = merge(goes, stays, by=clerk)

    assert undo(made, by=clerk) == undo(made, by=clerk)
    assert AuditEntry.objects.filter(action="resident.merge_undone").count() == 1
    assert find("1834") == [Resident.objects.get(pk=goes.pk)]


def test_undone_and_merged_again_the_other_way(clerk, stays, goes) -> None:
    undo(merge(goes, stays, by=clerk), by=clerk)

    merge(stays, goes, by=clerk)

    assert open_person(stays.pk, by=clerk) == goes
    assert {line.phone for line in goes.phone_lines.all()} == {
        PhoneNumber.parse("0745-00-1834"),
        PhoneNumber.parse("090-0000-2811"),
    }


def test_what_was_put_on_top_is_taken_off_first(clerk, stays, goes) -> None:
    third, fourth = make.resident(), make.resident()
    first = merge(goes, stays, by=clerk)
    second = merge(third, stays, by=clerk)
    last = merge(stays, fourth, by=clerk)

    assert [can_be_undone(each) for each in Merge.objects.order_by("pk")] == [False, False, True]
    for buried in (first, second):
        with pytest.raises(LaterMergeStands):
            undo(buried, by=clerk)

    for each in (last, second, first):
        undo(each, by=clerk)
    assert not Resident.objects.filter(merged_into__isnull=False).exists()


def test_a_merge_from_before_a_part_held_anything_is_undone():
    clerk = make_accounts.user(Role.RECEPTION)
    stays, goes = make_residents.resident(), make_residents.resident()
    made = merge(goes, stays, by=clerk)
    made.record["moved"].popitem()
    made.save()

    assert undo(made, by=clerk).undone_at
