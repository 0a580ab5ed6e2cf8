"""Tells the measuring client how long the server took, how many queries it made and how large the process is.

Only bench.settings installs it: an answer that tells strangers about the database would be a leak anywhere else.
"""

import resource
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


class Measure:
    """Outermost of all, so that the other middleware is measured with the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say at what price."""
        queries = Queries()
        begun = time.perf_counter()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        response["X-Server-Ms"] = f"{(time.perf_counter() - begun) * 1000:.3f}"
        response["X-Queries"] = str(queries.count)
        response["X-Peak-Memory-Mb"] = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}"
        return response


class Queries:
    """Counts what goes to the database; not the BEGIN, which only one of the two drivers lets pass here."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Let the query pass."""
        self.count += not sql.startswith("BEGIN")
        return execute(sql, *rest)
