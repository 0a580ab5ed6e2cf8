"""Days, years and times as they are typed: S12.3.4, 昭和12年3月4日, 19370304, R6/11/25, 午前10時半.

Nothing is guessed: where two readings are possible the clerk is asked for the word that decides.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import MAXYEAR, date, time

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.refusal import Refusal
from core.wareki.eras import ERAS, FIRST_SOLAR_DAY, Era
from core.wareki.written import clock, era_year, wareki


class UnreadableDate(Refusal):
    """A date that cannot be kept as it was typed."""

    sentence = _("“%(typed)s” cannot be read as a date. Write it like 令和8年12月3日, R8.12.3 or 2026/12/3.")


class DayMissing(UnreadableDate):
    """A year where a day is wanted."""

    sentence = _("The month and the day are missing from “%(typed)s”. Write it like R8.12.3.")


class YearMissing(UnreadableDate):
    """A day without its year."""

    sentence = _("The year is missing from “%(typed)s”. Write it like R8.12.3.")


class AmbiguousYear(UnreadableDate):
    """A short year without its era: 12 is 昭和12年, 平成12年 or 2012."""

    sentence = _("The era is missing from “%(typed)s”. Write S for 昭和, H for 平成 or R for 令和 before the year.")


class YearOutOfRange(UnreadableDate):
    """A year in which nobody lives whom the office serves."""

    sentence = _("The year in “%(typed)s” is out of range. Please check it.")


class NoSuchMonth(UnreadableDate):
    """A thirteenth month."""

    sentence = _("There is no month %(month)d in “%(typed)s”. Months are 1 to 12.")


class NoSuchDay(UnreadableDate):
    """A thirty-first of November."""

    sentence = _("There is no day %(day)d in “%(typed)s”: that month has %(last)d days.")


class EraIsOver(UnreadableDate):
    """A day after the end of its era: 昭和65年, 平成31年5月1日."""

    sentence = _("%(era)s ended on %(last)s, so “%(typed)s” does not exist. Is it %(instead)s?")


class EraNotYet(UnreadableDate):
    """A day before its era began: 令和元年4月30日."""

    sentence = _("%(era)s began on %(first)s, so “%(typed)s” does not exist. Is it %(instead)s?")


class WrongWeekday(UnreadableDate):
    """A date whose weekday was typed with it and does not fit: one of the two was misheard."""

    sentence = _("The weekday in “%(typed)s” does not fit: it is %(date)s. Please check both.")


class UnreadableTime(Refusal):
    """A time of day that cannot be kept as it was typed."""

    sentence = _("“%(typed)s” cannot be read as a time. Write it like 10:00, 午前10時 or 13時30分.")


class NoSuchTime(UnreadableTime):
    """A twenty-fifth hour, a sixtieth minute, a thirteenth hour of the morning."""

    sentence = _("There is no time “%(typed)s”. Hours are 0 to 23 and minutes 0 to 59.")


class AmbiguousHour(UnreadableTime):
    """1:30 in an office is hardly ever at night, and 午前1時30分 would be printed on the slip."""

    sentence = _("Is “%(typed)s” in the morning or the afternoon? Write %(afternoon)s or %(morning)s.")


class AmbiguousTwelve(UnreadableTime):
    """午後12時 is midnight by the order of 1872 and noon on many clocks."""

    sentence = _("“%(typed)s” is understood in two ways. Write 正午, 12:30 or 午前0時.")


_ERAS = {name: era for era in ERAS for name in (era.name, era.name[0], era.letter)}
_ERA = "|".join(sorted(_ERAS, key=len, reverse=True))
_GAP = r"[\s./\-・,、年月]+"
# S12, S.12 and 昭和 12.
_ERA_BEFORE = rf"(?:(?P<era>{_ERA})\s*\.?)?\s*"
_FULL = re.compile(rf"{_ERA_BEFORE}(?P<year>元|\d{{1,4}}){_GAP}(?P<month>\d{{1,2}}){_GAP}(?P<day>\d{{1,2}})\s*日?")
_COMPACT = re.compile(rf"(?:(?P<era>{_ERA})(?P<year>\d\d)|(?P<western>\d{{4}}))(?P<month>\d\d)(?P<day>\d\d)")
_MONTH_AND_DAY = re.compile(r"(?P<month>\d{1,2})\s*[/.\-月]\s*(?P<day>\d{1,2})\s*日?")
_YEAR = re.compile(rf"{_ERA_BEFORE}(?P<year>元|\d{{1,4}})\s*年?")
_WEEKDAY = re.compile(r"\s*(?:\(([月火水木金土日])(?:曜日?)?\)|([月火水木金土日])曜日?|(?<=\d日)([月火水木金土日]))$")
_BORN = re.compile(r"\s*生(?:まれ)?\s*$")
_KANJI_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_KANJI_NUMBER = re.compile("[〇一二三四五六七八九十]+")
_STROKES = re.compile("[‐‑‒–—―−─ーｰ~〜]")

_TIME = re.compile(
    r"(?P<half>午前|午後|[ap]\.?m\.?)?\s*(?P<hour>\d{1,2})(?:\s*[:.時]\s*(?P<minute>\d{1,2}|半)?\s*分?)?\s*(?P<after>[ap]\.?m\.?)?"
)
_COMPACT_TIME = re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d\d)")


def parse_date(text: str, *, today: date | None = None) -> date:
    """The day that was typed; raises UnreadableDate with the sentence for the desk.

    A month and day without a year are refused, unless `today` is given: then they mean the coming one.
    """
    typed = text.strip()
    plain, weekday = _plain(text)
    if found := _FULL.fullmatch(plain) or _COMPACT.fullmatch(plain):
        day = _day(found.groupdict(), typed)
    elif found := _MONTH_AND_DAY.fullmatch(plain):
        if today is None:
            raise YearMissing(typed=typed)
        day = _coming(int(found["month"]), int(found["day"]), today, typed)
    elif found := _YEAR.fullmatch(plain):
        _year(found["era"], found["year"], typed)
        raise DayMissing(typed=typed)
    else:
        raise UnreadableDate(typed=typed)
    if weekday and "月火水木金土日"[day.weekday()] != weekday:
        raise WrongWeekday(typed=typed, date=wareki(day))
    return day


def parse_year(text: str) -> int:
    """The western year of a year or day that was typed: 1937 for 昭和12年, S12 or S12.3.4; raises UnreadableDate."""
    typed, day = text.strip(), _BORN.sub("", text)
    plain, _weekday = _plain(day)
    if found := _YEAR.fullmatch(plain):
        return _year(found["era"], found["year"], typed)
    return parse_date(day).year


def parse_time(text: str) -> time:
    """The time of day that was typed; raises UnreadableTime with the sentence for the desk."""
    typed = text.strip()
    plain, _weekday = _plain(text)
    if plain == "正午":
        return time(12)
    found = _COMPACT_TIME.fullmatch(plain) if len(plain) in {3, 4} else None
    found = found or _TIME.fullmatch(plain.lower())
    if not found:
        raise UnreadableTime(typed=typed)
    parts = found.groupdict()
    minute = 30 if parts["minute"] == "半" else int(parts["minute"] or 0)
    hour = _hour(parts, typed)
    if hour > 23 or minute > 59:
        raise NoSuchTime(typed=typed)
    if re.fullmatch("[1-6]", parts["hour"] or "") and not (parts.get("half") or parts.get("after")):
        raise AmbiguousHour(typed=typed, afternoon=f"{hour + 12}:{minute:02d}", morning=clock(time(hour, minute)))
    return time(hour, minute)


def _plain(text: str) -> tuple[str, str]:
    """The text in half-width figures and strokes, and the weekday that stood behind it."""
    plain = _STROKES.sub("-", unicodedata.normalize("NFKC", text)).upper().removeprefix("西暦").strip()
    plain = _KANJI_NUMBER.sub(_figures, plain)
    found = _WEEKDAY.search(plain)
    if not found:
        return plain, ""
    return plain[: found.start()].strip(), next(filter(None, found.groups()))


def _figures(found: re.Match[str]) -> str:
    """二〇二六 and 十二 in figures."""
    kanji = found.group()
    if "十" not in kanji:
        return "".join(str(_KANJI_DIGITS[digit]) for digit in kanji)
    tens, _ten, ones = kanji.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return kanji
    return str(_KANJI_DIGITS.get(tens, 1) * 10 + _KANJI_DIGITS.get(ones, 0))


def _year(era_name: str | None, year: str, typed: str) -> int:
    number = 1 if year == "元" else int(year)
    if not era_name:
        if len(year) < 3:
            raise AmbiguousYear(typed=typed)
        if not FIRST_SOLAR_DAY.year <= number < 2200:
            raise YearOutOfRange(typed=typed)
        return number
    era = _ERAS[era_name]
    western = era.first.year + number - 1
    if not number or not FIRST_SOLAR_DAY.year <= western < 2200:
        raise YearOutOfRange(typed=typed)
    if era.last and western > era.last.year:
        raise EraIsOver(
            typed=typed, era=_name(era), last=_in_era(era, era.last), instead=era_year(date(western, 12, 31))
        )
    return western


def _day(parts: dict[str, str | None], typed: str) -> date:
    era = _ERAS.get(parts["era"] or "")
    year = _year(parts["era"], parts["year"] or parts.get("western") or "", typed)
    day = _existing(year, int(parts["month"] or 0), int(parts["day"] or 0), typed)
    if era and era.last and day > era.last:
        raise EraIsOver(typed=typed, era=_name(era), last=_in_era(era, era.last), instead=wareki(day))
    if era and day < era.first:
        raise EraNotYet(typed=typed, era=_name(era), first=_in_era(era, era.first), instead=wareki(day))
    return day


def _existing(year: int, month: int, day: int, typed: str) -> date:
    if not 1 <= month <= 12:
        raise NoSuchMonth(typed=typed, month=month)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise NoSuchDay(typed=typed, day=day, last=last)
    return date(year, month, day)


def _coming(month: int, day: int, today: date, typed: str) -> date:
    """The next such day; the 29th of February may be some years away."""
    leap = (month, day) == (2, 29)
    years = range(today.year, min(today.year + 9, MAXYEAR))
    days = (_existing(year, month, day, typed) for year in years if not leap or monthrange(year, 2)[1] == 29)
    return next(coming for coming in days if coming >= today)


def _hour(parts: dict[str, str | None], typed: str) -> int:
    """The hour from 0 to 23, with 午前 and 午後 or with a.m. and p.m., which count noon differently."""
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or parts.get("after") or "").replace(".", "")
    if not half:
        return hour
    if hour == 12:
        if half in {"午前", "午後"}:
            raise AmbiguousTwelve(typed=typed)
        return 0 if half == "am" else 12
    if half in {"午前", "am"}:
        if hour > 12:
            raise NoSuchTime(typed=typed)
        return hour
    return hour if hour > 12 else hour + 12


def _name(era: Era) -> str:
    return era.english if (get_language() or "ja").startswith("en") else era.name


def _in_era(era: Era, day: date) -> str:
    """A day counted in the era it ends or begins, also where a newer one holds already."""
    return f"{era.name}{era.year_of(day)}年{day.month}月{day.day}日".replace(f"{era.name}1年", f"{era.name}元年")
