"""What `.ci/run` promises: every part is tried, and one that fails fails the whole and is named at the end."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.project.places import ROOT

# Stands for both programs that .ci/run calls: notes what it was asked, and fails where the test says so.
STAND_IN = """\
#!/bin/sh
echo "$*" >> "$NOTES"
case "$*" in *"$FAILS"*) exit 2 ;; esac
"""


@pytest.fixture
def proof(tmp_path: Path):
    """Runs .ci/run with stand-ins of which those asked for `fails` fail; gives the outcome and what was asked."""
    for name in ("make", "python3.11"):
        program = tmp_path / name
        program.write_text(STAND_IN)
        program.chmod(0o755)

    def run(*, fails: str = "nothing") -> tuple[subprocess.CompletedProcess[str], str]:
        notes = tmp_path / "notes"
        environment = os.environ | {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "NOTES": str(notes),
            "FAILS": fails,
        }
        done = subprocess.run([ROOT / ".ci/run"], env=environment, capture_output=True, text=True, check=False)
        return done, notes.read_text()

    return run


def test_the_proof_asks_for_checks_and_for_the_tests_on_both_databases(proof) -> None:
    done, asked = proof()

    assert done.returncode == 0
    assert "check\n" in asked
    assert asked.count("test STRICT=1") == 2
    assert asked.splitlines()[-1].startswith("-m tools.postgres -- make")


@pytest.mark.parametrize(
    ("fails", "named"),
    [
        ("directory check", "checks"),
        ("directory test", "tests on SQLite, tests on PostgreSQL"),
        ("postgres", "tests on PostgreSQL"),
    ],
)
def test_a_part_that_fails_is_named_and_the_others_are_tried(proof, fails, named) -> None:
    done, asked = proof(fails=fails)

    assert done.returncode == 1
    assert done.stderr.strip().startswith(f"Failed: {named}.")
    assert "-m tools.postgres" in asked


@pytest.mark.parametrize("fails", ["tools.machine", "directory setup"])
def test_a_machine_that_cannot_be_made_ready_is_not_tried(proof, fails) -> None:
    done, asked = proof(fails=fails)

    assert done.returncode != 0
    assert "test" not in asked
