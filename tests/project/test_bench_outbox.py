from pathlib import Path

import pytest

from bench.outbox import deliver, lost_or_doubled
from tools.trouble import Trouble


def test_every_text_that_left_once_is_neither_lost_nor_doubled() -> None:
    assert lost_or_doubled({"a" * 32, "b" * 32}, ["b" * 19, "a" * 19]) == 0


def test_a_text_that_became_due_meanwhile_does_not_hide_a_lost_one() -> None:
    assert lost_or_doubled({"a" * 32, "b" * 32}, ["a" * 19, "c" * 19]) == 1


def test_a_doubled_text_does_not_make_up_for_a_lost_one() -> None:
    assert lost_or_doubled({"a" * 32, "b" * 32}, ["a" * 19, "a" * 19]) == 2


def test_a_worker_that_ends_early_is_trouble_and_not_a_loss_of_texts(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="ended early"):
        deliver(f"sqlite:///{tmp_path}/no-such-folder/city.sqlite3", tmp_path / "sent", workers=1)
