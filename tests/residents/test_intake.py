from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from city.models import CityProfile
from core.models import AuditEntry
from core.phone import PhoneNumber
from residents.access import RecordWasMerged
from residents.history import history_of
from residents.holdings import Holding, holdings
from residents.intake import (
    A_MOMENT,
    AccommodationNeedsConsent,
    NumberGivenTwice,
    PhoneDetails,
    UnknownHowItWasSaid,
    consents_of,
    correct,
    take_down,
)
from residents.merging import merge, undo
from residents.models import Consent, ConsentManner, ContactWish, NoticeManner, PhoneLine, Resident
from tests.make import accounts as make_accounts
from tests.make import residents as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_accounts.user()


def test_a_person_is_kept_as_they_write_their_name(clerk) -> None:
    person = take_down(make.details(family_name="葛󠄀城", given_name="𠮷男"), by=clerk)

    person.refresh_from_db()
    assert person.name == "葛󠄀城 𠮷男"


def test_a_person_is_kept_with_the_notice_that_was_given(clerk) -> None:
    CityProfile.objects.update_or_create(pk=1, defaults={"purpose_notice_version": "7"})

    person = take_down(make.details(notice_manner=NoticeManner.WRITTEN), by=clerk)

    assert (person.notice_version, person.notice_manner, person.created_by) == ("7", "written", clerk)


@pytest.mark.parametrize(("installation", "practises"), [(None, True), (True, True), (False, False)])
def test_whoever_is_taken_down_in_a_practice_installation_is_a_practice_person(clerk, installation, practises) -> None:
    CityProfile.objects.update_or_create(pk=1, defaults={"practice": installation})

    assert take_down(make.details(), by=clerk).is_practice is practises


def test_what_the_instructor_should_know_is_kept_only_with_consent(clerk) -> None:
    with pytest.raises(AccommodationNeedsConsent):
        take_down(make.details(accommodation="右の耳が聞こえにくい"), by=clerk)

    assert not Resident.objects.exists()

    person = take_down(make.details(accommodation="右の耳が聞こえにくい", accommodation_consent=True), by=clerk)
    assert consents_of(person) == {Consent.Kind.ACCOMMODATION: True}


def test_whoever_wants_texts_agreed_to_them(clerk) -> None:
    assert consents_of(take_down(make.details(contact_wish=ContactWish.SMS), by=clerk)) == {"sms": True}
    assert consents_of(take_down(make.details(contact_wish=ContactWish.CALL), by=clerk)) == {}


def test_the_same_number_twice_is_said_before_it_is_kept(clerk) -> None:
    number = make.mobile()

    with pytest.raises(NumberGivenTwice) as refused:
        take_down(make.details(phones=[PhoneDetails(number), PhoneDetails(number, "spouse")]), by=clerk)

    assert number.national in str(refused.value)


def test_a_household_may_share_a_number(clerk) -> None:
    for name in ("茂", "キヨ"):
        take_down(make.details(given_name=name, phone="0745-00-1834"), by=clerk)

    assert PhoneLine.objects.filter(last_four="1834").count() == 2


def test_a_correction_keeps_what_is_known_of_a_number_that_stays(clerk) -> None:
    old, new = make.mobile(), make.mobile()
    person = take_down(make.details(phones=[PhoneDetails(old), PhoneDetails(make.landline())]), by=clerk)
    person.phone_lines.filter(number=old.e164).update(is_doubtful=True)

    correct(person, make.details(phones=[PhoneDetails(new), PhoneDetails(old, "child", "内線2")]), by=clerk)

    lines = [(line.phone, line.relation, line.memo, line.is_doubtful) for line in person.phone_lines.all()]
    assert lines == [(new, "self", "", False), (old, "child", "内線2", True)]


def test_a_corrected_name_is_found_by_its_new_reading(clerk) -> None:
    person = take_down(make.details(), by=clerk)

    correct(person, make.details(family_name="中村", family_kana="ナカムラ"), by=clerk)

    person.refresh_from_db()
    assert (person.name_key, person.reading_key) == ("中村茂", "ナカムラシゲル")


