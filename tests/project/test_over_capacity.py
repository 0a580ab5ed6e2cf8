"""A run with more people than seats says so on every page that shows it to the office, and on none for residents."""

import io
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from classes.lottery import prepare
from classes.models import CourseRun, Offer, Registration
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.project.test_access import PATTERNS

pytestmark = pytest.mark.django_db

TITLE = "人の多すぎる講座"
WORDS = ("2 seats, 3 confirmed, 1 held (2 people over)", "2 over capacity")
# The name of a course, what was told to one person about one date, or an example of a text: no run is shown.
SHOW_NO_RUN = {"course_list", "course_edit", "run_create", "call_list", "call_detail", "message_detail"}
SHOW_NO_RUN |= {"wording_list"}
# What residents read never says by how many people a class is too full; one page of a draw is thrown on the wall.
PUBLIC = ["calendar", "calendar_run", "text_leaflet"]
ON_THE_WALL = "draw_stage"


@pytest.fixture(autouse=True)
def _in_the_morning():
    with time_machine.travel("2026-11-24 11:00+09:00"):
        yield


@pytest.fixture
def chief() -> User:
    return make_accounts.user(*Role)


@pytest.fixture
def run(chief: User) -> CourseRun:
    """A lesson of today that began a moment ago, with three people on two seats, one who waits, and one offer."""
    starts_at = timezone.now() - timezone.timedelta(minutes=5)
    run = make.run(capacity=3, course=make.course(TITLE), starts_at=starts_at)
    make.lesson(run)
    run.lessons.get(ordinal=1).assignments.create(volunteer=make_accounts.volunteer(user=chief))
    for _person in range(4):
        make.registration(run, by=chief)
    CourseRun.objects.filter(pk=run.pk).update(capacity=2)
    waiting = run.registrations.get(state=Registration.State.WAITING)
    Offer.objects.create(registration=waiting, answer_by=timezone.now())
    return run


def pages_of(run: CourseRun) -> dict[str, str]:
    """Every address about the run, its course, its lesson and its people, and every one that needs no number."""
    registration = run.registrations.order_by("pk")[0]
    about: dict[str, Any] = {
        "run": run,
        "draw": run,
        "course": run.course,
        "lesson": run.lessons.get(ordinal=1),
        "lesson_create": run,
        "roster": run.lessons.get(ordinal=1),
        "registration": registration,
        "offer": Offer.objects.get(),
        "person": registration.resident,
        "resident": registration.resident,
    }
    pages = {}
    for pattern in PATTERNS:
        name = str(pattern.name)
        subject = about.get(name) or about.get(name.partition("_")[0])
        if not pattern.pattern.converters:
            pages[name] = reverse(name)
        elif list(pattern.pattern.converters) == ["pk"] and subject is not None:
            pages[name] = reverse(name, args=[subject.pk])
    caller = make.registration(make.run(), by=run.registrations.first().taken_by).resident
    pages["resident_merge"] = reverse("resident_merge", args=[caller.pk, registration.resident.pk])
    pages["desk with a caller"] = f"{reverse('desk')}?person={caller.pk}&run={run.pk}"
    pages["desk_override"] = f"{reverse('desk_override')}?person={caller.pk}&run={run.pk}"
    pages["run_copy, filled in"] = f"{reverse('run_copy', args=[run.pk])}?first=3/3"
    return pages


@pytest.mark.parametrize("selection", CourseRun.Selection)
def test_every_page_that_shows_the_run_says_by_how_many_it_is_over(
    client: Client, chief: User, run: CourseRun, selection: str
) -> None:
    CourseRun.objects.filter(pk=run.pk).update(selection=selection)
    if selection == CourseRun.Selection.LOTTERY:
        prepare(run)
    client.force_login(chief)
    client.cookies["django_language"] = "en"
    shown, silent = set(), []
    for name, address in pages_of(run).items():
        page = client.get(address)
        if page.status_code != 200 or "text/html" not in page["Content-Type"]:
            continue
        told = page.content.decode()
        if TITLE in told and name not in {*SHOW_NO_RUN, *PUBLIC, ON_THE_WALL}:
            shown.add(name)
            if not any(words in told for words in WORDS):
                silent.append(name)

    assert silent == []
    # The walk has been where the run is shown.
    assert shown >= {"home", "run_list", "course_detail", "run_detail", "run_edit", "run_copy", "run_call_off"}
    assert shown >= {"lesson_create", "lesson_move", "lesson_staff", "lesson_cancel"}
    assert shown >= {"todays_lessons", "roster", "roster_walk_in", "roster_paper", "desk", "desk with a caller"}
    assert shown >= {"broadcast_create"}


@pytest.mark.parametrize("name", ["roster_pdf", "run_people_pdf"])
def test_the_papers_for_those_who_count_the_chairs_say_so_too(
    client: Client, chief: User, run: CourseRun, name: str
) -> None:
    client.force_login(chief)
    client.cookies["django_language"] = "en"

    paper = client.get(reverse(name, args=[run.lessons.get(ordinal=1).pk if name == "roster_pdf" else run.pk]))

    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.getvalue())).pages)
    assert WORDS[0] in " ".join(printed.split())


@pytest.mark.parametrize("name", PUBLIC)
def test_residents_read_that_it_is_full_and_no_more(client: Client, run: CourseRun, name: str) -> None:
    page = client.get(reverse(name, args=[run.pk] if name == "calendar_run" else []))

    told = page.content.decode()
    assert TITLE in told
    with translation.override("ja"):
        assert not any(words in told for words in (run.seats.sentence, run.seats.short))
