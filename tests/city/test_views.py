from datetime import date, time

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from city.models import CityProfile, ClosingDay, District, Venue
from core.models import AuditEntry
from tests.make import accounts as make_accounts
from tests.make import city as make
from tests.make.pages import boxes_of, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    admin = make_accounts.user(Role.ADMINISTRATOR)
    client.force_login(admin)
    return admin


def settings_of(client, **changes):
    """What the settings form sends when only these fields were touched."""
    form = client.get(reverse("city_edit")).context["form"]
    sent = {bound.name: bound.value() for bound in form}
    sent["office_phone_confirmed"] = "on" if sent["office_phone_confirmed"] else ""
    return {**sent, **changes}


def test_the_city_enters_its_own_number_in_any_usual_form(client, admin):
    answer = client.post(reverse("city_edit"), settings_of(client, office_phone="０７４５（６９）３００１"))

    assert answer.status_code == 302
    assert CityProfile.current().office_phone == "0745-69-3001"
    assert AuditEntry.objects.filter(action="city.changed", by=admin).count() == 1


def test_times_are_taken_as_they_are_said(client, admin):
    client.post(reverse("city_edit"), settings_of(client, sms_window_start="午前９時半", sms_window_end="1700"))

    assert CityProfile.current().sms_window_start == time(9, 30)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "市" * 31),
        ("kana", "葛城"),
        ("municipal_code", "12345"),
        ("office_phone", "0745-69-300"),
        ("sms_window_start", "25:00"),
        ("sms_window_end", "8:00"),
        ("calls_from", "25:00"),
        ("calls_until", "8:00"),
        ("learners_per_helper", "0"),
        ("sms_daily_limit", "-1"),
        ("sms_minute_limit", "0"),
        ("sms_yen_per_part", "十二円"),
    ],
)
def test_a_wrong_setting_is_answered_at_the_field_and_everything_typed_is_kept(client, admin, field, value):
    sent = settings_of(client, **{field: value, "purpose_notice": "新しい説明"})

    page = client.post(reverse("city_edit"), sent)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"]["purpose_notice"].value() == "新しい説明"
    assert page.context["form"][field].value() == value
    assert CityProfile.current().purpose_notice != "新しい説明"


def test_a_venue_is_entered_and_listed(client, admin):
    client.post(
        reverse("venue_create"),
        {
            "name": "新庄文化会館",
            "kana": "しんじょうぶんかかいかん",
            "room": "会議室1",
            "seats": "２４",
            "is_active": "on",
        },
    )

    venue = Venue.objects.get()
    assert (venue.kana, venue.seats, str(venue)) == ("シンジョウブンカカイカン", 24, "新庄文化会館 会議室1")
    assert "新庄文化会館" in client.get(reverse("venue_list")).content.decode()


def test_the_same_room_twice_is_refused_with_what_was_typed(client, admin):
    make.venue("新庄文化会館", room="会議室1")

    page = client.post(
        reverse("venue_create"),
        {"name": "新庄文化会館", "kana": "シンジョウ", "room": "会議室1", "seats": "8", "is_active": "on"},
    )

    assert page.status_code == 422
    assert Venue.objects.count() == 1
    assert page.context["form"]["seats"].value() == "8"


def test_who_plans_classes_may_enter_a_venue_but_not_change_the_city(client):
    client.force_login(make_accounts.user(Role.RECEPTION))

    assert client.get(reverse("venue_create")).status_code == 200
    assert client.get(reverse("city_edit")).status_code == 403


def test_a_district_is_entered_and_renamed(client, admin):
    client.post(reverse("district_create"), {"name": "忍海", "kana": "オシミ", "order": "1"})
    district = District.objects.get(name="忍海")

    address = reverse("district_edit", args=[district.pk])
    client.post(address, opened(client, address) | {"name": ["忍海地区"]})

    district.refresh_from_db()
    assert (district.name, district.is_outside) == ("忍海地区", False)
    assert list(
        AuditEntry.objects.filter(by=admin, action__startswith="district").values_list("action", flat=True)
    ) == [
        "district.changed",
        "district.made",
    ]


def test_two_who_change_the_settings_lose_nothing_of_what_either_wrote(client, admin):
    address = reverse("city_edit")
    stale = opened(client, address)
    client.post(address, stale | {"office_phone": ["0745-69-3001"], "office_phone_confirmed": ["on"]})

    answer = client.post(address, stale | {"office_name": ["デジタル推進課"]})

    city = CityProfile.current()
    assert (answer.status_code, city.office_phone, city.office_name) == (422, "0745-69-3001", "情報推進課")
    assert [each.typed for each in answer.context["form"].changed] == ["", ""]
    form = boxes_of(answer, address)
    assert (form["office_phone"], form["office_phone_confirmed"]) == (["0745-69-3001"], ["on"])
    assert client.post(address, form).status_code == 302
    city = CityProfile.current()
    assert (city.office_phone, city.office_phone_confirmed, city.office_name) == (
        "0745-69-3001",
        True,
        "デジタル推進課",
    )