def test_taking_a_wish_for_texts_back_is_a_consent_withdrawn(clerk) -> None:
    person = take_down(make.details(contact_wish=ContactWish.SMS), by=clerk)

    correct(person, make.details(contact_wish=ContactWish.CALL), by=clerk)

    assert consents_of(person) == {"sms": False}
    assert person.consents.count() == 2


def test_a_correction_that_changes_nothing_adds_no_consent(clerk) -> None:
    details = make.details(contact_wish=ContactWish.SMS)
    person = take_down(details, by=clerk)

    correct(person, details, by=clerk)

    assert person.consents.count() == 1
    assert AuditEntry.objects.filter(action="resident.corrected").get().facts == {"changed": []}


def test_a_consent_of_later_days_is_kept_as_it_was_given_and_under_the_words_of_its_day(clerk) -> None:
    person = take_down(make.details(contact_wish=ContactWish.SMS), by=clerk)
    CityProfile.objects.update_or_create(pk=1, defaults={"purpose_notice_version": "2"})
    signed = make.details(notice_manner="", invitation_consent=True, consent_manner=ConsentManner.WRITTEN)

    correct(person, signed, by=clerk)

    told = {each.kind: (each.is_given, each.manner, each.notice_version) for each in person.consents.order_by("pk")}
    assert told == {"sms": (False, "written", "2"), "invitation": (True, "written", "2")}
    first = person.consents.get(kind=Consent.Kind.SMS, is_given=True)
    assert (first.manner, first.notice_version) == ("spoken", "1")
    person.refresh_from_db()
    assert (person.notice_manner, person.notice_version) == ("spoken", "1")


def test_nobody_writes_down_a_consent_without_how_it_was_said(clerk) -> None:
    person = take_down(make.details(), by=clerk)
    silent = {"notice_manner": "", "consent_manner": ""}

    with override("en"), pytest.raises(UnknownHowItWasSaid) as refused:
        correct(person, make.details(family_name="中村", invitation_consent=True, **silent), by=clerk)

    assert refused.value.what == "Being told of classes"
    person.refresh_from_db()
    assert (person.family_name, person.consents.count()) == ("髙橋", 0)
    assert correct(person, make.details(family_name="中村", **silent), by=clerk).family_name == "中村"


def test_somebody_known_is_told_the_notice_of_today_and_the_history_says_so(clerk, time_machine) -> None:
    details = make.details(notice_manner=NoticeManner.WRITTEN)
    person = take_down(details, by=clerk)
    CityProfile.objects.update_or_create(pk=1, defaults={"purpose_notice_version": "2"})
    time_machine.move_to(timezone.now() + timedelta(days=400))

    for _each in range(2):
        told = correct(person, replace(details, notice_manner=NoticeManner.SPOKEN), by=clerk)

    assert (told.notice_version, told.notice_manner) == ("2", "spoken")
    assert timezone.localdate(told.notice_at) == timezone.localdate()
    with override("en"):
        [entry] = history_of(person)
        assert [str(change) for change in entry.changes][:2] == [
            "Version of the purpose notice: 1 → 2",
            "How the notice was given: On paper → Read out",
        ]


def test_every_part_of_the_office_hears_of_a_correction(clerk, monkeypatch) -> None:
    heard = []
    listener = Holding(
        name="listener",
        label="",
        models=(),
        summary=lambda _who: [],
        export=lambda _who: [],
        move=lambda _old, _new, _by: {},
        move_back=lambda _moved, _old, _new, _by: None,
        erase=lambda _who: 0,
        corrected=lambda who, *, by: heard.append((who, by)),
    )
    monkeypatch.setattr("residents.holdings._holdings", {"listener": listener})
    assert list(holdings()) == [listener]
    person = take_down(make.details(), by=clerk)

    correct(person, make.details(contact_wish=ContactWish.POSTCARD), by=clerk)

    assert heard == [(person, clerk)]


