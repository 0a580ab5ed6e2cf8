"""The pages on which a run is planned anew, filled in with the days of a series, or copied; without scripts."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from city.models import ClosingDay
from classes.models import CourseRun, Registration
from classes.planning import assign
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_day_in_november():
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


def form_of(page):
    """What a browser would send from the form of the new run."""
    return Page(page.content.decode()).form_to(reverse("run_create")).data


def fresh(client, **typed):
    """The form of a new run as it opens, with what a clerk types into it."""
    return {**form_of(client.get(reverse("run_create"))), **typed}


def days_of(page):
    """The days that stand in the rows, as they are shown."""
    data = form_of(page)
    return [day for number in range(30) for day in data.get(f"lessons-{number}-day", []) if day]


def first_row(hall, **changes):
    row = {"starts": "10:00", "ends": "12:00", "venue": hall.pk, **changes}
    return {f"lessons-0-{name}": value for name, value in row.items()}


def lesson_days(run):
    return [f"{timezone.localtime(lesson.starts_at):%m-%d %H:%M}" for lesson in run.lessons.order_by("starts_at")]


def test_every_wednesday_four_times_fills_the_rows_and_saves_nothing(client, clerk):
    sent = fresh(client, **{"weekly-first": "12/2", "weekly-times": "4", "fill_in": "1", "capacity": "many"})

    page = client.post(reverse("run_create"), sent | first_row(make.venue()))

    assert page.status_code == 200
    assert days_of(page) == ["令和8年12月2日", "令和8年12月9日", "令和8年12月16日", "令和8年12月23日"]
    assert form_of(page)["lessons-0-starts"] == ["10:00"]
    assert form_of(page)["capacity"] == ["many"]
    assert form_of(page)["weekly-first"] == [""]
    assert not CourseRun.objects.exists()


def test_what_was_filled_in_is_planned_as_one_run_of_four_lessons(client, clerk):
    sent = fresh(client, **{"weekly-first": "12/2", "weekly-times": "4", "fill_in": "1"}) | first_row(make.venue())
    page = client.post(reverse("run_create"), sent)

    client.post(reverse("run_create"), form_of(page) | {"course": make.course().pk, "capacity": "12"})

    (run,) = CourseRun.objects.all()
    assert lesson_days(run) == ["12-02 10:00", "12-09 10:00", "12-16 10:00", "12-23 10:00"]


def test_the_days_left_out_are_named_with_the_reason(client, clerk):
    ClosingDay.objects.create(day="2026-12-09", reason="市議会の選挙")
    sent = fresh(client, **{"weekly-first": "12/2", "weekly-times": "5", "fill_in": "1"})

    page = client.post(reverse("run_create"), sent)

    assert days_of(page)[-1] == "令和9年1月13日"
    assert [each.day.isoformat() for each in page.context["left_out"]] == ["2026-12-09", "2026-12-30"]
    told = page.content.decode()
    assert "市議会の選挙" in told
    assert "12月30日" in told


def test_filling_in_again_replaces_the_days_and_keeps_what_stands_beside_them(client, clerk):
    hall = make.venue()
    sent = fresh(client, **{"weekly-first": "12/2", "weekly-times": "6", "fill_in": "1"}) | first_row(hall)
    page = client.post(reverse("run_create"), sent)

    page = client.post(
        reverse("run_create"), form_of(page) | {"weekly-first": "12/3", "weekly-times": "2", "fill_in": "1"}
    )

    assert days_of(page) == ["令和8年12月3日", "令和8年12月10日"]
    assert form_of(page)["lessons-0-venue"] == [str(hall.pk)]


@pytest.mark.parametrize(
    ("first", "times", "wrong"),
    [
        ("", "4", "first"),
        ("12/2", "", "times"),
        ("2月30日", "4", "first"),
        ("12/2", "0", "times"),
        ("12/2", "31", "times"),
        ("R8.11.2", "4", "first"),
        ("2036-12-03", "4", "first"),
    ],
)
def test_a_series_that_cannot_be_is_answered_at_its_box(client, clerk, first, times, wrong):
    sent = fresh(client, **{"weekly-first": first, "weekly-times": times, "fill_in": "1", "capacity": "12"})

    page = client.post(reverse("run_create"), sent)

    assert page.status_code == 422
    assert list(page.context["weekly"].errors) == [wrong]
    assert form_of(page)["weekly-first"] == [first]
    assert form_of(page)["capacity"] == ["12"]


def test_whoever_forgets_to_fill_in_the_days_does_not_plan_a_single_lesson(client, clerk):
    sent = fresh(client, **{"weekly-first": "12/2", "weekly-times": "4", "lessons-0-day": "12/2"})
    sent |= first_row(make.venue()) | {"course": make.course().pk, "capacity": "12"}

    page = client.post(reverse("run_create"), sent)

    assert page.status_code == 422
    assert list(page.context["weekly"].errors) == ["first"]
    assert not CourseRun.objects.exists()


def test_the_same_class_of_one_day_every_wednesday_becomes_as_many_runs(client, clerk):
    course = make.course()
    sent = fresh(client, **{"weekly-first": "12/2", "weekly-times": "3", "fill_in": "1", "closes_on": "12/1"})
    page = client.post(reverse("run_create"), sent | first_row(make.venue()))

    answer = client.post(
        reverse("run_create"), form_of(page) | {"course": course.pk, "capacity": "12", "single_days": "on"}
    )

    assert answer.url == reverse("course_detail", args=[course.pk])
    runs = CourseRun.objects.soonest_first()
    assert [lesson_days(run) for run in runs] == [["12-02 10:00"], ["12-09 10:00"], ["12-16 10:00"]]
    closes = [f"{timezone.localtime(run.reception_closes_at):%m-%d %H:%M}" for run in runs]
    assert closes == ["12-01 17:00", "12-08 17:00", "12-15 17:00"]


def test_too_few_hands_for_classes_of_their_own_are_said_when_they_are_planned(client, clerk):
    sent = fresh(client, **{"lessons-0-day": "12/2", "lessons-1-day": "12/9"}) | first_row(make.venue())

    page = client.post(
        reverse("run_create"), sent | {"course": make.course().pk, "capacity": "12", "single_days": "on"}, follow=True
    )

    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]


def test_too_few_hands_are_said_beside_a_clash_before_anything_is_saved(client, clerk):
    taken = make.run(starts_at=make.days_ahead(8), course=make.course(title="LINE入門")).lessons.get()
    sent = fresh(client, **{"lessons-0-day": "12/2"}) | first_row(taken.venue)

    page = client.post(reverse("run_create"), sent | {"course": make.course().pk, "capacity": "12"})

    assert (page.status_code, len(page.context["cautions"])) == (422, 1)


def test_one_more_row_leaves_the_series_as_it_is_typed(client, clerk):
    page = client.post(reverse("run_create"), fresh(client, **{"weekly-first": "あした", "add_row": "1"}))

    assert page.status_code == 200
    assert form_of(page)["weekly-first"] == ["あした"]
    assert not page.context["weekly"].errors


def test_how_seats_are_given_and_how_many_devices_there_are_is_planned_with_the_run(client, clerk):
    sent = fresh(client, **{"lessons-0-day": "12/2", "selection": "lottery", "preferences": ["age_75"]})
    sent |= first_row(make.venue()) | {"course": make.course().pk, "capacity": "12", "loan_devices": "４"}

    answer = client.post(reverse("run_create"), sent)

    run = CourseRun.objects.get()
    assert (run.selection, run.preferences, run.loan_devices) == ("lottery", ["age_75"], 4)
    told = client.get(answer.url).content.decode()
    assert run.get_selection_display() in told
    assert run.draw.seed not in told


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"selection": "first_come", "preferences": ["age_75"]}, "preferences"),
        ({"selection": "auction"}, "selection"),
        ({"selection": ""}, "selection"),
        ({"selection": "lottery", "preferences": ["friends"]}, "preferences"),
        ({"loan_devices": "13"}, "loan_devices"),
        ({"loan_devices": "-1"}, "loan_devices"),
        ({"closes_on": "12/3"}, "closes_on"),
        ({"closes_on": "12/2", "closes_at": "10:00", "selection": "lottery"}, "closes_on"),
    ],
)
def test_terms_that_cannot_be_are_answered_at_their_box(client, clerk, changes, wrong):
    sent = fresh(client, **{"lessons-0-day": "12/2"}) | first_row(make.venue())

    page = client.post(reverse("run_create"), sent | {"course": make.course().pk, "capacity": "12", **changes})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [wrong]


def test_a_run_is_copied_to_another_day_with_everything_but_its_people(client, clerk):
    run = make.run(lessons=2, starts_at=make.days_ahead(8), capacity=12, loan_devices=3, bring="老眼鏡", minimum=2)
    assign(run.lessons.first(), lead=make_accounts.volunteer("吉川"), by=clerk)
    make.registration(run, by=clerk)
    page = client.get(reverse("run_copy", args=[run.pk]), {"first": "12/16"})

    answer = client.post(reverse("run_create"), form_of(page))

    copy = CourseRun.objects.exclude(pk=run.pk).get()
    assert answer.url == reverse("run_detail", args=[copy.pk])
    assert lesson_days(copy) == ["12-16 10:00", "12-23 10:00"]
    for name in ("course", "capacity", "minimum", "loan_devices", "bring", "is_public", "reminder_rules", "selection"):
        assert getattr(copy, name) == getattr(run, name)
    assert copy.lessons.first().assignments.get().volunteer.name == "吉川"
    assert copy.created_by == clerk
    assert not Registration.objects.filter(run=copy).exists()
    assert Registration.objects.filter(run=run).count() == 1


def test_looking_at_a_copy_saves_nothing(client, clerk):
    run = make.run()

    client.get(reverse("run_copy", args=[run.pk]), {"first": "12/16", "times": "4"})

    assert CourseRun.objects.count() == 1


def test_a_copy_may_be_changed_before_it_is_saved(client, clerk):
    run = make.run(starts_at=make.days_ahead(8))
    page = client.get(reverse("run_copy", args=[run.pk]), {"first": "12/16"})

    client.post(reverse("run_create"), form_of(page) | {"capacity": "20", "opens_on": "12/1", "lessons-0-day": "12/17"})

    copy = CourseRun.objects.exclude(pk=run.pk).get()
    assert (copy.capacity, lesson_days(copy)) == (20, ["12-17 10:00"])
    assert f"{timezone.localtime(copy.reception_opens_at):%m-%d}" == "12-01"


def test_a_copy_says_which_day_it_was_moved_from_and_what_is_taken_there(client, clerk):
    hall = make.venue()
    run = make.run(starts_at=make.days_ahead(1), venue=hall, reception_closes_at=make.days_ahead(0, "17:00"))
    make.run(starts_at=make.days_ahead(43), venue=hall, course=make.course(title="LINE入門"))

    # 30 December belongs to the turn of the year, and on 6 January the hall is taken.
    page = client.get(reverse("run_copy", args=[run.pk]), {"first": "12/30"})

    assert days_of(page) == ["令和9年1月6日"]
    told = page.content.decode()
    assert "12月30日" in told
    assert "LINE入門" in told
    assert client.post(reverse("run_create"), form_of(page)).status_code == 422
    assert client.post(reverse("run_create"), form_of(page) | {"despite_clashes": "on"}).status_code == 302


def test_a_copy_of_which_reception_would_be_over_says_so(client, clerk):
    run = make.run(starts_at=make.days_ahead(14), reception_closes_at=make.days_ahead(7, "17:00"))

    cautions = [
        client.get(reverse("run_copy", args=[run.pk]), {"first": first}).context["cautions"]
        for first in ("12/1", "11/27")
    ]

    assert len(cautions[1]) == len(cautions[0]) + 1


def test_a_copy_for_every_week_is_ticked_as_classes_of_their_own(client, clerk):
    run = make.run(starts_at=make.days_ahead(8), reception_closes_at=make.days_ahead(7, "17:00"))
    page = client.get(reverse("run_copy", args=[run.pk]), {"first": "12/9", "times": "3"})

    client.post(reverse("run_create"), form_of(page))

    copies = CourseRun.objects.exclude(pk=run.pk).soonest_first()
    assert [lesson_days(copy) for copy in copies] == [["12-09 10:00"], ["12-16 10:00"], ["12-23 10:00"]]
    assert [copy.first_start - copy.reception_closes_at for copy in copies] == [timedelta(hours=17)] * 3


def test_a_run_of_several_lessons_is_copied_once_at_a_time(client, clerk):
    run = make.run(lessons=2)

    assert "times" not in client.get(reverse("run_copy", args=[run.pk])).context["form"].fields

    page = client.get(reverse("run_copy", args=[run.pk]), {"first": "12/16", "times": "4"})
    assert len(days_of(page)) == 2


@pytest.mark.parametrize("first", ["", "x", "R8.11.2", "2036-12-03", "2月30日", "a\x00b"])
def test_a_day_that_cannot_be_is_answered_before_anything_is_filled_in(client, clerk, first):
    page = client.get(reverse("run_copy", args=[make.run().pk]), {"first": first})

    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"first"}


def test_too_few_hands_are_said_before_a_copy_is_saved(client, clerk):
    run = make.run(capacity=12, starts_at=make.days_ahead(8))
    assign(run.lessons.get(), lead=make_accounts.volunteer("吉川"), by=clerk)

    page = client.get(reverse("run_copy", args=[run.pk]), {"first": "12/16"})

    assert len(page.context["cautions"]) == 1


def test_a_run_that_was_called_off_may_be_held_on_another_day(client, clerk):
    run = make.run(called_off_at=timezone.now())

    assert reverse("run_copy", args=[run.pk]) in client.get(reverse("run_detail", args=[run.pk])).content.decode()
    page = client.get(reverse("run_copy", args=[run.pk]), {"first": "12/16"})
    assert client.post(reverse("run_create"), form_of(page)).status_code == 302


@pytest.mark.parametrize("lessons", [1, 12])
def test_a_copy_is_shown_with_the_same_number_of_questions(client, clerk, lessons, django_assert_max_num_queries):
    run = make.run(lessons=lessons)

    with django_assert_max_num_queries(17):
        client.get(reverse("run_copy", args=[run.pk]), {"first": "12/16"})
