import logging
from datetime import datetime

import pytest

from reminders import halts
from tests.make import reminders as make

pytestmark = pytest.mark.django_db

ALARM, BUSY = "20003", "20429"


def code_at(**later: float) -> str | None:
    """The code under which nothing at all is sent."""
    halt = halts.standing()
    return halt.code if halt and halt.holds(make.later(**later)) else None


def trial_at(**later: float) -> datetime | None:
    """Until when somebody has time who wants to try a text; None when nobody may."""
    halt = halts.standing()
    assert halt is not None
    return halts.begin_trial(halt, now=make.later(**later))


def is_alarm() -> bool:
    halt = halts.standing()
    return halt is not None and halt.is_alarm


def began() -> datetime | None:
    halt = halts.standing()
    return halt.since if halt else None


def test_a_busy_provider_is_left_alone_for_a_minute() -> None:
    halts.halt(BUSY, now=make.NOON)

    assert code_at(seconds=59) == BUSY
    assert code_at(seconds=60) is None


def test_a_wrong_setting_halts_for_a_quarter_of_an_hour_and_is_written_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, "kakehashi.reminders"):
        halts.halt(ALARM, now=make.NOON)

    assert code_at(minutes=14, seconds=59) == ALARM
    assert code_at(minutes=15) is None
    assert caplog.messages == [f"sending halted: code {ALARM}"]


def test_only_an_alarm_needs_somebody() -> None:
    halts.halt(BUSY, now=make.NOON)
    assert not is_alarm()

    halts.halt(ALARM, now=make.NOON)
    assert is_alarm()


def test_a_busy_provider_does_not_end_an_alarm_early() -> None:
    halts.halt(ALARM, now=make.NOON)
    halts.halt(BUSY, now=make.later(minutes=1))

    assert code_at(minutes=14) == ALARM


def test_the_same_trouble_over_and_over_began_once() -> None:
    for minutes in (0, 16, 32):
        halts.halt(ALARM, now=make.later(minutes=minutes))

    assert began() == make.NOON


def test_the_same_trouble_on_another_day_began_on_that_day() -> None:
    halts.halt(ALARM, now=make.NOON)
    halts.halt(ALARM, now=make.later(days=1))

    assert began() == make.later(days=1)


def test_a_halt_by_a_clock_that_ran_ahead_does_not_hold_until_then() -> None:
    halts.halt(ALARM, now=make.later(days=3))

    assert code_at() is None
    assert trial_at() == make.later(minutes=1)
    assert code_at() == ALARM
    assert code_at(minutes=1) is None


def test_new_trouble_is_a_halt_although_a_clock_that_ran_ahead_wrote_one() -> None:
    halts.halt(BUSY, now=make.later(days=3))

    halts.halt(ALARM, now=make.NOON)

    assert code_at(minutes=14) == ALARM
    assert began() == make.NOON


# Whether it is over ---------------------------------------------------------------------------------------


def test_after_a_halt_one_worker_tries_and_the_others_wait() -> None:
    halts.halt(BUSY, now=make.NOON)
    seen_by_both = halts.standing()
    assert seen_by_both is not None

    assert halts.begin_trial(seen_by_both, now=make.later(minutes=1)) == make.later(minutes=2)
    assert halts.begin_trial(seen_by_both, now=make.later(minutes=1)) is None
    assert code_at(minutes=1, seconds=59) == BUSY


def test_a_halt_is_over_when_the_provider_answered() -> None:
    halts.halt(BUSY, now=make.NOON)
    trial = trial_at(minutes=1)
    assert trial is not None

    halts.end_trial(trial, was_answered=True, now=make.later(minutes=1))

    assert halts.standing() is None


def test_who_tried_and_died_leaves_the_trial_to_another_after_a_minute() -> None:
    halts.halt(BUSY, now=make.NOON)
    assert trial_at(minutes=1) is not None

    assert code_at(minutes=2) is None
    assert trial_at(minutes=2) is not None


def test_a_text_that_nobody_wanted_any_more_proves_nothing() -> None:
    halts.halt(BUSY, now=make.NOON)
    trial = trial_at(minutes=1)
    assert trial is not None

    halts.end_trial(trial, was_answered=False, now=make.later(minutes=1))

    assert halts.standing() is not None
    assert code_at(minutes=1) is None


def test_an_alarm_that_came_up_during_a_trial_stands() -> None:
    halts.halt(BUSY, now=make.NOON)
    trial = trial_at(minutes=1)
    assert trial is not None
    halts.halt(ALARM, now=make.later(minutes=1))

    halts.end_trial(trial, was_answered=True, now=make.later(minutes=1))

    assert code_at(minutes=15) == ALARM
