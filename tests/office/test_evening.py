"""A bad evening in little: workers killed in the middle of texts, a provider that errs, receipts in no order.

The whole one, with five thousand texts, is `make bench ONLY=chaos`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.make import worker as make_worker
from tests.make.evening import Chances, Evening, Tally, texts_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(420)]

TEXTS, KILLS = 220, 5

Play = Callable[..., Tally]


def assert_everybody_is_accounted_for(tally: Tally) -> None:
    assert tally.doubled == []
    assert tally.lost == []
    assert tally.misread == []
    assert tally.refused_receipts == []
    assert len(tally.needless) <= 10 * tally.kills
    assert (tally.due, tally.kills) == (TEXTS, KILLS)


@pytest.mark.sqlite
def test_on_the_embedded_database_nobody_is_lost_and_nobody_texted_twice(tmp_path: Path) -> None:
    texts_due(TEXTS)
    url = make_worker.copied_to(tmp_path / "city.sqlite3")

    assert_everybody_is_accounted_for(Evening(url, tmp_path, Chances(seed=1), workers=1, kills=KILLS).play())


@pytest.mark.postgres
@pytest.mark.parametrize("workers", [2, 4])
def test_several_workers_lose_nobody_and_text_nobody_twice(tmp_path: Path, workers: int) -> None:
    texts_due(TEXTS)

    evening = Evening(make_worker.shared(), tmp_path, Chances(seed=workers), workers=workers, kills=KILLS)

    assert_everybody_is_accounted_for(evening.play())
