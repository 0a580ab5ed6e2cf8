"""What a clerk reads of who is told, before a change and after it, and before promising anything."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from classes import noticing
from classes.attendance import mark
from classes.models import Attendance, Lesson
from reminders.models import Request
from reminders.reach import Reach
from residents.models import ContactWish
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import draws as make_draws
from tests.make import residents as make_residents
from tests.make.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(client):
    client.force_login(make_accounts.user(Role.RECEPTION))
    return client


@pytest.fixture
def run():
    """Two people with a seat, one texted and one called, and one who waits."""
    made = make.run(capacity=2)
    for wish in (ContactWish.SMS, ContactWish.CALL, ContactWish.SMS):
        make.registration(made, make_residents.resident(contact_wish=wish))
    return made


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def in_words(**numbers: int) -> str:
    """As the pages say it, whatever language the page before them spoke."""
    with override("ja"):
        return Reach(**numbers).sentence


def test_moving_a_lesson_says_before_and_afterwards_how_many_are_told_by_which_way(planner, run):
    lesson = Lesson.objects.get()
    address = reverse("lesson_move", args=[lesson.pk])
    day = timezone.localtime(lesson.starts_at).date().replace(year=lesson.starts_at.year + 1)

    assert in_words(sms=2, call=1) in planner.get(address).content.decode()
    typed = {
        "day": day.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "venue": lesson.venue_id,
        "seen": make.seen(lesson),
    }
    answer = planner.post(address, typed, follow=True)

    assert any(in_words(sms=2, call=1) in sentence for sentence in said(answer))


def test_moving_a_lesson_says_before_and_afterwards_how_many_had_said_that_they_cannot_come(planner, run):
    lesson, registration = Lesson.objects.get(), run.registrations.all()[0]
    mark(lesson, registration, Attendance.Mark.ABSENT_TOLD, by=make.clerk())
    address = reverse("lesson_move", args=[lesson.pk])
    day = timezone.localtime(lesson.starts_at).date().replace(year=lesson.starts_at.year + 1)
    typed = {
        "day": day.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "venue": lesson.venue_id,
        "seen": make.seen(lesson),
    }

    assert planner.get(address).context["absent"] == 1
    answer = planner.post(address, typed, follow=True)

    assert len(said(answer)) == 3
    assert planner.get(address).context["absent"] == 0


def test_one_lesson_more_says_before_and_afterwards_how_many_are_told_by_which_way(planner, run):
    address, hall = reverse("lesson_create", args=[run.pk]), make.venue()
    day = timezone.localdate().replace(year=timezone.localdate().year + 1)
    typed = {"day": day.isoformat(), "starts": "10:00", "ends": "12:00", "venue": hall.pk, "lead": "", "helpers": []}

    assert in_words(sms=2, call=1) in planner.get(address).content.decode()
    answer = planner.post(address, typed, follow=True)

    assert any(in_words(sms=2, call=1) in sentence for sentence in said(answer))


def test_calling_off_says_before_and_afterwards_how_many_are_told_by_which_way(planner, run):
    address = reverse("run_call_off", args=[run.pk])

    assert in_words(sms=2, call=1) in planner.get(address).content.decode()
    answer = planner.post(address, {"reason": "講師の都合"}, follow=True)

    assert any(in_words(sms=2, call=1) in sentence for sentence in said(answer))


def test_a_lesson_called_off_tells_only_those_with_a_seat_while_another_is_ahead(planner, run):
    make.lesson(run, starts_at=make.days_ahead(21))
    address = reverse("lesson_cancel", args=[run.lessons.get(ordinal=1).pk])

    assert in_words(sms=1, call=1) in planner.get(address).content.decode()
    answer = planner.post(address, {"reason": "台風のため"}, follow=True)

    assert any(in_words(sms=1, call=1) in sentence for sentence in said(answer))


def test_a_decision_says_how_many_hear_of_it(planner):
    run = make_draws.counter(capacity=1)
    seated, _unlucky = make_draws.applicants(run, 2, contact_wish=ContactWish.SMS)
    make_draws.closed(run)
    address = reverse("run_choose", args=[run.pk])

    assert in_words(sms=2) in planner.get(address).content.decode()
    answer = planner.post(address, {"chosen": [seated.pk], "reason": "初めての方"}, follow=True)

    assert any(in_words(sms=2) in sentence for sentence in said(answer))


def test_a_cancellation_is_confirmed_in_writing_where_the_clerk_ticks_it(planner, run):
    texted, called, _waiting = run.registrations.order_by("slip_number")

    assert "in_writing" not in planner.get(reverse("registration_cancel", args=[called.pk])).content.decode()
    planner.post(reverse("registration_cancel", args=[texted.pk]), {"reason": "health", "in_writing": "on"})

    assert Request.objects.standing().filter(purpose=noticing.GIVEN_BACK).get().resident == texted.resident


def test_whoever_waits_is_told_at_which_number_a_seat_will_be_offered(planner, run):
    person = make_residents.resident(contact_wish=ContactWish.SMS)
    number = person.phone_lines.get().phone

    page = planner.get(reverse("desk"), {"person": person.pk, "run": run.pk}).content.decode()

    assert f"席が空きましたら、市役所から{number.national}へお電話します。" in page


def test_whoever_has_a_seat_in_writing_reads_to_which_number(planner):
    person, made = make_residents.resident(contact_wish=ContactWish.SMS), make.run()

    planner.post(reverse("desk_register"), {"person": person.pk, "run": made.pk, "channel": "phone"})
    done = made.registrations.get()

    page = planner.get(reverse("desk"), {"done": done.pk})
    assert page.context["done"]["in_writing"] == person.phone_lines.get().phone.national


def test_a_person_page_says_how_they_are_reached_and_a_correction_what_was_planned_anew(planner):
    person = make_residents.resident(contact_wish=ContactWish.SMS)
    make.registration(make.run(), person, channel="counter")
    number = person.phone_lines.get().phone.national

    with override("en"):
        page = planner.get(reverse("person", args=[person.pk])).context["record"]
    address = reverse("resident_edit", args=[person.pk])
    typed = Page(planner.get(address).content.decode()).form_to(address).data
    answer = planner.post(
        address, typed | {"contact_wish": [ContactWish.CALL], "consent_manner": ["spoken"]}, follow=True
    )

    assert number in page.reached
    # Two reminders; nothing was to be confirmed.
    assert any(number in sentence and "2" in sentence.replace(number, "") for sentence in said(answer))
