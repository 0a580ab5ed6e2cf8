"""What would happen if a lock were forgotten: a race that was never seen red proves nothing."""

import dataclasses
import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from classes.models import CourseRun, CourseRunQuerySet
from residents.models import ResidentQuerySet

# Longer than it takes a busy machine to let thirty clerks look into the book.
A_SLOW_AFTERNOON_SECONDS = 1.5


def take_the_lock_away(patch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL the run's row; on the embedded database the right to write, taken when a deed begins."""
    patch.setattr(CourseRunQuerySet, "locked", lambda runs, pk: runs.select_related("course").get(pk=pk))
    if connection.vendor == "sqlite":
        patch.setitem(connections.databases["default"]["OPTIONS"], "transaction_mode", "DEFERRED")


def think_after(patch: pytest.MonkeyPatch, place: Any, name: str, *, locked: bool) -> None:
    """Let clerks think between looking and writing: until both have looked, or a while where the lock forbids that."""
    look, think = getattr(place, name), _thinking_of_two(locked=locked)

    def look_and_think(*asked: Any, **more: Any) -> Any:
        seen = look(*asked, **more)
        think()
        return seen

    patch.setattr(place, name, look_and_think)


def think_before(patch: pytest.MonkeyPatch, place: Any, name: str, *, locked: bool) -> None:
    """The same before they write, where each has looked at something else."""
    write, think = getattr(place, name), _thinking_of_two(locked=locked)

    def think_and_write(*asked: Any, **more: Any) -> Any:
        think()
        return write(*asked, **more)

    patch.setattr(place, name, think_and_write)


def number_slips_by_themselves(patch: pytest.MonkeyPatch, *, first: int = 0) -> None:
    """Another slip number for each look, or the constraint on that would hide what happens to the seat."""
    look, numbers = CourseRun.book, itertools.count(first)

    def look_and_number(*asked: Any, **more: Any) -> Any:
        return dataclasses.replace(look(*asked, **more), last_slip=next(numbers))

    patch.setattr(CourseRun, "book", look_and_number)


def be_careless(patch: pytest.MonkeyPatch, *, first_slip: int) -> None:
    """All of it, for a process of its own: no lock, and as long between looking and writing as a slow afternoon."""
    take_the_lock_away(patch)
    patch.setattr(ResidentQuerySet, "lock", lambda _people: None)
    number_slips_by_themselves(patch, first=first_slip)
    look: Callable[..., Any] = CourseRun.book

    def look_and_think(*asked: Any, **more: Any) -> Any:
        seen = look(*asked, **more)
        time.sleep(A_SLOW_AFTERNOON_SECONDS)
        return seen

    patch.setattr(CourseRun, "book", look_and_think)


def _thinking_of_two(*, locked: bool) -> Callable[[], Any]:
    both = threading.Barrier(2)
    return (lambda: time.sleep(0.5)) if locked else (lambda: both.wait(timeout=20))
