"""Builders of places."""

from itertools import count
from typing import Any

from city.models import District, Venue

_numbers = count(1)


def venue(name: str = "", **fields: Any) -> Venue:
    """A place where lessons are held."""
    return Venue.objects.create(name=name or f"忍海集会所{next(_numbers)}", kana="オシミシュウカイショ", **fields)


def district(name: str = "") -> District:
    """A part of the city."""
    return District.objects.create(name=name or f"忍海{next(_numbers)}")
