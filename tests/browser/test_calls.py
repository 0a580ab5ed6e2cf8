"""Two clerks and the call list, each at a screen of their own."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from reminders.call_list import record
from reminders.models import CallAttempt, CallTask, Outcome
from reminders.sheets import print_sheet
from tests.browser.following import follow
from tests.browser.signing_in import sign_in
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _purpose():
    with make.purpose():
        yield


@pytest.fixture
def screens(open_browser: Callable[..., Page], live_server: LiveServer) -> list[Page]:
    """The call list before two clerks."""
    number = make_residents.landline()
    now = timezone.now()
    for name in ("茂", "キヨ"):
        person = make_residents.resident(phone=number, given_name=name)
        make.request(person, due_at=now, useless_after=now + timedelta(days=2))
    opened = []
    for name in ("中村", "吉川"):
        page = open_browser()
        sign_in(page, make.clerk(name), live_server.url)
        page.goto(reverse("call_list"))
        opened.append(page)
    return opened


def test_a_colleague_sees_who_is_calling_and_calls_somebody_else(
    screens: list[Page], refuse_barriers: Callable[[Page], None]
) -> None:
    one, other = screens
    number = CallTask.objects.get().phone.national

    follow(one.get_by_role("button", name=number))
    expect(one.locator(".one-call .number")).to_have_text(number)
    follow(other.get_by_role("button", name=number))

    expect(other.locator("main")).to_contain_text("中村")
    expect(other.get_by_role("button", name=number)).to_have_count(0)
    for page in screens:
        refuse_barriers(page)


def test_who_will_not_come_is_asked_for_at_the_names(
    screens: list[Page], refuse_barriers: Callable[[Page], None]
) -> None:
    page = screens[0]
    follow(page.get_by_role("button", name=CallTask.objects.get().phone.national))
    absence = page.get_by_role("button", name=str(Outcome.ABSENCE.label))

    follow(absence)
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    refuse_barriers(page)
    summary.get_by_role("link").click()
    expect(page.get_by_label("茂")).to_be_focused()

    page.get_by_label("キヨ").check()
    absence.dblclick()
    expect(page).to_have_url(re.compile(f"{reverse('call_list')}$"))

    assert CallAttempt.objects.get().outcome == Outcome.ABSENCE
    assert CallTask.objects.get().state == CallTask.State.DONE


def test_a_sheet_is_typed_in_and_what_the_screen_knows_better_is_pointed_out(
    screens: list[Page], refuse_barriers: Callable[[Page], None]
) -> None:
    page, task = screens[0], CallTask.objects.get()
    other = make.call(occasion="lesson:32", due_at=timezone.now(), useless_after=timezone.now() + timedelta(days=3))
    sheet = print_sheet(by=make.clerk())
    page.goto(reverse("call_sheet_type", args=[sheet.pk]))
    refuse_barriers(page)
    record(task, Outcome.SELF, by=make.clerk("西川"))

    page.locator('[name="outcome-1"][value="no_answer"]').check()
    page.locator('[name="outcome-2"][value="family"]').check()
    page.locator("main form button[type=submit]").last.click()

    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator(".sheet")).to_contain_text("西川")
    expect(page.locator('[name="outcome-1"][value="no_answer"]')).to_be_checked()
    expect(page.locator('[name="outcome-2"]')).to_have_count(0)
    refuse_barriers(page)
    assert {each.pk: each.outcome for each in CallTask.objects.all()} == {task.pk: "self", other.pk: "family"}
