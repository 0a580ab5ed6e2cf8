"""One person's tick, sent by two telephones, or twice by one, at the same moment; a sheet while others come by."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from classes import attendance, reminding, rescheduling
from classes.attendance import Typed, enter_sheet, mark
from classes.models import Attendance, Lesson, Registration
from core.models import AuditEntry
from reminders import sheets
from reminders.models import CallSheet, CallTask, Request
from tests.make import classes as make
from tests.make.patience import PATIENCE_SECONDS
from tests.races.clerks import together, until_somebody_waits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

Mark = Attendance.Mark


@pytest.fixture
def slow(monkeypatch):
    """A long pause between looking for the key and writing it down."""
    first_time = attendance._first_time
    monkeypatch.setattr(attendance, "_first_time", lambda *asked: time.sleep(0.5) or first_time(*asked))


def test_a_tick_sent_twice_at_once_is_one_tick_and_two_answers(slow) -> None:
    clerk, key = make.clerk(), uuid4()
    lesson = make.run(starts_at=timezone.now() - timedelta(minutes=1)).lessons.get()
    registration = make.registration(lesson.run)

    first, second = together(*[lambda: mark(lesson, registration, Mark.PRESENT, by=clerk, key=key)] * 2)

    assert first == second == Attendance.objects.get()
    assert AuditEntry.objects.filter(action="attendance.marked").count() == 1


def test_of_two_first_ticks_at_once_the_one_tapped_later_stands(slow) -> None:
    clerk, now = make.clerk(), timezone.now()
    lesson = make.run(starts_at=now - timedelta(minutes=1)).lessons.get()
    registration = make.registration(lesson.run)

    together(
        lambda: mark(lesson, registration, Mark.LATE, by=clerk, at=now, key=uuid4()),
        lambda: mark(lesson, registration, Mark.ABSENT, by=clerk, at=now - timedelta(seconds=9), key=uuid4()),
    )

    assert Attendance.objects.get().mark == Mark.LATE


# A whole sheet -------------------------------------------------------------------------------------------


def two_to_be_called() -> tuple[Lesson, Registration, Registration]:
    """A lesson ahead and its people; the first is reminded by calls with higher numbers than the second."""
    lesson, clerk = make.run().lessons.get(), make.clerk()
    first, second = make.registration(lesson.run), make.registration(lesson.run)
    theirs = Request.objects.filter(resident=first.resident)
    calls = list(theirs.values_list("call", flat=True))
    theirs.delete()
    CallTask.objects.filter(pk__in=calls).delete()
    reminding.plan(first, by=clerk)
    return lesson, first, second


def while_it_is_typed_in(monkeypatch, lesson: Lesson, lines: list[Typed], deed: Callable[[], object]) -> list[object]:
    """What came of a sheet, and of what somebody does when its first line is written and the next is not."""
    clerk, withdraw, has_begun = make.clerk(), reminding.withdraw_from, threading.Event()

    def withdraw_and_hesitate(*asked, **more):
        withdrawn = withdraw(*asked, **more)
        if not has_begun.is_set():
            has_begun.set()
            until_somebody_waits()
        return withdrawn

    monkeypatch.setattr(reminding, "withdraw_from", withdraw_and_hesitate)
    return together(lambda: enter_sheet(lesson, lines, by=clerk), lambda: has_begun.wait(PATIENCE_SECONDS) and deed())


def later(lesson: Lesson) -> Callable[[], Lesson]:
    clerk, hours = make.clerk(), {"starts_at": make.days_ahead(15), "ends_at": make.days_ahead(15, "12:00")}
    return lambda: rescheduling.move(lesson, **hours, venue=lesson.venue, by=clerk)


def test_a_lesson_is_moved_while_absences_from_it_are_typed_in_and_nobody_waits_for_ever(monkeypatch) -> None:
    lesson, *people = two_to_be_called()
    lines = [Typed(each, Mark.ABSENT_TOLD) for each in people]

    typed_in, moved = while_it_is_typed_in(monkeypatch, lesson, lines, later(lesson))

    assert (typed_in, moved) == (None, lesson)
    assert Request.objects.standing().filter(purpose=reminding.PURPOSE).count() == 4


def test_a_lesson_is_moved_while_the_sheet_says_who_comes_after_all_and_nobody_waits_for_ever(monkeypatch) -> None:
    lesson, first, second = two_to_be_called()
    mark(lesson, second, Mark.ABSENT_TOLD, by=make.clerk())

    typed_in, moved = while_it_is_typed_in(
        monkeypatch, lesson, [Typed(first, Mark.ABSENT_TOLD), Typed(second, "")], later(lesson)
    )

    assert (typed_in, moved) == (None, lesson)
    # Said of the old hour: whoever could not come then is expected at the new one.
    assert not Attendance.objects.filter(mark=Mark.ABSENT_TOLD).exists()


def test_calls_are_printed_while_a_sheet_is_typed_in_and_nobody_waits_for_ever(monkeypatch) -> None:
    lesson, *people = two_to_be_called()
    clerk, on_the_eve = make.clerk(), lesson.starts_at - timedelta(hours=2)

    typed_in, printed = while_it_is_typed_in(
        monkeypatch,
        lesson,
        [Typed(each, Mark.ABSENT_TOLD) for each in people],
        lambda: sheets.print_sheet(by=clerk, now=on_the_eve),
    )

    assert typed_in is None
    assert isinstance(printed, CallSheet | sheets.NothingToPrint)
    assert not CallTask.objects.open().exists()
