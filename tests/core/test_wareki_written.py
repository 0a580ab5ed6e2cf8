from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import wareki


@pytest.fixture(autouse=True)
def _in_japanese():
    with translation.override("ja"):
        yield


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 11, 25), "令和6年11月25日（月）"),
        (date(2025, 12, 3), "令和7年12月3日（水）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(1926, 12, 25), "昭和元年12月25日（土）"),
        (date(1926, 12, 24), "大正15年12月24日（金）"),
        (date(1912, 7, 30), "大正元年7月30日（火）"),
        (date(1912, 7, 29), "明治45年7月29日（月）"),
        (date(1850, 1, 1), "1850年1月1日（火）"),
    ],
)
def test_a_day_is_written_in_its_era_with_its_weekday(day, written):
    assert wareki.wareki(day) == written


def test_a_day_without_its_year_keeps_its_weekday():
    assert wareki.short_date(date(2025, 12, 3)) == "12月3日（水）"


def test_an_aware_time_is_shown_in_tokyo():
    evening_in_london = datetime(2025, 12, 2, 15, 30, tzinfo=UTC)

    assert wareki.short_date(evening_in_london) == "12月3日（水）"
    assert wareki.clock(evening_in_london) == "午前0時30分"
    assert wareki.day_and_time(evening_in_london) == "令和7年12月3日（水） 午前0時30分"
    assert wareki.local_date(evening_in_london) == date(2025, 12, 3)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (time(0, 0), "午前0時"),
        (time(9, 5), "午前9時5分"),
        (time(10, 0), "午前10時"),
        (time(11, 59), "午前11時59分"),
        (time(12, 0), "正午"),
        (time(12, 1), "午後0時1分"),
        (time(12, 30), "午後0時30分"),
        (time(13, 30), "午後1時30分"),
        (time(23, 59), "午後11時59分"),
        (datetime(2025, 12, 3, 10, 0), "午前10時"),  # noqa: DTZ001 -- a naive time is Tokyo's
    ],
)
def test_a_time_is_written_with_its_half_of_the_day(moment, written):
    assert wareki.clock(moment) == written


def test_ranges_are_written_from_to():
    start, end = datetime(2025, 12, 3, 10, tzinfo=wareki.TOKYO), datetime(2025, 12, 3, 12, tzinfo=wareki.TOKYO)

    assert wareki.clock_range(start, end) == "午前10時から正午まで"
    assert wareki.span(start, end) == "12月3日（水）午前10時から正午まで"
    assert wareki.span(start, end + timedelta(days=1)) == "12月3日（水）午前10時から12月4日（木）正午まで"


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 4, 1), date(2026, 4, 30), "令和8年4月1日（水）から4月30日（木）まで"),
        (date(2025, 12, 1), date(2026, 1, 9), "令和7年12月1日（月）から令和8年1月9日（金）まで"),
        (date(2026, 4, 1), date(2026, 4, 1), "令和8年4月1日（水）"),
    ],
)
def test_a_range_of_days_names_the_year_again_only_when_it_changes(first, last, written):
    assert wareki.date_range(first, last) == written


def test_a_day_is_read_out_without_brackets():
    moment = datetime(2025, 12, 3, 10, tzinfo=wareki.TOKYO)

    assert wareki.spoken(moment) == "12月3日、水曜日、午前10時"
    assert wareki.spoken(moment.date()) == "12月3日、水曜日"
    assert wareki.spoken(moment, time(12)) == "12月3日、水曜日、午前10時から正午まで"


@pytest.mark.parametrize(
    ("day", "year", "label"),
    [
        (date(2026, 3, 31), 2025, "令和7年度"),
        (date(2026, 4, 1), 2026, "令和8年度"),
        (date(2027, 1, 1), 2026, "令和8年度"),
        (date(2019, 4, 1), 2019, "令和元年度"),
        (date(2019, 3, 31), 2018, "平成30年度"),
        (date(1989, 3, 31), 1988, "昭和63年度"),
        (date(1989, 4, 1), 1989, "平成元年度"),
    ],
)
def test_a_fiscal_year_begins_in_april(day, year, label):
    assert wareki.fiscal_year(day) == year
    assert wareki.fiscal_year_label(year) == label


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_lies_in_its_fiscal_year(day):
    first, last = wareki.fiscal_year_days(wareki.fiscal_year(day))

    assert first <= day <= last
    assert (last - first).days in {364, 365}


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (1949, "昭和24年（1949年）"),
        (1989, "昭和64年・平成元年（1989年）"),
        (1926, "大正15年・昭和元年（1926年）"),
        (2019, "平成31年・令和元年（2019年）"),
    ],
)
def test_a_year_of_birth_is_told_in_its_era_and_of_a_year_of_two_eras_in_both(year, told):
    assert wareki.birth_year(year) == told
    with translation.override("en"):
        assert wareki.birth_year(year) == str(year)


def test_english_pages_say_it_in_english():
    start, end = datetime(2025, 12, 3, 10, tzinfo=wareki.TOKYO), datetime(2025, 12, 3, 12, tzinfo=wareki.TOKYO)

    with translation.override("en"):
        assert wareki.wareki(start) == "Wednesday 3 December 2025"
        assert wareki.short_date(start) == "Wed 3 December"
        assert wareki.clock(start) == "10:00 a.m."
        assert wareki.clock(time(0, 30)) == "12:30 a.m."
        assert wareki.clock(time(12, 30)) == "12:30 p.m."
        assert wareki.clock_range(start, end) == "10:00 a.m. to 12:00 noon"
        assert wareki.span(start, end) == "Wed 3 December, 10:00 a.m. to 12:00 noon"
        assert wareki.spoken(start) == "Wednesday 3 December, 10:00 a.m."
        assert wareki.era_year(start) == "2025"
        assert wareki.month_label(start) == "December 2025"
        assert wareki.fiscal_year_label(2026) == "fiscal 2026"
        assert wareki.date_range(start, end + timedelta(days=1)) == (
            "Wednesday 3 December 2025 to Thursday 4 December 2025"
        )


def test_without_a_language_japanese_is_spoken():
    with translation.override(None):
        assert wareki.clock(time(12)) == "正午"
