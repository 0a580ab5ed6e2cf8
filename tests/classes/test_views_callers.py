"""Somebody who is not known is taken down at the desk, and others come along with a caller."""

import pytest
from django.urls import reverse

from city.models import Code, District
from classes.conversation import MOST_COMPANIONS
from classes.models import Registration, SeatHold
from core.models import AuditEntry
from residents.merging import merge
from residents.models import ContactWish, Resident
from tests.make import classes as make
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db
DESK = "/desk/"


@pytest.fixture
def desk(client):
    client.force_login(make.clerk())
    return client


@pytest.fixture
def shigeru():
    return make_residents.resident(phone="0745-00-1834")


def answers(**changed) -> dict[str, str]:
    """What a clerk fills in for a new person."""
    usual = {
        "family_name": "中村",
        "given_name": "花",
        "family_kana": "なかむら",
        "given_kana": "ﾊﾅ",
        "phone0": "0745-00-2811",
        "relation0": "self",
        "contact_wish": "call",
        "notice_manner": "spoken",
    }
    return {**usual, **changed}


@pytest.mark.parametrize(
    ("typed", "filled"),
    [
        ("0745-00-2811", {"phone0": "0745-00-2811"}),
        ("ナカムラ ハナ", {"family_kana": "ナカムラ", "given_kana": "ハナ"}),
        ("中村", {"family_name": "中村", "given_name": ""}),
        ("ナカムラ 0745-00-2811", {"phone0": "0745-00-2811", "family_kana": "ナカムラ"}),
        ("2811", {}),
    ],
)
def test_a_new_person_opens_with_what_was_typed(desk, typed, filled) -> None:
    form = desk.post(DESK, {"typed": typed, "new": "yes"}).context["new"]

    assert {name: form.initial.get(name) for name in filled} == filled
    assert "phone0" in filled or "phone0" not in form.initial


@pytest.mark.parametrize(
    ("typed", "name", "memo"),
    [
        ("0745-00-2811 内線12", "", "内線12"),
        ("0745-00-2811 内線 12", "", "内線 12"),
        ("0745-00-2811(内12)", "", "内12"),
        ("0745-00-2811 ext. 12", "", "ext. 12"),
        ("0745-00-2811代", "", "代"),
        ("0745-00-2811 息子", "", "息子"),
        ("0745-00-2811 ご家族", "", "ご家族"),
        ("090-0123-4567（息子さんの携帯）", "", "息子さんの携帯"),
        ("むすこ 0745-00-2811", "", "むすこ"),
        ("0745-00-2811 配偶者", "", "配偶者"),
        ("0745-00-2811 民生委員", "", "民生委員"),
        ("長男 中村 花 0745-00-2811 内線12", "中村 花", "長男 内線12"),
        ("0745-00-2811 内田", "内田", ""),
        ("0745-00-2811 内田 息吹", "内田 息吹", ""),
        ("0745-00-2811 奥", "奥", ""),
        ("0745-00-2811 子安", "子安", ""),
        ("0745-00-2811 親川", "親川", ""),
        ("0745-00-2811 Exton", "Exton", ""),
        ("息子", "息子", ""),
    ],
)
def test_whose_a_number_is_and_its_extension_stand_in_the_memo_and_are_no_name(desk, typed, name, memo) -> None:
    Code.objects.create(kind=Code.Kind.RELATION, key="welfare", label="民生委員", label_en="Welfare volunteer")

    form = desk.post(DESK, {"typed": typed, "new": "yes"}).context["new"]

    told = (form.initial.get(field, "") for field in ("family_name", "given_name", "family_kana", "given_kana"))
    assert (" ".join(filter(None, told)), form.initial.get("memo0", "")) == (name, memo)
    assert form.more_was_told == bool(memo)


