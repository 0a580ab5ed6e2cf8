"""A bad evening in little: workers killed anywhere, clocks that jump, a provider that errs, receipts in no order.

The whole one, with five thousand texts, is `make bench ONLY=chaos`.
"""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from reminders.models import Message
from tests.make import worker as make_worker
from tests.make.evening import Chances, Evening, texts_due
from tests.make.troubled_worker import PLACES, SENDING

pytestmark = pytest.mark.django_db(transaction=True)

# One kill more than must be: the last may fall on nobody, when all is done.
TEXTS, KILLS = 220, 6
THREE_DAYS = 3 * 24 * 3600
# `manage.py work` on a machine whose clock is wrong by some days.
OF_ANOTHER_DAY = """
import sys, datetime, time_machine
from django.core.management import execute_from_command_line
time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days={days}), tick=True).start()
execute_from_command_line(["manage.py", "work", "--every", "0.1"])
"""


def assert_everybody_is_accounted_for(evening: Evening) -> None:
    tally = evening.play()

    assert tally.doubled == []
    assert tally.lost == []
    assert tally.misread == []
    assert tally.refused_receipts == []
    assert len(tally.needless) <= 10 * tally.kills
    assert tally.due == TEXTS
    # A kill that falls between two texts, or after the last, is no kill.
    assert tally.kills >= 3
    # Where somebody dies in sending, all may have been sent before.
    assert set(evening.dies_in) - set(SENDING) <= set(tally.died_in)
    assert tally.unconfirmed


@pytest.mark.sqlite
def test_on_the_embedded_database_nobody_is_lost_and_nobody_texted_twice(tmp_path: Path) -> None:
    texts_due(TEXTS)
    url = make_worker.copied_to(tmp_path / "city.sqlite3")

    evening = Evening(url, tmp_path, Chances(seed=1), workers=1, kills=KILLS, dies_in=PLACES[::2])
    # There is one clock on such a machine; it is set now and then, by no more than a provider's may differ.
    evening.clocks_jump = 60

    assert_everybody_is_accounted_for(evening)


@pytest.mark.postgres
@pytest.mark.parametrize("days", [3, -3], ids=["ahead", "behind"])
def test_a_worker_whose_clock_is_wrong_drops_nobody_and_takes_no_living_workers_texts(
    tmp_path: Path, days: int
) -> None:
    """All go by the database's clock: by its own, a worker that is days ahead would find everything too late."""
    texts_due(40)
    soon = timezone.now() + timedelta(days=1)
    Message.objects.update(useless_after=soon)
    nothing = dict.fromkeys(("busy", "broken", "broken_after_taking", "dropped", "dropped_after_taking", "mumbled"), 0)
    calm = Chances(seed=1, slow=30, undelivered=0, **nothing)
    evening = Evening(make_worker.shared(), tmp_path, calm, workers=2, kills=0, waits_for_receipts=False)
    evening.commands = [*evening.commands, (sys.executable, "-c", OF_ANOTHER_DAY.format(days=days))]

    tally = evening.play()

    assert (tally.texted, tally.called, tally.doubled, tally.lost) == (40, 0, [], [])


@pytest.mark.postgres
@pytest.mark.parametrize("workers", [2, 4])
def test_several_workers_lose_nobody_and_text_nobody_twice(tmp_path: Path, workers: int) -> None:
    texts_due(TEXTS)

    url, places = make_worker.shared(), PLACES[:8] if workers == 2 else PLACES[8:]
    evening = Evening(url, tmp_path, Chances(seed=workers), workers=workers, kills=KILLS, dies_in=places)
    evening.clocks_jump = THREE_DAYS

    assert_everybody_is_accounted_for(evening)
