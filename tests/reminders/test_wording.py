import pytest

from city.models import CityProfile
from reminders.wording import (
    Flaw,
    NoSuchField,
    Words,
    count_parts,
    fields_of,
    fill,
    lint,
    measure,
    normalise,
    units,
    words_of,
)
from tests.make.reminders import TestPurpose

OFFICE = "0745-48-2811"
GOOD = "【葛城市】スマホ講座 11月25日（水）午前10時 忍海集会所 欠席は0745-48-2811へ"


def flaws(text: str) -> list[Flaw]:
    return lint(text, office_phone=OFFICE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("あ", 1), ("𠮷", 2), ("髙", 1), ("😀", 2), ("", 0), ("葛\U000e0100", 3)],
)
def test_units_are_counted_as_carriers_count(text: str, expected: int) -> None:
    assert units(text) == expected


@pytest.mark.parametrize(
    ("length", "parts"),
    [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (670, 10), (671, 11)],
)
def test_seventy_units_are_one_part_and_sixty_seven_each_beyond(length: int, parts: int) -> None:
    assert count_parts("あ" * length) == parts


def test_a_character_of_two_units_is_never_cut_in_half() -> None:
    # 66 units, then one of two units: it does not fit in the first part of 67, which pushes a last character out.
    assert count_parts("あ" * 66 + "𠮷" + "あ" * 66) == 3
    assert units("あ" * 66 + "𠮷" + "あ" * 66) == 134


def test_a_reminder_of_the_usual_kind_is_one_part_without_flaws() -> None:
    measured = measure(GOOD, office_phone=OFFICE)

    assert (measured.parts, measured.flaws) == (1, ())


@pytest.mark.parametrize(
    ("words", "flaw"),
    [
        ("詳しくは https://example.jp へ", Flaw.URL),
        ("詳しくは ＨＴＴＰＳ：／／example.jp へ", Flaw.URL),
        ("city.katsuragi.nara.jp をご覧ください", Flaw.URL),
        ("bit.ly/abc", Flaw.URL),
        ("www.example", Flaw.URL),
        ("口座番号をお知らせください", Flaw.ACCOUNT),
        ("暗証番号をご用意ください", Flaw.PIN),
        ("パスワードをお持ちください", Flaw.PIN),
        ("ﾊﾟｽﾜｰﾄﾞをお持ちください", Flaw.PIN),
        ("明日10時からです", Flaw.TOMORROW),
        ("あした10時からです", Flaw.TOMORROW),
        ("本日10時からです", Flaw.TOMORROW),
        ("あす10時からです", Flaw.TOMORROW),
        ("あすから始まります", Flaw.TOMORROW),
        ("明後日です", Flaw.TOMORROW),
        ("あさってです", Flaw.TOMORROW),
        ("今日です", Flaw.TOMORROW),
        ("きょうの教室", Flaw.TOMORROW),
        ("翌日10時からです", Flaw.TOMORROW),
        ("きょう10時からです", Flaw.TOMORROW),
        ("きょうは教室です", Flaw.TOMORROW),
        ("ｱｽ10時からです", Flaw.TOMORROW),
        ("アスの教室", Flaw.TOMORROW),
        ("コウザ番号をお知らせください", Flaw.ACCOUNT),
        ("ｺｳｻﾞをお知らせください", Flaw.ACCOUNT),
        ("受講料の振込をお願いします", Flaw.ACCOUNT),
        ("受講料をお振り込みください", Flaw.ACCOUNT),
        ("1をプッシュしてください", Flaw.KEY_PRESS),
        ("ダイヤル1", Flaw.KEY_PRESS),
        ("See you tomorrow", Flaw.TOMORROW),
        ("あんしょうばんごうをご用意ください", Flaw.PIN),
        ("パスコードをご用意ください", Flaw.PIN),
        ("PIN をご用意ください", Flaw.PIN),
        ("振込先をお知らせします", Flaw.ACCOUNT),
        ("x.gd/AbCd", Flaw.URL),
        ("欠席は48-2812へ", Flaw.PHONE),
        ("欠席は090-1234-5678へ", Flaw.PHONE),
        ("欠席は０９０－１２３４－５６７８へ", Flaw.PHONE),
        ("欠席は0745482812へ", Flaw.PHONE),
        ("欠席は+81 90 1234 5678へ", Flaw.PHONE),
        ("1番を押してください", Flaw.KEY_PRESS),
        ("１を押してください", Flaw.KEY_PRESS),
        ("1番のボタンを押してください", Flaw.KEY_PRESS),
        ("「1」を押してください", Flaw.KEY_PRESS),
        ("番号を押してください", Flaw.KEY_PRESS),
        ("キーを押してください", Flaw.KEY_PRESS),
        ("", Flaw.EMPTY),
        ("あ" * 671, Flaw.TOO_LONG),
    ],
)
def test_what_frauds_contain_is_refused(words: str, flaw: Flaw) -> None:
    assert flaw in flaws(words)


