"""A roster opened by whoever holds its sheet: exactly this one, on the day, and nothing else of the town hall."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from classes.models import Attendance, Registration
from classes.rescheduling import cancel_lesson
from classes.sheet_code import code_for_print, make_new_code
from core.models import AuditEntry
from residents.models import Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import paper as make_paper
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db
LIVE = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def _in_the_morning():
    cache.clear()  # tries are counted in it
    with time_machine.travel("2026-11-24 09:00+09:00"):
        yield


def todays_lesson(**fields):
    return make.run(starts_at=timezone.now() + timedelta(hours=1), capacity=9, **fields).lessons.get()


def tried(client, lesson, secret, **told):
    number = f"{lesson.run_id}-{lesson.ordinal}"
    return client.post(reverse("sheet_open"), {"number": number, "code": secret} | told)


def with_sheet(client, lesson):
    """The browser of somebody who has typed number and code of that lesson's sheet."""
    answer = tried(client, lesson, code_for_print(lesson, by=make.clerk()))
    assert answer.url == reverse("roster", args=[lesson.pk])
    return client


def came(**told) -> dict[str, str]:
    return {"family_kana": "たかはし", "given_kana": "しげる", "age_band": "70s", "device": "android", **told}


def every_way_in(client, lesson, registration):
    """What each address of a roster that a sheet opens answers."""
    mark = reverse("roster_mark", args=[lesson.pk, registration.pk])
    walk_in = reverse("roster_walk_in", args=[lesson.pk])
    return {
        "page": client.get(reverse("roster", args=[lesson.pk])).status_code,
        "mark": client.post(mark, {"mark": "present"}).status_code,
        "live mark": client.post(mark, {"mark": "present"}, headers=LIVE).status_code,
        "walk-in": client.get(walk_in).status_code,
        "walked in": client.post(walk_in, came(key=str(uuid4()))).status_code,
    }


def test_with_number_and_code_the_roster_is_ticked_without_a_sign_in(client) -> None:
    lesson = todays_lesson()
    registration = make.registration(lesson.run)

    answers = every_way_in(with_sheet(client, lesson), lesson, registration)

    assert answers == {"page": 200, "mark": 302, "live mark": 200, "walk-in": 200, "walked in": 302}
    assert [each.mark for each in Attendance.objects.all()] == ["present", "present"]


def test_what_was_done_with_a_sheet_is_on_record_as_that_and_names_nobody(client) -> None:
    lesson = todays_lesson()
    registration = make.registration(lesson.run)
    code = code_for_print(lesson, by=make.clerk())
    before = AuditEntry.objects.latest("pk").pk

    tried(client, lesson, code)
    every_way_in(client, lesson, registration)

    holder = User.objects.get(is_person=False)
    assert {each.marked_by for each in Attendance.objects.all()} == {holder}
    assert Registration.objects.get(channel="on_the_day").taken_by == holder
    done = AuditEntry.objects.filter(pk__gt=before)
    assert {each.by for each in done} == {holder}
    assert {"sheet.opened", "roster.opened", "attendance.marked", "resident.taken_down"} <= {e.action for e in done}


def test_somebody_signed_in_who_types_the_code_is_on_record_by_name(client) -> None:
    lesson, helper = todays_lesson(), make_accounts.user(Role.ADVISER)
    registration = make.registration(lesson.run)
    client.force_login(helper)

    answers = every_way_in(with_sheet(client, lesson), lesson, registration)

    assert set(answers.values()) <= {200, 302}
    assert {each.marked_by for each in Attendance.objects.all()} == {helper}


def test_nobody_signs_in_as_whoever_holds_a_sheet(client) -> None:
    holder = User.objects.holder_of_a_sheet()

    assert User.objects.holder_of_a_sheet() == holder
    assert not holder.has_usable_password()
    assert holder.permissions == frozenset()
    client.force_login(make_accounts.user(Role.ADMINISTRATOR))
    assert holder not in client.get(reverse("user_list")).context["table"].data.data
    for name in ("user_edit", "user_reopen", "user_invite_again"):
        assert client.post(reverse(name, args=[holder.pk])).status_code == 404


