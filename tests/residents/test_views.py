"""The page on which a record is corrected, used as a browser uses it."""

import pytest
from django.urls import reverse

from city.models import CityProfile
from core.models import AuditEntry
from core.phone import PhoneNumber
from residents.matching import WHOSE_IS_IT
from residents.merging import merge
from residents.models import Resident
from tests.make import residents as make
from tests.make.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make.resident(phone="090-0000-2811", accommodation="右耳が聞こえにくい", accommodation_consent=True)


def address_of(person: Resident) -> str:
    return reverse("resident_edit", args=[person.pk])


def shown(client, person: Resident) -> dict:
    """What the page holds in its boxes when it opens."""
    address = address_of(person)
    return Page(client.get(address).content.decode()).form_to(address).data


def everything_of(person: Resident) -> list:
    return [
        list(rows.order_by("pk").values())
        for rows in (Resident.objects.filter(pk=person.pk), person.phone_lines, person.consents, person.corrections)
    ]


def test_the_page_opens_with_what_stands_in_the_record(client, clerk, person):
    form = shown(client, person)

    assert form["family_name"] == ["髙橋"]
    assert form["phone0"] == ["090-0000-2811"]
    assert form["accommodation"] == ["右耳が聞こえにくい"]


def test_saving_what_stands_there_changes_nothing(client, clerk, person):
    before = Resident.objects.values().get(pk=person.pk)

    client.post(address_of(person), shown(client, person))

    assert Resident.objects.values().get(pk=person.pk) == before
    assert person.phone_lines.get().phone == PhoneNumber.parse("090-0000-2811")
    assert AuditEntry.objects.get(action="resident.corrected").facts["changed"] == []


def test_a_corrected_number_is_kept_and_what_was_changed_is_on_record_without_it(client, clerk, person):
    form = shown(client, person) | {"phone0": ["０９０（００００）１２３４"]}

    answer = client.post(address_of(person), form)

    assert answer.url == reverse("person", args=[person.pk])
    assert person.phone_lines.get().phone == PhoneNumber.parse("090-0000-1234")
    entry = AuditEntry.objects.get(action="resident.corrected", by=clerk)
    assert entry.facts == {"changed": ["phones"]}


def test_a_consent_that_changes_is_asked_how_it_was_said_and_nothing_typed_is_lost(client, clerk, person):
    form = shown(client, person) | {"given_name": ["𠮷男"], "invitation_consent": ["on"]}

    asked = client.post(address_of(person), form)

    assert asked.status_code == 422
    assert list(asked.context["form"].errors) == ["consent_manner"]
    assert (asked.context["form"]["given_name"].value(), person.consents.count()) == ("𠮷男", 1)

    client.post(address_of(person), form | {"consent_manner": ["written"]})

    person.refresh_from_db()
    assert person.given_name == "𠮷男"
    assert person.consents.get(kind="invitation").manner == "written"


def test_the_page_opens_the_notice_whose_words_have_changed_and_takes_down_that_it_was_told(client, clerk, person):
    before = client.get(address_of(person)).content.decode()
    CityProfile.objects.update_or_create(pk=1, defaults={"purpose_notice_version": "2", "purpose_notice": "第二版"})

    page = client.get(address_of(person)).content.decode()

    assert '<details class="panel">' in before
    assert '<details class="panel" open>' in page
    assert "第二版" in page
    client.post(address_of(person), shown(client, person) | {"notice_manner": ["written"]})
    person.refresh_from_db()
    assert (person.notice_version, person.notice_manner) == ("2", "written")
    assert AuditEntry.objects.get(action="resident.corrected").facts["changed"][:2] == [
        "notice_version",
        "notice_manner",
    ]


@pytest.mark.parametrize("typed", ["6392195", "639-2195", "〒６３９−２１９５", "639 2195"])
def test_a_postal_code_is_kept_as_the_post_writes_it(client, clerk, person, typed):
    client.post(address_of(person), shown(client, person) | {"postal_code": [typed], "address": ["忍海1"]})

    person.refresh_from_db()
    assert person.postal_code == "639-2195"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("postal_code", "639-219"),
        ("family_name", ""),
        ("family_name", "髙" * 41),
        ("family_kana", "高橋"),
        ("phone0", "090-0000-28"),
        ("birth_year", "2999"),
        ("accommodation_consent", ""),
    ],
)
def test_a_mistake_is_answered_at_its_field_and_everything_typed_is_kept(client, clerk, person, field, typed):
    form = shown(client, person) | {"given_name": ["𠮷男"], field: [typed]}

    answer = client.post(address_of(person), form)

    assert answer.status_code == 422
    # The consent that is missing is asked for where the words stand that need it.
    assert set(answer.context["form"].errors) <= {field, "accommodation"}
    assert answer.context["form"]["given_name"].value() == "𠮷男"
    assert answer.context["form"][field].value() in {typed, False}
    person.refresh_from_db()
    assert person.given_name == "茂"


def test_a_number_that_is_a_slip_away_from_the_familys_is_kept_and_pointed_out(client, clerk, person):
    make.resident(given_name="花", given_kana="ハナ", phone="0745-00-1835")

    told = client.post(address_of(person), shown(client, person) | {"phone0": ["0745-00-1834"]}, follow=True)

    assert person.phone_lines.get().phone == PhoneNumber.parse("0745-00-1834")
    assert [message.level_tag for message in told.context["messages"]] == ["success", "warning"]


