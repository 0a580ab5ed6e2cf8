import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Volunteer
from accounts.roles import Role
from accounts.volunteering import keep_volunteer
from classes.roster import lessons_of
from core.models import AuditEntry
from tests.make import accounts as make
from tests.make import classes as make_classes

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(client):
    user = make.user(Role.RECEPTION)
    client.force_login(user)
    return user


def test_a_volunteer_needs_a_name_and_no_sign_in(client, planner):
    answer = client.post(
        reverse("volunteer_create"), {"name": "森 一郎", "kana": "もり", "user": "", "is_active": "on"}
    )

    assert answer.status_code == 302
    volunteer = Volunteer.objects.get()
    assert (volunteer.name, volunteer.kana, volunteer.user, volunteer.is_active) == ("森 一郎", "モリ", None, True)
    assert AuditEntry.objects.get(action="volunteer.made").by == planner


def test_whoever_is_given_their_sign_in_finds_their_lessons(client, planner):
    instructor, volunteer = make.user(Role.INSTRUCTOR), make.volunteer("森")
    lesson = make_classes.run(starts_at=timezone.now()).lessons.get()
    lesson.assignments.create(volunteer=volunteer)

    client.post(
        reverse("volunteer_edit", args=[volunteer.pk]), {"name": "森", "user": instructor.pk, "is_active": "on"}
    )

    assert list(lessons_of(instructor)) == [lesson]


def test_a_sign_in_belongs_to_one_volunteer(client, planner):
    instructor = make.user(Role.INSTRUCTOR)
    make.volunteer("森", user=instructor)

    answer = client.post(reverse("volunteer_create"), {"name": "林", "user": instructor.pk, "is_active": "on"})

    assert answer.status_code == 422
    assert not Volunteer.objects.filter(name="林").exists()


def test_who_has_stopped_keeps_the_lessons_taught_and_a_sign_in_that_was_closed(client, planner):
    instructor = make.user(Role.INSTRUCTOR)
    instructor.is_active = False
    instructor.save()
    volunteer = make.volunteer("森", user=instructor)
    lesson = make_classes.run().lessons.get()
    lesson.assignments.create(volunteer=volunteer)

    client.post(reverse("volunteer_edit", args=[volunteer.pk]), {"name": "森", "user": instructor.pk})

    volunteer.refresh_from_db()
    assert (volunteer.is_active, volunteer.user) == (False, instructor)
    assert list(Volunteer.objects.active()) == []
    assert lesson.assignments.get().volunteer == volunteer


def test_the_same_new_volunteer_twice_is_once(planner):
    first, second = (keep_volunteer(Volunteer(name="森", kana="モリ"), by=planner) for _press in range(2))

    assert first == second
