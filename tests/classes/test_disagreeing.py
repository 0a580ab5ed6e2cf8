"""Two people tick one person differently: which tick stands, what is asked about it, and who may answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from classes.attendance import Typed, enter_sheet, mark, unmark, unrecorded_lessons
from classes.disagreeing import contradictions
from classes.models import Attendance, Disagreement
from core.models import AuditEntry
from tests.make import accounts as make_accounts
from tests.make import classes as make

pytestmark = pytest.mark.django_db

Mark = Attendance.Mark
NOTHING = ""


@pytest.fixture(autouse=True)
def _in_the_morning():
    """A time of day at which an hour ago was the same day."""
    with time_machine.travel("2026-11-24 11:00+09:00", tick=False):
        yield


@pytest.fixture
def hall():
    """Who ticks on a telephone in the hall."""
    return make_accounts.user(Role.INSTRUCTOR)


@pytest.fixture
def lesson():
    return make.run(starts_at=timezone.now() - timedelta(hours=1)).lessons.get()


@pytest.fixture
def registration(lesson):
    return make.registration(lesson.run)


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def ticks(lesson, registration):
    """What is shown to whoever decides: mark, and whether it stands."""
    found = contradictions(lesson, [registration.pk])
    return [(tick.mark, tick.stands) for tick in found[registration.pk].ticks] if found else []


def newest():
    return Disagreement.objects.latest("pk").pk


def test_a_tick_of_the_hall_that_arrives_after_a_later_one_of_the_desk_is_kept(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.ABSENT, by=clerk, seen=NOTHING)

    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)

    assert Attendance.objects.get().mark == Mark.ABSENT
    assert ticks(lesson, registration) == [(Mark.PRESENT, False), (Mark.ABSENT, True)]
    assert AuditEntry.objects.get(action="attendance.contradicted").by_id == hall.pk


def test_a_tick_that_a_later_one_replaces_without_knowing_of_it_is_kept(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)

    mark(lesson, registration, Mark.ABSENT, by=clerk, seen=NOTHING)

    assert Attendance.objects.get().mark == Mark.ABSENT
    assert ticks(lesson, registration) == [(Mark.PRESENT, False), (Mark.ABSENT, True)]


def test_whoever_saw_the_other_tick_corrects_it_and_nothing_is_asked(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(15), seen=NOTHING)

    mark(lesson, registration, Mark.LATE, by=hall, seen=Mark.ABSENT)

    assert Attendance.objects.get().mark == Mark.LATE
    assert not Disagreement.objects.exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_person_corrects_themselves_in_whatever_order_it_arrives(lesson, registration, hall, order):
    tapped = [(Mark.PRESENT, ago(9), NOTHING), (Mark.LATE, ago(8), NOTHING)]

    for which in order:
        tick, at, seen = tapped[which]
        mark(lesson, registration, tick, by=hall, at=at, seen=seen)

    assert Attendance.objects.get().mark == Mark.LATE
    assert not Disagreement.objects.exists()


def test_two_telephones_with_the_code_of_one_sheet_may_be_two_people(lesson, registration):
    holder = User.objects.holder_of_a_sheet()
    mark(lesson, registration, Mark.PRESENT, by=holder, at=ago(9), seen=NOTHING)

    mark(lesson, registration, Mark.ABSENT, by=holder, seen=NOTHING)

    assert ticks(lesson, registration) == [(Mark.PRESENT, False), (Mark.ABSENT, True)]


def test_two_who_tick_the_same_agree(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=clerk, seen=NOTHING)

    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)

    assert not Disagreement.objects.exists()


def test_a_kept_tick_that_is_sent_again_is_kept_once(lesson, registration, hall, clerk):
    key = uuid4()
    mark(lesson, registration, Mark.ABSENT, by=clerk, seen=NOTHING)

    for _answer_lost in range(2):
        mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), key=key, seen=NOTHING)

    assert Disagreement.objects.count() == 1


def test_of_what_one_person_ticked_the_last_is_in_question(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.ABSENT, by=clerk, seen=NOTHING)

    mark(lesson, registration, Mark.LATE, by=hall, at=ago(10), seen=Mark.PRESENT)
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)

    assert ticks(lesson, registration) == [(Mark.LATE, False), (Mark.ABSENT, True)]


def test_whoever_comes_round_to_the_other_tick_ends_the_question(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.ABSENT, by=clerk, seen=NOTHING)
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)

    mark(lesson, registration, Mark.ABSENT, by=hall, at=ago(14), seen=Mark.PRESENT)

    assert ticks(lesson, registration) == []


def test_whoever_corrects_to_the_kept_tick_without_having_seen_it_leaves_no_question(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(20), seen=NOTHING)

    mark(lesson, registration, Mark.PRESENT, by=clerk, seen=Mark.ABSENT)

    assert ticks(lesson, registration) == []
    assert Disagreement.objects.get().settled_by == clerk


def test_what_somebody_corrected_stands_in_question_no_more_beside_their_newer_tick(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(20), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)

    mark(lesson, registration, Mark.LATE, by=hall, seen=Mark.PRESENT)

    assert ticks(lesson, registration) == [(Mark.ABSENT, False), (Mark.LATE, True)]


def test_a_tick_under_the_code_of_a_sheet_corrects_nothing_that_another_telephone_ticked(lesson, registration, clerk):
    holder = User.objects.holder_of_a_sheet()
    mark(lesson, registration, Mark.PRESENT, by=holder, at=ago(20), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)

    mark(lesson, registration, Mark.LATE, by=holder, seen=Mark.ABSENT)

    assert ticks(lesson, registration) == [(Mark.PRESENT, False), (Mark.LATE, True)]


@pytest.mark.parametrize("right", [Mark.PRESENT, Mark.ABSENT, Mark.LATE])
def test_whoever_has_seen_both_says_which_is_right(lesson, registration, hall, clerk, right):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)

    mark(lesson, registration, right, by=hall, seen=Mark.ABSENT, settles=newest())

    attendance = Attendance.objects.get()
    assert (attendance.mark, attendance.marked_by, attendance.marked_at) == (right, hall, timezone.now())
    assert ticks(lesson, registration) == []
    assert Disagreement.objects.get().settled_by == hall
    assert AuditEntry.objects.filter(action="attendance.settled").count() == 1


def test_a_question_that_the_page_did_not_show_is_not_answered_by_it(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)
    shown = newest()
    mark(lesson, registration, Mark.LATE, by=make.clerk(), at=ago(5), seen=NOTHING)

    mark(lesson, registration, Mark.LATE, by=hall, seen=Mark.ABSENT, settles=shown)

    assert ticks(lesson, registration) == [(Mark.ABSENT, False), (Mark.LATE, True)]


def test_a_decision_older_than_what_stands_decides_nothing(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)
    question = newest()
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(1), seen=Mark.ABSENT, settles=question)

    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(5), seen=Mark.ABSENT, settles=question)

    assert ticks(lesson, registration) == [(Mark.PRESENT, False), (Mark.ABSENT, True)]


def test_taking_back_takes_nothing_that_the_page_did_not_show(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)

    unmark(lesson, registration, by=hall, at=ago(5), seen=Mark.PRESENT)
    unmark(lesson, registration, by=hall, at=ago(12), seen=Mark.ABSENT)

    assert Attendance.objects.get().mark == Mark.ABSENT


def test_taking_back_ones_own_tick_ends_the_question_about_it(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.ABSENT, by=clerk, seen=NOTHING)
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)

    unmark(lesson, registration, by=hall, at=ago(14), seen=Mark.PRESENT)

    assert ticks(lesson, registration) == []
    assert Attendance.objects.get().mark == Mark.ABSENT


def test_taking_back_twice_under_one_key_takes_back_once(lesson, registration, hall):
    key = uuid4()
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15))
    unmark(lesson, registration, by=hall, at=ago(14), key=key, seen=Mark.PRESENT)
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(14), seen=NOTHING)

    unmark(lesson, registration, by=hall, at=ago(14), key=key, seen=Mark.PRESENT)

    assert Attendance.objects.get().mark == Mark.PRESENT


def test_taking_the_mark_back_after_seeing_both_leaves_no_question(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)

    unmark(lesson, registration, by=clerk, seen=Mark.ABSENT, settles=newest())

    assert not Attendance.objects.exists()
    assert not Disagreement.objects.unsettled().exists()


def test_what_the_hall_ticks_while_a_clerk_types_the_sheet_is_kept(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(1), seen=NOTHING)

    enter_sheet(lesson, [Typed(registration, Mark.ABSENT, seen=NOTHING)], by=clerk)

    assert ticks(lesson, registration) == [(Mark.PRESENT, False), (Mark.ABSENT, True)]


def test_a_lesson_with_a_question_is_work_to_do_until_it_is_answered(lesson, registration, hall, clerk):
    mark(lesson, registration, Mark.PRESENT, by=hall, at=ago(15), seen=NOTHING)
    mark(lesson, registration, Mark.ABSENT, by=clerk, at=ago(10), seen=NOTHING)

    with time_machine.travel(lesson.ends_at + timedelta(minutes=1)):
        assert list(unrecorded_lessons()) == [lesson]
        mark(lesson, registration, Mark.ABSENT, by=clerk, seen=Mark.ABSENT, settles=newest())
        assert not unrecorded_lessons().exists()
