"""Chance that falls the same way each time the practice city is made: everything is drawn from one seeded source."""

import uuid
from random import Random
from typing import TypeVar

Value = TypeVar("Value")


def weighted(chance: Random, table: list[tuple[Value, int]]) -> Value:
    """One of the values, each as often as its weight says."""
    values, weights = zip(*table, strict=True)
    return chance.choices(values, weights)[0]


def any_key(chance: Random) -> uuid.UUID:
    """The key of a form."""
    return uuid.UUID(int=chance.getrandbits(128), version=4)