def test_a_new_person_is_taken_down_and_served_on_the_same_screen(desk) -> None:
    run = make.run()

    answer = desk.post(reverse("desk_take_down"), answers(run=run.pk), follow=True)

    person = Resident.objects.get()
    assert (person.name, person.kana, person.notice_manner) == ("中村 花", "ナカムラ ハナ", "spoken")
    assert answer.redirect_chain == [(f"{DESK}?person={person.pk}&run={run.pk}", 302)]
    assert answer.context["chosen"].run == run


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", ""),
        ("family_name", "👴"),
        ("family_name", "長" * 41),
        ("family_kana", "中村"),
        ("phone0", "12345"),
        ("phone0", "090-0123-4567(妻)"),
        ("phone0", ""),
        ("birth_year", "12"),
        ("birth_year", "昭和65年"),
        ("notice_manner", ""),
        ("contact_wish", "pigeon"),
        ("accommodation", "右の耳"),
    ],
)
def test_a_mistake_is_said_and_everything_typed_is_still_there(desk, field, value) -> None:
    typed = answers(**{field: value, "given_name": "花子"})

    page = desk.post(reverse("desk_take_down"), typed)

    assert page.status_code == 422
    assert not Resident.objects.exists()
    form = page.context["new"]
    assert form.errors
    for name in set(typed) - {field}:
        assert form[name].value() == typed[name]


def at_once(run, **changed) -> dict[str, str]:
    """What a clerk fills in who takes somebody down and registers them in one press."""
    return answers(run=run.pk, promised=run.pk, register="yes", key="4b2c7f9e-6a55-4a0e-9d4f-1f2c3d4e5f60", **changed)


def test_nobody_found_is_answered_with_the_form_for_whoever_has_no_scripts(desk) -> None:
    run, full = make.run(), make.run(capacity=1)
    make.registration(full)

    page = desk.post(DESK, {"typed": "0745-00-2811", "choose": run.pk})

    form = Page(page.content.decode()).form_to(reverse("desk_take_down"))
    assert page.context["new_without_scripts"].initial["phone0"] == "0745-00-2811"
    assert form.controls["run"].options == ["", str(run.pk), str(full.pk)]
    assert form.controls["run"].values == form.controls["promised"].values == [str(run.pk)]
    assert desk.post(DESK, {"typed": ""}).context["new_without_scripts"] is None


def test_a_new_person_is_taken_down_and_registered_in_one_press(desk) -> None:
    run = make.run()

    for _press in range(2):
        answer = desk.post(reverse("desk_take_down"), at_once(run, channel="counter"), follow=True)

    registration = Registration.objects.get()
    assert (registration.resident, registration.channel) == (Resident.objects.get(), "counter")
    assert answer.context["done"]["registration"] == registration
    assert not SeatHold.objects.exists()


def test_a_press_without_a_class_takes_the_person_down_and_leads_to_the_classes(desk) -> None:
    answer = desk.post(reverse("desk_take_down"), at_once(make.run()) | {"run": ""}, follow=True)

    assert answer.context["resident"] == Resident.objects.get()
    assert not Registration.objects.exists()


def test_a_seat_that_was_shown_and_is_gone_is_no_place_in_line_unasked(desk) -> None:
    run = make.run(capacity=1)
    make.registration(run)

    answer = desk.post(reverse("desk_take_down"), at_once(run), follow=True)

    assert (answer.context["resident"].kana, answer.context["chosen"].run) == ("ナカムラ ハナ", run)
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert Registration.objects.count() == 1


def test_a_class_shown_as_full_gives_a_place_in_line(desk) -> None:
    run = make.run(capacity=1)
    make.registration(run)

    desk.post(reverse("desk_take_down"), at_once(run) | {"promised": ""})

    assert Registration.objects.latest("pk").state == "waiting"


@pytest.mark.parametrize("devices", [0, 1])
def test_a_device_of_the_office_is_lent_where_the_class_has_any(desk, devices) -> None:
    desk.post(reverse("desk_take_down"), at_once(make.run(loan_devices=devices), borrows="yes"))

    assert [each.borrows for each in Registration.objects.all()] == [bool(devices)]


def test_a_mistake_and_a_likeness_keep_the_class_and_the_way_it_was_taken(desk) -> None:
    run = make.run(loan_devices=1)
    make_residents.resident(phone="0745-00-2811", family_kana="ナカムラ", given_kana="ハナ")

    for wrong in ({"family_name": ""}, {}):
        page = desk.post(reverse("desk_take_down"), at_once(run, channel="counter", borrows="yes", **wrong))
        form = Page(page.content.decode()).form_to(reverse("desk_take_down"))
        kept = {name: form.controls[name].values for name in ("run", "channel", "borrows")}
        assert kept == {"run": [str(run.pk)], "channel": ["counter"], "borrows": ["yes"]}

    assert not Registration.objects.exists()


