from datetime import date, time, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import wareki
from core.wareki import (
    AmbiguousHour,
    AmbiguousTwelve,
    AmbiguousYear,
    DayMissing,
    EraIsOver,
    EraNotYet,
    NoSuchDay,
    NoSuchMonth,
    NoSuchTime,
    UnreadableDate,
    UnreadableTime,
    WrongWeekday,
    YearMissing,
    YearOutOfRange,
    parse_date,
    parse_time,
    parse_year,
)

SOLAR_DAYS = st.dates(date(1873, 1, 1), date(2199, 12, 31))


@pytest.fixture(autouse=True)
def _in_japanese():
    with translation.override("ja"):
        yield


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("S12.3.4", date(1937, 3, 4)),
        ("s12.3.4", date(1937, 3, 4)),
        ("Ｓ１２．３．４", date(1937, 3, 4)),
        ("S12/03/04", date(1937, 3, 4)),
        ("S12-3-4", date(1937, 3, 4)),
        ("Ｓ１２ー３ー４", date(1937, 3, 4)),
        ("S12 3 4", date(1937, 3, 4)),
        ("S120304", date(1937, 3, 4)),
        ("昭12.3.4", date(1937, 3, 4)),
        ("昭和12年3月4日", date(1937, 3, 4)),
        ("昭和１２年３月４日", date(1937, 3, 4)),
        ("昭和 12 年 3 月 4 日", date(1937, 3, 4)),
        ("㍼12年3月4日", date(1937, 3, 4)),
        ("昭和十二年三月四日", date(1937, 3, 4)),
        ("昭和六十三年十一月二十三日", date(1988, 11, 23)),
        ("昭和二十年十月三十一日", date(1945, 10, 31)),
        ("二〇二六年一月二日", date(2026, 1, 2)),
        ("1937/3/4", date(1937, 3, 4)),
        ("1937-03-04", date(1937, 3, 4)),
        ("1937年3月4日", date(1937, 3, 4)),
        ("西暦1937年3月4日", date(1937, 3, 4)),
        ("19370304", date(1937, 3, 4)),
        ("１９３７０３０４", date(1937, 3, 4)),
        ("R6/11/25", date(2024, 11, 25)),
        ("㋿6年11月25日", date(2024, 11, 25)),
        ("令和6年11月25日（月）", date(2024, 11, 25)),
        ("令和6年11月25日(月曜日)", date(2024, 11, 25)),
        ("令和6年11月25日月曜", date(2024, 11, 25)),
        ("令和6年11月25日月", date(2024, 11, 25)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("H31.4.30", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("S64.1.7", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("T15.12.24", date(1926, 12, 24)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("M6.1.1", date(1873, 1, 1)),
        ("2024/2/29", date(2024, 2, 29)),
        (" R8.4.1\n", date(2026, 4, 1)),
    ],
)
def test_a_date_is_understood_in_every_usual_form(typed, day):
    assert parse_date(typed) == day


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", UnreadableDate),
        ("あした", UnreadableDate),
        ("R8.12", UnreadableDate),
        ("X8.12.3", UnreadableDate),
        ("2026/12/3/4", UnreadableDate),
        ("2026123", UnreadableDate),
        ("370304", UnreadableDate),
        ("昭和十十年一月一日", UnreadableDate),
        ("昭和12年", DayMissing),
        ("1937", DayMissing),
        ("大正15", DayMissing),
        ("12/3", YearMissing),
        ("12月3日", YearMissing),
        ("12月3日（水）", YearMissing),
        ("12.3.4", AmbiguousYear),
        ("8年12月3日", AmbiguousYear),
        ("26/12/3", AmbiguousYear),
        ("123/4/5", YearOutOfRange),
        ("1872/12/31", YearOutOfRange),
        ("M5.12.2", YearOutOfRange),
        ("2200/1/1", YearOutOfRange),
        ("9999/1/1", YearOutOfRange),
        ("R0.1.1", YearOutOfRange),
        ("昭和999年1月1日", YearOutOfRange),
        ("R8.13.1", NoSuchMonth),
        ("R8.0.1", NoSuchMonth),
        ("20261301", NoSuchMonth),
        ("R8.11.31", NoSuchDay),
        ("2026/2/29", NoSuchDay),
        ("R8.4.0", NoSuchDay),
        ("昭和64年1月8日", EraIsOver),
        ("昭和65年1月1日", EraIsOver),
        ("昭和65年", EraIsOver),
        ("平成31年5月1日", EraIsOver),
        ("平成32年4月1日", EraIsOver),
        ("大正15年12月26日", EraIsOver),
        ("大正16", EraIsOver),
        ("明治45年7月31日", EraIsOver),
        ("令和元年4月30日", EraNotYet),
        ("平成元年1月7日", EraNotYet),
        ("昭和元年12月24日", EraNotYet),
        ("大正元年7月29日", EraNotYet),
        ("令和6年11月25日（火）", WrongWeekday),
        ("2026/12/3(日)", WrongWeekday),
    ],
)
def test_an_impossible_or_unclear_date_is_refused_for_its_own_reason(typed, refusal):
    with pytest.raises(UnreadableDate) as refused:
        parse_date(typed)

    assert type(refused.value) is refusal
    assert "%" not in str(refused.value)


