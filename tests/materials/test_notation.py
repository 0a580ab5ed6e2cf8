import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials import notation
from materials.common_readings import COMMON_READINGS
from materials.notation import Run, parse, words


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("押します", [Run("押します")]),
        ("暗証番号《あんしょうばんごう》を", [Run("暗証番号", "あんしょうばんごう"), Run("を")]),
        ("4桁の｜お札《おさつ》", [Run("4桁の"), Run("お札", "おさつ")]),
        ("右の窓口《まどぐち》", [Run("右の"), Run("窓口", "まどぐち")]),
        ("[[確認]] を押す", [Run("確認", is_key=True), Run(" を押す")]),
        ("[[｜OK《オーケー》]]", [Run("OK", is_key=True), Run("（オーケー）")]),
        ("葛󠄀城《かつらぎ》市", [Run("葛󠄀城", "かつらぎ"), Run("市")]),
    ],
)
def test_an_author_writes_readings_and_screen_words(text, runs):
    assert parse(text) == runs


@pytest.mark.parametrize(
    "text",
    [
        "《かんじ》",
        "漢字《》",
        "漢字《かん",
        "｜漢字",
        "[[確認",
        "[確認]",
        "確認]]",
        "ひらがな《ひらがな》",
        "a << b",
        "[[]]",
        "｜《か》",
    ],
)
def test_what_is_no_complete_notation_is_printed_as_it_stands(text):
    assert str(words(text, ruby=True)) == text


def test_without_readings_the_same_words_stand_there():
    text = "｜暗証番号《あんしょうばんごう》を [[確認]]"

    assert str(words(text, ruby=False)) == str(words(text, ruby=True)) == "暗証番号を 「確認」"
    assert not any(run.reading for run in words(text, ruby=False).runs)


def test_common_words_get_their_reading_and_the_authors_own_comes_first():
    shown = words("画面の明日《みょうにち》と明日", ruby=True, common=COMMON_READINGS)

    assert [(run.text, run.reading) for run in shown.runs if run.reading] == [
        ("画面", "がめん"),
        ("明日", "みょうにち"),
        ("明日", "あした"),
    ]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("押印", []),  # inside a compound a single kanji is read otherwise
        ("押す", ["お"]),
        ("入れる", ["い"]),
        ("入る", ["はい"]),
        ("外に出る", ["そと", "で"]),
        ("外に出す", ["そと", "だ"]),
        ("10分くらい", ["ぷん"]),
        ("5分くらい", ["ふん"]),
        ("電子図書館", ["でんしとしょかん"]),
        ("図書館", ["としょかん"]),
    ],
)
def test_a_reading_fits_the_letters_around_it(text, readings):
    shown = words(text, ruby=True, common=COMMON_READINGS)

    assert [run.reading for run in shown.runs if run.reading] == readings
    assert str(shown) == text


@given(st.text(alphabet="漢字｜《》[]かな<>&\"'abc押す画面 \n", max_size=40))
def test_readings_never_change_the_words(text):
    assert str(words(text, ruby=True, common=COMMON_READINGS)) == notation.plain(text)


@given(st.text(alphabet="漢字押す画面かな<&", max_size=40))
def test_text_without_notation_comes_out_as_it_went_in(text):
    assert str(words(text, ruby=True, common=COMMON_READINGS)) == text