def test_the_log_says_what_was_corrected_and_never_what_it_was(clerk) -> None:
    person = take_down(make.details(), by=clerk)

    correct(person, make.details(family_name="中村", phone=PhoneNumber.practice(77)), by=clerk)

    entry = AuditEntry.objects.get(action="resident.corrected")
    assert entry.facts == {"changed": ["family_name", "phones"]}


def test_what_stood_there_before_is_kept_with_the_person(clerk) -> None:
    person = take_down(make.details(phone="090-0000-2811"), by=clerk)
    phones = [PhoneDetails(PhoneNumber.parse("090-0000-2811"), "household", "内線12")]

    correct(person, make.details(family_name="中村", phones=phones), by=clerk)

    [kept] = person.corrections.all()
    assert kept.by == clerk
    assert kept.changes == {
        "family_name": ["髙橋", "中村"],
        "phones": [[["+819000002811", "self", ""]], [["+819000002811", "household", "内線12"]]],
    }


def test_words_about_health_are_kept_nowhere_once_they_are_not_wanted(clerk) -> None:
    told = {"accommodation": "右の耳", "accommodation_consent": True}
    stays = take_down(make.details(**told | {"accommodation": "両方の耳"}), by=clerk)
    goes = take_down(make.details(**told), by=clerk)
    made = merge(goes, stays, by=clerk, choices={"accommodation": "other"})
    assert made.record["columns"]["accommodation"] == ["両方の耳", "右の耳"]
    correct(stays, make.details(accommodation="左の耳", accommodation_consent=True), by=clerk)

    correct(stays, make.details(), by=clerk)

    history = [correction.changes["accommodation"] for correction in stays.corrections.all()]
    assert history == [[True, False], [True, True]]
    undo(made, by=clerk)
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert goes.accommodation == stays.accommodation == ""
    made.refresh_from_db()
    assert "耳" not in str(made.record)


def test_words_about_health_leave_records_that_were_merged_twice_and_merges_that_were_undone(clerk) -> None:
    first = take_down(make.details(accommodation="右の耳", accommodation_consent=True), by=clerk)
    second, third = take_down(make.details(), by=clerk), take_down(make.details(), by=clerk)
    undone = merge(first, third, by=clerk)
    undo(undone, by=clerk)
    kept = [merge(first, second, by=clerk), merge(second, third, by=clerk)]

    correct(third, make.details(), by=clerk)

    for record in (first, second, third):
        record.refresh_from_db()
    assert [record.accommodation for record in (first, second, third)] == ["", "", ""]
    for each in (undone, *kept):
        each.refresh_from_db()
        assert "耳" not in str(each.record)


def test_a_correction_that_changes_nothing_is_no_line_in_the_history(clerk) -> None:
    details = make.details()
    person = take_down(details, by=clerk)

    correct(person, details, by=clerk)

    assert not person.corrections.exists()


def test_a_record_that_was_merged_away_is_not_corrected_any_more(clerk) -> None:
    stays, goes = take_down(make.details(), by=clerk), take_down(make.details(), by=clerk)
    merge(goes, stays, by=clerk)

    with pytest.raises(RecordWasMerged):
        correct(goes, make.details(family_name="中村"), by=clerk)


def test_a_number_stands_once_with_a_resident(clerk) -> None:
    line = take_down(make.details(), by=clerk).phone_lines.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneLine.objects.create(resident=line.resident, number=line.number)


def test_nobody_is_merged_into_themselves(clerk) -> None:
    person = take_down(make.details(), by=clerk)

    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=person.pk).update(merged_into=person)


def test_the_same_words_within_a_moment_are_one_press(time_machine):
    by, told = make_accounts.user(), make_residents.details(phone="090-0000-2811")
    person = take_down(told, by=by, once=True)

    assert take_down(told, by=by, once=True) == person
    others = [
        take_down(told, by=make_accounts.user(), once=True),
        take_down(make_residents.details(phone="090-0000-2811", given_name="茂雄"), by=by, once=True),
        take_down(make_residents.details(phone="090-0000-2812"), by=by, once=True),
    ]
    time_machine.move_to(timezone.now() + A_MOMENT + timedelta(seconds=1))
    others.append(take_down(told, by=by, once=True))

    assert len({person, *others}) == 5
