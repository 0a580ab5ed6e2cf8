from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from classes.attendance import mark
from classes.cancellation import cancel
from classes.models import Assignment, Attendance, CourseRun
from classes.roster import lessons_of, line_of, may_open, roster_of
from core.models import AuditEntry
from residents.models import Consent
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_the_morning():
    """A time of day at which an hour ago was the same day."""
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


@pytest.fixture
def lesson():
    return make.run(starts_at=timezone.now() - timedelta(hours=1), capacity=9).lessons.get()


def register(lesson, **person):
    return make.registration(lesson.run, make_residents.resident(**person))


def test_people_stand_in_kana_order_and_are_numbered(lesson):
    for family, kana in (("和田", "ワダ"), ("阿部", "アベ"), ("髙橋", "タカハシ")):
        register(lesson, family_name=family, family_kana=kana)

    assert [(line.number, line.resident.family_name) for line in roster_of(lesson).lines] == [
        (1, "阿部"),
        (2, "髙橋"),
        (3, "和田"),
    ]


@pytest.mark.parametrize(
    ("given", "short"),
    [
        (["シゲル"], ["タカハシ シ"]),
        (["シゲル", "キヨ"], ["タカハシ キ", "タカハシ シ"]),
        (["シゲル", "シズ"], ["タカハシ シゲ", "タカハシ シズ"]),
        (["シゲル", "シゲル"], ["タカハシ シ", "タカハシ シ"]),
        (["シゲ", "シゲル"], ["タカハシ シゲ", "タカハシ シゲル"]),
        ([""], ["タカハシ"]),
    ],
)
def test_as_little_of_the_given_name_is_shown_as_tells_people_apart(lesson, given, short):
    for kana in given:
        register(lesson, given_kana=kana)

    assert [line.kana_short for line in roster_of(lesson).lines] == short


def test_a_need_is_shown_only_while_its_owner_agrees(lesson):
    registration = register(lesson, accommodation="右耳が聞こえにくい", accommodation_consent=True)
    assert [line.needs for line in roster_of(lesson).lines] == ["右耳が聞こえにくい"]

    Consent.objects.create(
        resident=registration.resident,
        kind=Consent.Kind.ACCOMMODATION,
        is_given=False,
        manner="spoken",
        notice_version="1",
    )

    assert [line.needs for line in roster_of(lesson).lines] == [""]


def test_somebody_who_came_to_an_earlier_class_is_no_first_timer(lesson):
    before = make.run(starts_at=timezone.now() - timedelta(days=30, hours=1))
    old_hand, newcomer = register(lesson, given_kana="ア"), register(lesson, given_kana="イ")
    with time_machine.travel(before.lessons.get().starts_at - timedelta(hours=1)):
        earlier = make.registration(before, old_hand.resident, channel="on_the_day")
    mark(before.lessons.get(), earlier, Attendance.Mark.LATE, by=make.clerk())

    first = {line.registration: line.is_first_time for line in roster_of(lesson).lines}

    assert first == {old_hand: False, newcomer: True}


def test_being_absent_from_an_earlier_class_is_no_experience(lesson):
    before = make.run(starts_at=timezone.now() - timedelta(days=30, hours=1))
    registration = register(lesson)
    with time_machine.travel(before.lessons.get().starts_at - timedelta(hours=1)):
        earlier = make.registration(before, registration.resident, channel="on_the_day")
    mark(before.lessons.get(), earlier, Attendance.Mark.ABSENT, by=make.clerk())

    assert [line.is_first_time for line in roster_of(lesson).lines] == [True]


def test_the_second_lesson_of_the_first_run_is_still_the_first_time():
    run = make.run(lessons=2, starts_at=timezone.now() - timedelta(days=7, hours=1))
    first, second = run.lessons.order_by("starts_at")
    registration = make.registration(run)
    mark(first, registration, Attendance.Mark.PRESENT, by=make.clerk())

    assert [line.is_first_time for line in roster_of(second).lines] == [True]


