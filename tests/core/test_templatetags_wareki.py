from datetime import date, datetime, time

import pytest
from django.template import Context, Template
from django.utils import translation

from core import wareki


@pytest.fixture(autouse=True)
def _in_japanese():
    with translation.override("ja"):
        yield


def render(source, **facts):
    return Template("{% load wareki %}" + source).render(Context(facts))


def test_templates_write_days_and_times_through_filters():
    start, end = datetime(2025, 12, 3, 10, tzinfo=wareki.TOKYO), datetime(2025, 12, 3, 12, tzinfo=wareki.TOKYO)

    assert render("{{ start|wareki }}", start=start) == "令和7年12月3日（水）"
    assert render("{{ start|short_date }}", start=start) == "12月3日（水）"
    assert render("{{ start|month_label }}", start=start) == "令和7年12月"
    assert render("{{ start|clock }}", start=start) == "午前10時"
    assert render("{{ midnight|clock }}", midnight=time(0)) == "午前0時"
    assert render("{{ start|clock_range:end }}", start=start, end=end) == "午前10時から正午まで"
    assert render("{{ start|span:end }}", start=start, end=end) == "12月3日（水）午前10時から正午まで"
    assert render("{{ start|spoken }}", start=start) == "12月3日、水曜日、午前10時"
    assert render("{{ start|fiscal_year }}/{{ 2026|fiscal_year }}", start=start) == "令和7年度/令和8年度"
    assert render("{{ start|date_range:end }}", start=start, end=end) == "令和7年12月3日（水）"


@pytest.mark.parametrize("value", [None, ""])
def test_templates_show_nothing_for_nothing(value):
    source = (
        "{{ v|wareki }}{{ v|short_date }}{{ v|clock }}{{ v|clock_range:v }}{{ v|span:v }}{{ v|spoken }}"
        "{{ v|fiscal_year }}{{ v|date_range:v }}{{ v|month_label }}"
    )

    assert render(source, v=value) == ""


def test_a_range_without_an_end_shows_its_beginning():
    assert render("{{ start|clock_range:end }}", start=time(10), end=None) == "午前10時"
    assert render("{{ first|date_range:last }}", first=date(2026, 4, 1), last=None) == "令和8年4月1日（水）"
