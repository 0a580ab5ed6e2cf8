"""What every test needs: which of them this machine can run, and that nobody overlooks the rest."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from accounts.models import User


WERE_EMPTIED = pytest.StashKey[bool]()
BROWSER_TESTS = Path(__file__).parent / "browser"

# A run says of one commit the same as the run before it. New counterexamples are looked for on purpose:
# make test ARGS="tests/core --hypothesis-profile=search"
hypothesis_settings.register_profile("same", derandomize=True, deadline=None)
hypothesis_settings.register_profile("search", max_examples=20_000, deadline=None)
hypothesis_settings.load_profile("same")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database while somebody is in it: a server's thread at its last answer, a killed worker."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def code_lists(request: pytest.FixtureRequest) -> None:
    """A test with transactions of its own leaves every table empty, and with them the lists a migration put in.

    Any other test may come after it, because a worker that has nothing left to do takes tests from the other.
    """
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        return
    is_transactional = bool(marker.kwargs.get("transaction"))
    if is_transactional or request.config.stash.get(WERE_EMPTIED, False):
        request.getfixturevalue("transactional_db" if is_transactional else "db")
        import_string("city.codes.load_initial")()
        request.config.stash[WERE_EMPTIED] = True


@pytest.fixture
def clerk(db: None, client: Client) -> "User":
    """Somebody at reception, who has signed in."""
    # This module is also loaded where no Django is set up (test_skip_accounting).
    from tests.make import classes as make_classes  # noqa: PLC0415

    clerk = make_classes.clerk()
    client.force_login(clerk)
    return clerk


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fail-on-skip", action="store_true", help="a skipped test fails the run (.ci/run)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests by where they are, and skip what needs a machine other than this."""
    absent = dict(what_is_absent())
    for item in items:
        if item.path.is_relative_to(BROWSER_TESTS):
            item.add_marker("browser")
        for marker, reason in absent.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def what_is_absent() -> Iterator[tuple[str, str]]:
    """Each marker that cannot be served here, and why."""
    if shutil.which("chromium") is None:
        yield "browser", "Chromium is not installed (Debian: apt-get install chromium)"
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        yield "sqlite", "this run is on PostgreSQL"
    else:
        yield "postgres", "this run is on the embedded database (set DATABASE_URL to a PostgreSQL server)"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With --fail-on-skip, a run in which something was skipped has not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--fail-on-skip") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and config.getoption("--fail-on-skip"):
        terminalreporter.write_sep("!", f"{len(skipped)} skipped, which fails this run (--fail-on-skip)", red=True)