def test_who_uses_a_device_of_the_office_is_marked(lesson):
    CourseRun.objects.filter(pk=lesson.run_id).update(loan_devices=1)
    borrower = make_residents.resident(given_kana="ワ")
    register(lesson, given_kana="ア")
    make.registration(lesson.run, borrower, borrowing=[borrower])

    assert [line.borrows for line in roster_of(lesson).lines] == [False, True]


def test_who_waits_or_cancelled_is_not_on_the_roster_unless_they_were_ticked(lesson):
    clerk = make.clerk()
    gone, came = register(lesson, given_kana="ア"), register(lesson, given_kana="イ")
    for registration in (gone, came):
        cancel(registration, by=clerk, reason="health")
    mark(lesson, came, Attendance.Mark.PRESENT, by=clerk)

    (line,) = roster_of(lesson).lines

    assert (line.registration, line.is_cancelled) == (came, True)


def test_an_absence_told_by_somebody_without_a_seat_puts_nobody_on_the_roster(lesson):
    clerk = make.clerk()
    CourseRun.objects.filter(pk=lesson.run_id).update(capacity=2)
    comes, gone, waits = (register(lesson) for _each in range(3))
    for registration in (gone, waits):
        mark(lesson, registration, Attendance.Mark.ABSENT_TOLD, by=clerk)
    assert [line.registration for line in roster_of(lesson).lines] == [comes, gone]

    cancel(gone, by=clerk, reason="health")

    assert [line.registration for line in roster_of(lesson).lines] == [comes]


@pytest.mark.parametrize(("tick", "came"), [("present", True), ("absent", False)])
def test_only_whoever_came_after_a_cancellation_is_said_to_have_come(client, lesson, tick, came):
    clerk, registration = make.clerk(), register(lesson)
    client.force_login(clerk)
    client.cookies["django_language"] = "en"
    cancel(registration, by=clerk, reason="health")
    mark(lesson, registration, tick, by=clerk)

    page = client.get(reverse("roster", args=[lesson.pk])).content.decode()

    assert ("had cancelled" in page, ">Cancelled<" in page) == (came, not came)


def test_the_count_is_of_those_who_came(lesson):
    clerk = make.clerk()
    for kana, tick in zip("アイウエオ", ["present", "late", "left_early", "absent", ""], strict=True):
        registration = register(lesson, given_kana=kana)
        if tick:
            mark(lesson, registration, tick, by=clerk)

    roster = roster_of(lesson)

    assert (roster.came, len(roster.lines)) == (3, 5)


@pytest.mark.parametrize("people", [2, 8])
def test_a_roster_is_one_query_for_any_number_of_people(lesson, people, django_assert_num_queries):
    for _person in range(people):
        register(lesson)

    with django_assert_num_queries(1):
        assert len([(line.resident.name, line.needs) for line in roster_of(lesson).lines]) == people


@pytest.fixture
def instructor(lesson):
    user = make_accounts.user(Role.INSTRUCTOR)
    Assignment.objects.create(lesson=lesson, volunteer=make_accounts.volunteer("吉川", user=user))
    return user


def test_an_instructor_opens_the_roster_of_their_own_lesson_on_its_day_only(lesson, instructor):
    begins = timezone.localtime(lesson.starts_at)

    assert may_open(instructor, lesson, now=begins.replace(hour=0, minute=1))
    assert may_open(instructor, lesson, now=begins.replace(hour=23, minute=59))
    assert not may_open(instructor, lesson, now=begins - timedelta(days=1))
    assert not may_open(instructor, lesson, now=begins + timedelta(days=1))


def test_an_instructor_opens_nobody_elses_roster(instructor):
    other = make.run(starts_at=timezone.now() - timedelta(hours=1)).lessons.get()

    assert not may_open(instructor, other)


def test_reception_opens_any_roster_at_any_time(lesson):
    assert may_open(make.clerk(), lesson, now=lesson.starts_at - timedelta(days=60))


def test_todays_lessons_are_ones_own_and_take_place(lesson, instructor):
    assert list(lessons_of(instructor)) == [lesson]

    lesson.cancelled_at = timezone.now()
    lesson.save()

    assert list(lessons_of(instructor)) == []


