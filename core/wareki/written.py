"""Days and times written for people: 令和6年11月25日（月）, 午前10時から正午まで, 令和8年度.

English pages say the same in English. Aware times are shown in Tokyo's, naive ones are taken to be Tokyo's.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from core.wareki import eras

TOKYO = ZoneInfo("Asia/Tokyo")

_WEEKDAYS = "月火水木金土日"
_ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def wareki(value: date) -> str:
    """A day in full: 令和6年11月25日（月）, “Monday 25 November 2024”."""
    day = local_date(value)
    if _in_english():
        return f"{_ENGLISH_WEEKDAYS[day.weekday()]} {day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{era_year(day)}{short_date(day)}"


def short_date(value: date) -> str:
    """A day of the year that everybody has in mind: 12月3日（水）, “Wed 3 December”."""
    day = local_date(value)
    if _in_english():
        return f"{_ENGLISH_WEEKDAYS[day.weekday()][:3]} {day.day} {_ENGLISH_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def era_year(value: date) -> str:
    """The year of a day: 令和元年, “2019”."""
    day = local_date(value)
    era = eras.era_of(day)
    if _in_english():
        return str(day.year)
    return f"{era.name}{_count(era.year_of(day))}年" if era else f"{day.year}年"


def birth_year(year: int) -> str:
    """A year of birth, of which the day is not known: 昭和24年（1949年）, 昭和64年・平成元年（1989年）, “1949”."""
    if _in_english():
        return str(year)
    told = dict.fromkeys([era_year(date(year, 1, 1)), era_year(date(year, 12, 31))])
    western = f"{year}年"
    return western if western in told else f"{'・'.join(told)}（{western}）"


def month_label(value: date) -> str:
    """The month of a day, as a column of a report is headed: 令和8年4月, “April 2026”."""
    day = local_date(value)
    if _in_english():
        return f"{_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{era_year(day)}{day.month}月"


def clock(value: time | datetime) -> str:
    """A time of day: 午前10時, 午後1時30分, 正午, 午後0時30分, “1:30 p.m.”.

    The Cabinet order of 1872 (太政官布告337号) has only 午前12時 for noon; the National Astronomical Observatory
    (質問4-1) finds 午後0時 the least misunderstood, as newspapers write it, and 正午 is understood by everybody.
    """
    moment = _local_time(value)
    if _in_english():
        if moment.minute == 0 and moment.hour in {0, 12}:
            return "12:00 noon" if moment.hour else "12:00 midnight"
        return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02d} {'a.m.' if moment.hour < 12 else 'p.m.'}"
    if (moment.hour, moment.minute) == (12, 0):
        return "正午"
    half = "午前" if moment.hour < 12 else "午後"
    return f"{half}{moment.hour % 12}時" + (f"{moment.minute}分" if moment.minute else "")


def day_and_time(value: datetime) -> str:
    """A moment in full: 令和6年11月25日（月） 午前10時, “Monday 25 November 2024 10:00 a.m.”."""
    return f"{wareki(value)} {clock(value)}"


def clock_range(start: time | datetime, end: time | datetime) -> str:
    """From when to when on one day: 午前10時から正午まで, “10:00 a.m. to 12:00 noon”."""
    return _from_to(clock(start), clock(end))


def date_range(first: date, last: date) -> str:
    """From which day to which: 令和8年4月1日（水）から4月30日（木）まで; the year again when it changes."""
    begin, end = local_date(first), local_date(last)
    if begin == end:
        return wareki(begin)
    if _in_english():
        return _from_to(wareki(begin), wareki(end))
    return _from_to(wareki(begin), short_date(end) if begin.year == end.year else wareki(end))


def span(start: datetime, end: datetime) -> str:
    """When something takes place: 12月3日（水）午前10時から正午まで."""
    gap = ", " if _in_english() else ""
    if local_date(start) == local_date(end):
        return f"{short_date(start)}{gap}{clock_range(start, end)}"
    return _from_to(f"{short_date(start)}{gap}{clock(start)}", f"{short_date(end)}{gap}{clock(end)}")


def spoken(value: date, end: time | datetime | None = None) -> str:
    """A day, and the time when there is one, to be read out over the telephone: 12月3日、水曜日、午前10時."""
    day = local_date(value)
    if _in_english():
        parts = [f"{_ENGLISH_WEEKDAYS[day.weekday()]} {day.day} {_ENGLISH_MONTHS[day.month - 1]}"]
    else:
        parts = [f"{day.month}月{day.day}日", f"{_WEEKDAYS[day.weekday()]}曜日"]
    if isinstance(value, datetime):
        parts.append(clock_range(value, end) if end else clock(value))
    return (", " if _in_english() else "、").join(parts)


def fiscal_year_label(year: int) -> str:
    """The name of a 年度: 令和8年度, “fiscal 2026”.

    2019 began in 平成31年 and is called 令和元年度 as a whole (改元に伴う元号による年表示の取扱いについて, 2019).
    """
    if _in_english():
        return f"fiscal {year}"
    if year == 2019:
        return "令和元年度"
    return f"{era_year(date(year, 4, 1))}度"


def local_date(value: date) -> date:
    """The day on which something lies in Tokyo; a day is itself."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(TOKYO).date() if value.tzinfo else value.date()


def _local_time(value: time | datetime) -> time:
    if isinstance(value, datetime):
        return (value.astimezone(TOKYO) if value.tzinfo else value).time()
    return value


def _from_to(begin: str, end: str) -> str:
    return f"{begin} to {end}" if _in_english() else f"{begin}から{end}まで"


def _count(number: int) -> str:
    return "元" if number == 1 else str(number)


def _in_english() -> bool:
    """Whether the page speaks English; without a page, Japanese is spoken."""
    return (get_language() or "ja").startswith("en")
