"""`make test`: pytest on this installation's database, then what only PostgreSQL can show, where there is one.

Nothing is left out silently: what this machine cannot run is named at the end, and with --strict it is a failure.

DATABASE_URL chooses the database of the whole run, an embedded one when it is not set. TEST_POSTGRES_URL names a
server for the tests marked `postgres` of a run on the embedded one.
"""

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PASSED, NO_TESTS = 0, 5
USUAL_SERVER = "postgres://postgres@localhost:5432/kakehashi"
WORKERS = "2"


def main() -> int:
    """Run the tests and give back pytest's worst status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strict", action="store_true", help="a test that is skipped or left out is a failure")
    options, chosen = parser.parse_known_args()
    strict = ["--fail-on-skip"] if options.strict else []
    everything = [*strict, *chosen]

    url = os.environ.get("DATABASE_URL", "")
    if is_postgres(url):
        say(f"All tests, on PostgreSQL at {urlsplit(url).hostname}")
        return pytest(["-m", "not sqlite", *everything], url)

    say("All tests, on the embedded database")
    status = pytest(["-m", "not postgres", *everything], url)
    server = os.environ.get("TEST_POSTGRES_URL", USUAL_SERVER)
    if options.strict and "TEST_POSTGRES_URL" not in os.environ:
        return status  # .ci/run gives the whole suite a PostgreSQL of its own afterwards
    if not answers(server):
        say(
            "Not run: the tests that need PostgreSQL. None answers here; start one, or name it in TEST_POSTGRES_URL,\n"
            "or let a throw-away one be made: python -m tools.postgres -- make test"
        )
        return status
    say(f"The tests that need PostgreSQL, at {urlsplit(server).hostname}")
    second = pytest(["-m", "postgres", *everything], server)
    return status or (PASSED if second == NO_TESTS else second)


def is_postgres(url: str) -> bool:
    """Whether a DATABASE_URL means PostgreSQL."""
    return urlsplit(url).scheme in {"postgres", "postgresql"}


def answers(url: str) -> bool:
    """Whether a server accepts connections there."""
    place = urlsplit(url)
    try:
        with socket.create_connection((place.hostname or "localhost", place.port or 5432), timeout=2):
            return True
    except OSError:
        return False


def pytest(arguments: list[str], url: str) -> int:
    """Run pytest on two cores with a database."""
    environment = dict(os.environ)
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def say(sentence: str) -> None:
    """A line that stands out from pytest's."""
    print(f"\n>>> {sentence}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
