"""Two clerks and one held seat, each at a screen of their own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from classes.cancellation import cancel
from classes.models import Offer
from tests.browser.following import follow
from tests.browser.signing_in import sign_in
from tests.make import classes as make
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offer() -> Offer:
    """A seat held for somebody, whose answer is due in two days."""
    run, clerk = make.run(capacity=1), make.clerk()
    seated, _waiting = make.registration(run), make.registration(run)
    cancel(seated, by=clerk, reason="health")
    Offer.objects.update(answer_by=timezone.now() + timedelta(days=2))
    return Offer.objects.get()


@pytest.fixture
def screens(offer: Offer, open_browser: Callable[..., Page], live_server: LiveServer) -> list[Page]:
    """The list of held seats before two clerks."""
    opened = []
    for name in ("中村", "吉川"):
        page = open_browser()
        sign_in(page, make_reminders.clerk(name), live_server.url)
        page.goto(reverse("offer_list"))
        opened.append(page)
    return opened


def test_a_colleague_sees_who_is_calling_and_calls_somebody_else(
    screens: list[Page], offer: Offer, refuse_barriers: Callable[[Page], None]
) -> None:
    one, other = screens
    slip = offer.registration.slip
    number = offer.registration.resident.phone_lines.get().phone.national

    follow(one.get_by_role("button", name=slip))
    expect(one.locator(".one-call .number")).to_have_text(number)
    follow(other.get_by_role("button", name=slip))

    expect(other.locator("main")).to_contain_text("中村")
    expect(other.get_by_role("button", name=slip)).to_have_count(0)
    for page in screens:
        refuse_barriers(page)


def test_a_call_from_paper_is_typed_in_and_an_hour_to_come_is_pointed_out(
    screens: list[Page], offer: Offer, refuse_barriers: Callable[[Page], None]
) -> None:
    page = screens[0]
    page.goto(reverse("offer_detail", args=[offer.pk]))

    page.locator("[name=made_at]").fill("25:00")
    follow(page.locator("button[value=not_reached]"))
    expect(page.locator(".summary")).to_be_focused()
    refuse_barriers(page)

    page.locator("[name=made_at]").fill("")
    page.locator("[name=reached]").select_option("family")
    page.locator("button[value=promised]").dblclick()
    expect(page.locator(".calls")).to_be_visible()
    assert Offer.objects.get().reached == Offer.Reached.FAMILY
