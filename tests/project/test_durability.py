"""What was committed is on the disk: a seat that was told on the telephone, a text that is about to leave."""

import pytest
from django.db import connection

FULL = 2  # sqlite.org/pragma.html#pragma_synchronous


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_embedded_database_waits_for_the_disk_at_every_commit() -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (FULL,)
