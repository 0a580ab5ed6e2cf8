"""What a wording looks like at its longest, and what it costs."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from city.models import CityProfile
from reminders.previewing import Preview, preview
from reminders.purposes import Sample
from tests.make.reminders import TestPurpose

OWN = "【{市名}】{会場}で「{講座名}」があります。お休みは{電話}へ"


def shown(text: str = OWN, *, title: str = "写真", most_parts: int = 1) -> Preview:
    sample = Sample({"title": title, "venue": "忍海集会所"}, people=12)
    city = CityProfile(sms_yen_per_part=Decimal("12.50"))
    return preview(text, TestPurpose(), city=city, sample=sample, most_parts=most_parts)


def cautions(**asked) -> list[str]:
    with override("en"):
        return shown(**asked).cautions


def test_a_text_is_shown_filled_in_with_its_length_and_price():
    seen = shown()

    assert seen.text == "【葛城市】忍海集会所で「写真」があります。お休みは0745-00-0000へ"
    assert (seen.measure.units, seen.most_units, seen.measure.parts) == (38, 70, 1)
    assert (seen.yen, seen.yen_for_all) == (Decimal("12.50"), Decimal("150.00"))
    assert (seen.mistakes, seen.cautions, seen.sent_instead) == ([], [], "")


def test_a_text_of_two_parts_that_was_allowed_is_a_caution_and_costs_twice():
    seen = shown(title="写" * 40, most_parts=2)

    assert (seen.measure.parts, seen.most_units) == (2, 134)
    assert seen.yen == Decimal("25.00")
    assert "costs 2 times" in cautions(title="写" * 40, most_parts=2)[0]
    assert seen.sent_instead == ""


def test_a_text_longer_than_allowed_is_a_caution_and_says_what_is_sent_instead():
    seen = shown(title="写" * 50)

    assert len(seen.cautions) == 1
    assert seen.sent_instead == "【葛城市】忍海集会所。問合せ0745-00-0000"
    assert seen.mistakes == []


def test_a_name_that_no_text_may_have_is_told_before_it_surprises_anybody():
    seen = shown(title="パスワードの作りかた")

    assert len(seen.cautions) == 1
    assert "パスワード" not in seen.sent_instead


@pytest.mark.parametrize("text", ["【{市名}】{講座}{会場}{電話}", "", OWN + "暗証番号"])
def test_a_text_that_may_not_be_sent_says_why_and_is_not_cautioned_of(text):
    seen = shown(text)

    assert seen.mistakes
    assert seen.cautions == []