def test_a_page_older_than_the_settings_brings_no_reminder_back_that_was_taken_away(client, admin):
    three = [[7, "10:00"], [3, "10:00"], [1, "15:00"]]
    CityProfile.objects.update_or_create(pk=1, defaults={"reminder_rules": three})
    address = reverse("city_edit")
    stale = opened(client, address)
    client.post(address, stale | {"days_3": [""], "at_3": [""]})

    answer = client.post(address, stale | {"office_name": ["デジタル推進課"]})

    assert answer.status_code == 422
    assert [(each.stands != "", each.typed) for each in answer.context["form"].changed] == [(True, ""), (True, "")]
    client.post(address, boxes_of(answer, address))
    city = CityProfile.current()
    assert (city.office_name, city.reminder_rules) == ("デジタル推進課", three[:2])


def test_two_who_change_one_venue_lose_nothing_of_what_either_wrote(client, admin):
    venue = make.venue(directions="バス停から3分")
    address = reverse("venue_edit", args=[venue.pk])
    stale = opened(client, address)
    client.post(address, stale | {"room": ["会議室1"], "directions": ["バス停から5分"]})

    answer = client.post(address, stale | {"seats": ["8"], "directions": ["1階"]})

    venue.refresh_from_db()
    assert (answer.status_code, venue.room, venue.directions, venue.seats) == (422, "会議室1", "バス停から5分", 20)
    told = {(each.stands, each.typed) for each in answer.context["form"].changed}
    assert told == {("会議室1", ""), ("バス停から5分", "1階")}
    client.post(address, boxes_of(answer, address))
    venue.refresh_from_db()
    assert (venue.room, venue.directions, venue.seats) == ("会議室1", "1階", 8)


def test_two_who_change_one_district_lose_nothing_of_what_either_wrote(client, admin):
    district = make.district("忍海")
    address = reverse("district_edit", args=[district.pk])
    stale = opened(client, address)
    client.post(address, stale | {"is_outside": ["on"]})

    answer = client.post(address, stale | {"kana": ["オシミ"]})

    district.refresh_from_db()
    assert (answer.status_code, district.is_outside, district.kana) == (422, True, "")
    client.post(address, boxes_of(answer, address))
    district.refresh_from_db()
    assert (district.is_outside, district.kana) == (True, "オシミ")


@pytest.mark.parametrize("kind", ["city", "venue", "district"])
def test_a_page_pressed_twice_is_not_older_than_what_it_saved_itself(client, admin, kind):
    address = {
        "city": reverse("city_edit"),
        "venue": reverse("venue_edit", args=[make.venue().pk]),
        "district": reverse("district_edit", args=[make.district().pk]),
    }[kind]
    typed = opened(client, address) | {"name": ["新町"]}

    answers = [client.post(address, typed) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]


@pytest.mark.parametrize("seen", [[""], ["abc"], ["a\x00b :::"], []], ids=["empty", "nonsense", "signs", "missing"])
def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(client, admin, seen):
    venue = make.venue()
    address = reverse("venue_edit", args=[venue.pk])

    answer = client.post(address, opened(client, address) | {"seats": ["8"], "seen": seen})

    venue.refresh_from_db()
    assert (answer.status_code, venue.seats) == (422, 20)
    assert answer.context["form"]["seats"].value() == "8"


def test_the_next_town_is_entered_as_a_place_outside(client, admin):
    client.post(reverse("district_create"), {"name": "香芝市", "kana": "カシバシ", "order": "9", "is_outside": "on"})

    assert District.objects.outside().filter(name="香芝市").exists()


@time_machine.travel("2026-11-24 10:00+09:00", tick=False)
@pytest.mark.parametrize("typed", ["12/3", "１２月３日", "R8.12.3", "令和8年12月3日(木)", "20261203"])
def test_a_closing_day_is_taken_in_any_usual_form(client, admin, typed):
    client.post(reverse("closing_day_list"), {"day": typed, "reason": "庁舎点検"})

    assert ClosingDay.objects.get().day == date(2026, 12, 3)