@pytest.mark.parametrize(
    "words",
    [
        "明日香村の集会所",
        "午前10時から11時30分まで",
        "12月4日（金）10:00-12:00",
        "第1回・第2回",
        "欠席は0745-48-2811へ",
        "欠席は0745（48）2811へ",
        "欠席は48-2811へ",
        "2026-2027年度",
        "あすなろ集会所であすか村の写真",
        "Ver.2/3",
        "欠席は０７４５－４８－２８１１へ",
        "Androidとスマホ",
        "Ver.2",
        "No.12 3.5時間",
        "令和8年12月4日 受付番号 2026-0000123",
        "PINGポン大会",
        "とうきょうの写真ときょうだいの集い",
        "アスレチックとアスパラの会",
        "フリーダイヤル0745-48-2811",
        "京都のきょうげん、プッシュ通知の使い方",
        "口に出して読む",
    ],
)
def test_words_that_only_look_alike_may_stand(words: str) -> None:
    assert flaws(words) == []


def test_every_flaw_says_how_to_mend_it() -> None:
    assert all(str(flaw.sentence) for flaw in Flaw)


def test_what_is_sent_is_one_line_without_variation_selectors() -> None:
    assert normalise("葛\U000e0100城市\r\n スマホ　講座\n") == "葛城市 スマホ 講座"


FACTS = {"title": "写真をとって送る", "venue": "忍海集会所"}


def said(city: CityProfile, *, own: str = "", most_parts: int = 1, **facts: str) -> str:
    return Words(TestPurpose(), city, own=own, most_parts=most_parts).say({**FACTS, **facts})


@pytest.fixture
def city() -> CityProfile:
    return CityProfile(office_phone=OFFICE)


def test_the_fullest_text_that_is_one_part_is_sent(city) -> None:
    assert said(city) == "【葛城市】「写真をとって送る」忍海集会所。欠席は0745-48-2811へ"
    assert said(city, title="あ" * 60) == "【葛城市】忍海集会所。問合せ0745-48-2811"


def test_a_title_with_a_word_that_no_text_may_have_is_left_out_and_the_person_texted(city) -> None:
    assert said(city, title="パスワードの作りかた") == "【葛城市】忍海集会所。問合せ0745-48-2811"


def test_what_is_too_long_even_for_the_barest_text_loses_its_end(city) -> None:
    text = said(city, venue="忍海" * 40)

    assert units(text) == 70
    assert text.startswith("【葛城市】忍海忍海")
    assert text.endswith("。問合せ0745-48-2811")


def test_a_text_of_the_citys_own_that_is_too_long_gives_way_to_a_built_in_one(city) -> None:
    own = "【{市名}】{会場}で「{講座名}」があります。お休みは{電話}へ"

    assert said(city, own=own).endswith("お休みは0745-48-2811へ")
    assert "お休み" not in said(city, own=own, title="あ" * 40)
    assert "お休み" in said(city, own=own, title="あ" * 40, most_parts=2)


def test_a_place_that_is_no_longer_known_leaves_nobody_untold(city) -> None:
    assert said(city, own="【{市名}】{昔の名}{電話}") == said(city)


def test_braces_within_a_fact_are_only_signs(city) -> None:
    assert "「{電話}」" in said(city, title="{電話}")


def test_a_place_without_a_name_cannot_be_filled_in() -> None:
    with pytest.raises(NoSuchField):
        fill("{講座}", FACTS, fields_of(TestPurpose()))


def test_the_words_of_today_are_one_question_for_many_texts(db, django_assert_num_queries) -> None:
    city = CityProfile.current()

    with django_assert_num_queries(1):
        words = words_of(TestPurpose(), city=city)
        assert {words.say(FACTS) for _person in range(3)} == {said(city)}
