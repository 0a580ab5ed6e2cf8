"""What the machine must have, said in a sentence before anything begins."""

import sqlite3

import pytest
from django.core.management import CommandError, call_command
from django.db import connection


def has(version: str, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sqlite3, "sqlite_version", version)
    patch.setattr(sqlite3, "sqlite_version_info", tuple(int(part) for part in version.split(".")))


@pytest.mark.sqlite
def test_an_embedded_database_that_is_too_old_is_named_before_anything_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    has("3.34.1", monkeypatch)

    with pytest.raises(CommandError, match=r"SQLite 3\.34\.1; Kakehashi needs 3\.35 or newer"):
        call_command("check")


@pytest.mark.sqlite
@pytest.mark.parametrize("version", ["3.35.0", "3.46.1", "4.0.0"])
def test_a_newer_one_will_do(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    has(version, monkeypatch)

    call_command("check")


def test_on_postgresql_it_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    has("3.34.1", monkeypatch)
    monkeypatch.setattr(connection, "vendor", "postgresql")

    call_command("check")