def test_a_date_past_its_era_is_refused_with_the_date_it_may_be():
    with pytest.raises(EraIsOver) as refused:
        parse_date("平成31年5月1日")

    assert "令和元年5月1日（水）" in str(refused.value)
    assert "平成31年4月30日" in str(refused.value)


def test_an_era_that_ended_on_a_day_of_two_eras_is_counted_to_its_own_end():
    with pytest.raises(EraIsOver) as refused:
        parse_date("大正16年1月1日")

    assert "大正15年12月25日" in str(refused.value)
    assert "昭和2年" in str(refused.value)


def test_a_wrong_weekday_is_refused_with_the_right_one():
    with pytest.raises(WrongWeekday) as refused:
        parse_date("令和7年12月3日（木）")

    assert "令和7年12月3日（水）" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "today", "day"),
    [
        ("12/3", date(2025, 11, 1), date(2025, 12, 3)),
        ("12月3日", date(2025, 12, 3), date(2025, 12, 3)),
        ("12月3日", date(2025, 12, 4), date(2026, 12, 3)),
        ("1/9", date(2025, 12, 4), date(2026, 1, 9)),
        ("2/29", date(2025, 3, 1), date(2028, 2, 29)),
        ("12月3日（水）", date(2025, 11, 1), date(2025, 12, 3)),
        ("R6.1.1", date(2025, 11, 1), date(2024, 1, 1)),
    ],
)
def test_a_date_without_a_year_is_the_coming_one_where_that_is_meant(typed, today, day):
    assert parse_date(typed, today=today) == day


@pytest.mark.parametrize(("typed", "refusal"), [("13/1", NoSuchMonth), ("11/31", NoSuchDay), ("2/30", NoSuchDay)])
def test_an_impossible_coming_day_is_refused(typed, refusal):
    with pytest.raises(refusal):
        parse_date(typed, today=date(2026, 1, 1))


@given(SOLAR_DAYS)
def test_what_is_written_is_understood_again(day):
    with translation.override("ja"):
        assert parse_date(wareki.wareki(day)) == day
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day:%Y%m%d}") == day


@given(SOLAR_DAYS)
def test_neighbouring_days_are_written_differently(day):
    assert wareki.wareki(day) != wareki.wareki(day - timedelta(days=1))


