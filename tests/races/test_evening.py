"""A bad evening in little: workers killed in the middle of texts, a provider that errs, receipts in no order.

The whole one, with five thousand texts, is `make bench ONLY=chaos`.
"""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from reminders.models import Message
from tests.make import worker as make_worker
from tests.make.evening import Chances, Evening, Tally, texts_due

pytestmark = pytest.mark.django_db(transaction=True)

# One kill more than must be: the last may fall on nobody, when all is done.
TEXTS, KILLS = 220, 6
# `manage.py work` on a machine whose clock is wrong by some days.
OF_ANOTHER_DAY = """
import sys, datetime, time_machine
from django.core.management import execute_from_command_line
time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days={days}), tick=True).start()
execute_from_command_line(["manage.py", "work", "--every", "0.1"])
"""


def assert_everybody_is_accounted_for(tally: Tally) -> None:
    assert tally.doubled == []
    assert tally.lost == []
    assert tally.misread == []
    assert tally.refused_receipts == []
    assert len(tally.needless) <= 10 * tally.kills
    assert tally.due == TEXTS
    # A kill that falls between two texts, or after the last, is no kill.
    assert tally.kills >= 3


@pytest.mark.sqlite
def test_on_the_embedded_database_nobody_is_lost_and_nobody_texted_twice(tmp_path: Path) -> None:
    texts_due(TEXTS)
    url = make_worker.copied_to(tmp_path / "city.sqlite3")

    assert_everybody_is_accounted_for(Evening(url, tmp_path, Chances(seed=1), workers=1, kills=KILLS).play())


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

    evening = Evening(make_worker.shared(), tmp_path, Chances(seed=workers), workers=workers, kills=KILLS)

    assert_everybody_is_accounted_for(evening.play())
