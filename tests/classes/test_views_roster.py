"""Whom a roster opens for: its instructor on the day, and for nobody else there is no such roster.

And who is shown whom when somebody comes unannounced: the office whom it knows, an instructor nobody.
"""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from classes.attendance import mark, unmark
from classes.models import Assignment, Attendance, Disagreement, Registration
from core.models import AuditEntry
from residents.merging import merge
from residents.models import Resident
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_the_morning():
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


@pytest.fixture
def instructor(client):
    user = make_accounts.user(Role.INSTRUCTOR)
    make_accounts.volunteer("吉川", user=user)
    client.force_login(user)
    return user


def somebody_elses_lesson():
    return make.run(starts_at=timezone.now() - timedelta(hours=1), capacity=9).lessons.get()


def lesson_of(instructor):
    lesson = somebody_elses_lesson()
    Assignment.objects.create(lesson=lesson, volunteer=instructor.volunteer)
    return lesson


def every_way_in(client, lesson, registration):
    """What each address of a roster answers."""
    mark = reverse("roster_mark", args=[lesson.pk, registration.pk])
    return {
        "page": client.get(reverse("roster", args=[lesson.pk])).status_code,
        "print": client.get(reverse("roster_pdf", args=[lesson.pk])).status_code,
        "mark": client.post(mark, {"mark": "present"}).status_code,
        "live mark": client.post(mark, {"mark": "present"}, headers={"hx-request": "true"}).status_code,
        "walk-in": client.get(reverse("roster_walk_in", args=[lesson.pk])).status_code,
        "walked in": client.post(reverse("roster_walk_in", args=[lesson.pk]), {"family_kana": "アベ"}).status_code,
    }


def test_the_instructor_of_the_day_gets_in_by_every_address(client, instructor):
    lesson = lesson_of(instructor)

    answers = every_way_in(client, lesson, make.registration(lesson.run))

    assert set(answers.values()) <= {200, 302, 422}
    assert Attendance.objects.get().mark == "present"


@pytest.mark.parametrize("days_away", [-1, 1])
def test_on_another_day_not_even_the_own_lesson_opens(client, instructor, days_away):
    lesson = lesson_of(instructor)
    registration = make.registration(lesson.run)

    with time_machine.travel(timezone.now() + timedelta(days=days_away)):
        client.force_login(instructor)
        answers = every_way_in(client, lesson, registration)

    assert answers.pop("page") == 302
    assert set(answers.values()) == {404}
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("days_away", [-1, 1])
def test_on_another_day_the_own_lesson_says_when_it_opens_and_names_nobody(client, instructor, days_away) -> None:
    """Who comes back to yesterday's open page has signed in anew; what they tapped leaves from where they land."""
    lesson = lesson_of(instructor)
    make.registration(lesson.run, make_residents.resident(family_name="髙橋"))

    with time_machine.travel(timezone.now() + timedelta(days=days_away)):
        client.force_login(instructor)
        answer = client.get(reverse("roster", args=[lesson.pk]), follow=True)

    assert answer.redirect_chain == [(reverse("todays_lessons"), 302)]
    page = answer.content.decode()
    assert "その名簿は、教室の当日だけ開けます。教室の日は令和8年11月24日（火）です。" in page
    assert "髙橋" not in page
    assert not AuditEntry.objects.filter(action="roster.opened").exists()


def test_somebody_elses_lesson_opens_by_no_address(client, instructor):
    lesson_of(instructor)
    other = somebody_elses_lesson()

    answers = every_way_in(client, other, make.registration(other.run))

    assert set(answers.values()) == {404}
    assert not Attendance.objects.exists()


def test_a_person_of_another_run_cannot_be_marked_through_the_own_roster(client, instructor):
    own, other = lesson_of(instructor), somebody_elses_lesson()
    stranger = make.registration(other.run, make_residents.resident())

    answer = client.post(reverse("roster_mark", args=[own.pk, stranger.pk]), {"mark": "present"})

    assert answer.status_code == 404
    assert not Attendance.objects.exists()


