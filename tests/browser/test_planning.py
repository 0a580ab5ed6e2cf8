"""A clerk plans a class in a browser, with and without scripts."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from classes.models import CourseRun
from core.wareki import era_year, local_date
from tests.browser.following import follow
from tests.browser.signing_in import sign_in
from tests.make import classes as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_days_of_a_series_are_filled_in_and_the_enter_key_plans_the_run(
    open_browser: Callable[..., Page],
    live_server: LiveServer,
    refuse_barriers: Callable[[Page], None],
    *,
    scripts: bool,
) -> None:
    course, hall = make.course(), make.venue()
    first = local_date(timezone.now()).replace(month=6, day=2)
    first = first.replace(year=first.year + 1)
    page = open_browser(java_script_enabled=scripts)
    sign_in(page, make.clerk(), live_server.url)
    page.goto(reverse("run_create"))

    page.locator("[name=weekly-first]").fill(f"{first:%Y-%m-%d}")
    page.locator("[name=weekly-times]").fill("3")
    follow(page.locator("[name=fill_in]"))
    expect(page.locator("[name=lessons-0-day]")).to_have_value(f"{era_year(first)}6月2日")
    if scripts:
        refuse_barriers(page)
    page.locator("[name=lessons-0-starts]").fill("10")
    page.locator("[name=lessons-0-ends]").fill("正午")
    page.locator("[name=lessons-0-venue]").select_option(str(hall.pk))
    page.locator("[name=course]").select_option(str(course.pk))
    page.locator("[name=capacity]").fill("12")
    page.locator("[name=capacity]").press("Enter")

    page.wait_for_url(re.compile(r"/runs/[0-9]+/$"))
    assert [local_date(lesson.starts_at).day for lesson in CourseRun.objects.get().lessons.all()] == [2, 9, 16]
