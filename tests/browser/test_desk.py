"""The desk in a browser: with JavaScript it answers by itself, without it every step is a page; nobody is kept out."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from classes.models import CourseRun, Registration, SeatHold
from classes.seat_hold import RUNS_OUT_AFTER, hold
from residents.models import Resident
from tests.browser.following import follow
from tests.browser.signing_in import sign_in
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db(transaction=True)

DIGITS = "1834"


@pytest.fixture
def clerk() -> User:
    return make.clerk()


@pytest.fixture
def shigeru() -> Resident:
    return make_residents.resident(phone=f"0745-00-{DIGITS}", device="unknown")


@pytest.fixture
def run() -> CourseRun:
    return make.run(course=make.course("LINE入門", device="android"), loan_devices=1)


@pytest.fixture
def desk(page: Page, clerk: User, live_server: LiveServer) -> Page:
    """The desk of a clerk who has signed in."""
    sign_in(page, clerk, live_server.url)
    page.goto("/desk/")
    expect(page.locator("#typed")).to_be_focused()
    return page


@pytest.fixture
def served(desk: Page, shigeru: Resident, run: CourseRun) -> Page:
    """The desk with Shigeru on the line and a run chosen."""
    desk.keyboard.type(DIGITS)
    desk.keyboard.press("Enter")
    expect(desk.locator("#open-runs button").first).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#say form button[data-focus]")).to_be_focused()
    expect(desk.locator("#hold")).to_be_visible()
    return desk


def type_digits(desk: Page) -> None:
    """Type, and wait for the list of people that answers."""
    with desk.expect_response("**/desk/people/"):
        desk.keyboard.type(DIGITS)


def test_without_javascript_a_caller_is_booked_on_two_pages(
    open_browser: Callable[..., Page], live_server: LiveServer, clerk: User, shigeru: Resident, run: CourseRun
) -> None:
    """Counted are the pages on which the clerk does something, from the empty desk to the page with the slip."""
    page = open_browser(java_script_enabled=False)
    sign_in(page, clerk, live_server.url)
    page.goto("/desk/")
    pages = []

    page.locator("#typed").fill(DIGITS)
    follow(page.locator("#open-runs button").first)
    pages.append("the desk: number and class")
    expect(page.locator("#person-name")).to_contain_text(shigeru.name)
    expect(page.locator("#say .sentence")).to_contain_text(run.lessons.get().venue.name)
    assert SeatHold.objects.get().run == run
    follow(page.locator("#say form button").first)
    pages.append("the read-back: register")

    registration = Registration.objects.get()
    slip = page.locator("#say a[data-key=p]").get_attribute("href")
    assert page.request.get(str(slip)).headers["content-type"] == "application/pdf"
    assert (registration.resident, registration.state) == (shigeru, "confirmed")
    assert len(pages) == 2


@pytest.mark.parametrize("chosen_first", [True, False])
def test_without_javascript_a_new_caller_is_booked_on_two_pages(
    open_browser: Callable[..., Page], live_server: LiveServer, clerk: User, run: CourseRun, chosen_first: bool
) -> None:
    """Counted as for a returning caller; the class is chosen with the number or on the form of the new person."""
    page = open_browser(java_script_enabled=False)
    sign_in(page, clerk, live_server.url)
    page.goto("/desk/")
    pages = []

    page.locator("#typed").fill("0745-00-2811")
    follow(page.locator("#open-runs button" if chosen_first else ".caller .box button").first)
    pages.append("the desk: number, and the class")
    expect(page.locator("[name=phone0]")).to_have_value("0745-00-2811")
    expect(page.locator("button[name=new]")).to_be_hidden()
    for name, said in (
        ("family_kana", "なかむら"),
        ("given_kana", "はな"),
        ("family_name", "中村"),
        ("given_name", "花"),
    ):
        page.locator(f"[name={name}]").fill(said)
    page.locator("[name=notice_manner]").first.check()
    if chosen_first:
        expect(page.locator("#say .sentence")).to_contain_text(run.lessons.get().venue.name)
    else:
        page.locator("#run-of-new").select_option(str(run.pk))
    follow(page.locator("button[name=register]"))
    pages.append("the new person: take down and register")

    registration = Registration.objects.get()
    expect(page.locator("#say .sentence")).to_contain_text(registration.slip)
    assert page.locator("#say a[data-key=p]").get_attribute("href")
    assert (registration.resident.kana, registration.run, registration.state) == ("ナカムラ ハナ", run, "confirmed")
    assert not SeatHold.objects.exists()
    assert len(pages) == 2


def test_with_javascript_a_new_person_is_still_asked_for_before_the_form(desk: Page, run: CourseRun) -> None:
    desk.keyboard.type("0745-00-2811")
    desk.keyboard.press("Enter")

    expect(desk.locator("button[name=new]")).to_be_focused()
    expect(desk.locator("[name=phone0]")).to_have_count(0)
    expect(desk.locator("button[name=register]")).to_have_count(0)


def test_without_javascript_the_filter_leaves_what_is_typed_alone(
    open_browser: Callable[..., Page], live_server: LiveServer, clerk: User, run: CourseRun
) -> None:
    page = open_browser(java_script_enabled=False)
    sign_in(page, clerk, live_server.url)
    page.goto("/desk/")

    page.locator("#typed").fill(DIGITS)
    page.locator("#filters select").first.select_option("iphone")
    follow(page.locator("#filters button"))

    expect(page).to_have_url(re.compile(r"\bdevice=iphone\b"))
    expect(page.locator("#typed")).to_have_value(DIGITS)
    expect(page.locator("#open-runs")).to_have_count(0)


def test_people_are_counted_aloud_while_the_clerk_types(desk: Page, shigeru: Resident) -> None:
    desk.keyboard.type(DIGITS)

    expect(desk.locator("#people button[name=person]")).to_have_count(1)
    expect(desk.get_by_role("status").filter(has_text="1")).to_be_visible()


def test_a_list_that_comes_late_leaves_the_focus_on_the_person(desk: Page, shigeru: Resident) -> None:
    person = desk.locator("#people button[name=person]")
    desk.keyboard.type("たか")
    expect(person).to_have_count(1)
    under_way: list[Route] = []
    desk.route("**/desk/people/", lambda route: under_way.append(route))  # noqa: PLW0108  (the driver marks what it calls)
    with desk.expect_request("**/desk/people/"):
        desk.keyboard.type("はし")

    desk.keyboard.press("ArrowDown")
    expect(person).to_be_focused()
    person.evaluate("row => row.classList.add('of-the-first-list')")
    under_way[0].continue_()

    expect(desk.locator(".of-the-first-list")).to_have_count(0)
    expect(person).to_be_focused()


def test_one_key_leads_from_the_box_to_the_classes_and_the_words_stay(desk: Page, run: CourseRun) -> None:
    desk.reload()
    type_digits(desk)

    desk.keyboard.press("F2")

    expect(desk.locator("#open-runs button").first).to_be_focused()
    expect(desk.locator("#typed")).to_have_value(DIGITS)


def test_a_filter_narrows_the_list_and_stands_in_the_address(desk: Page, run: CourseRun) -> None:
    desk.reload()
    type_digits(desk)
    desk.locator("#filters select").first.select_option("iphone")

    expect(desk.locator("#open-runs")).to_have_count(0)
    expect(desk).to_have_url(re.compile(r"\bdevice=iphone\b"))
    assert DIGITS not in desk.url
    expect(desk.locator("#typed")).to_have_value(DIGITS)


def test_the_list_is_narrowed_from_the_keyboard_and_the_focus_stays(
    desk: Page, shigeru: Resident, run: CourseRun
) -> None:
    desk.goto(f"/desk/?person={shigeru.pk}")
    expect(desk.locator("#open-runs button").first).to_be_focused()
    device = desk.locator("#filters select").first
    device.focus()

    desk.keyboard.press("ArrowDown")

    # The address changes last, so what stands there now is the list that was asked for.
    expect(desk).to_have_url(re.compile(r"\bdevice=[a-z]"))
    expect(device).not_to_have_value("")
    expect(device).to_be_focused()


def test_the_seat_is_held_as_long_as_the_page_is_seen(served: Page) -> None:
    asked = []
    served.on("request", lambda request: asked.append(request.url) if request.url.endswith("/desk/hold/") else None)
    served.clock.install()
    served.reload()
    # Before it would run out by itself, however long this takes here.
    soon = timezone.now() + RUNS_OUT_AFTER - timedelta(seconds=1)
    SeatHold.objects.update(expires_at=soon)

    served.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    served.clock.fast_forward(61_000)
    served.evaluate("delete document.hidden")
    with served.expect_response("**/desk/hold/"):
        served.clock.fast_forward(61_000)

    assert len(asked) == 1
    assert SeatHold.objects.get().expires_at > soon


def test_a_device_that_is_ticked_is_held_at_once_and_the_focus_stays(
    served: Page, run: CourseRun, refuse_barriers: Callable[[Page], None]
) -> None:
    box = served.get_by_role("checkbox", name="髙橋")
    box.focus()

    with served.expect_response("**/desk/lend/"):
        served.keyboard.press("Space")
    expect(served.locator("#hold br")).to_have_count(1)
    expect(box).to_be_focused()
    assert SeatHold.objects.get().devices == 1

    with served.expect_response("**/desk/lend/"):
        served.keyboard.press("Space")
    assert SeatHold.objects.get().devices == 0
    assert hold(run, by=make.clerk(), devices=1) is not None
    with served.expect_response("**/desk/lend/"):
        served.keyboard.press("Space")
    expect(served.locator("#hold").get_by_role("alert")).to_be_visible()
    refuse_barriers(served)


def test_what_came_of_it_is_read_out_with_the_button_that_has_the_focus(served: Page) -> None:
    served.keyboard.press("Enter")

    slip = served.locator("#say a[data-key=p]")
    expect(slip).to_be_focused()
    expect(slip).to_have_accessible_description(re.compile(rf"{Registration.objects.get().slip}"))


def test_escape_frees_the_seat_and_leads_to_the_empty_box(served: Page) -> None:
    served.keyboard.press("Escape")

    expect(served.locator("#typed")).to_be_focused()
    expect(served.locator("#typed")).to_have_value("")
    assert not SeatHold.objects.exists()


def test_a_digit_chooses_an_answer_only_while_single_keys_are_on(desk: Page) -> None:
    desk.keyboard.type("0745-00-9999")
    desk.keyboard.press("Enter")
    expect(desk.locator("button[name=new]")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("[name=relation0]").first).to_be_focused()
    desk.locator("[data-shortcuts-switch]").click()

    desk.locator("[name=age_band]").first.focus()
    desk.keyboard.press("3")

    expect(desk.locator("[name=age_band]").nth(2)).not_to_be_checked()


def test_the_address_is_asked_for_once_a_postcard_is_chosen(desk: Page) -> None:
    desk.keyboard.type("0745-00-9999")
    desk.keyboard.press("Enter")
    expect(desk.locator("button[name=new]")).to_be_focused()
    desk.keyboard.press("Enter")
    address = desk.locator("[name=address]")
    expect(address).to_be_hidden()

    desk.locator("[name=contact_wish]").first.focus()
    desk.keyboard.press("3")

    expect(address).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_no_state_of_the_desk_keeps_anybody_out(
    open_browser: Callable[..., Page],
    live_server: LiveServer,
    refuse_barriers: Callable[[Page], None],
    clerk: User,
    shigeru: Resident,
    run: CourseRun,
    width: int,
) -> None:
    kiyo = make_residents.resident(given_name="キヨ", given_kana="キヨ", phone=f"0745-00-{DIGITS}")
    make.registration(make.run(course=make.course("写真")), shigeru)
    make.registration(run, kiyo, borrowing=[kiyo])
    page = open_browser(viewport={"width": width, "height": 900})
    sign_in(page, clerk, live_server.url)

    def look() -> None:
        page.wait_for_load_state("networkidle")
        refuse_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    page.goto("/desk/")
    page.locator("#typed").fill(DIGITS)
    expect(page.locator("#people button[name=person]")).to_have_count(2)
    look()
    follow(page.locator(f"#people button[value='{shigeru.pk}']"))
    follow(page.locator(f"#open-runs button[value='{run.pk}']"))
    # At that hour he is elsewhere.
    expect(page.locator("#say [name=despite]")).to_have_count(1)
    look()
    follow(page.locator(f"[name=bring][value='{kiyo.pk}']"))
    expect(page.locator("[name=leave]")).to_have_count(1)
    look()
    follow(page.locator("[name=leave]"))
    page.locator("#say [name=borrows]").check()
    follow(page.locator("#say form button").first)
    # The only device is lent.
    expect(page.locator("#say [name=device]")).to_have_count(2)
    look()
    follow(page.locator("a[href*='add=yes']"))
    page.locator("#typed").fill("0745-00-9999")
    follow(page.locator("button[name=new]"))
    expect(page.locator("form[data-asks]")).to_be_visible()
    look()
    follow(page.locator("form[data-asks] button").first)
    expect(page.get_by_role("alert")).to_be_visible()
    look()
