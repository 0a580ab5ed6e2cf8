"""Days and times in templates, as `core.wareki` writes them; an empty value shows nothing."""

from datetime import date, datetime, time

from django import template

from core import wareki as days

register = template.Library()


@register.filter
def wareki(value: date | None) -> str:
    """令和6年11月25日（月）."""
    return days.wareki(value) if value else ""


@register.filter
def short_date(value: date | None) -> str:
    """12月3日（水）."""
    return days.short_date(value) if value else ""


@register.filter
def birth_year(value: int | None) -> str:
    """昭和24年（1949年）."""
    return days.birth_year(value) if value else ""


@register.filter
def month_label(value: date | None) -> str:
    """A month: 令和8年4月."""
    return days.month_label(value) if value else ""


@register.filter
def clock(value: time | datetime | None) -> str:
    """午前10時."""
    # Midnight is a time, though the time of day 0:00 once counted as false.
    return "" if value in {None, ""} else days.clock(value)


@register.filter
def clock_range(start: time | datetime | None, end: time | datetime | None) -> str:
    """午前10時から正午まで: {{ lesson.starts_at|clock_range:lesson.ends_at }}."""
    if start in {None, ""} or end in {None, ""}:
        return clock(start)
    return days.clock_range(start, end)


@register.filter
def span(start: datetime | None, end: datetime | None) -> str:
    """12月3日（水）午前10時から正午まで: {{ lesson.starts_at|span:lesson.ends_at }}."""
    return days.span(start, end) if start and end else ""


@register.filter
def date_range(first: date | None, last: date | None) -> str:
    """令和8年4月1日（水）から4月30日（木）まで."""
    return days.date_range(first, last) if first and last else wareki(first or last)


@register.filter
def spoken(value: date | None) -> str:
    """12月3日、水曜日、午前10時."""
    return days.spoken(value) if value else ""


@register.filter
def fiscal_year(value: date | int | None) -> str:
    """令和8年度, of a day or of the number of a fiscal year."""
    if value is None or value == "":
        return ""
    return days.fiscal_year_label(value if isinstance(value, int) else days.fiscal_year(days.local_date(value)))