def test_another_lesson_of_the_day_stays_closed(client) -> None:
    lesson, other = todays_lesson(), todays_lesson()
    registration = make.registration(other.run)
    code_for_print(other, by=make.clerk())

    answers = every_way_in(with_sheet(client, lesson), other, registration)

    assert set(answers.values()) == {302, 401}
    assert not Attendance.objects.exists()


def test_the_cookie_of_one_lesson_carried_to_another_opens_nothing(client) -> None:
    lesson, other = todays_lesson(), todays_lesson()
    registration = make.registration(other.run)
    code_for_print(other, by=make.clerk())
    cookie = with_sheet(client, lesson).cookies["sheet"]
    cookie["path"] = "/"

    answers = every_way_in(client, other, registration)

    assert set(answers.values()) == {302, 401}
    assert not Attendance.objects.exists()


def test_a_person_of_another_run_is_not_marked_through_the_sheet(client) -> None:
    lesson, stranger = todays_lesson(), make.registration(todays_lesson().run)

    answer = with_sheet(client, lesson).post(reverse("roster_mark", args=[lesson.pk, stranger.pk]), {"mark": "present"})

    assert answer.status_code == 404
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("mark", ["present", ""])
def test_whoever_is_not_on_the_roster_is_neither_shown_nor_marked_through_the_sheet(client, live, mark) -> None:
    lesson = todays_lesson()
    waiting = make.registration(lesson.run, make_residents.resident(family_kana="ヨシカワ"))
    Registration.objects.update(state="waiting", waiting_since=timezone.now())
    key = str(uuid4())

    address = reverse("roster_mark", args=[lesson.pk, waiting.pk])
    answer = with_sheet(client, lesson).post(address, {"mark": mark, "key": key}, headers=LIVE if live else {})

    # With a sentence, or the telephone keeps this tap and with it whatever is tapped after it.
    assert (answer.status_code, answer.get("X-Tick")) == ((422, key) if live else (302, None))
    page = client.get(reverse("roster", args=[lesson.pk])).content.decode()
    assert "この名簿に載っていない" in (answer.content.decode() if live else page)
    assert "ヨシカワ" not in answer.content.decode() + page
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("why", ["day is over", "new code", "cancelled"])
def test_what_opens_no_longer_says_so_and_takes_nothing(client, why) -> None:
    lesson = todays_lesson()
    registration = make.registration(lesson.run)
    with_sheet(client, lesson)
    moment = timezone.now()

    if why == "day is over":
        moment = timezone.now() + timedelta(hours=15)
    elif why == "new code":
        make_new_code(lesson, by=make.clerk())
    else:
        cancel_lesson(lesson, reason="台風", by=make.clerk())
    with time_machine.travel(moment):
        answers = every_way_in(client, lesson, registration)
        page = client.get(reverse("roster", args=[lesson.pk]))

    assert set(answers.values()) == {403}
    assert page.context["exception"]
    assert reverse("sheet_open") in page.content.decode()
    assert not Attendance.objects.exists()
    assert Resident.objects.count() == 1


@pytest.mark.parametrize("cookie", ["", "x", "[1,2]", "eyJ4IjoxfQ:1tabcd:zzz", "a" * 5000])
def test_a_forged_cookie_opens_nothing(client, cookie) -> None:
    lesson = todays_lesson()
    registration = make.registration(lesson.run)
    code_for_print(lesson, by=make.clerk())
    client.cookies["sheet"] = cookie

    assert set(every_way_in(client, lesson, registration).values()) == {302, 401}