@time_machine.travel("2026-11-24 10:00+09:00", tick=False)
@pytest.mark.parametrize("typed", ["", "11/31", "令和8年2月30日", "あした", "2026"])
def test_an_impossible_closing_day_is_answered_and_what_was_typed_stays(client, admin, typed):
    page = client.post(reverse("closing_day_list"), {"day": typed, "reason": "庁舎点検"})

    assert page.status_code == 422
    assert page.context["form"]["day"].value() == typed
    assert page.context["form"]["reason"].value() == "庁舎点検"
    assert not ClosingDay.objects.exists()


@time_machine.travel("2026-11-24 10:00+09:00", tick=False)
def test_the_same_closing_day_again_changes_its_reason_only(client, admin):
    client.post(reverse("closing_day_list"), {"day": "12/3", "reason": "庁舎点検"})
    client.post(reverse("closing_day_list"), {"day": "12/3", "reason": "停電"})

    assert ClosingDay.objects.get().reason == "停電"


@time_machine.travel("2026-11-24 10:00+09:00", tick=False)
def test_taking_a_closing_day_off_twice_is_once(client, admin):
    closing_day = ClosingDay.objects.create(day=date(2026, 12, 3))

    for _press in range(2):
        answer = client.post(reverse("closing_day_delete", args=[closing_day.pk]))
        assert answer.status_code == 302

    assert AuditEntry.objects.filter(action="closing_day.removed").count() == 1


def test_the_city_says_when_people_are_reminded_unless_a_run_says_otherwise(client, admin):
    sent = settings_of(client, early_days="7", early_at="午前９時半", late_days="", late_at="")

    client.post(reverse("city_edit"), sent)

    assert CityProfile.current().reminder_rules == [[7, "09:30"]]
    form = client.get(reverse("city_edit")).context["form"]
    assert [form[name].value() for name in ("early_days", "early_at", "late_days")] == [7, "09:30", ""]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("early_at", {"early_at": "8:59"}),
        ("late_at", {"late_at": "17:01"}),
        ("early_at", {"sms_window_start": "10:30"}),
        ("early_at", {"early_at": ""}),
        ("late_days", {"late_days": "3"}),
        ("early_days", {"early_days": "31"}),
    ],
)
def test_a_reminder_that_could_not_be_sent_as_written_is_refused(client, admin, field, changes):
    page = client.post(reverse("city_edit"), settings_of(client, **changes))

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert CityProfile.current().reminder_rules == [[3, "10:00"], [1, "15:00"]]


@pytest.mark.parametrize("at", ["9:00", "17:00"])
def test_a_reminder_at_the_edge_of_the_hours_is_sent(client, admin, at):
    client.post(reverse("city_edit"), settings_of(client, early_at=at))

    assert CityProfile.current().reminder_rules[0] == [3, f"{at:0>5}"]


def test_every_reminder_that_is_kept_stands_on_the_page_and_saving_loses_none(client, admin):
    four = [[7, "10:00"], [3, "10:00"], [2, "09:30"], [1, "15:00"]]
    CityProfile.objects.update_or_create(pk=1, defaults={"reminder_rules": four})

    page = client.get(reverse("city_edit"))
    client.post(reverse("city_edit"), settings_of(client, office_hours_text="平日 午前9時から"))

    assert all(f'name="{name}"' in page.content.decode() for name in ("late_at", "days_3", "at_3", "days_4", "at_4"))
    assert CityProfile.current().office_hours_text == "平日 午前9時から"
    assert CityProfile.current().reminder_rules == four


def test_a_third_reminder_is_left_out_or_refused_like_the_others(client, admin):
    three = [[7, "10:00"], [3, "10:00"], [1, "15:00"]]
    CityProfile.objects.update_or_create(pk=1, defaults={"reminder_rules": three})

    twice = client.post(reverse("city_edit"), settings_of(client, days_3="7"))
    late = client.post(reverse("city_edit"), settings_of(client, at_3="17:01"))

    assert [list(page.context["form"].errors) for page in (twice, late)] == [["days_3"], ["at_3"]]
    assert CityProfile.current().reminder_rules == three
    client.post(reverse("city_edit"), settings_of(client, days_3=""))
    assert CityProfile.current().reminder_rules == three[:2]


def test_a_reminder_whose_boxes_were_not_sent_stays_as_it_stood(client, admin):
    three = [[7, "10:00"], [3, "10:00"], [1, "15:00"]]
    CityProfile.objects.update_or_create(pk=1, defaults={"reminder_rules": three})
    sent = settings_of(client, early_days="8")
    fewer = {name: value for name, value in sent.items() if name not in {"days_3", "at_3"}}

    client.post(reverse("city_edit"), fewer)
    twice = client.post(reverse("city_edit"), {**fewer, "early_days": "1"})

    assert CityProfile.current().reminder_rules == [[8, "10:00"], *three[1:]]
    assert list(twice.context["form"].errors) == ["days_3"]
