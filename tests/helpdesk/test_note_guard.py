import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.note_guard import NoteRefused, is_card_number, is_my_number, refuse_secrets, warnings

# Made from the rule itself; nobody's number: eleven equal digits and their check digit.
MY_NUMBER = "111111111118"


def my_number(first_eleven: str) -> str:
    return next(first_eleven + digit for digit in "0123456789" if is_my_number(first_eleven + digit))


@pytest.mark.parametrize(
    "note",
    [
        f"番号は{MY_NUMBER}でした",
        f"番号は {MY_NUMBER[:4]} {MY_NUMBER[4:8]} {MY_NUMBER[8:]} です",
        "番号は" + MY_NUMBER.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        f"{MY_NUMBER[:4]}ー{MY_NUMBER[4:8]}－{MY_NUMBER[8:]}",
        "カード 4111 1111 1111 1111 を使った",
        "暗証番号は1234",
        "暗証番号：１２３４",
        "パスワード「abc12345」を忘れた",
        "PIN 0000 で入れた",
        "暗証番号　4321　と言われた",
        "password=katsuragi1",
    ],
)
def test_secrets_are_refused_in_every_way_of_writing(note):
    with pytest.raises(NoteRefused):
        refuse_secrets(note)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "暗証番号を3回まちがえて止まった",
        "4桁の暗証番号が分からない",
        "パスワードを忘れた",
        "パスワードの紙が見つからない",
        f"受付番号 {MY_NUMBER[:-1]}9",
        "2026年11月24日 10:00に再度",
        "手数料は300円か要確認",
        "PINコードの意味を説明した",
        "123456789012345678901234",
    ],
)
def test_sentences_about_secrets_are_not_secrets(note):
    refuse_secrets(note)


def test_one_wrong_digit_is_no_individual_number():
    assert is_my_number(MY_NUMBER)
    assert not any(is_my_number(MY_NUMBER[:-1] + digit) for digit in "012345679")


@given(st.text("0123456789", min_size=11, max_size=11))
def test_exactly_one_check_digit_fits(first_eleven):
    assert sum(is_my_number(first_eleven + digit) for digit in "0123456789") == 1


def test_the_card_check_finds_a_swapped_pair():
    assert is_card_number("4111111111111111")
    assert not is_card_number("1411111111111111")


@pytest.mark.parametrize("note", ["髙橋さんに電話", "0745-48-2811へ", "０９０ー１２３４ー５６７８"])
def test_names_and_telephone_numbers_are_warned_about(note):
    assert warnings(note)


@pytest.mark.parametrize("note", ["お客様に説明", "娘さんと来た", "手順4で止まった", "12月3日に再度"])
def test_ordinary_words_are_not(note):
    assert not warnings(note)
