"""How residents recognise a text from the city: what the leaflet says is what the settings and the rules say."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from accounts.roles import Role
from city.models import CityProfile
from reminders.leaflet import leaflet
from reminders.purposes import Purpose, purpose, texted
from reminders.rewording import reword
from reminders.wording import Flaw, lint, names_in
from tests.make import accounts as make_accounts

pytestmark = pytest.mark.django_db


def city(**facts: object) -> CityProfile:
    return CityProfile.objects.update_or_create(pk=1, defaults=facts)[0]


def test_the_example_is_a_text_as_it_is_sent_today() -> None:
    admin = make_accounts.user(Role.ADMINISTRATOR)
    assert leaflet(city()).example.startswith("【葛城市】「")

    reword(purpose("lesson-reminder"), "【{市名}】{日付}{時刻}に{会場}でお待ちします。{電話}", by=admin)

    assert leaflet(city()).example.startswith("【葛城市】12月23日（水）午後0時30分に")


def test_the_leaflet_begins_and_speaks_in_the_name_of_the_city() -> None:
    said = leaflet(city(name="御所市", office_phone="0745-62-3001"))

    assert said.begins == "【御所市】"
    assert said.example.startswith("【御所市】")
    assert "0745-62-3001" in said.example


def test_what_the_leaflet_says_no_text_does_is_refused_in_every_text() -> None:
    broken = {
        Flaw.URL: "https://example.jp",
        Flaw.PIN: "暗証番号",
        Flaw.ACCOUNT: "口座",
        Flaw.KEY_PRESS: "1を押す",
        Flaw.PHONE: "090-1234-5678",
    }

    assert all(flaw in lint(words, office_phone=city().office_phone) for flaw, words in broken.items())


@pytest.mark.parametrize("told", texted(), ids=lambda told: told.name)
def test_what_the_leaflet_says_of_every_text_stands_in_every_text(told: Purpose) -> None:
    for wording in told.wordings:
        assert {"日付", "電話", "市名"} <= set(names_in(wording))


def test_an_office_that_sends_nothing_says_so(settings: Settings) -> None:
    assert leaflet(city()).is_sending

    settings.PRACTICE, settings.SMS_GATEWAY = False, "practice"

    assert not leaflet(city()).is_sending


def test_everybody_may_read_it_and_a_sender_that_nobody_named_is_to_be_confirmed(client) -> None:
    page = client.get(reverse("text_leaflet"))

    assert page.status_code == 200
    html = page.content.decode()
    assert "要確認" in html
    assert "188" in html
    assert 'href="tel:%239110"' in html

    city(sms_sender="0745-62-3001", office_phone_confirmed=True, office_hours_text="平日")
    html = client.get(reverse("text_leaflet")).content.decode()
    assert "0745-62-3001" in html
    assert "要確認" not in html


def test_it_can_be_read_in_english_with_its_example_in_japanese(client) -> None:
    with override("en"):
        said = leaflet(city())

    assert "link" in said.never[0]
    assert said.example.startswith("【葛城市】")
