"""The desk by the keyboard alone: how many keys a booking takes, and where each of them leads.

Every keydown counts, Tab and Enter included. What the caller dictates comes without a key, as a finished word comes
from an input method.
"""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from bench.frame.keyboard import FEWEST_RUNS, Caller, Clerk, household
from bench.keys import NEW_AT_MOST, RETURNING_AT_MOST
from city.models import District
from classes.models import Registration
from residents.models import Resident
from tests.browser.signing_in import sign_in
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(page: Page, live_server: LiveServer) -> Page:
    """A desk with open runs, the first box in focus."""
    for days in range(FEWEST_RUNS):
        make.run(capacity=5, starts_at=make.days_ahead(10 + days))
    sign_in(page, make.clerk(), live_server.url)
    page.goto("/desk/")
    return page


def test_a_returning_caller_is_booked_with_at_most_ten_keys(desk: Page) -> None:
    household(make_residents.landline(), by=make.clerk())
    clerk = Clerk(desk)

    clerk.books_a_returning_caller(Resident.objects.first().phone_lines.get().last_four, place=2)

    registration = Registration.objects.get()
    assert (registration.resident.given_name, registration.state) == ("茂", "confirmed")
    assert 0 < clerk.presses <= RETURNING_AT_MOST


def test_a_new_caller_is_taken_down_and_booked_with_at_most_twenty_four_keys(desk: Page) -> None:
    oshimi = District.objects.create(name="忍海", kana="オシミ")
    number = make_residents.mobile()
    clerk = Clerk(desk)

    clerk.books_a_new_caller(Caller(number.national, "吉川", "花", "よしかわ", "はな", "おしみ"))

    person = Registration.objects.get().resident
    line = person.phone_lines.get()
    assert (person.name, person.kana) == ("吉川 花", "ヨシカワ ハナ")
    assert (line.phone, line.relation) == (number, "self")
    assert (person.age_band, person.district, person.device) == ("70s", oshimi, "android")
    assert (person.contact_wish, person.notice_manner) == ("sms", "spoken")
    assert 0 < clerk.presses <= NEW_AT_MOST