def test_no_page_of_an_instructor_shows_a_telephone_number(client, instructor):
    lesson = lesson_of(instructor)
    registration = make.registration(lesson.run, make_residents.resident(phone="0745-00-1834"))
    mark = reverse("roster_mark", args=[lesson.pk, registration.pk])

    pages = [
        client.get(reverse("home")),
        client.get(reverse("todays_lessons")),
        client.get(reverse("roster", args=[lesson.pk])),
        client.post(mark, {"mark": "present"}, headers={"hx-request": "true"}),
        client.get(reverse("roster_walk_in", args=[lesson.pk])),
    ]

    for page in pages:
        assert page.status_code == 200
        assert "1834" not in page.content.decode()


@pytest.mark.parametrize("taken_back", ["role", "assignment", "sign-in"])
def test_what_is_taken_from_an_instructor_is_gone_with_the_next_page(client, instructor, taken_back):
    lesson = lesson_of(instructor)
    address = reverse("roster", args=[lesson.pk])
    assert client.get(address).status_code == 200

    if taken_back == "role":
        instructor.grants.all().delete()
    elif taken_back == "assignment":
        lesson.assignments.all().delete()
    else:
        instructor.is_active = False
        instructor.save()

    assert client.get(address).status_code == {"role": 403, "assignment": 404, "sign-in": 302}[taken_back]


# Somebody who came without registering ---------------------------------------------------------------------


@pytest.fixture
def office(client):
    client.force_login(make.clerk())
    return client


def shigeru(**told):
    return make_residents.resident(**{"phone": "0745-00-1834", **told})


def came(**told) -> dict[str, str]:
    """What is asked at the door."""
    return {"family_kana": "たかはし", "given_kana": "しげる", "age_band": "70s", "device": "android", **told}


def walk_in(lesson) -> str:
    return reverse("roster_walk_in", args=[lesson.pk])


def known(lesson) -> str:
    return reverse("roster_known", args=[lesson.pk])


def test_an_instructor_is_told_nothing_of_whom_the_office_knows(client, instructor) -> None:
    lesson, person = lesson_of(instructor), shigeru(birth_year=1950)
    asked = client.get(walk_in(lesson)).content.decode()

    of_somebody_known = client.post(walk_in(lesson), came(person=person.pk, phone="0745-00-1834"))
    of_nobody_known = client.post(walk_in(lesson), came(family_kana="アベ"))

    assert 'name="typed"' not in asked
    assert 'name="phone"' not in asked
    assert of_somebody_known.url == of_nobody_known.url == reverse("roster", args=[lesson.pk])
    assert Resident.objects.count() == 3
    assert not Registration.objects.filter(resident=person).exists()
    assert not AuditEntry.objects.filter(action="resident.searched").exists()


@pytest.mark.parametrize("sent", [{"typed": "1834"}, {"person": "1"}])
def test_an_instructor_looks_nobody_up_and_chooses_nobody(client, instructor, sent) -> None:
    lesson = lesson_of(instructor)
    shigeru()

    assert client.post(known(lesson), sent).status_code == 403
    assert not Registration.objects.exists()


@pytest.mark.parametrize("typed", ["1834", "タカハシ", "髙橋 茂"])
def test_the_office_finds_whom_it_knows_as_the_desk_does_and_the_look_is_on_record(office, typed) -> None:
    lesson, person = somebody_elses_lesson(), shigeru()

    page = office.post(known(lesson), {"typed": typed})

    assert [each for each, _place in page.context["people"]] == [person]
    assert AuditEntry.objects.get(action="resident.searched").facts == {"found": 1}
    assert not Registration.objects.exists()


def test_the_person_who_is_chosen_is_present_and_stands_in_the_register_once(office) -> None:
    lesson, person = somebody_elses_lesson(), shigeru()

    for _press in range(2):
        page = office.post(known(lesson), {"typed": "1834", "person": person.pk}, follow=True)

    assert [line.mark for line in page.context["roster"].lines] == ["present"]
    assert Resident.objects.get() == Registration.objects.get().resident == person
    assert AuditEntry.objects.filter(action="resident.opened", subject_id=str(person.pk)).exists()


