"""What is longest in an office is looked up once for a page on which many texts are measured.

What must never happen: a text measured with what was longest yesterday, so nothing is kept beyond the page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_found: ContextVar[dict[Any, Any] | None] = ContextVar("found", default=None)


@contextmanager
def many_texts() -> Iterator[None]:
    """While it lasts, each `measure` is taken once."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def measure(look_up: Callable[P, T]) -> Callable[P, T]:
    """Mark a function that looks for something longest in the database. Its arguments have to be hashable."""

    @wraps(look_up)
    def once(*args: P.args, **kwargs: P.kwargs) -> T:
        found = _found.get()
        if found is None:
            return look_up(*args, **kwargs)
        asked = (look_up, args, tuple(sorted(kwargs.items())))
        if asked not in found:
            found[asked] = look_up(*args, **kwargs)
        known: T = found[asked]
        return known

    return once
