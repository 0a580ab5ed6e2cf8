"""Whom a roster opens for: its instructor on the day, and for nobody else there is no such roster."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from classes.models import Assignment, Attendance
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

    assert set(answers.values()) == {404}
    assert not Attendance.objects.exists()


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
