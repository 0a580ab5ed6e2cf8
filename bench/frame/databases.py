"""Databases to measure on: one seeded practice city of each kind, copied for each scenario that measures in it."""

import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
from django.db import connections

from tools.postgres import Server
from tools.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
POSTGRES, SQLITE = "postgres", "sqlite"
DATABASES = (POSTGRES, SQLITE)
SHOWN = {POSTGRES: "PostgreSQL", SQLITE: "SQLite"}

_numbers = itertools.count(1)


class Databases:
    """Makes and copies databases; `home` is a folder that is removed when the run is over."""

    def __init__(self, home: Path, server: Server) -> None:
        self.home = home
        self.server = server
        self.seeded: dict[tuple[str, int], str] = {}

    def empty(self, kind: str) -> str:
        """The DATABASE_URL of a new empty database."""
        name = f"bench_{next(_numbers)}"
        if kind == SQLITE:
            return f"sqlite:///{self.home / name}.sqlite3"
        self.administer(f"CREATE DATABASE {name}")
        return self.server.url(name)

    def city(self, kind: str, scale: int) -> str:
        """The DATABASE_URL of a copy of a practice city, which is seeded the first time it is asked for."""
        if (kind, scale) not in self.seeded:
            self.seeded[kind, scale] = self.seed(kind, scale)
        return self.copy(kind, self.seeded[kind, scale])

    def seed(self, kind: str, scale: int) -> str:
        """A new practice city."""
        url = self.empty(kind)
        begun = time.monotonic()
        print(f"    seeding a city of scale {scale} on {SHOWN[kind]} …", end="", flush=True)
        if kind == POSTGRES:
            # Nobody would miss a practice city that a power failure destroys half made.
            self.administer(f"ALTER DATABASE {name_of(url)} SET synchronous_commit = off")
        for command in (["migrate", "--verbosity=0"], ["createcachetable"], ["demo", f"--scale={scale}"]):
            manage(command, url)
        if kind == POSTGRES:
            self.administer(f"ALTER DATABASE {name_of(url)} RESET synchronous_commit")
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")  # as a server that has run for a night
        else:
            with closing(sqlite3.connect(path_of(url))) as embedded:
                embedded.execute("ANALYZE")
                embedded.commit()
                embedded.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        print(f" {time.monotonic() - begun:.0f} s", flush=True)
        return url

    def copy(self, kind: str, url: str) -> str:
        """An independent copy of a database that nobody is connected to."""
        if kind == SQLITE:
            target = self.empty(kind)
            shutil.copyfile(path_of(url), path_of(target))
            return target
        name = f"bench_{next(_numbers)}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE {name_of(url)}")
        return self.server.url(name)

    def drop(self, kind: str, url: str) -> None:
        """Remove a copy: it would only fill the disk until the run is over."""
        if kind == SQLITE:
            for file in path_of(url).parent.glob(f"{path_of(url).name}*"):
                file.unlink()
        else:
            self.administer(f"DROP DATABASE {name_of(url)} WITH (FORCE)")

    def administer(self, statement: str) -> None:
        """Execute a statement about databases."""
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


def name_of(url: str) -> str:
    """The name of a database on the server."""
    return url.rsplit("/", 1)[1]


def path_of(url: str) -> Path:
    """The file of an embedded database."""
    return Path(url.removeprefix("sqlite:///"))


def manage(command: list[str], url: str) -> None:
    """Run a management command on a database.

    Raises Trouble with what it said when it fails.
    """
    environment = os.environ | {"DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Trouble(f"manage.py {' '.join(command)} failed:\n{done.stderr.strip()[-2000:]}")


@cache
def embedded_options() -> dict[str, Any]:
    """How the settings open an embedded database; asked for the first time before a scenario has pointed elsewhere."""
    options: dict[str, Any] = connections.settings["default"].get("OPTIONS", {})
    return options


def connect_django(url: str) -> None:
    """Point Django in this process at a database, so that a scenario can look up what it is going to ask for."""
    embedded = embedded_options()
    options = embedded if url.startswith("sqlite") else {}
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = connections.configure_settings(
        {"default": {**dj_database_url.parse(url), "OPTIONS": options}}
    )["default"]
