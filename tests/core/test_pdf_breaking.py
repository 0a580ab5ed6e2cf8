from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pdf.breaking import NOT_AT_END, NOT_AT_START, Piece, into_lines, mark_breaks, may_break, pieces_of


def lines_of(text, width, *, phrases=False):
    """Break text as if kanji and kana were 1 wide, 、 and 。 0.6 and every other character one half."""
    pieces = [
        Piece(
            part,
            sum(0.6 if char in "、。" else 1.0 if ord(char) > 0x2000 else 0.5 for char in part),
            is_space=part[0] in " \u3000",
        )
        for part in pieces_of(text)
    ]
    mark_breaks(pieces, phrases=phrases)
    return ["".join(piece.text for piece in line) for line in into_lines(pieces, width, 1.0)]


@pytest.mark.parametrize("sign", [*"、。）」』】・：？！々ーぁっゃゅょァッャュョゎヮ", ")", ","])
def test_no_line_begins_with(sign):
    lines = lines_of(f"あいうえ{sign}かきくけこ", 4)

    assert not any(line.startswith(sign) for line in lines)
    assert "".join(lines) == f"あいうえ{sign}かきくけこ"


@pytest.mark.parametrize("sign", [*"（「『【〈《“"])
def test_no_line_ends_with(sign):
    lines = lines_of(f"あいう{sign}かきくけこ」さし", 4)

    assert not any(line.endswith(sign) for line in lines)


@pytest.mark.parametrize("half", ["午前", "午後"])
def test_a_time_of_day_stays_on_one_line(half):
    assert lines_of(f"あいう{half}3時に", 5) == ["あいう", f"{half}3時に"]
    assert lines_of(f"あい{half}中まで", 5) == [f"あい{half}中", "まで"]
    assert lines_of(f"あいうえ{half}中", 5) == ["あいうえ", f"{half}中"]


def test_a_full_stop_may_hang_out_of_a_full_line():
    assert lines_of("あいうえ。かきく", 4) == ["あいうえ。", "かきく"]


def test_a_closing_bracket_takes_its_neighbour_along():
    assert lines_of("あいうえ」かきく", 4) == ["あいう", "え」かき", "く"]


@pytest.mark.parametrize("whole", ["0745-00-0000", "Android", "https://a.example/b", "090-1234-5678"])
def test_words_and_telephone_numbers_are_not_broken(whole):
    lines = lines_of(f"あいうえお{whole}かきく", 10)

    assert any(whole in line for line in lines)


@pytest.mark.parametrize("date", ["12月", "30分", "9日", "5人", "3番"])
def test_a_figure_stays_with_its_counter(date):
    lines = lines_of(f"あいう{date}です", 4)

    assert any(date in line for line in lines)


def test_a_line_ends_between_phrases():
    assert lines_of("カードを台の上に置きます。", 10, phrases=True) == ["カードを台の上に", "置きます。"]


def test_a_bracket_does_not_end_a_line_because_a_space_follows_it():
    assert lines_of("あいう「 えお", 4) == ["あいう", "「 えお"]


def test_a_line_break_in_the_text_is_kept():
    assert lines_of("あ\n\nい\n", 10) == ["あ", "", "い", ""]


def test_the_space_at_the_end_of_a_line_is_dropped():
    assert lines_of("ああああ いいい", 4) == ["ああああ", "いいい"]


def test_a_word_longer_than_the_line_still_comes():
    assert lines_of("A" * 30, 4) == ["A" * 30]


@given(st.text(alphabet="あいうっー、。「」（）漢字かな ", max_size=60), st.integers(min_value=3, max_value=12))
def test_nothing_is_lost_and_the_rules_hold_wherever_they_can(text, width):
    lines = lines_of(text, width, phrases=True)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for before, after in pairwise(lines):
        if len(before) > 1 and not may_break(before, after):
            assert all(
                not may_break(before[: at + 1].rstrip(), before[at + 1 :])
                for at in range(len(before) - 1)
                if before[: at + 1].strip()
            )


def test_the_two_lists_have_nothing_in_common():
    assert not NOT_AT_START & NOT_AT_END


def test_a_weekday_stays_with_its_day():
    assert not may_break("12月9日", "（水）")
    assert may_break("会場", "（予定）")