@given(st.text(alphabet="0123456789SHRTM昭和平成令年月日./-元 （）水", max_size=14))
def test_whatever_is_typed_is_a_day_or_a_sentence(typed):
    try:
        answer = wareki.wareki(parse_date(typed))
    except UnreadableDate as refusal:
        answer = str(refusal)

    assert answer


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1937", 1937),
        ("昭和12年", 1937),
        ("昭和12", 1937),
        ("S12", 1937),
        ("㍼12", 1937),
        ("昭12年生まれ", 1937),
        ("1937年生", 1937),
        ("S12.3.4", 1937),
        ("大正15", 1926),
        ("昭和元年", 1926),
        ("昭和64年", 1989),
        ("令和元", 2019),
    ],
)
def test_a_year_is_understood_in_every_usual_form(typed, year):
    assert parse_year(typed) == year


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("12", AmbiguousYear),
        ("昭和65年", EraIsOver),
        ("", UnreadableDate),
        ("1850", YearOutOfRange),
        ("S0", YearOutOfRange),
    ],
)
def test_an_unclear_year_is_refused(typed, refusal):
    with pytest.raises(refusal):
        parse_year(typed)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("10:00", time(10)),
        ("１０：００", time(10)),
        ("10：30", time(10, 30)),
        ("1000", time(10)),
        ("930", time(9, 30)),
        ("10", time(10)),
        ("10時", time(10)),
        ("10時半", time(10, 30)),
        ("午前10時半", time(10, 30)),
        ("午前１０時３０分", time(10, 30)),
        ("13時30分", time(13, 30)),
        ("午後1時30分", time(13, 30)),
        ("午後1:30", time(13, 30)),
        ("午後三時", time(15)),
        ("午後13時", time(13)),
        ("午後0時30分", time(12, 30)),
        ("午前0時", time(0)),
        ("正午", time(12)),
        ("12:30", time(12, 30)),
        ("12時", time(12)),
        ("0:00", time(0)),
        ("01:30", time(1, 30)),
        ("午前6時", time(6)),
        ("1:30 pm", time(13, 30)),
        ("PM1:30", time(13, 30)),
        ("12:30 p.m.", time(12, 30)),
        ("12:30 am", time(0, 30)),
        ("7:00", time(7)),
        ("23:59", time(23, 59)),
        (" 10 : 00 ", time(10)),
    ],
)
def test_a_time_is_understood_in_every_usual_form(typed, moment):
    assert parse_time(typed) == moment


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", UnreadableTime),
        ("ひる", UnreadableTime),
        ("10:00:00:00", UnreadableTime),
        ("10-00", UnreadableTime),
        ("10000", UnreadableTime),
        ("25:00", NoSuchTime),
        ("24:00", NoSuchTime),
        ("10:60", NoSuchTime),
        ("2560", NoSuchTime),
        ("午前13時", NoSuchTime),
        ("午後24時", NoSuchTime),
        ("1:30", AmbiguousHour),
        ("130", AmbiguousHour),
        ("6時", AmbiguousHour),
        ("午後12時", AmbiguousTwelve),
        ("午前12時30分", AmbiguousTwelve),
    ],
)
def test_an_impossible_or_unclear_time_is_refused_for_its_own_reason(typed, refusal):
    with pytest.raises(UnreadableTime) as refused:
        parse_time(typed)

    assert type(refused.value) is refusal
    assert "%" not in str(refused.value)


def test_an_early_hour_is_refused_with_both_readings():
    with pytest.raises(AmbiguousHour) as refused:
        parse_time("1:30")

    assert "13:30" in str(refused.value)
    assert "午前1時30分" in str(refused.value)


@given(st.times())
def test_a_written_time_is_understood_again(moment):
    minute = moment.replace(second=0, microsecond=0, fold=0)

    with translation.override("ja"):
        assert parse_time(wareki.clock(minute)) == minute
    with translation.override("en"):
        assert (
            parse_time(wareki.clock(minute).replace("12:00 noon", "12:00").replace("12:00 midnight", "0:00")) == minute
        )
    assert parse_time(f"{minute:%H:%M}") == minute
