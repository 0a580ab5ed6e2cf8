"""The public calendar as it is read on a granddaughter's telephone: nobody signs in for it, and nobody stands in it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from city.models import CityProfile
from classes.models import CourseRun
from classes.rescheduling import move
from core.wareki import short_date
from tests.make import classes as make
from tests.make import residents as make_residents
from tests.make.office import office
from tests.make.pages import Page

pytestmark = pytest.mark.django_db

ADDRESSES = ["calendar", "calendar_run", "calendar_ics", "calendar_run_ics"]


def address(name, run):
    return reverse(name, args=[run.pk] if "run" in name else [])


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("name", ["calendar", "calendar_run"])
def test_whoever_wants_to_come_reads_all_there_is_to_know(english, name):
    hall = make.venue("忍海集会所", address="葛城市忍海1", directions="駅から歩いて3分", is_confirmed=True)
    course = make.course("はじめてのスマホ", device="android", level="basic", summary="電話とカメラ", bring="充電器")
    run = make.run(course=course, venue=hall, loan_devices=2, lessons=2)

    told = english.get(address(name, run)).content.decode()

    for words in ("はじめてのスマホ", "電話とカメラ", "忍海集会所", "葛城市忍海1", "駅から歩いて3分", "充電器"):
        assert words in told
    for words in ("Android", "You can borrow a device: we have 2.", "3 seats left", "First come, first served"):
        assert words in told
    assert told.count("10:00 a.m. to 12:00 noon") == 2
    for words in ("Call us or come to the counter", "0745-00-0000", "to be confirmed", "tel:"):
        assert words in told


@pytest.mark.parametrize(("closes", "said"), [("17:00", " 5:00 p.m."), ("00:00", "")])
def test_until_when_one_can_apply_is_told_with_the_hour_or_as_the_last_whole_day(english, closes, said):
    run = make.run(reception_closes_at=make.days_ahead(10, closes))

    told = english.get(address("calendar_run", run)).content.decode()

    with translation.override("en"):
        assert f" to {short_date(make.days_ahead(10 if said else 9))}{said}</dd>" in told


def test_a_number_that_was_checked_is_not_marked(english):
    CityProfile.current()
    CityProfile.objects.update(office_phone_confirmed=True)
    run = make.run(venue=make.venue(is_confirmed=True))

    assert "to be confirmed" not in english.get(address("calendar_run", run)).content.decode()


def test_a_hall_that_nobody_has_checked_is_marked(english):
    CityProfile.current()
    CityProfile.objects.update(office_phone_confirmed=True)
    run = make.run(venue=make.venue(is_confirmed=False))

    assert "to be confirmed" in english.get(address("calendar_run", run)).content.decode()


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_about_a_person_is_told(client, name):
    made = office(name="匿名希望太郎", note="")
    make.registration(made.run, make_residents.resident(family_name="匿名希望"), by=made.chief, despite_clash=True)
    CourseRun.objects.filter(pk=made.run.pk).update(called_off_reason="匿名希望さんの病気")
    made.run.lessons.update(cancelled_at=timezone.now(), cancelled_reason="匿名希望さんの病気")
    made.full_run.lessons.get().assignments.create(volunteer=made.volunteer)

    for run in (made.run, made.full_run):
        told = client.get(address(name, run)).content.decode().replace("\r\n ", "")
        assert made.course.title in told
        assert "匿名希望" not in told
        assert not any(registration.slip in told for registration in run.registrations.all())


def test_nobody_is_invited_to_apply_after_reception_has_closed(english):
    run = make.run()
    assert "How to apply" in english.get(address("calendar_run", run)).content.decode()

    CourseRun.objects.filter(pk=run.pk).update(reception_closes_at=timezone.now())

    assert "How to apply" not in english.get(address("calendar_run", run)).content.decode()


@pytest.mark.parametrize("name", ["calendar_ics", "calendar_run_ics"])
def test_a_lesson_that_is_moved_again_outdoes_what_a_calendar_has_noted(client, name):
    run, clerk = make.run(), make.clerk()
    lesson = run.lessons.get()

    for week in (3, 4):
        starts = make.days_ahead(7 * week)
        lesson = move(lesson, starts_at=starts, ends_at=starts + timedelta(hours=2), venue=lesson.venue, by=clerk)

    assert b"SEQUENCE:2" in client.get(address(name, run)).content


@pytest.mark.parametrize("name", ["calendar_run", "calendar_run_ics"])
def test_a_class_for_staff_only_has_no_address(client, name):
    assert client.get(address(name, make.run(is_public=False))).status_code == 404


@pytest.mark.parametrize("name", ["calendar", "calendar_ics"])
def test_a_class_for_staff_only_is_not_listed(client, name):
    run = make.run(is_public=False, course=make.course("職員研修"))

    assert "職員研修" not in client.get(address(name, run)).content.decode()


def test_the_calendar_is_narrowed_by_device_and_hall(english):
    hall = make.venue("忍海集会所")
    make.run(course=make.course("アイフォーン", device="iphone"), venue=hall)
    make.run(course=make.course("アンドロイド", device="android"))

    form = Page(english.get(reverse("calendar")).content.decode()).forms[0]
    assert (form.method, set(form.controls)) == ("get", {"device", "venue"})
    for asked in ({"device": "iphone"}, {"venue": hall.pk}):
        told = english.get(reverse("calendar"), asked).content.decode()
        assert "アイフォーン" in told
        assert "アンドロイド" not in told
    nothing = english.get(reverse("calendar"), {"device": "android", "venue": hall.pk}).content.decode()
    assert "No class fits these choices" in nothing


def test_choices_that_there_are_not_narrow_nothing(client):
    run = make.run()

    assert run.course.title in client.get(reverse("calendar"), {"device": "x", "venue": "x"}).content.decode()


def test_a_class_that_was_called_off_says_so_at_the_address_that_stands_on_paper(english):
    run = make.run(called_off_at=timezone.now())

    page = english.get(address("calendar_run", run))

    assert page.status_code == 200
    assert "Called off" in page.content.decode()
    assert b"STATUS:CANCELLED" in english.get(address("calendar_run_ics", run)).content


def test_the_file_of_a_class_holds_its_lessons_and_no_others(client):
    run = make.run(lessons=2)
    make.run()

    file = client.get(address("calendar_run_ics", run))

    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert file["Content-Disposition"] == f'attachment; filename="class-{run.pk}.ics"'
    assert file.content.count(b"BEGIN:VEVENT") == 2


def test_the_file_of_all_classes_keeps_those_that_are_called_off(client):
    run = make.run()
    make.run(called_off_at=timezone.now())
    make.run(starts_at=timezone.now() - timezone.timedelta(days=3))

    file = client.get(address("calendar_ics", run)).content

    assert (file.count(b"BEGIN:VEVENT"), file.count(b"STATUS:CANCELLED")) == (2, 1)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("calendar", {"private", "max-age=60"}),
        ("calendar_run", {"private", "max-age=60"}),
        ("calendar_ics", {"public", "max-age=900"}),
        ("calendar_run_ics", {"public", "max-age=900"}),
    ],
)
def test_it_is_said_how_long_an_answer_may_be_kept(client, name, kept):
    answer = client.get(address(name, make.run()))

    assert set(answer["Cache-Control"].split(", ")) == kept
    # A page carries a key of its reader; a file is the same for everybody and sets nothing.
    assert bool(answer.cookies) == ("private" in kept)
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("runs", [1, 30])
@pytest.mark.parametrize("name", ADDRESSES)
def test_the_calendar_costs_the_same_for_any_number_of_classes(client, name, runs, django_assert_max_num_queries):
    CityProfile.current()
    made = [make.run(course=make.course(f"講座{number}"), lessons=2) for number in range(runs)]

    with django_assert_max_num_queries(12):
        client.get(address(name, made[0]))


def test_what_the_city_wrote_is_read_out_in_japanese_on_the_english_pages(client) -> None:
    run = make.run()
    client.cookies["django_language"] = "en"

    page = client.get(reverse("calendar_run", args=[run.pk])).content.decode()

    assert '<html lang="en">' in page
    assert f'<h1 lang="ja">{run.course.title}</h1>' in page
    assert f'<span lang="ja">{run.lessons.get().venue}</span>' in page
