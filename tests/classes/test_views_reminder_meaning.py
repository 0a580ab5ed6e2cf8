"""While a clerk writes when people are reminded, the page says on which days that is."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from city.models import CityProfile
from reminders.models import Request
from tests.make import classes as make

pytestmark = pytest.mark.django_db

TYPING = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _a_day_in_november():
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


def rules(early="3", late="1", **more):
    return {"early_days": early, "early_at": "10:00", "late_days": late, "late_at": "15:00", **more}


def sent(run, **changes):
    """What the form of a run sends when only these boxes were touched."""
    kept = {"capacity": run.capacity, "minimum": run.minimum, "selection": "first_come", "is_public": "on"}
    return {"seen": make.seen(run), **kept, **rules(), **changes}


def days_said(answer) -> list[tuple[date | None, date | None]]:
    """The days of texts and calls that a page foretells."""
    meanings = answer.context["meanings"]
    return [(each.text_at and each.text_at.date(), each.call_at and each.call_at.date()) for each in meanings]


# 4 December is a Friday, so three days before is a Tuesday; five days before is a Sunday.
LESSON = {
    "lessons-TOTAL_FORMS": "4",
    "lessons-INITIAL_FORMS": "0",
    "lessons-0-day": "12/4",
    "lessons-0-starts": "10:00",
}


def test_a_new_run_is_explained_as_soon_as_day_and_hour_stand_there(client, clerk):
    page = client.get(reverse("run_create"))
    assert page.context["meanings"] is None

    part = client.post(reverse("run_create"), {**LESSON, **rules(early="5"), "explain": "1"}, headers=TYPING)

    assert days_said(part) == [
        (date(2026, 11, 29), date(2026, 11, 27)),
        (date(2026, 12, 3), date(2026, 12, 3)),
    ]
    assert "<form" not in part.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"lessons-0-day": ""},
        {"lessons-0-starts": "25:00"},
        {"early_days": "x"},
        {"early_at": "99"},
        {"lessons-TOTAL_FORMS": "x"},
    ],
)
def test_what_cannot_be_read_yet_is_not_explained_and_nothing_breaks(client, clerk, typed):
    part = client.post(reverse("run_create"), {**LESSON, **rules(), "explain": "1", **typed}, headers=TYPING)

    assert part.status_code == 200
    assert part.context["meanings"] is None or typed == {"lessons-TOTAL_FORMS": "x"}


def test_without_a_script_the_button_explains_and_everything_typed_stays(client, clerk):
    typed = {**LESSON, **rules(), "capacity": "12", "weekly-times": "3", "explain": "1"}

    page = client.post(reverse("run_create"), typed)

    assert page.status_code == 200
    assert not page.context["form"].errors
    assert len(page.context["meanings"]) == 2
    assert page.context["form"]["capacity"].value() == "12"
    assert page.context["formset"][0]["day"].value() == "12/4"
    assert len(page.context["formset"].forms) == 4


def test_days_filled_in_and_a_copied_run_are_explained_too(client, clerk):
    series = {**LESSON, "lessons-0-day": "", "weekly-first": "12/4", "weekly-times": "2", "fill_in": "1", **rules()}
    assert days_said(client.post(reverse("run_create"), series))[0][0] == date(2026, 12, 1)

    copy = client.get(reverse("run_copy", args=[make.run().pk]), {"first": "12/11"})
    assert days_said(copy)[0][0] == date(2026, 12, 8)


def test_a_run_says_what_its_reminders_mean_for_its_next_lesson(client, clerk):
    run = make.run(starts_at=make.days_ahead(10))

    page = client.get(reverse("run_edit", args=[run.pk]))
    part = client.post(reverse("run_edit", args=[run.pk]), {**rules(early="5"), "explain": "1"}, headers=TYPING)

    assert days_said(page)[0] == (date(2026, 12, 1), date(2026, 12, 1))
    assert days_said(part)[0] == (date(2026, 11, 29), date(2026, 11, 27))
    run.refresh_from_db()
    assert run.reminder_rules == [[3, "10:00"], [1, "15:00"]]


def test_a_run_that_is_over_has_nothing_to_explain(client, clerk):
    run = make.run(starts_at=make.days_ahead(-3), reception_closes_at=make.days_ahead(-4))

    assert client.get(reverse("run_edit", args=[run.pk])).context["meanings"] is None


def test_the_clerk_hears_how_many_reminders_were_planned_anew(client, clerk):
    run = make.run(starts_at=make.days_ahead(10))
    for _person in range(2):
        make.registration(run, by=clerk)

    with override("en"):
        answer = client.post(
            reverse("run_edit", args=[run.pk]),
            sent(run, early_days="5"),
            headers={"Accept-Language": "en"},
            follow=True,
        )

    assert [str(message) for message in answer.context["messages"]][1].startswith("2 ")
    keys = Request.objects.standing().values_list("key", flat=True)
    assert {key.rsplit(":", 1)[1] for key in keys} == {"5-days-before", "1-days-before"}


def test_rules_taken_away_are_said_to_be_taken_back_and_the_same_rules_say_nothing(client, clerk):
    run = make.run(starts_at=make.days_ahead(10))
    make.registration(run, by=clerk)

    same = client.post(reverse("run_edit", args=[run.pk]), sent(run), follow=True)
    assert len(same.context["messages"]) == 1

    fewer = client.post(reverse("run_edit", args=[run.pk]), sent(run, early_days=""), follow=True)
    assert "1" in [str(message) for message in fewer.context["messages"]][1]
    assert Request.objects.standing().count() == 1


def test_a_new_run_begins_with_the_reminders_of_the_city(client, clerk):
    CityProfile.objects.update_or_create(pk=1, defaults={"reminder_rules": [[7, "09:30"]]})

    form = client.get(reverse("run_create")).context["form"]

    assert [form[name].value() for name in ("early_days", "early_at", "late_days", "late_at")] == [7, "09:30", "", ""]


def test_a_time_at_which_no_text_is_sent_is_refused(client, clerk):
    run = make.run()

    page = client.post(reverse("run_edit", args=[run.pk]), sent(run, early_at="18:00"))

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["early_at"]


THREE = [[7, "10:00"], [3, "10:00"], [1, "15:00"]]


def test_a_run_with_three_reminders_keeps_them_whatever_is_changed(client, clerk):
    run = make.run(starts_at=make.days_ahead(10), reminder_rules=THREE)
    form = client.get(reverse("run_edit", args=[run.pk])).context["form"]
    typed = {bound.name: bound.value() for bound in form} | {"capacity": run.capacity + 1}

    explained = client.post(reverse("run_edit", args=[run.pk]), {**typed, "explain": "1"})
    again = {bound.name: bound.value() for bound in explained.context["form"]}
    client.post(reverse("run_edit", args=[run.pk]), again)

    assert len(explained.context["meanings"]) == 3
    before = run.capacity
    run.refresh_from_db()
    assert (run.capacity, run.reminder_rules) == (before + 1, THREE)


def test_a_new_run_shows_every_reminder_of_the_city_while_its_rows_change(client, clerk):
    CityProfile.objects.update_or_create(pk=1, defaults={"reminder_rules": THREE})
    form = client.get(reverse("run_create")).context["form"]
    typed = {name: value for name, value in form.initial.items() if "days" in name or "_at" in name or "at_" in name}

    page = client.post(reverse("run_create"), {**LESSON, **typed, "add_row": "1"})

    rows = [(days.value(), at.value()) for days, at in page.context["form"].reminder_rows]
    assert rows == [("7", "10:00"), ("3", "10:00"), ("1", "15:00")]
