import pytest
from django.urls import reverse

from classes.attendance import mark
from classes.models import Attendance, CourseRun
from core.models import AuditEntry
from tests.make import classes as make
from tests.make import paper
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(client, clerk, time_machine) -> CourseRun:
    """A run of one lesson that is over: Takahashi was there, Yoshikawa was not."""
    run = make.run(capacity=2)
    [lesson] = run.lessons.all()
    came, away = (make.registration(run, make_residents.resident(family_name=name)) for name in ("髙橋", "吉川"))
    time_machine.move_to(lesson.ends_at)
    client.force_login(clerk)
    mark(lesson, came, Attendance.Mark.PRESENT, by=clerk)
    mark(lesson, away, Attendance.Mark.ABSENT, by=clerk)
    return run


def ticked(client, run) -> dict[str, bool]:
    form = client.get(reverse("run_certificates", args=[run.pk])).context["form"]
    return {each.registration.resident.family_name: is_ticked for each, is_ticked in form.lines()}


def test_whoever_missed_no_lesson_is_ticked(client, run) -> None:
    assert ticked(client, run) == {"髙橋": True, "吉川": False}


def test_the_sheets_of_those_who_are_ticked_are_printed_and_recorded(client, clerk, run) -> None:
    away = run.registrations.get(resident__family_name="吉川")

    answer = client.post(reverse("run_certificates", args=[run.pk]), {"who": away.pk})

    assert "吉川" in paper.words(answer.content)
    assert "髙橋" not in paper.words(answer.content)
    entry = AuditEntry.objects.get(action="run.certificates_printed")
    assert (entry.by_id, entry.facts) == (clerk.pk, {"people": 1})


@pytest.mark.parametrize("who", [[], ["x"], ["999999"]])
def test_nobody_ticked_is_said_and_nobody_is_ticked_instead(client, run, who) -> None:
    answer = client.post(reverse("run_certificates", args=[run.pk]), {"who": who})

    assert answer.status_code == 422
    assert not any(is_ticked for _each, is_ticked in answer.context["form"].lines())
    assert not AuditEntry.objects.filter(action="run.certificates_printed").exists()


def test_somebody_of_another_run_gets_none_here(client, run) -> None:
    other = make.registration(make.run())

    assert client.post(reverse("run_certificates", args=[run.pk]), {"who": other.pk}).status_code == 422


def test_the_look_at_the_names_is_recorded_once(client, run) -> None:
    client.get(reverse("run_certificates", args=[run.pk]))
    client.post(reverse("run_certificates", args=[run.pk]), {})

    assert AuditEntry.objects.filter(action="run.opened").count() == 1
    assert (
        reverse("run_certificates", args=[run.pk]) in client.get(reverse("run_papers", args=[run.pk])).content.decode()
    )
