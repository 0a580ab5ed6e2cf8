import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from core.csvfile import csv_response, encoded_csv

ROW = ["山田 花子", 3]


def whole(rows, header, **options):
    return b"".join(encoded_csv(rows, header, **options))


def cells(content, encoding="utf-8-sig"):
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


def only_cell(value, **options):
    return cells(whole([[value]], ["列"], **options), options.get("encoding", "utf-8-sig"))[1][0]


def test_a_file_opens_in_excel_with_its_header():
    content = whole([ROW], ["氏名", "回数"])

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\xef\xbb\xbf") == 1
    assert content.endswith(b"\r\n")
    assert cells(content) == [["氏名", "回数"], ["山田 花子", "3"]]


def test_a_file_without_rows_has_its_header():
    assert cells(whole([], ["氏名"])) == [["氏名"]]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_words_that_a_spreadsheet_would_calculate_stay_words(sign):
    assert only_cell(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("hidden", ["\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u3000=1+1", "\u200b=1+1", "\x00=1+1"])
def test_a_formula_hides_behind_nothing_invisible(hidden):
    assert only_cell(hidden) == "'=1+1"


def test_the_header_is_guarded_too():
    assert cells(whole([], ["=A1"])) == [["'=A1"]]


@pytest.mark.parametrize(
    ("value", "written"),
    [(-5, "-5"), (-0.5, "-0.5"), (Decimal("-1.50"), "-1.50"), (0, "0"), ("-5", "'-5"), (True, "True")],
)
def test_negative_numbers_stay_numbers(value, written):
    assert only_cell(value) == written


@pytest.mark.parametrize("plain", ["0745-00-1234", "山田", "a=b", "1-1", "'", "", "・", "ー"])
def test_harmless_words_are_left_alone(plain):
    assert only_cell(plain) == plain


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (date(2026, 4, 1), "2026-04-01"),
        (datetime(2026, 3, 31, 15, 5, tzinfo=UTC), "2026-04-01 00:05"),
        (time(9, 5), "09:05"),
        (gettext_lazy("no such sentence"), "no such sentence"),
    ],
)
def test_days_and_times_are_written_for_machines(value, written):
    assert only_cell(value) == written


def test_line_breaks_become_spaces():
    assert only_cell("午前\r\n午後\n夜\u2028朝") == "午前 午後 夜 朝"


def test_commas_and_quotes_survive():
    assert only_cell('「"A", B」') == '「"A", B」'


def test_a_file_for_old_programs_says_what_it_could_not_write():
    replaced = set()

    written = only_cell("𠮷田 髙﨑 葛\U000e0100城 😀 한", encoding="cp932", replaced=replaced)

    assert written == "吉田 髙﨑 葛城 〓 〓"
    assert replaced == {"𠮷", "\U000e0100", "😀", "한"}


def test_strokes_that_only_look_different_inside_are_not_called_lost():
    replaced = set()

    written = only_cell("10〜12 5−3 ¢£", encoding="cp932", replaced=replaced)

    assert written == "10～12 5－3 ￠￡"
    assert not replaced


def test_nothing_is_lost_in_utf8():
    replaced = set()

    assert only_cell("𠮷葛\U000e0100😀", replaced=replaced) == "𠮷葛\U000e0100😀"
    assert not replaced


def test_a_download_is_written_while_it_is_sent_and_kept_by_no_cache():
    asked = []

    def rows():
        for number in range(1000):
            asked.append(number)
            yield [number]

    response = csv_response(rows(), ["番号"], filename="講座一覧.csv")
    pieces = iter(response)
    next(pieces)
    next(pieces)

    assert 0 < len(asked) < 1000
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert "filename*=utf-8''%E8%AC%9B" in response["Content-Disposition"]


def test_a_download_has_every_row_once():
    response = csv_response(([number] for number in range(1000)), ["番号"], filename="a.csv", encoding="cp932")

    assert cells(b"".join(response), "cp932") == [["番号"], *([str(number)] for number in range(1000))]
    assert response["Content-Type"] == "text/csv; charset=shift_jis"


@given(st.text(), st.sampled_from(["utf-8-sig", "cp932"]))
def test_whatever_is_in_a_cell_the_file_keeps_its_shape_and_calculates_nothing(text, encoding):
    content = cells(whole([[text, "次"]], ["列", "列"], encoding=encoding), encoding)

    assert len(content) == 2
    assert content[1][1] == "次"
    assert not content[1][0].startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
