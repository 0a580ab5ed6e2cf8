"""A column whose text is compared letter by letter, so that "begins with" is one walk along an index.

PostgreSQL sorts by the rules of a language unless told otherwise, and then neither prefixes nor the order of a Japanese
roster come out right; SQLite compares by code point of itself.
"""

from typing import Any

from django.db import models
from django.db.models import Q

# Sorts behind every letter, and is none.
_LAST = "\U0010ffff"


class CodePointField(models.CharField):
    """Text that is compared by code point on every database."""

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def begins(column: str, prefix: str) -> Q:
    """The condition that a CodePointField begins with a text, in the form that both databases answer from an index."""
    first, behind = bounds(prefix)
    return Q(**{f"{column}__gte": first, f"{column}__lt": behind})


def bounds(prefix: str) -> tuple[str, str]:
    """Between which texts all those stand that begin with one: from the first on, and before the second."""
    return prefix, prefix + _LAST