def test_somebody_who_is_registered_already_is_shown_with_the_slip_and_said_to_be(office) -> None:
    lesson = somebody_elses_lesson()
    registration = make.registration(lesson.run, shigeru())

    listed = office.post(known(lesson), {"typed": "1834"})
    chosen = office.post(known(lesson), {"person": registration.resident_id}, follow=True)

    assert listed.context["people"] == [(registration.resident, registration)]
    [told] = chosen.context["messages"]
    assert (told.level_tag, registration.slip in str(told)) == ("info", True)
    assert registration.resident.family_name not in str(told)


@pytest.mark.parametrize("tapped", ["", "60s"])
def test_whoever_told_the_year_of_birth_is_not_asked_how_old_they_are(office, tapped) -> None:
    office.post(walk_in(somebody_elses_lesson()), came(birth_year="S20", age_band=tapped))

    person = Resident.objects.get()
    assert (person.birth_year, person.age_band) == (1945, "80s")


def test_whoever_told_neither_year_nor_band_is_asked_for_one_of_them(office) -> None:
    page = office.post(walk_in(somebody_elses_lesson()), came(age_band=""))

    assert page.status_code == 422
    assert "年代を選ぶか、生まれた年を入力してください。" in page.content.decode()
    assert not Resident.objects.exists()


def test_whoever_is_written_down_and_likely_known_is_shown_and_not_barred(office) -> None:
    lesson, person = somebody_elses_lesson(), shigeru()

    page = office.post(walk_in(lesson), came())
    assert (page.status_code, page.context["people"]) == (422, [(person, None)])
    assert AuditEntry.objects.get(action="resident.searched").facts == {"found": 1}
    assert Resident.objects.count() == 1

    office.post(walk_in(lesson), came(surely=person.pk))
    assert Resident.objects.count() == 2
    assert Registration.objects.get().resident != person


@pytest.mark.parametrize(
    ("told", "are_shown"),
    [
        ({}, True),
        ({"age_band": "under60"}, False),
        ({"age_band": "under60", "phone": "0745-00-1834"}, True),
        ({"birth_year": "S45"}, False),
        ({"given_kana": ""}, False),
        ({"given_kana": "", "phone": "0745-00-1834"}, True),
    ],
)
def test_name_age_and_number_say_who_it_may_be(office, told, are_shown) -> None:
    shigeru(birth_year=1950)

    page = office.post(walk_in(somebody_elses_lesson()), came(**told))

    assert (page.status_code == 422) is are_shown


def test_what_the_office_learns_at_the_door_is_kept(office) -> None:
    office.post(walk_in(somebody_elses_lesson()), came(phone="0745-00-2811", birth_year="S25"))

    person = Resident.objects.get()
    assert (person.phone_lines.get().phone.national, person.birth_year) == ("0745-00-2811", 1950)
    assert person.contact_wish == "none"


def test_a_reading_that_found_nobody_need_not_be_typed_twice(office) -> None:
    form = office.post(known(somebody_elses_lesson()), {"typed": "ナカムラ ハナ"}).context["form"]

    assert (form["family_kana"].value(), form["given_kana"].value()) == ("ナカムラ", "ハナ")


def test_a_record_that_was_merged_meanwhile_leads_to_the_one_that_stays(office) -> None:
    lesson, goes, stays = somebody_elses_lesson(), shigeru(), shigeru()
    merge(goes, stays, by=make.clerk())

    office.post(known(lesson), {"person": goes.pk})

    assert Registration.objects.get().resident == stays


@pytest.mark.parametrize("sent", [{}, {"typed": "  "}, {"person": "0"}, {"person": "x"}, {"person": "9" * 30}])
def test_nothing_typed_and_nobodys_number_register_nobody(office, sent) -> None:
    answer = office.post(known(somebody_elses_lesson()), sent)

    assert answer.status_code in {200, 404}
    assert not Registration.objects.exists()


