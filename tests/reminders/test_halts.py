import logging

import pytest

from reminders import halts
from tests.make import reminders as make

pytestmark = pytest.mark.django_db

ALARM, BUSY = "20003", "20429"


def code_at(**later: float) -> str | None:
    standing = halts.standing(now=make.later(**later))
    return standing.code if standing else None


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
    assert not halts.standing(now=make.NOON).is_alarm

    halts.halt(ALARM, now=make.NOON)
    assert halts.standing(now=make.NOON).is_alarm


def test_a_busy_provider_does_not_end_an_alarm_early() -> None:
    halts.halt(ALARM, now=make.NOON)
    halts.halt(BUSY, now=make.later(minutes=1))

    assert code_at(minutes=14) == ALARM


def test_the_same_trouble_over_and_over_began_once() -> None:
    for minutes in (0, 16, 32):
        halts.halt(ALARM, now=make.later(minutes=minutes))

    assert halts.standing(now=make.later(minutes=40)).since == make.NOON


def test_the_same_trouble_on_another_day_began_on_that_day() -> None:
    halts.halt(ALARM, now=make.NOON)
    halts.halt(ALARM, now=make.later(days=1))

    assert halts.standing(now=make.later(days=1)).since == make.later(days=1)
