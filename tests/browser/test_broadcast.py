"""A typhoon, on a machine whose browser runs no script: chosen, looked at, sent, counted."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from classes.models import Broadcast, Lesson
from tests.browser.signing_in import sign_in
from tests.make import classes as make
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db(transaction=True)


def test_everybody_is_told_without_a_script(open_browser: Callable[..., Page], live_server: LiveServer) -> None:
    clerk, course = make.clerk(), make.course("はじめてのLINE")
    run = make.run(course=course, capacity=9)
    for build in (make_reminders.textable, make_reminders.callable_):
        make.registration(run, build(), by=clerk)
    page = open_browser(java_script_enabled=False)
    sign_in(page, clerk, live_server.url)

    page.goto(f"{reverse('broadcast_create')}?run={run.pk}")
    expect(page.get_by_role("checkbox", name="はじめてのLINE")).to_be_checked()
    page.locator("[name=reason]").fill("台風")
    page.locator("main form[method=post] button[type=submit]").click()
    expect(page.locator("table tbody tr")).to_have_count(2)
    page.locator("form.look button:not([name])").click()

    expect(page.locator("dl.tally")).to_be_visible()
    expect(page).to_have_url(live_server.url + reverse("broadcast_detail", args=[Broadcast.objects.get().pk]))
    assert not Lesson.objects.standing().exists()
    page.reload()
    expect(page.locator("dl.tally")).to_be_visible()
    assert Broadcast.objects.count() == 1


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_of_what_would_happen_keeps_nobody_out(
    open_browser: Callable[..., Page],
    live_server: LiveServer,
    refuse_barriers: Callable[[Page], None],
    width: int,
) -> None:
    clerk, run = make.clerk(), make.run(capacity=9)
    for build in (make_reminders.textable, make_reminders.callable_):
        make.registration(run, build(), by=clerk)
    page = open_browser(viewport={"width": width, "height": 900})
    sign_in(page, clerk, live_server.url)
    page.goto(f"{reverse('broadcast_create')}?run={run.pk}")
    page.locator("[name=reason]").fill("台風")
    page.locator("main form[method=post] button[type=submit]").click()
    expect(page.locator("form.look")).to_be_visible()

    refuse_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