@pytest.mark.parametrize("way", ["looked up", "written down"])
def test_the_page_asks_the_database_as_often_for_many_as_for_one(office, way) -> None:
    lesson = somebody_elses_lesson()

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            page = (
                office.post(known(lesson), {"typed": "タカハシ"})
                if way == "looked up"
                else office.post(walk_in(lesson), came())
            )
        assert page.context["people"]
        return len(asked)

    make.registration(lesson.run, shigeru())
    questions()
    few = questions()
    for _each in range(4):
        make.registration(lesson.run, make_residents.resident())

    assert questions() == few


# Taps that arrive late -------------------------------------------------------------------------------------


def tap(client, lesson, registration, **told):
    """What a telephone sends of a tap, at once or hours later, and what it is answered."""
    whole = {"mark": "present", "at": moment(0), "sent": moment(0), "key": str(uuid4()), "seen": "", **told}
    address = reverse("roster_mark", args=[lesson.pk, registration.pk])
    return whole["key"], client.post(address, whole, headers={"hx-request": "true"})


def moment(minutes_ago):
    return (timezone.now() - timedelta(minutes=minutes_ago)).isoformat()


def test_an_answer_names_the_tap_it_is_about(office) -> None:
    lesson = somebody_elses_lesson()

    key, answer = tap(office, lesson, make.registration(lesson.run))

    assert (answer.status_code, answer["X-Tick"]) == (200, key)


@pytest.mark.parametrize("told", [{}, {"mark": "no such mark"}])
def test_a_tap_that_can_never_be_recorded_is_answered_with_a_sentence(office, told) -> None:
    lesson = somebody_elses_lesson()
    registration = make.registration(lesson.run)
    if not told:
        type(lesson).objects.update(cancelled_at=timezone.now())

    key, answer = tap(office, lesson, registration, **told)

    assert (answer.status_code, answer["X-Tick"]) == (422, key)
    assert "<" not in answer.content.decode()
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("minutes_wrong", [-600, -2, 0, 2, 600])
def test_a_tap_keeps_its_moment_whatever_the_clock_of_the_telephone_shows(office, minutes_wrong) -> None:
    lesson = somebody_elses_lesson()
    with time_machine.travel("2026-11-24 11:00+09:00", tick=False):
        shown = {"at": moment(40 - minutes_wrong), "sent": moment(-minutes_wrong)}
        tap(office, lesson, make.registration(lesson.run), **shown)

        assert Attendance.objects.get().marked_at == timezone.now() - timedelta(minutes=40)


def test_a_tap_that_is_long_on_its_way_stays_before_the_next_one(office) -> None:
    lesson = somebody_elses_lesson()
    registration = make.registration(lesson.run)
    with time_machine.travel("2026-11-24 11:00+09:00", tick=False):
        tap(office, lesson, registration, at=moment(0.4), sent=moment(0.4))
        tap(office, lesson, registration, mark="late", at=moment(0.3), sent=moment(0), seen="present")

    assert Attendance.objects.get().mark == "late"


@pytest.mark.parametrize(
    ("days_later", "hours_ago", "status"), [(0, 3, 200), (1, 3, 200), (1, 0, 404), (1, 27, 404), (2, 27, 404)]
)
def test_what_was_tapped_on_the_evening_of_the_lesson_is_taken_the_day_after(
    client, instructor, days_later, hours_ago, status
) -> None:
    """The roster itself does not open any more, and nothing is ticked that was not ticked then."""
    with time_machine.travel("2026-11-24 20:00+09:00"):
        lesson = lesson_of(instructor)
        registration = make.registration(lesson.run, channel="on_the_day")

    with time_machine.travel(f"2026-11-{24 + days_later} {'00:10' if days_later else '23:50'}+09:00"):
        client.force_login(instructor)
        _key, answer = tap(client, lesson, registration, at=moment(60 * hours_ago))
        page = client.get(reverse("roster", args=[lesson.pk]))

    assert answer.status_code == status
    assert Attendance.objects.exists() is (status == 200)
    assert page.status_code == (302 if days_later else 200)


