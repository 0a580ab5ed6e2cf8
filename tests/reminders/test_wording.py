import pytest

from reminders.wording import Flaw, count_parts, lint, measure, normalise, units

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
        ("欠席は090-1234-5678へ", Flaw.PHONE),
        ("欠席は０９０－１２３４－５６７８へ", Flaw.PHONE),
        ("欠席は0745482812へ", Flaw.PHONE),
        ("欠席は+81 90 1234 5678へ", Flaw.PHONE),
        ("1番を押してください", Flaw.KEY_PRESS),
        ("１を押してください", Flaw.KEY_PRESS),
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
        "欠席は０７４５－４８－２８１１へ",
        "Androidとスマホ",
        "Ver.2",
        "No.12 3.5時間",
        "令和8年12月4日 受付番号 2026-0000123",
        "PINGポン大会",
        "口に出して読む",
    ],
)
def test_words_that_only_look_alike_may_stand(words: str) -> None:
    assert flaws(words) == []


def test_every_flaw_says_how_to_mend_it() -> None:
    assert all(str(flaw.sentence) for flaw in Flaw)


def test_what_is_sent_is_one_line_without_variation_selectors() -> None:
    assert normalise("葛\U000e0100城市\r\n スマホ　講座\n") == "葛城市 スマホ 講座"