def test_somebody_who_may_be_known_is_shown_and_not_barred(desk) -> None:
    known = make_residents.resident(phone="0745-00-2811", family_kana="ナカムラ", given_kana="ハナ")

    page = desk.post(reverse("desk_take_down"), answers())
    assert page.context["same"] == [known]
    assert AuditEntry.objects.get(action="resident.searched").facts == {"found": 1}
    assert known.name in page.content.decode()
    assert Resident.objects.count() == 1

    desk.post(reverse("desk_take_down"), answers(surely=known.pk))
    assert Resident.objects.count() == 2


def test_whoever_was_said_to_be_somebody_else_is_looked_for_again_when_the_answers_change(desk) -> None:
    seen = make_residents.resident(phone="0745-00-2811", family_kana="ナカムラ", given_kana="ハナ")
    known = make_residents.resident(phone="0745-00-9933", family_kana="ナカムラ", given_kana="ハル")

    page = desk.post(reverse("desk_take_down"), answers(surely=seen.pk, phone0="0745-00-9933", given_kana="ハル"))

    assert page.context["same"] == [known]
    assert Resident.objects.count() == 2


def test_whoever_is_decades_younger_is_not_taken_for_the_namesake(desk) -> None:
    make_residents.resident(family_kana="ナカムラ", given_kana="ハナ", birth_year=None, age_band="under60")

    desk.post(reverse("desk_take_down"), answers(age_band="80s"))

    assert Resident.objects.count() == 2


@pytest.mark.parametrize(("family", "warned"), [("イノウエ", ["warning"]), ("ナカムラ", [])])
def test_a_number_that_is_a_strangers_is_to_be_read_back(desk, family, warned) -> None:
    make_residents.resident(phone="0745-00-2811", family_kana=family, given_kana="シゲル")

    told = desk.post(reverse("desk_take_down"), answers(), follow=True)

    assert Resident.objects.count() == 2
    assert [message.level_tag for message in told.context["messages"]] == warned


def test_a_number_one_slip_away_from_that_of_the_same_name_is_shown_and_not_barred(desk) -> None:
    known = make_residents.resident(phone="0745-00-2181", family_kana="ナカムラ", given_kana="ハナ")

    assert desk.post(reverse("desk_take_down"), answers()).context["same"] == [known]

    told = desk.post(reverse("desk_take_down"), answers(surely=known.pk), follow=True)
    assert Resident.objects.count() == 2
    assert [message.level_tag for message in told.context["messages"]] == ["warning"]


def test_a_number_one_slip_away_from_the_familys_is_kept_and_to_be_read_back(desk) -> None:
    make_residents.resident(phone="0745-00-2812", family_kana="ナカムラ", given_kana="シゲル")

    told = desk.post(reverse("desk_take_down"), answers(), follow=True)

    assert told.context["resident"].phone_lines.get().phone.national == "0745-00-2811"
    assert [message.level_tag for message in told.context["messages"]] == ["warning"]


def test_a_namesake_of_another_year_does_not_hold_up_the_call(desk) -> None:
    make_residents.resident(family_kana="ナカムラ", given_kana="ハナ", birth_year=1971)

    desk.post(reverse("desk_take_down"), answers(birth_year="S23"))

    assert Resident.objects.count() == 2


def test_taking_down_twice_is_taking_down_once(desk) -> None:
    key = "4b2c7f9e-6a55-4a0e-9d4f-1f2c3d4e5f60"

    desk.post(reverse("desk_take_down"), answers(key=key))
    again = desk.post(reverse("desk_take_down"), answers(key=key), follow=True)

    assert again.context["resident"] == Resident.objects.get()


def test_rare_kanji_are_kept_and_printed_on_the_page(desk) -> None:
    page = desk.post(reverse("desk_take_down"), answers(family_name="𠮷﨑", given_name="葛󠄀子"), follow=True)

    assert "𠮷﨑 葛󠄀子" in page.content.decode()


def test_the_district_and_the_wish_are_kept(desk) -> None:
    oshimi = District.objects.create(name="忍海", kana="オシミ")

    desk.post(reverse("desk_take_down"), answers(district="おし", contact_wish="none", phone0="", birth_year="S23"))

    person = Resident.objects.get()
    assert (person.district, person.contact_wish, person.birth_year) == (oshimi, ContactWish.NONE, 1948)


