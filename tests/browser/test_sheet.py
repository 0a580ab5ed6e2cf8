"""A volunteer without a sign-in opens the roster on a telephone, with the number and the code on the paper."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from classes.models import Attendance, Lesson
from classes.sheet_code import code_for_print, make_new_code
from tests.browser.following import follow
from tests.browser.kept_roster import wait_until_forgotten, wait_until_kept
from tests.make import classes as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson() -> Lesson:
    cache.clear()  # tries are counted in it
    return make.run(starts_at=timezone.now() - timedelta(minutes=5), capacity=9).lessons.get()


@pytest.mark.parametrize(("width", "has_scripts"), [(390, True), (320, False)])
def test_number_and_code_open_the_roster_for_ticks_and_somebody_unannounced(
    open_browser: Callable[..., Page],
    refuse_barriers: Callable[[Page], None],
    lesson: Lesson,
    width: int,
    has_scripts: bool,
) -> None:
    registration, clerk = make.registration(lesson.run), make.clerk()
    code = code_for_print(lesson, by=clerk)
    page = open_browser(viewport={"width": width, "height": 844}, java_script_enabled=has_scripts)

    def look() -> None:
        if has_scripts:
            refuse_barriers(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    page.goto("/sheet/")
    look()
    page.locator("[name=number]").fill(f"{lesson.run_id}{lesson.ordinal}")
    page.locator("[name=code]").fill("0000")
    follow(page.locator(".actions button"))
    expect(page.locator(".summary")).to_be_visible()
    look()
    page.locator("[name=code]").fill(code.replace("-", ""))
    follow(page.locator(".actions button"))
    expect(page.locator(".cards li")).to_have_count(1)
    look()

    present = page.locator(f"#m{registration.pk}-present")
    present.click()
    expect(present).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#count b")).to_have_text("1")
    if has_scripts:
        expect(page.locator("[data-net=waiting]")).to_be_hidden()

    follow(page.locator("a.wide"))
    page.locator("[name=family_kana]").fill("ヨシカワ")
    page.locator("[name=age_band][value='70s']").check()
    page.locator("[name=device][value=android]").check()
    look()
    follow(page.locator(".actions button"))
    expect(page.locator(".cards li")).to_have_count(2)
    expect(page.locator("#count b")).to_have_text("2")
    assert list(Attendance.objects.values_list("mark", flat=True)) == ["present", "present"]

    follow(page.locator("form[action$='/leave/'] button"))
    expect(page.locator("[name=number]")).to_be_visible()
    page.goto(f"/lessons/{lesson.pk}/roster/")
    expect(page.locator("[name=login]")).to_be_visible()


def test_when_the_office_makes_a_new_code_the_telephone_says_so_and_keeps_the_tick(
    telephone: Page, refuse_barriers: Callable[[Page], None], lesson: Lesson
) -> None:
    registration, clerk = make.registration(lesson.run), make.clerk()
    code = code_for_print(lesson, by=clerk)
    telephone.goto("/sheet/")
    telephone.locator("[name=number]").fill(f"{lesson.run_id}-{lesson.ordinal}")
    telephone.locator("[name=code]").fill(code)
    follow(telephone.locator(".actions button"))
    wait_until_kept(telephone)

    make_new_code(lesson, by=clerk)
    telephone.locator(f"#m{registration.pk}-late").click()

    expect(telephone.locator("[data-net=shut]")).to_be_visible()
    assert not Attendance.objects.exists()
    telephone.goto(f"/lessons/{lesson.pk}/roster/")
    expect(telephone.locator("a[href='/sheet/']")).to_be_visible()
    refuse_barriers(telephone)
    wait_until_forgotten(telephone)

    follow(telephone.locator("a[href='/sheet/']"))
    telephone.locator("[name=number]").fill(f"{lesson.run_id}-{lesson.ordinal}")
    telephone.locator("[name=code]").fill(code_for_print(lesson, by=clerk))
    follow(telephone.locator(".actions button"))
    expect(telephone.locator(f"#m{registration.pk}-late")).to_have_attribute("aria-pressed", "true")
    expect(telephone.locator("[data-net=waiting]")).to_be_hidden()
    expect(telephone.locator("[data-net=shut]")).to_be_hidden()
    assert Attendance.objects.get().mark == "late"


def test_a_page_left_open_overnight_says_that_its_taps_are_taken_no_more(telephone: Page, lesson: Lesson) -> None:
    registration = make.registration(lesson.run)
    telephone.goto("/sheet/")
    telephone.locator("[name=number]").fill(f"{lesson.run_id}-{lesson.ordinal}")
    telephone.locator("[name=code]").fill(code_for_print(lesson, by=make.clerk()))
    follow(telephone.locator(".actions button"))
    day = timedelta(days=1)
    Lesson.objects.update(starts_at=F("starts_at") - day, ends_at=F("ends_at") - day)
    telephone.clock.set_system_time(timezone.now() + day)

    telephone.locator(f"#m{registration.pk}-late").click()

    expect(telephone.locator("[data-net=over]")).to_be_visible()
    expect(telephone.locator("[data-net=shut]")).to_be_hidden()
    telephone.locator("[data-let-go]").click()
    expect(telephone.locator("[data-net=over]")).to_be_hidden()
    expect(telephone.locator("li.waiting")).to_have_count(0)
    assert not Attendance.objects.exists()
