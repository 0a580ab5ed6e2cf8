import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Volunteer
from accounts.roles import Role
from accounts.volunteering import keep_volunteer
from classes.roster import lessons_of
from core.models import AuditEntry
from core.stale import ChangedMeanwhile, as_it_stands, fingerprint
from tests.make import accounts as make
from tests.make import classes as make_classes
from tests.make.pages import boxes_of, opened

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

    address = reverse("volunteer_edit", args=[volunteer.pk])
    client.post(address, opened(client, address) | {"user": [str(instructor.pk)]})

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

    address = reverse("volunteer_edit", args=[volunteer.pk])
    client.post(address, opened(client, address) | {"is_active": []})

    volunteer.refresh_from_db()
    assert (volunteer.is_active, volunteer.user) == (False, instructor)
    assert list(Volunteer.objects.active()) == []
    assert lesson.assignments.get().volunteer == volunteer


def test_two_who_change_one_volunteer_lose_nothing_of_what_either_wrote(client, planner):
    instructor, volunteer = make.user(Role.INSTRUCTOR, name="森 一郎"), make.volunteer("森", kana="モリ")
    address = reverse("volunteer_edit", args=[volunteer.pk])
    stale = opened(client, address)
    client.post(address, stale | {"user": [str(instructor.pk)], "is_active": []})

    answer = client.post(address, stale | {"name": ["森 一郎"]})

    volunteer.refresh_from_db()
    assert (answer.status_code, volunteer.name, volunteer.user, volunteer.is_active) == (422, "森", instructor, False)
    assert [each.typed for each in answer.context["form"].changed] == ["", ""]
    assert answer.context["form"].changed[0].stands == "森 一郎"
    client.post(address, boxes_of(answer, address))
    volunteer.refresh_from_db()
    assert (volunteer.name, volunteer.user, volunteer.is_active) == ("森 一郎", instructor, False)


def test_a_volunteer_is_replaced_by_no_older_page_and_pressing_twice_is_once(planner):
    volunteer = make.volunteer("森")
    seen = fingerprint(as_it_stands(volunteer))
    volunteer.kana = "モリ"

    for _press in range(2):
        keep_volunteer(volunteer, by=planner, seen=seen)
    volunteer.kana = "ハヤシ"
    with pytest.raises(ChangedMeanwhile):
        keep_volunteer(volunteer, by=planner, seen=seen)

    volunteer.refresh_from_db()
    assert volunteer.kana == "モリ"


def test_the_same_new_volunteer_twice_is_once(planner):
    first, second = (keep_volunteer(Volunteer(name="森", kana="モリ"), by=planner) for _press in range(2))

    assert first == second