def test_nobody_elses_lesson_takes_a_tap_the_day_after(client, instructor) -> None:
    with time_machine.travel("2026-11-24 20:00+09:00"):
        lesson = somebody_elses_lesson()
        registration = make.registration(lesson.run, channel="on_the_day")

    with time_machine.travel("2026-11-25 00:10+09:00"):
        client.force_login(instructor)
        _key, answer = tap(client, lesson, registration, at=moment(180))

    assert answer.status_code == 404
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("nonsense", ["abc", "-1", "9" * 18, "٣", ""])
def test_nonsense_about_a_question_answers_none(office, nonsense) -> None:
    lesson = somebody_elses_lesson()
    registration = make.registration(lesson.run)

    _key, answer = tap(office, lesson, registration, settles=nonsense)

    assert answer.status_code == 200
    assert Attendance.objects.get().mark == "present"


@pytest.fixture
def disputed(office):
    """A registration that was ticked as present in the hall and, without knowing of it, as absent at the desk."""
    lesson = somebody_elses_lesson()
    registration = make.registration(lesson.run)
    mark(lesson, registration, "present", by=make_accounts.user(Role.INSTRUCTOR), seen="")
    mark(lesson, registration, "absent", by=make.clerk(), seen="")
    return registration


@pytest.mark.parametrize("page", ["roster", "roster_paper"])
def test_a_page_shows_both_ticks_with_who_made_them(office, disputed, page) -> None:
    lesson = disputed.run.lessons.get()

    shown = office.get(reverse(page, args=[lesson.pk])).context["roster"]

    [line] = shown.lines
    assert [(tick.mark, tick.stands) for tick in line.contradiction.ticks] == [("present", False), ("absent", True)]


@pytest.mark.parametrize(("chosen", "is_settled"), [("absent", True), ("present", True), (None, False)])
def test_a_question_is_answered_where_the_sheet_is_typed_in(office, disputed, chosen, is_settled) -> None:
    name, lesson = f"mark-{disputed.pk}", disputed.run.lessons.get()
    typed = {f"initial-{name}": "absent", name: chosen or "absent"}
    if chosen == "absent":
        typed[f"decided-{disputed.pk}"] = "on"

    office.post(reverse("roster_paper", args=[lesson.pk]), typed)

    assert Attendance.objects.get().mark == (chosen or "absent")
    assert Disagreement.objects.unsettled().exists() is not is_settled


def test_whoever_cancelled_and_is_in_question_stays_on_the_roster_until_it_is_answered(office, disputed) -> None:
    lesson = disputed.run.lessons.get()
    type(disputed).objects.update(
        state="cancelled", cancelled_at=timezone.now(), cancel_reason="other", cancelled_by=make.clerk()
    )
    unmark(lesson, disputed, by=make.clerk())

    address = reverse("roster", args=[lesson.pk])
    assert [line.registration for line in office.get(address).context["roster"].lines] == [disputed]
    question = Disagreement.objects.get().pk
    _key, answer = tap(office, lesson, disputed, mark="", settles=question)

    assert answer.content.strip() == b""
    assert office.get(address).context["roster"].lines == []


def test_the_worker_of_the_roster_carries_the_policy_of_every_page(client) -> None:
    answer = client.get(reverse("roster_worker"))

    assert answer["Content-Type"].startswith("text/javascript")
    policy = json.loads(re.findall('POLICY = (".*");', answer.content.decode())[0])
    assert sorted(policy.split("; ")) == sorted(answer["Content-Security-Policy"].split("; "))


def test_what_keeps_a_roster_without_signal_asks_the_database_nothing(client, django_assert_num_queries) -> None:
    client.force_login(make_accounts.user(Role.INSTRUCTOR))

    with django_assert_num_queries(0):
        answer = client.get(reverse("roster_worker"))

    assert answer.status_code == 200
    assert "{{" not in answer.content.decode()
