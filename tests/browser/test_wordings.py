"""The words of a text, and the days of reminders, in a real browser: seen while they are typed."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from reminders.models import Wording
from tests.browser.signing_in import sign_in
from tests.make import accounts as make_accounts
from tests.make import classes as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_text_is_seen_as_it_arrives_while_it_is_typed_and_saved_in_the_end(
    page: Page, live_server: LiveServer
) -> None:
    make.course("はじめてのスマートフォン")
    sign_in(page, make_accounts.user(Role.ADMINISTRATOR), live_server.url)
    page.goto(reverse("wording_edit", args=["lesson-reminder"]))
    arrives = page.locator("#preview")

    page.get_by_role("textbox").fill("【{市名}】{講座名}は{日付}{時刻}から{会場}です。{電話} 暗証番号")
    expect(arrives).to_contain_text("暗証番号")
    expect(arrives.locator(".notice.error")).to_be_visible()

    page.get_by_role("textbox").fill("【{市名}】{講座名}は{日付}{時刻}から{会場}です。{電話}")
    expect(arrives.locator(".notice.error")).to_have_count(0)
    expect(arrives).to_contain_text("【葛城市】はじめてのスマートフォンは12月23日（水）")
    page.locator("form:has(textarea) .actions button").first.click()

    expect(page.locator(".notice.success")).to_be_visible()
    assert Wording.objects.get().text.endswith("です。{電話}")


def test_a_rule_says_at_once_on_which_days_people_are_told(page: Page, live_server: LiveServer) -> None:
    run = make.run(starts_at=make.days_ahead(20))
    sign_in(page, make_accounts.user(Role.RECEPTION), live_server.url)
    page.goto(reverse("run_edit", args=[run.pk]))
    meaning = page.locator("#reminder-meaning li")
    expect(meaning).to_have_count(2)

    page.locator("[name=late_days]").fill("")
    expect(meaning).to_have_count(1)

    page.locator("[name=early_days]").fill("7")
    expect(meaning.first).to_contain_text("7")
