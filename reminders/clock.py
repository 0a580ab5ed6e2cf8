"""What time it is for the worker: the database's clock, since the clocks of several machines differ.

What must never happen: a worker whose own clock is ahead takes the claims of the living for dead, and texts that are
due for too late.
"""

import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

# What was written further ahead was written by a clock that was put back since: by so much clocks in use do not differ.
AHEAD_AT_MOST = timedelta(minutes=10)


def now() -> datetime:
    """The time by the one clock that all workers share; the embedded database has no other than the machine's."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return told


def elapsed() -> float:
    """Seconds by a clock that nobody can set and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
