"""The leaflet on paper: one sheet, whatever the settings say."""

import pytest
from django.urls import reverse
from pytest_django import Settings

from city.models import CityProfile
from reminders.leaflet_printing import leaflet_pdf
from tests.make import classes as make_classes
from tests.make import paper

pytestmark = pytest.mark.django_db


def words(**facts: object) -> str:
    """What stands on the leaflet, which is one sheet."""
    CityProfile.objects.update_or_create(pk=1, defaults=facts)
    drawn = leaflet_pdf()
    assert len(paper.read(drawn).pages) == 1
    return paper.words(drawn)


def test_a_sender_and_a_number_that_nobody_confirmed_are_marked_on_paper() -> None:
    said = words()

    assert said.count("要確認") >= 2
    assert "0745-00-0000" in said


def test_what_was_confirmed_is_said_plainly() -> None:
    said = words(sms_sender="KATSURAGI", office_phone_confirmed=True, office_hours_text="平日")

    assert "KATSURAGI" in said
    assert "要確認" not in said
    assert "188" in said
    assert "#9110" in said


def test_the_longest_names_still_leave_it_one_sheet(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://kakehashi.city.katsuragi.nara.jp"
    settings.PRACTICE, settings.SMS_GATEWAY = False, "practice"
    make_classes.run(
        course=make_classes.course("マイナポータルの使い方（健康保険証・年金・税の確認）と電子申請入門"),
        venue=make_classes.venue("葛城市歴史博物館あかねホール多目的交流スペース北館二階第三会議室"),
    )

    said = words(
        office_name="総務部情報推進課デジタル活用支援係", sms_sender="0745-62-3001（ソフトバンクの方へは243056）"
    )

    assert "243056" in said
    assert "kakehashi.city.katsuragi.nara.jp/texts/" in said


def test_anybody_may_print_it(client) -> None:
    answer = client.get(reverse("text_leaflet_pdf"))

    assert answer["Content-Type"] == "application/pdf"