def test_the_sheet_is_one_look_however_it_is_opened(client, lesson):
    registration = register(lesson)
    address, unknown = reverse("roster_paper", args=[lesson.pk]), {f"mark-{registration.pk}": "unknown"}
    first, second = make.clerk(), make.clerk()

    client.force_login(first)
    client.get(address)
    client.post(address, unknown)
    client.force_login(second)
    client.post(address, unknown)

    looks = AuditEntry.objects.filter(action="roster.opened", subject_id=str(lesson.pk))
    assert sorted(looks.values_list("by", flat=True)) == [first.pk, second.pk]


def test_a_tick_made_while_the_sheet_is_typed_in_stays(client, lesson):
    """The clerk's page still shows nothing for this person, and says nothing about them."""
    clerk, ticked, typed = make.clerk(), register(lesson), register(lesson)
    client.force_login(clerk)
    page = client.get(reverse("roster_paper", args=[lesson.pk]))
    sent = {field.html_initial_name: field.value() for _line, field, _decided in page.context["form"].rows()}
    mark(lesson, ticked, Attendance.Mark.LATE, by=clerk)

    sent |= {f"mark-{ticked.pk}": "", f"mark-{typed.pk}": Attendance.Mark.PRESENT}
    client.post(reverse("roster_paper", args=[lesson.pk]), sent)

    assert {line.registration: line.mark for line in roster_of(lesson).lines} == {
        ticked: Attendance.Mark.LATE,
        typed: Attendance.Mark.PRESENT,
    }


def test_a_page_of_before_saves_a_line_beside_one_that_was_ticked_again_meanwhile(client, lesson):
    """The page shows a mark that is not on paper, which is corrected before the clerk saves another line."""
    clerk, ticked, typed = make.clerk(), register(lesson), register(lesson)
    mark(lesson, ticked, Attendance.Mark.LEFT_EARLY, by=clerk)
    client.force_login(clerk)
    page = client.get(reverse("roster_paper", args=[lesson.pk]))
    sent = {field.html_initial_name: field.value() for _line, field, _decided in page.context["form"].rows()}
    mark(lesson, ticked, Attendance.Mark.PRESENT, by=clerk)

    sent |= {f"mark-{ticked.pk}": Attendance.Mark.LEFT_EARLY, f"mark-{typed.pk}": Attendance.Mark.LATE}
    client.post(reverse("roster_paper", args=[lesson.pk]), sent)

    assert {line.registration: line.mark for line in roster_of(lesson).lines} == {
        ticked: Attendance.Mark.PRESENT,
        typed: Attendance.Mark.LATE,
    }


def test_a_mark_typed_in_by_mistake_is_taken_back_on_the_sheet(client, lesson):
    clerk, registration = make.clerk(), register(lesson)
    mark(lesson, registration, Attendance.Mark.PRESENT, by=clerk)
    client.force_login(clerk)
    address = reverse("roster_paper", args=[lesson.pk])
    assert f'name="initial-mark-{registration.pk}" value="present"' in client.get(address).content.decode()

    client.post(address, {f"initial-mark-{registration.pk}": "present", f"mark-{registration.pk}": ""})

    assert [line.mark for line in roster_of(lesson).lines] == [""]


def test_one_line_says_what_the_whole_roster_says_of_that_person(lesson):
    namesakes = [
        register(lesson, family_name="辻", family_kana="ツジ", given_name="茂", given_kana=kana)
        for kana in ("シゲル", "シゲオ")
    ]
    needs_much = register(
        lesson, family_name="和田", family_kana="ワダ", accommodation="耳が遠い", accommodation_consent=True
    )
    for tick in ("present", "absent"):
        mark(lesson, needs_much, tick, by=make.clerk(), seen="")
    mark(lesson, namesakes[0], "late", by=make.clerk())
    gone = register(lesson, family_name="岡", family_kana="オカ")
    cancel(gone, by=make.clerk(), reason="health")

    lines = roster_of(lesson).lines

    assert len(lines) == 3
    assert [line_of(lesson, each.registration.pk) for each in lines] == lines
    assert {each.needs for each in lines} == {"耳が遠い", ""}
    assert any(each.contradiction for each in lines)
    assert line_of(lesson, gone.pk) is None
    assert line_of(lesson, 0) is None
