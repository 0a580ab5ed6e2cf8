"""The crew that several races share, on whichever database the run is on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.races.clerks import Crew

# A race is over in a moment; how long a busy machine takes to begin it says nothing.
LONGEST_SECONDS = 900


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the races their time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))


@pytest.fixture(scope="session")
def file_of_crew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the embedded database of the crew is kept; that of the test itself lives in memory."""
    return tmp_path_factory.mktemp("crew") / "race.sqlite3"


@pytest.fixture(scope="session")
def crew_at_hand(django_db_setup: None, file_of_crew: Path) -> Iterator[Crew]:
    """Eight processes, started once."""
    crew = Crew(f"sqlite:///{file_of_crew}" if connection.vendor == "sqlite" else url_of_server())
    yield crew
    crew.go_home()


@pytest.fixture
def crew(transactional_db: None, crew_at_hand: Crew, file_of_crew: Path) -> Callable[[], Crew]:
    """Gives the crew, at a database in which everything stands that the test has made until then."""

    def come() -> Crew:
        if connection.vendor == "sqlite":
            for file in file_of_crew.parent.iterdir():
                file.unlink()
            with closing(sqlite3.connect(file_of_crew)) as copy:
                connection.connection.backup(copy)
                copy.execute("PRAGMA journal_mode=WAL")
        return crew_at_hand

    return come


def url_of_server() -> str:
    """The address of the test's own database on PostgreSQL."""
    found = connection.settings_dict
    place = f"{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"
    return f"postgres://{found['USER']}:{quote(found['PASSWORD'])}@{place}"