def test_somebody_new_without_a_telephone_is_written_to(desk) -> None:
    by_post = {"contact_wish": "postcard", "postal_code": "６３９２１９５", "address": "葛城市忍海1番地"}

    page = desk.post(reverse("desk_take_down"), answers(phone0="", **by_post), follow=True)

    person = Resident.objects.get()
    assert (person.postal_code, person.address) == ("639-2195", "葛城市忍海1番地")
    assert page.context["way"].channel == "postcard"


def test_a_postcard_without_an_address_is_said_and_nothing_typed_is_lost(desk) -> None:
    typed = answers(contact_wish="postcard", phone0="", postal_code="639-2195")

    page = desk.post(reverse("desk_take_down"), typed)

    form = page.context["new"]
    assert (page.status_code, list(form.errors)) == (422, ["address"])
    assert {name: form[name].value() for name in typed} == typed
    assert form.wants_a_postcard
    assert not Resident.objects.exists()


@pytest.mark.parametrize(("phone", "said"), [("0745-00-2811", "no address is known"), (None, "neither an address")])
def test_the_desk_says_why_somebody_who_asked_for_a_postcard_is_called(desk, phone, said) -> None:
    person = make_residents.resident(contact_wish=ContactWish.POSTCARD, phone=phone)
    address = {"HTTP_ACCEPT_LANGUAGE": "en"}

    assert said in desk.get(DESK, {"person": person.pk}, **address).content.decode()

    Resident.objects.filter(pk=person.pk).update(address="葛城市忍海1番地")
    assert said not in desk.get(DESK, {"person": person.pk}, **address).content.decode()


@pytest.mark.parametrize("typed", ["忍海", "ｵｼﾐ", "おし"])
def test_a_district_is_typed_as_it_is_said(desk, typed) -> None:
    oshimi = District.objects.create(name="忍海", kana="オシミ")
    District.objects.create(name="新庄", kana="シンジョウ")

    desk.post(reverse("desk_take_down"), answers(district=typed))

    assert Resident.objects.get().district == oshimi


@pytest.mark.parametrize("typed", ["市外", "しがい", "ｼｶﾞｲ"])
def test_that_somebody_lives_outside_the_city_is_typed_as_a_district(desk, typed) -> None:
    # A test with transactions of its own may have emptied the list that the migration made.
    outside = District.objects.get_or_create(name="市外", defaults={"kana": "シガイ", "is_outside": True})[0]

    desk.post(reverse("desk_take_down"), answers(district=typed))

    assert Resident.objects.get().district == outside


@pytest.mark.parametrize("typed", ["東京", "しん"])
def test_a_district_that_is_none_or_several_is_said_and_stays_typed(desk, typed) -> None:
    District.objects.create(name="新庄", kana="シンジョウ")
    District.objects.create(name="新町", kana="シンマチ")

    page = desk.post(reverse("desk_take_down"), answers(district=typed))

    assert list(page.context["new"].errors) == ["district"]
    assert page.context["new"]["district"].value() == typed
    assert not Resident.objects.exists()


@pytest.mark.parametrize(
    ("number", "wish"), [("090-0000-2811", "sms"), ("0745-00-2811", "call"), ("050-0000-2811", "call")]
)
def test_the_way_of_reminding_follows_from_the_number_until_the_caller_says_otherwise(desk, number, wish) -> None:
    form = desk.post(DESK, {"typed": number, "new": "yes"}).context["new"]

    assert form["contact_wish"].value() == wish


def test_no_text_is_proposed_where_none_leaves(desk, settings) -> None:
    settings.PRACTICE, settings.SMS_GATEWAY = False, "practice"

    form = desk.post(DESK, {"typed": "090-0000-2811", "new": "yes"}).context["new"]

    assert form["contact_wish"].value() == "call"


def test_what_is_asked_of_few_is_open_when_something_in_it_is_wrong(desk) -> None:
    folded = desk.post(reverse("desk_take_down"), answers(family_name="")).content.decode()
    opened = desk.post(reverse("desk_take_down"), answers(birth_year="昭和65年")).content.decode()

    assert "<details>" in folded
    assert "<details open>" in opened


def test_a_form_about_a_caller_who_was_not_opened_is_a_look_at_them(desk, shigeru) -> None:
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "leave": "1"}, follow=True)

    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(shigeru.pk)).count() == 1


# Who comes along ------------------------------------------------------------------------------------------


