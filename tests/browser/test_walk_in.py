"""Somebody who came without registering, typed in at the office: known or new, without scripts as well."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from classes.models import Attendance, Lesson
from residents.models import Resident
from tests.browser.following import follow
from tests.browser.signing_in import sign_in
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson() -> Lesson:
    return make.run(starts_at=timezone.now() - timedelta(minutes=5), capacity=9).lessons.get()


@pytest.fixture
def shigeru() -> Resident:
    return make_residents.resident(phone="0745-00-1834", birth_year=1950)


@pytest.mark.parametrize(("width", "has_scripts"), [(1280, True), (320, False)])
def test_whom_the_office_knows_is_found_chosen_and_stands_in_the_register_once(
    open_browser: Callable[..., Page],
    live_server: LiveServer,
    refuse_barriers: Callable[[Page], None],
    lesson: Lesson,
    shigeru: Resident,
    width: int,
    has_scripts: bool,
) -> None:
    kiyo = make_residents.resident(given_name="キヨ", given_kana="キヨ", phone="0745-00-1834")
    make.registration(lesson.run, kiyo)
    page = open_browser(viewport={"width": width, "height": 900}, java_script_enabled=has_scripts)
    sign_in(page, make.clerk(), live_server.url)

    def look() -> None:
        if has_scripts:
            refuse_barriers(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    page.goto(f"/lessons/{lesson.pk}/roster/walk-in/")
    page.locator("#typed").fill("ナカムラ ハナ")
    follow(page.locator("#known button").first)
    expect(page.locator("#known [name=person]")).to_have_count(0)
    expect(page.locator("[name=family_kana]")).to_have_value("ナカムラ")
    look()
    page.locator("#typed").fill("1834")
    follow(page.locator("#known button").first)
    expect(page.locator("#known [name=person]")).to_have_count(2)
    look()
    page.locator("[name=family_kana]").fill("タカハシ")
    page.locator("[name=given_kana]").fill("シゲル")
    page.locator("[name=age_band][value='70s']").check()
    page.locator("[name=device][value=android]").check()
    follow(page.locator("form:not(#known) .actions button"))
    known = page.locator(f"[name=person][value='{shigeru.pk}']")
    expect(known).to_be_visible()
    look()
    follow(known)

    expect(page.locator(".cards li")).to_have_count(2)
    assert Attendance.objects.get().registration.resident == shigeru
    assert Resident.objects.count() == 2
