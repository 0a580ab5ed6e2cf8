"""The roster on a telephone in a hall without signal: what is tapped is kept, sent once, and shown as what it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Error, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.roles import Role
from accounts.staffing import close_account
from classes.attendance import mark
from classes.models import Assignment, Attendance, Disagreement, Lesson, Registration, Submission
from core.models import AuditEntry
from tests.browser.kept_roster import wait_until_forgotten, wait_until_kept
from tests.browser.signing_in import sign_in
from tests.make import accounts as make_accounts
from tests.make import classes as make

pytestmark = pytest.mark.django_db(transaction=True)

Mark = Attendance.Mark


@pytest.fixture
def instructor() -> User:
    user = make_accounts.user(Role.INSTRUCTOR)
    make_accounts.volunteer("吉川", user=user)
    return user


@pytest.fixture
def lesson(instructor: User) -> Lesson:
    """A lesson of three people that has just begun."""
    lesson = make.run(starts_at=timezone.now() - timedelta(minutes=5), capacity=9).lessons.get()
    Assignment.objects.create(lesson=lesson, volunteer=instructor.volunteer)
    for _person in range(3):
        make.registration(lesson.run)
    return lesson


@pytest.fixture
def people(lesson: Lesson) -> list[Registration]:
    return list(lesson.run.registrations.order_by("resident__kana_key", "pk"))


@pytest.fixture
def hall(telephone: Page, live_server: LiveServer, instructor: User, lesson: Lesson) -> Page:
    """The instructor's telephone with the roster open."""
    sign_in(telephone, instructor, live_server.url)
    telephone.goto(f"/lessons/{lesson.pk}/roster/")
    return telephone


def card(page: Page, who: Registration) -> Locator:
    return page.locator(f"#p{who.pk}")


def tap(page: Page, who: Registration, tick: str) -> None:
    card(page, who).locator(f".marks button[value={tick}]").click()


def expect_shown(page: Page, who: Registration, tick: str) -> None:
    expect(card(page, who).locator(f".marks button[value={tick}]")).to_have_attribute("aria-pressed", "true")


def expect_all_sent(page: Page) -> None:
    expect(page.locator("li.waiting")).to_have_count(0)
    expect(page.locator("[data-net=waiting]")).to_be_hidden()


def recorded(people: list[Registration]) -> list[str]:
    """The marks that the office knows, in the order of the roster."""
    marks = dict(Attendance.objects.values_list("registration", "mark"))
    return [marks[who.pk] for who in people if who.pk in marks]


def test_what_is_tapped_without_signal_is_shown_kept_and_sent_once_when_there_is_some(
    hall: Page, people: list[Registration], refuse_barriers: Callable[[Page], None]
) -> None:
    hall.context.set_offline(True)

    for who, tick in zip(people, ["present", "late", "absent"], strict=True):
        tap(hall, who, tick)
        expect_shown(hall, who, tick)
        expect(card(hall, who).locator("[data-unsent]")).to_be_visible()
    expect(hall.locator("[data-net=waiting] [data-count]")).to_have_text("3")
    expect(hall.locator("#count b")).to_have_text("2")
    expect(hall.locator("[data-without-signal]")).to_be_visible()
    refuse_barriers(hall)
    assert not Attendance.objects.exists()

    hall.context.set_offline(False)
    expect_all_sent(hall)
    assert recorded(people) == ["present", "late", "absent"]
    assert AuditEntry.objects.filter(action="attendance.marked").count() == Submission.objects.count() == 3


def test_a_reload_without_signal_shows_the_roster_of_today_with_what_was_tapped(
    hall: Page, people: list[Registration]
) -> None:
    first, second, third = people
    tap(hall, first, "present")
    expect_all_sent(hall)
    wait_until_kept(hall)

    hall.context.set_offline(True)
    tap(hall, second, "late")
    hall.reload()
    expect(hall.locator("[data-net=kept]")).to_be_visible()
    expect_shown(hall, first, "present")
    expect_shown(hall, second, "late")
    tap(hall, third, "absent")
    expect(hall.locator("[data-net=waiting] [data-count]")).to_have_text("2")

    hall.context.set_offline(False)
    expect_all_sent(hall)
    assert Attendance.objects.count() == Submission.objects.count() == 3
    with hall.expect_navigation():
        hall.locator("[data-net=stale] a").click()
    expect(hall.locator("html[data-kept]")).to_have_count(0)
    expect_shown(hall, third, "absent")


