from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classes.cancellation import cancel
from classes.inviting import is_time_to_invite, to_invite
from classes.inviting_printing import invitations_pdf
from classes.rescheduling import call_off, cancel_lesson
from core.models import AuditEntry
from core.phone import PhoneNumber
from residents.doubts import strangers
from residents.intake import correct
from residents.merging import merge
from tests.make import classes as make
from tests.make import paper
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


def asking(**fields):
    """Somebody who asked to be told of classes."""
    return make_residents.resident(invitation_consent=True, **fields)


@pytest.fixture
def clerk(client):
    clerk = make.clerk()
    client.force_login(clerk)
    return clerk


def test_whoever_asked_for_it_is_told_in_the_order_of_the_kana() -> None:
    run = make.run()
    last, first = asking(family_kana="ヤマダ"), asking(family_kana="アオキ")
    make_residents.resident()

    assert list(to_invite(run)) == [first, last]


def test_whoever_takes_it_back_is_told_no_more() -> None:
    run, person = make.run(), asking()

    correct(person, make_residents.details(invitation_consent=False), by=make.clerk())

    assert not to_invite(run)


def test_a_record_that_was_merged_away_is_told_as_the_one_that_stays() -> None:
    run, stays, away = make.run(), make_residents.resident(), asking()

    merge(away, stays, by=make.clerk())

    assert list(to_invite(run)) == [stays]


def test_whoever_has_answered_already_or_has_a_seat_in_the_course_is_not_asked() -> None:
    clerk, course = make.clerk(), make.course()
    run, before = make.run(course=course), make.run(course=course, capacity=1)
    in_it, gave_it_back, had_it, waits_elsewhere = (asking() for _each in range(4))
    make.registration(run, in_it)
    cancel(make.registration(run, gave_it_back), by=clerk, reason="health")
    make.registration(before, had_it)
    make.registration(before, waits_elsewhere)

    assert list(to_invite(run)) == [waits_elsewhere]


@pytest.mark.parametrize("whole", [True, False])
def test_whoever_had_a_seat_in_a_run_that_did_not_take_place_is_told_of_the_next(whole) -> None:
    clerk, course = make.clerk(), make.course()
    run, before = make.run(course=course), make.run(course=course)
    person = asking()
    make.registration(before, person)
    assert not to_invite(run)

    if whole:
        call_off(before, reason="台風", by=clerk)
    else:
        cancel_lesson(before.lessons.get(), reason="台風", by=clerk)

    assert list(to_invite(run)) == [person]


@pytest.mark.parametrize(
    ("device", "taught", "is_told"),
    [
        ("iphone", "iphone", True),
        ("iphone", "android", False),
        ("easyphone", "android", True),
        ("iphone", "unknown", True),
        ("unknown", "android", True),
        ("none", "android", True),
    ],
)
def test_nobody_is_told_of_a_class_about_another_device(device, taught, is_told) -> None:
    run = make.run(course=make.course(device=taught))
    asking(device=device)

    assert to_invite(run).exists() is is_told


def test_nobody_is_told_of_a_class_that_takes_nobody() -> None:
    clerk, now = make.clerk(), timezone.now()
    later = make.run(reception_opens_at=now + timedelta(days=1))

    assert is_time_to_invite(make.run())
    assert not is_time_to_invite(later)
    assert not is_time_to_invite(call_off(make.run(), reason="台風", by=clerk))


def test_the_list_to_call_from_has_the_numbers_and_is_recorded_with_how_many_stand_on_it(client, clerk) -> None:
    run = make.run()
    asking(family_name="青木", phone="0745-00-1834")

    page = client.get(reverse("run_papers", args=[run.pk])).content.decode()
    printed = paper.words(client.get(reverse("run_invitations_pdf", args=[run.pk])).content)

    assert reverse("run_invitations_pdf", args=[run.pk]) in page
    assert "青木" in printed
    assert "0745-00-1834" in printed
    assert AuditEntry.objects.get(action="run.invitations_printed").facts == {"people": 1}


def test_a_number_at_which_a_stranger_answered_is_not_on_the_list_to_call_from() -> None:
    run = make.run()
    asking(family_name="青木", phone="0745-00-1834")
    strangers(PhoneNumber.parse("0745-00-1834").e164)

    printed = paper.words(invitations_pdf(run, list(to_invite(run))))

    assert "0745-00-1834" not in printed
    assert paper.said("no telephone") in printed


def test_where_nobody_asked_for_it_there_is_no_list(client, clerk) -> None:
    run = make.run()

    page = client.get(reverse("run_papers", args=[run.pk])).content.decode()

    assert reverse("run_invitations_pdf", args=[run.pk]) not in page
    assert client.get(reverse("run_invitations_pdf", args=[run.pk])).status_code == 302
    assert not AuditEntry.objects.filter(action="run.invitations_printed").exists()