def test_the_cookie_goes_to_this_roster_only_and_is_hidden_from_scripts(client, settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    lesson = todays_lesson()

    cookie = with_sheet(client, lesson).cookies["sheet"]

    assert (cookie["path"], cookie["httponly"]) == (reverse("roster", args=[lesson.pk]), True)
    assert (cookie["secure"], cookie["samesite"]) == (True, "Lax")


def test_the_sheet_opens_neither_the_print_nor_what_the_office_does_with_a_roster(client) -> None:
    lesson = todays_lesson()
    with_sheet(client, lesson)

    for name in ("roster_pdf", "roster_paper", "roster_known", "sheet_renew", "run_detail", "todays_lessons", "home"):
        address = reverse(name, args=[] if name in {"home", "todays_lessons"} else [lesson.pk])
        for answer in (client.get(address), client.post(address)):
            assert answer.url.startswith(reverse("account_login")), name


def test_no_page_of_the_sheet_shows_a_telephone_number_and_no_year_of_birth(client) -> None:
    lesson = todays_lesson()
    person = make_residents.resident(phone="0745-00-1834", birth_year=1948)
    registration = make.registration(lesson.run, person)
    with_sheet(client, lesson)

    pages = [
        client.get(reverse("roster", args=[lesson.pk])),
        client.post(reverse("roster_mark", args=[lesson.pk, registration.pk]), {"mark": "late"}, headers=LIVE),
        client.get(reverse("roster_walk_in", args=[lesson.pk])),
    ]

    for page in pages:
        for hidden in ("1834", "1948", 'name="phone"', 'name="typed"'):
            assert hidden not in page.content.decode()
        assert page["Cache-Control"] == "no-store"


def test_whoever_holds_the_sheet_is_told_nothing_of_whom_the_office_knows(client) -> None:
    lesson, person = todays_lesson(), make_residents.resident(phone="0745-00-1834", birth_year=1950)

    with_sheet(client, lesson).post(reverse("roster_walk_in", args=[lesson.pk]), came(phone="0745-00-1834"))

    assert not Registration.objects.filter(resident=person).exists()
    assert not AuditEntry.objects.filter(action="resident.searched").exists()


def test_a_roster_opened_by_its_sheet_leads_nowhere_that_asks_for_a_sign_in(client) -> None:
    lesson = todays_lesson()

    page = with_sheet(client, lesson).get(reverse("roster", args=[lesson.pk])).content.decode()

    for name in ("roster_pdf", "run_detail", "sheet_renew"):
        assert reverse(name, args=[lesson.pk]) not in page
    assert reverse("todays_lessons") not in page
    assert reverse("sheet_leave", args=[lesson.pk]) in page


def test_a_device_that_is_handed_on_opens_the_roster_no_longer(client) -> None:
    lesson = todays_lesson()

    answer = with_sheet(client, lesson).post(reverse("sheet_leave", args=[lesson.pk]))

    assert answer.url == reverse("sheet_open")
    assert client.get(reverse("roster", args=[lesson.pk])).url.startswith(reverse("account_login"))


# Number and code --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"number": "999-1"}, {"code": "0000-0000"}, {"number": "x", "code": "y"}])
def test_whatever_is_wrong_the_answer_is_the_same(client, wrong) -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())
    known = tried(client, lesson, "1111-1111")

    answer = tried(client, lesson, code, **wrong)

    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        known.context["form"].errors,
    )
    assert "sheet" not in client.cookies


@pytest.mark.parametrize("field", ["number", "code"])
@pytest.mark.parametrize("typed", ["", "9" * 41, "\0"])
def test_a_box_left_empty_or_overfilled_is_said_and_no_try(client, field, typed) -> None:
    answer = tried(client, todays_lesson(), "1111-1111", **{field: typed})

    assert field in answer.context["form"].errors
    assert not AuditEntry.objects.filter(action="sheet.refused").exists()


def test_no_browser_keeps_the_code_that_was_typed(client) -> None:
    lesson = todays_lesson()

    pages = [client.get(reverse("sheet_open")), tried(client, lesson, "1234-5678")]

    assert [page.status_code for page in pages] == [200, 422]
    assert all("no-store" in page["Cache-Control"] for page in pages)


def test_one_address_tries_a_few_times_and_is_heard_no_more_for_a_while(client) -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())

    answers = [tried(client, todays_lesson(), "1111-1111").status_code for _try in range(11)]
    right = tried(client, lesson, code)

    assert answers == [422] * 10 + [429]
    assert right.status_code == 429
    assert AuditEntry.objects.filter(action="sheet.refused").count() == 10
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert tried(client, lesson, code).status_code == 302


