"""What must be true of the machine before anything is done on it, as `manage.py` asks at the start of each command."""

import sqlite3
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connection

# From here on a statement can say which rows it changed (RETURNING); the worker claims its texts so.
OLDEST_SQLITE = (3, 35)


def embedded_database_is_new_enough(**_asked: Any) -> list[CheckMessage]:
    """That the SQLite of this Python knows what the worker asks of it, where the city's data is kept in one."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return []
    return [
        Error(
            f"The embedded database of this Python is SQLite {sqlite3.sqlite_version}; Kakehashi needs 3.35 or newer.",
            hint="Use a newer Python or system, or name a PostgreSQL server in DATABASE_URL.",
            id="core.E001",
        )
    ]
