"""A run that leaves something out says so, and in .ci/run it fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.places import ROOT

SKIPPED = "import pytest\n@pytest.mark.skip(reason='no printer here')\ndef test_paper(): pass\n"
PASSED = "def test_rain(): pass\n"
POSTGRES = "import pytest\n@pytest.mark.postgres\ndef test_race(): pass\n"


def run(folder: Path, content: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Pytest with our accounting on one test file, on the embedded database."""
    (folder / "test_office.py").write_text(content)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  postgres\n  browser\n  sqlite\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-ra", *arguments, folder],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": "sqlite://:memory:",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skipped_test_is_named_with_its_reason(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPPED)

    assert done.returncode == 0
    assert "no printer here" in done.stdout


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_a_skipped_test_fails_the_run_where_nothing_may_be_skipped(tmp_path: Path, workers: list[str]) -> None:
    done = run(tmp_path, PASSED + SKIPPED, "--fail-on-skip", *workers)

    assert done.returncode == 1
    assert "1 skipped, which fails this run" in done.stdout


def test_a_run_without_skips_passes_where_nothing_may_be_skipped(tmp_path: Path) -> None:
    assert run(tmp_path, PASSED, "--fail-on-skip").returncode == 0


def test_what_needs_postgresql_is_named_on_the_embedded_database(tmp_path: Path) -> None:
    assert "set DATABASE_URL to a PostgreSQL server" in run(tmp_path, POSTGRES).stdout