def test_a_tap_whose_answer_was_lost_is_sent_again_and_counts_once(hall: Page, people: list[Registration]) -> None:
    first, second, _third = people
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(route.request.url)
            mark(first.run.lessons.get(), first, Mark.LATE, by=make.clerk(), seen="present")
            # The driver calls this in a context of its own, whose connection nobody else would close.
            connections.close_all()
            route.abort()

    hall.route("**/mark/", lose_the_first_answer)
    tap(hall, first, "present")
    tap(hall, second, "late")
    expect_all_sent(hall)

    assert lost
    expect_shown(hall, first, "late")
    assert recorded(people) == ["late", "late"]
    assert not Disagreement.objects.exists()


def test_an_answer_that_comes_late_does_not_undo_what_was_tapped_since(hall: Page, people: list[Registration]) -> None:
    who = people[0]
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    hall.route("**/mark/", hold, times=1)
    with hall.expect_request("**/mark/"):
        tap(hall, who, "present")
    tap(hall, who, "absent")
    expect_shown(hall, who, "absent")

    with hall.expect_response("**/mark/"):
        held[0].continue_()
    expect_all_sent(hall)

    expect_shown(hall, who, "absent")
    assert recorded(people) == ["absent"]
    assert AuditEntry.objects.filter(action="attendance.marked").count() == 2


def test_two_pages_of_one_telephone_send_each_tap_once(hall: Page, people: list[Registration]) -> None:
    other = hall.context.new_page()
    other.goto(hall.url)
    hall.context.set_offline(True)
    tap(hall, people[0], "present")
    tap(other, people[1], "late")
    tap(hall, people[2], "absent")
    expect_shown(other, people[0], "present")
    expect_shown(hall, people[1], "late")

    hall.context.set_offline(False)

    for page in (hall, other):
        expect_all_sent(page)
    assert recorded(people) == ["present", "late", "absent"]
    assert AuditEntry.objects.filter(action="attendance.marked").count() == Submission.objects.count() == 3


@pytest.mark.parametrize("answer", [{"status": 200, "body": "<h1>Free Wi-Fi</h1>"}, {"status": 429}])
def test_what_answers_in_place_of_the_office_takes_no_tap_away(
    hall: Page, people: list[Registration], answer: dict[str, object]
) -> None:
    hall.route("**/mark/", lambda route: route.fulfill(**answer))
    tap(hall, people[0], "present")
    expect(hall.locator("[data-net=waiting]")).to_be_visible()

    hall.unroute_all()
    hall.evaluate("dispatchEvent(new Event('online'))")
    expect_all_sent(hall)

    assert recorded(people) == ["present"]


def test_a_sign_in_that_ended_keeps_the_taps_and_says_so(
    hall: Page, people: list[Registration], live_server: LiveServer, instructor: User, lesson: Lesson
) -> None:
    hall.context.clear_cookies()
    tap(hall, people[0], "present")
    expect(hall.locator("[data-net=shut]")).to_be_visible()
    expect(card(hall, people[0]).locator("[data-unsent]")).to_be_visible()

    sign_in(hall, instructor, live_server.url)
    hall.goto(f"/lessons/{lesson.pk}/roster/")
    expect_all_sent(hall)

    assert recorded(people) == ["present"]


def lies_back(page: Page, lesson: Lesson, days: int) -> None:
    """Days have passed since the lesson, for the office and for the telephone."""
    since = timedelta(days=days)
    Lesson.objects.filter(pk=lesson.pk).update(starts_at=F("starts_at") - since, ends_at=F("ends_at") - since)
    page.clock.set_system_time(timezone.now() + since)


