"""Forms changed on their way: rows that are counted wrongly, keys of others, records that changed meanwhile."""

import uuid
from typing import Any

import pytest
from django.test import Client

from classes.cancellation import cancel
from classes.models import CourseRun, Registration
from classes.rescheduling import call_off, cancel_lesson
from materials.models import Step
from materials.publishing import publish
from residents.models import Resident
from tests.make import classes as make_classes
from tests.make import residents as make_residents
from tests.make.office import Office
from tests.project.form_pages import STANDS

pytestmark = pytest.mark.django_db

COUNTS = ["", "abc", "-1", "99999", "9" * 5000, "1" + "0" * 30, "\x00", "２"]
STAND = {stand.to: stand for stand in STANDS}


def whole(name: str, client: Client, made: Office) -> tuple[str, dict[str, Any]]:
    """The address of a form, and what makes it whole."""
    form, _page = STAND[name].form(client, made)
    return STAND[name].address(made), STAND[name].pressed(form, made)


@pytest.mark.parametrize("button", [{}, {"add_row": "1"}])
@pytest.mark.parametrize("count", COUNTS)
def test_a_wrong_count_of_lessons_plans_no_more_of_them(count: str, button: dict[str, str], at_work: Any) -> None:
    client, made = at_work
    address, data = whole("run_create", client, made)
    before = CourseRun.objects.count()

    answer = client.post(address, data | {"lessons-TOTAL_FORMS": count} | button)

    assert answer.status_code in {200, 302, 422}
    assert CourseRun.objects.count() <= before + (count in {"99999", "２"})
    assert len(answer.content) < 500_000


def test_a_run_without_any_count_of_lessons_is_refused(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("run_create", client, made)

    answer = client.post(address, {name: value for name, value in data.items() if "_FORMS" not in name})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("count", COUNTS)
def test_a_wrong_count_of_marks_harms_no_step(count: str, at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("step_edit", client, made)

    answer = client.post(address, data | {"marks-TOTAL_FORMS": count})

    assert answer.status_code in {302, 422}
    assert len(answer.content) < 500_000


def test_a_key_that_is_none_is_a_key_of_its_own(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("desk_take_down", client, made)

    answer = client.post(address, data | {"key": "no key"})

    assert answer.status_code == 302
    assert Resident.objects.filter(family_kana="ヨシカワ").count() == 1


def test_a_key_of_somebody_elses_form_takes_nobody_down_twice_nor_shows_them(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("roster_walk_in", client, made)
    key = str(uuid.uuid4())

    for kana in ("ヨシカワ", "ナカムラ"):
        client.post(address, data | {"key": key, "family_kana": kana})

    assert Registration.objects.filter(run=made.run, channel=Registration.Channel.ON_THE_DAY).count() == 1


# A page older than the record --------------------------------------------------------------------------------


def test_a_run_called_off_meanwhile_is_said_to_be(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    forms = {name: whole(name, client, made) for name in ("desk_register", "lesson_create", "lesson_move", "run_edit")}
    call_off(made.run, reason="大雨", by=made.chief)

    for name, (address, data) in forms.items():
        answer = client.post(address, data, follow=True)
        assert "中止" in answer.content.decode(), name


def test_a_lesson_cancelled_meanwhile_is_neither_moved_nor_attended(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    move = whole("lesson_move", client, made)
    mark = whole("roster_mark", client, made)
    cancel_lesson(made.lesson, reason="大雨", by=made.chief)

    moved = client.post(*move)
    marked = client.post(*mark, follow=True)

    assert moved.status_code == 422
    assert "messages" in marked.context
    assert not made.registration.attendances.exists()


def test_a_registration_cancelled_meanwhile_stays_cancelled(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("registration_cancel", client, made)
    cancel(made.registration, by=made.colleague, reason="weather")

    answer = client.post(address, data)

    made.registration.refresh_from_db()
    assert answer.status_code == 302
    assert made.registration.cancel_reason == "weather"


def test_whoever_was_merged_meanwhile_is_registered_as_the_person_who_stayed(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("desk_register", client, made)
    stayed = make_residents.resident(by=made.chief, family_kana="ナカムラ")
    Resident.objects.filter(pk=made.newcomer.pk).update(merged_into=stayed)

    answer = client.post(address, data, follow=True)

    assert answer.status_code == 200
    assert "まとめ" in answer.content.decode()
    assert not Registration.objects.filter(resident=made.newcomer).exists()


def test_an_edition_published_meanwhile_keeps_what_was_typed_in_the_form(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("step_edit", client, made)
    publish(made.draft, by=made.colleague)

    answer = client.post(address, data | {"title": "あとから書いた見出し"})

    assert answer.status_code == 422
    assert "あとから書いた見出し" in answer.content.decode()


def test_a_step_changed_meanwhile_is_replaced_only_when_the_author_says_so(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("step_edit", client, made)
    client.post(address, data | {"title": "ほかの人の見出し"})

    first = client.post(address, data | {"title": "わたしの見出し"})

    assert first.status_code == 422
    assert Step.objects.get(pk=made.step.pk).title == "ほかの人の見出し"


def test_the_last_seat_given_away_meanwhile_is_not_promised_twice(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    address, data = whole("desk_register", client, made)
    make_classes.registration(made.run, by=made.colleague)

    answer = client.post(address, data, follow=True)

    assert "空き待ち" in answer.content.decode()
    assert not Registration.objects.filter(run=made.run, resident=made.newcomer).exists()
