"""A person's page on a telephone with enlarged text: everything on it can be read without pushing it aside."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.signing_in import sign_in
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_s_page_is_no_wider_than_a_telephone_with_text_at_twice_the_size(
    open_browser: Callable[..., Page], live_server: LiveServer, refuse_barriers: Callable[[Page], None]
) -> None:
    page = open_browser(viewport={"width": 390, "height": 844})
    registration = make.registration(make.run(), make_residents.resident(phone="090-0000-2811"))
    sign_in(page, make.clerk(), live_server.url)
    page.goto(reverse("person", args=[registration.resident_id]))

    page.evaluate("document.documentElement.style.fontSize = '200%'")

    expect(page.get_by_text("090-0000-2811").first).to_be_visible()
    refuse_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