def test_what_was_tapped_in_the_evening_is_sent_when_there_is_signal_after_midnight(
    hall: Page, people: list[Registration], lesson: Lesson
) -> None:
    hall.context.set_offline(True)
    tap(hall, people[0], "present")
    expect(hall.locator("[data-net=waiting]")).to_be_visible()
    lies_back(hall, lesson, days=1)

    hall.context.set_offline(False)

    expect_all_sent(hall)
    expect(hall.locator("[data-net=shut]")).to_be_hidden()
    assert recorded(people) == ["present"]


def test_what_can_be_sent_no_more_is_said_to_whoever_holds_the_telephone_and_let_go_by_a_press(
    hall: Page,
    people: list[Registration],
    lesson: Lesson,
    live_server: LiveServer,
    refuse_barriers: Callable[[Page], None],
) -> None:
    hall.context.set_offline(True)
    tap(hall, people[0], "present")
    tap(hall, people[1], "late")
    expect(hall.locator("[data-net=waiting]")).to_be_visible()
    lies_back(hall, lesson, days=2)

    hall.context.set_offline(False)
    expect(hall.locator("[data-net=over] [data-count]")).to_have_text("2")
    expect(hall.locator("[data-net=shut]")).to_be_hidden()
    refuse_barriers(hall)
    other = make_accounts.user(Role.INSTRUCTOR)
    sign_in(hall, other, live_server.url)
    hall.goto("/today/")
    expect(hall.locator("[data-net=over]")).to_be_visible()
    expect(hall.locator("[data-net=foreign]")).to_be_hidden()
    refuse_barriers(hall)
    hall.locator("[data-let-go]").click()

    expect(hall.locator("#network")).to_be_hidden()
    hall.reload()
    expect(hall.locator("#network")).to_be_hidden()
    assert hall.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('kakehashi.tick.'))") == []
    assert recorded(people) == []


def test_what_the_office_taps_may_be_sent_on_any_day(
    hall: Page, people: list[Registration], live_server: LiveServer, lesson: Lesson
) -> None:
    sign_in(hall, make.clerk(), live_server.url)
    hall.goto(f"/lessons/{lesson.pk}/roster/")
    hall.context.set_offline(True)
    tap(hall, people[0], "present")
    lies_back(hall, lesson, days=2)
    sign_in(hall, make_accounts.user(Role.INSTRUCTOR), live_server.url)
    hall.context.set_offline(False)

    hall.goto("/today/")

    expect(hall.locator("[data-net=foreign] [data-foreign]")).to_have_text("1")
    expect(hall.locator("[data-net=over]")).to_be_hidden()


def test_nobody_sends_what_somebody_else_tapped_on_the_same_telephone(
    hall: Page, people: list[Registration], live_server: LiveServer, instructor: User, lesson: Lesson
) -> None:
    clerk = make.clerk()
    hall.context.set_offline(True)
    tap(hall, people[0], "present")
    expect(hall.locator("[data-net=waiting]")).to_be_visible()
    # The page left behind may live on for a moment and send, as it should; not for whoever has signed out.
    hall.context.clear_cookies()
    hall.goto("about:blank")
    hall.context.set_offline(False)

    sign_in(hall, clerk, live_server.url)
    hall.goto(f"/lessons/{lesson.pk}/roster/")
    expect(hall.locator("[data-net=foreign] [data-foreign]")).to_have_text("1")
    assert recorded(people) == []

    sign_in(hall, instructor, live_server.url)
    hall.goto("/today/")
    expect(hall.locator("[data-net=foreign]")).to_be_hidden()
    hall.goto(f"/lessons/{lesson.pk}/roster/")
    expect_all_sent(hall)
    expect_shown(hall, people[0], "present")
    assert Attendance.objects.get().marked_by == instructor


def test_a_page_of_before_sends_nothing_for_whoever_has_signed_in_since(
    hall: Page, people: list[Registration], live_server: LiveServer, lesson: Lesson
) -> None:
    clerk = make.clerk()
    hall.context.set_offline(True)
    tap(hall, people[0], "present")
    expect(hall.locator("[data-net=waiting]")).to_be_visible()
    sign_in(hall, clerk, live_server.url)

    with hall.expect_response("**/mark/") as answer:
        hall.context.set_offline(False)

    assert answer.value.status == 403
    expect(hall.locator("[data-net=shut]")).to_be_visible()
    assert recorded(people) == []


