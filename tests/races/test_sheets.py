"""Several clerks, one printed list, and the screen beside it."""

from collections import Counter
from datetime import timedelta

import pytest

from reminders import call_list, sheets
from reminders.models import CallAttempt, CallSheet, CallSheetLine, CallTask, Outcome
from reminders.sheets import Tick
from tests.make import reminders as make
from tests.races.clerks import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LATER = make.NOON + timedelta(hours=3)


@pytest.fixture(autouse=True)
def purpose():
    with make.purpose() as registered:
        yield registered


def type_in(sheet: CallSheet, outcome: str, by) -> dict:
    return sheets.type_back(sheet, {1: Tick(outcome)}, by=by, made_at=make.NOON, now=LATER)


def test_of_clerks_who_print_at_once_one_has_the_calls_on_paper() -> None:
    for number in range(3):
        make.call(occasion=f"lesson:{number}")
    clerks = [make.clerk() for _each in range(4)]

    outcomes = together(*[lambda clerk=clerk: sheets.print_sheet(by=clerk, now=make.NOON) for clerk in clerks])

    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"CallSheet": 1, "NothingToPrint": 3}
    assert CallSheetLine.objects.count() == 3


def test_a_sheet_sent_four_times_at_once_is_typed_in_once(purpose) -> None:
    make.call()
    clerk = make.clerk()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    outcomes = together(*[lambda: type_in(sheet, Outcome.NO_ANSWER, clerk)] * 4)

    assert outcomes == [{}] * 4
    assert CallAttempt.objects.count() == len(purpose.heard) == 1


def test_the_screen_and_the_sheet_at_once_leave_one_outcome_and_one_of_them_is_told() -> None:
    task, clerk, colleague = make.call(), make.clerk(), make.clerk()
    sheet = sheets.print_sheet(by=clerk, now=make.NOON)

    on_screen, on_paper = together(
        lambda: call_list.record(task, Outcome.ABSENCE, by=colleague, now=LATER),
        lambda: type_in(sheet, Outcome.SELF, clerk),
    )

    task = CallTask.objects.get()
    assert CallAttempt.objects.get().outcome == task.outcome
    if task.outcome == Outcome.ABSENCE:
        assert isinstance(on_paper[1], sheets.RecordedOtherwise | call_list.CallIsClosed)
    else:
        assert isinstance(on_screen, call_list.CallIsClosed)
        assert on_paper == {}
