"""How a line of the log is written, so that a log can be shown to a supplier.

What must never happen: a person's name or number in a log. PostgreSQL tells of the whole row that it refused, which
may be a person's, so of a refusal only its kind and the name of the rule that was broken are written down.
"""

import logging
import re
from types import TracebackType

_DETAIL = re.compile(r"^DETAIL:.*?(?=\n\n(?:The above|During handling)|\Z)", re.MULTILINE | re.DOTALL)


class Formatter(logging.Formatter):
    """Writes what went wrong without what the database says of the row."""

    def formatException(  # noqa: N802  (the name that logging calls)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return _DETAIL.sub("DETAIL: left out, it may be about a person.", super().formatException(ei))