@pytest.fixture
def kiyo():
    return make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")


def test_somebody_of_the_household_comes_along_and_does_not_after_all(desk, shigeru, kiyo) -> None:
    run = make.run()
    desk.post(DESK, {"typed": "1834", "person": shigeru.pk})
    desk.post(DESK, {"typed": "1834", "caller": shigeru.pk, "choose": run.pk})
    page = {"caller": shigeru.pk, "run": run.pk}

    brought = desk.post(reverse("desk_companion"), {**page, "bring": kiyo.pk}, follow=True)
    assert brought.context["companions"] == [kiyo]
    assert SeatHold.objects.get().seats == 2

    left = desk.post(reverse("desk_companion"), {**page, "leave": kiyo.pk}, follow=True)
    assert left.context["companions"] == []
    assert SeatHold.objects.get().seats == 1


def test_a_new_person_is_taken_down_to_come_along(desk, shigeru) -> None:
    run = make.run()
    desk.post(DESK, {"typed": "1834", "choose": run.pk})
    about = {"caller": shigeru.pk, "run": run.pk}

    form = desk.post(DESK, {**about, "typed": "0745-00-2811", "add": "yes", "new": "yes"})
    answer = desk.post(reverse("desk_take_down"), answers(**about, key=form.context["new"]["key"].value()), follow=True)

    assert form.context["resident"] == shigeru
    assert (answer.context["resident"], answer.context["chosen"].run) == (shigeru, run)
    assert [each.name for each in answer.context["companions"]] == ["中村 花"]
    assert SeatHold.objects.get().seats == 2


def test_companions_do_not_come_along_with_the_next_caller(desk, shigeru, kiyo) -> None:
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk})

    page = desk.get(DESK, {"person": make_residents.resident().pk})

    assert page.context["companions"] == []


def test_too_many_companions_are_said_to_be_too_many(desk, shigeru) -> None:
    for _each in range(MOST_COMPANIONS):
        desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": make_residents.resident().pk})

    answer = desk.post(
        reverse("desk_companion"), {"caller": shigeru.pk, "bring": make_residents.resident().pk}, follow=True
    )

    assert len(answer.context["companions"]) == MOST_COMPANIONS
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]


@pytest.mark.parametrize("number", ["0", "99999", "x", "", "9" * 30])
def test_a_number_of_nobody_brings_and_registers_nobody(desk, shigeru, number) -> None:
    run = make.run()

    brought = desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": number})
    registered = desk.post(reverse("desk_register"), {"person": number, "run": run.pk})
    together = desk.post(reverse("desk_register"), {"person": shigeru.pk, "run": run.pk, "companion": number})

    assert {brought.status_code, registered.status_code, together.status_code} <= {302, 404}
    assert Registration.objects.exclude(resident=shigeru).count() == 0


def test_a_companion_whose_record_is_merged_meanwhile_comes_along_as_the_record_that_stays(desk, shigeru, kiyo) -> None:
    run = make.run()
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk})
    stays = make_residents.resident(given_name="キヨ", given_kana="キヨ")
    merge(kiyo, stays, by=make.clerk())

    page = desk.get(DESK, {"person": shigeru.pk, "run": run.pk})

    assert page.context["companions"] == [stays]
    assert f'name="companion" value="{stays.pk}"' in page.content.decode()


def test_a_companion_who_turns_out_to_be_the_caller_does_not_come_along(desk, shigeru, kiyo) -> None:
    desk.post(reverse("desk_companion"), {"caller": shigeru.pk, "bring": kiyo.pk})
    merge(kiyo, shigeru, by=make.clerk())

    assert desk.get(DESK, {"person": shigeru.pk}).context["companions"] == []


def test_seats_are_held_for_the_caller_of_the_page_whoever_is_spoken_of_in_another_window(desk, shigeru, kiyo) -> None:
    run = make.run()
    desk.get(DESK, {"person": shigeru.pk})
    other = make_residents.resident(by=make.clerk(), given_name="花", given_kana="ハナ")
    desk.get(DESK, {"person": other.pk})
    desk.post(reverse("desk_companion"), {"caller": other.pk, "bring": kiyo.pk})

    page = desk.post(DESK, {"typed": "", "caller": shigeru.pk, "choose": run.pk}, follow=True)

    assert page.context["resident"] == shigeru
    assert SeatHold.objects.get().seats == 1