def test_one_sheet_is_tried_a_hundred_times_from_anywhere_and_no_other_suffers_for_it() -> None:
    lesson, other = todays_lesson(), todays_lesson()
    clerk = make.clerk()

    answers = [tried(Client(REMOTE_ADDR=f"203.0.113.{n}"), lesson, "1111-1111").status_code for n in range(101)]

    assert answers == [422] * 100 + [429]
    elsewhere = Client(REMOTE_ADDR="203.0.113.199")
    written = {"number": f"{lesson.run_id}{lesson.ordinal}"}  # without its hyphen it is the same sheet
    assert tried(elsewhere, lesson, code_for_print(lesson, by=clerk), **written).status_code == 429
    assert tried(elsewhere, other, code_for_print(other, by=clerk)).status_code == 302


def test_one_stranger_does_not_keep_a_hall_out_of_its_roster() -> None:
    lesson = todays_lesson()
    code, stranger = code_for_print(lesson, by=make.clerk()), Client(REMOTE_ADDR="203.0.113.1")

    for minutes in (0, 5.1):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert [tried(stranger, lesson, "1111-1111").status_code for _try in range(11)] == [422] * 10 + [429]

    with time_machine.travel(timezone.now() + timedelta(minutes=5.2)):
        assert tried(Client(REMOTE_ADDR="198.51.100.7"), lesson, code).status_code == 302


def test_the_right_code_is_no_try(client) -> None:
    lesson = todays_lesson()
    code = code_for_print(lesson, by=make.clerk())

    assert {tried(Client(), lesson, code).status_code for _telephone in range(25)} == {302}


def test_every_form_of_a_sheet_wants_the_key_of_its_page() -> None:
    strict, lesson = Client(enforce_csrf_checks=True), todays_lesson()
    registration = make.registration(lesson.run)
    number = {"number": f"{lesson.run_id}-{lesson.ordinal}", "code": code_for_print(lesson, by=make.clerk())}

    assert strict.post(reverse("sheet_open"), number).status_code == 403
    key = strict.get(reverse("sheet_open")).cookies["csrftoken"].value
    assert strict.post(reverse("sheet_open"), {**number, "csrfmiddlewaretoken": key}).status_code == 302

    mark = reverse("roster_mark", args=[lesson.pk, registration.pk])
    for address, sent in (
        (mark, {"mark": "present"}),
        (reverse("roster_walk_in", args=[lesson.pk]), came()),
        (reverse("sheet_leave", args=[lesson.pk]), {}),
    ):
        assert strict.post(address, sent).status_code in {302, 401, 403}
    assert not Attendance.objects.exists()
    assert strict.post(mark, {"mark": "present", "csrfmiddlewaretoken": key}).status_code == 302
    assert Attendance.objects.exists()


# The office -------------------------------------------------------------------------------------------------


def test_the_office_ends_a_lost_code_on_the_page_of_the_roster(client) -> None:
    lesson = todays_lesson()
    holder = with_sheet(Client(), lesson)
    client.force_login(make.clerk())
    renew = reverse("sheet_renew", args=[lesson.pk])
    assert renew in client.get(reverse("roster", args=[lesson.pk])).content.decode()

    answer = client.post(renew)

    assert answer.url == reverse("roster", args=[lesson.pk])
    assert holder.get(reverse("roster", args=[lesson.pk])).status_code == 403


def test_where_no_code_was_printed_none_is_to_be_ended(client) -> None:
    lesson = todays_lesson()
    client.force_login(make.clerk())

    assert not client.get(reverse("roster", args=[lesson.pk])).context["has_code"]


def test_the_printed_sheet_bears_the_code_that_opens_it(client) -> None:
    lesson = todays_lesson()
    client.force_login(make.clerk())

    paper = client.get(reverse("roster_pdf", args=[lesson.pk]))

    code = code_for_print(lesson, by=make.clerk())
    assert code in make_paper.words(paper.content)
    assert AuditEntry.objects.filter(action="sheet_code.made").count() == 1
