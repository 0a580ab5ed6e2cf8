"""Twilio's error codes, as they are known of Japan: what the office does about each."""

import pytest

from reminders.codes import MEANINGS, Move, meaning


@pytest.mark.parametrize(
    ("code", "move"),
    [
        # The handset or its carrier.
        ("30003", Move.RETRY),
        ("30004", Move.CALL),
        ("30005", Move.NUMBER),
        ("30006", Move.NUMBER),
        ("30007", Move.ALARM),
        ("30008", Move.RETRY),
        ("30001", Move.SLOW_DOWN),
        ("21611", Move.SLOW_DOWN),
        ("30036", Move.CALL),
        # An "undelivered" in Japan has no reason.
        ("", Move.CALL),
        # The number.
        ("21211", Move.NUMBER),
        ("21217", Move.NUMBER),
        ("21401", Move.NUMBER),
        ("21610", Move.OPT_OUT),
        ("21614", Move.NUMBER),
        ("21635", Move.NUMBER),
        # The settings.
        ("21212", Move.ALARM),
        ("21408", Move.ALARM),
        ("21603", Move.ALARM),
        ("21606", Move.ALARM),
        ("21608", Move.ALARM),
        ("21609", Move.ALARM),
        ("21612", Move.ALARM),
        ("21624", Move.ALARM),
        ("21657", Move.ALARM),
        ("20003", Move.ALARM),
        ("20429", Move.SLOW_DOWN),
        # What nobody has heard of yet.
        ("99999", Move.CALL),
    ],
)
def test_what_the_office_does_about_a_code(code: str, move: Move) -> None:
    assert meaning(code).move is move


def test_every_code_says_what_happened_and_what_comes_next() -> None:
    assert all(str(told.what) and str(told.next_step) for told in MEANINGS.values())