def test_what_can_never_be_recorded_is_said_beside_the_person_and_let_go(
    hall: Page, people: list[Registration], live_server: LiveServer, lesson: Lesson
) -> None:
    sign_in(hall, make.clerk(), live_server.url)
    hall.goto(f"/lessons/{lesson.pk}/roster/")
    Lesson.objects.filter(pk=lesson.pk).update(cancelled_at=timezone.now())
    tap(hall, people[0], "present")

    expect(card(hall, people[0]).locator("[data-refused]")).to_be_visible()
    expect_all_sent(hall)
    expect(card(hall, people[0]).locator(".marks [aria-pressed=true]")).to_have_count(0)


def test_two_who_ticked_differently_are_shown_and_whoever_has_seen_both_decides(
    hall: Page,
    people: list[Registration],
    lesson: Lesson,
    live_server: LiveServer,
    open_browser: Callable[..., Page],
    refuse_barriers: Callable[[Page], None],
) -> None:
    first, second, _third = people
    hall.context.set_offline(True)
    tap(hall, first, "present")
    tap(hall, second, "late")
    expect_shown(hall, second, "late")
    clerk = make.clerk()
    for who in (first, second):
        mark(lesson, who, Mark.ABSENT, by=clerk, seen="")

    hall.context.set_offline(False)
    expect_all_sent(hall)
    for who in (first, second):
        expect(card(hall, who).locator(".differs")).to_be_visible()
        expect_shown(hall, who, "absent")
    refuse_barriers(hall)
    card(hall, first).locator(".differs button[value=present]").click()
    expect(card(hall, first).locator(".differs")).to_have_count(0)
    expect_shown(hall, first, "present")

    desk = open_browser()
    sign_in(desk, clerk, live_server.url)
    desk.goto(f"/lessons/{lesson.pk}/roster/paper/")
    expect(desk.locator("div.differs")).to_have_count(1)
    refuse_barriers(desk)
    desk.locator(f"[name=decided-{second.pk}]").check()
    with desk.expect_navigation():
        desk.locator(".actions button[type=submit]").click()
    assert recorded(people) == ["present", "absent"]
    assert not Disagreement.objects.unsettled().exists()


def test_whoever_signs_out_takes_the_kept_roster_along_and_leaves_no_tap_behind(
    hall: Page, people: list[Registration]
) -> None:
    wait_until_kept(hall)
    hall.goto("/today/")
    with hall.expect_navigation():
        hall.locator("form[data-forgets] button").click()

    wait_until_forgotten(hall)


@pytest.mark.parametrize("why", ["the sign-in was closed", "somebody else teaches", "the day is over for the office"])
def test_where_the_office_opens_the_roster_no_longer_the_telephone_shows_its_copy_no_more_but_keeps_the_taps(
    hall: Page, people: list[Registration], lesson: Lesson, instructor: User, why: str
) -> None:
    wait_until_kept(hall)
    hall.context.set_offline(True)
    tap(hall, people[0], "present")
    if why == "the sign-in was closed":
        close_account(instructor, by=make_accounts.user(Role.ADMINISTRATOR))
    elif why == "somebody else teaches":
        Assignment.objects.all().delete()
    else:
        Lesson.objects.update(starts_at=F("starts_at") - timedelta(days=1), ends_at=F("ends_at") - timedelta(days=1))
    hall.context.set_offline(False)
    hall.goto(f"/lessons/{lesson.pk}/roster/")

    hall.context.set_offline(True)
    with pytest.raises(Error, match="ERR_"):
        hall.goto(f"/lessons/{lesson.pk}/roster/")

    hall.context.set_offline(False)
    hall.goto("/sheet/")
    assert hall.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('kakehashi.tick.')).length") == 1
    assert not Attendance.objects.exists()