def test_a_fourth_telephone_that_came_by_a_merge_is_asked_for_and_not_lost(client, clerk, person):
    for _each in range(3):
        merge(make.resident(), person, by=clerk)
    form = shown(client, person)
    assert len([name for name in form if name.startswith("phone")]) == 4

    client.post(address_of(person), form)

    assert person.phone_lines.count() == 4


def test_an_old_page_of_a_record_that_was_merged_shows_the_one_that_stayed(client, clerk, person):
    stays = make.resident(family_name="吉川")
    merge(person, stays, by=clerk)

    form = Page(client.get(address_of(person)).content.decode()).form_to(address_of(stays))

    assert form.data["family_name"] == ["吉川"]


def test_a_page_opened_before_its_record_was_merged_writes_nothing_and_shows_the_one_that_stayed(client, clerk, person):
    stays = make.resident(family_name="吉川", phone="0745-00-1111", accommodation="杖", accommodation_consent=True)
    typed = shown(client, person) | {"given_name": ["𠮷男"]}
    merge(person, stays, by=clerk)
    before = everything_of(stays)

    answer = client.post(address_of(person), typed)

    assert (answer.status_code, everything_of(stays)) == (422, before)
    form = Page(answer.content.decode()).form_to(address_of(stays)).data
    assert (form["family_name"], form["given_name"], form["phone0"]) == (["吉川"], ["𠮷男"], ["0745-00-1111"])
    assert form["accommodation"] == ["杖"]
    # What was looked over is saved by the next press.
    assert client.post(address_of(stays), form).status_code == 302
    stays.refresh_from_db()
    assert (stays.name, stays.phone_lines.count(), stays.accommodation) == ("吉川 𠮷男", 2, "杖")


def test_two_clerks_who_correct_one_person_lose_nothing_of_what_either_wrote(client, clerk, person):
    opened = shown(client, person)
    second = opened | {"phone1": ["0745-00-1111"], "relation1": ["self"], "address": ["忍海1"]}
    assert client.post(address_of(person), second).status_code == 302

    answer = client.post(address_of(person), opened | {"given_name": ["𠮷男"], "address": ["柿本2"]})

    person.refresh_from_db()
    assert answer.status_code == 422
    assert (person.given_name, person.address, person.phone_lines.count()) == ("茂", "忍海1", 2)
    told = {(each.stands, each.typed) for each in answer.context["form"].changed}
    assert told == {("0745-00-1111", ""), ("忍海1", "柿本2")}
    form = Page(answer.content.decode()).form_to(address_of(person)).data
    assert (form["given_name"], form["address"], form["phone1"]) == (["𠮷男"], ["柿本2"], ["0745-00-1111"])
    client.post(address_of(person), form)
    person.refresh_from_db()
    assert (person.given_name, person.address, person.phone_lines.count()) == ("𠮷男", "柿本2", 2)


def test_a_page_older_than_a_consent_that_was_taken_back_does_not_give_it_again(client, clerk, person):
    opened = shown(client, person)
    told = {"accommodation": [""], "accommodation_consent": [], "consent_manner": ["spoken"]}
    client.post(address_of(person), opened | told)

    answer = client.post(address_of(person), opened | {"consent_manner": ["spoken"]})

    person.refresh_from_db()
    assert (answer.status_code, person.accommodation) == (422, "")
    form = Page(answer.content.decode()).form_to(address_of(person)).data
    assert (form["accommodation"], form.get("accommodation_consent")) == ([""], None)


@pytest.mark.parametrize("seen", [[""], ["abc"], ["a\x00b :::"], []], ids=["empty", "nonsense", "signs", "missing"])
def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(client, clerk, person, seen):
    form = shown(client, person) | {"given_name": ["𠮷男"], "seen": seen}

    answer = client.post(address_of(person), form)

    person.refresh_from_db()
    assert (answer.status_code, person.given_name) == (422, "茂")
    assert answer.context["form"]["given_name"].value() == "𠮷男"


def test_a_second_press_of_a_correction_finds_it_done(client, clerk, person):
    form = shown(client, person) | {"given_name": ["𠮷男"], "notice_manner": ["written"]}

    assert [client.post(address_of(person), form).status_code for _press in range(2)] == [302, 302]


def test_a_number_that_is_a_strangers_is_asked_about_when_it_is_corrected(client, clerk, person):
    make.resident(family_name="井上", family_kana="イノウエ", phone="0745-00-1111")

    told = client.post(address_of(person), shown(client, person) | {"phone0": ["0745-00-1111"]}, follow=True)

    assert WHOSE_IS_IT in [message.message for message in told.context["messages"]]


def test_looking_at_the_page_is_on_record_once(client, clerk, person):
    form = shown(client, person)
    client.post(address_of(person), form | {"family_name": [""]})

    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(person.pk)).count() == 1


@pytest.mark.parametrize("sent", [{}, {"family_name": ""}], ids=["nothing", "a mistake"])
def test_a_form_sent_to_a_page_that_was_never_opened_is_a_look_too(client, clerk, person, sent):
    answer = client.post(address_of(person), sent)

    assert person.name in answer.content.decode()
    assert AuditEntry.objects.filter(action="resident.opened", by=clerk, subject_id=str(person.pk)).count() == 1


def test_an_age_band_that_the_city_no_longer_offers_stays_with_whoever_has_it(client, clerk, person):
    Resident.objects.filter(pk=person.pk).update(birth_year=None, age_band="70to74")

    client.post(address_of(person), shown(client, person))

    person.refresh_from_db()
    assert person.age_band == "70to74"


def test_a_record_of_nobody_does_not_exist(client, clerk):
    assert client.get(reverse("resident_edit", args=[0])).status_code == 404
