"""What `make run` promises: pages, worker, practice data, a clean end, and the data next time."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.make.patience import PATIENCE_SECONDS, wait_until
from tests.project.places import ROOT
from tools.postgres import free_port

ADDRESS = re.compile(r"Kakehashi is at (http://localhost:\d+)")


@contextmanager
def running(var: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The whole program, started as make does; gives the address it printed."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "HOST"}}
    environment |= {"VAR_DIR": str(var), "PORT": str(free_port()), "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    with subprocess.Popen(
        [sys.executable, "-m", "tools.serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if found := ADDRESS.search(line):
                break
        else:
            pytest.fail(f"It ended without saying where it is:\n{said}")
        try:
            yield found[1], process
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)


def page(address: str) -> str:
    """What a browser without a sign-in is shown there; an error status raises."""
    with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310  (the server started above)
        text: str = answer.read().decode()
        return text


def people(var: Path) -> int:
    """How many residents the database in that folder holds."""
    with closing(sqlite3.connect(var / "kakehashi.sqlite3")) as database:
        count: int = database.execute("SELECT count(*) FROM residents_resident").fetchone()[0]
        return count


def worked_at(var: Path) -> datetime:
    """When the worker last ended a round; before all time when it never did."""
    with closing(sqlite3.connect(var / "kakehashi.sqlite3")) as database:
        [[beat]] = database.execute("SELECT max(beat_at) FROM reminders_heartbeat")
    return datetime.fromisoformat(beat).replace(tzinfo=UTC) if beat else datetime.min.replace(tzinfo=UTC)


@pytest.mark.sqlite
@pytest.mark.timeout(1200)
def test_an_office_can_start_stop_and_go_on(tmp_path: Path) -> None:
    began = datetime.now(UTC)
    with running(tmp_path) as (address, process):
        assert "練習モード" in page(address)

        wait_until(lambda: worked_at(tmp_path) > began)
        assert process.poll() is None

        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 0
    assert "The data is kept" in said
    practised = people(tmp_path)
    assert practised > 0

    with running(tmp_path) as (address, _):
        assert "練習モード" in page(address)

    assert people(tmp_path) == practised
