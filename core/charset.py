"""A request says in which charset it is written, and may say nonsense: zlib is a codec, and none of text.

Django reads addresses and forms by that word. What must never happen: a stranger's one word answered as our fault.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def without_odd_charset(application: Application) -> Application:
    """The WSGI application, told of no charset in which nothing can be read: it takes the request for UTF-8."""

    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = _readable(environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return answered


def _readable(content_type: str) -> str:
    """The type of what is sent, as it is told where that can be read."""
    try:
        kind, told = parse_header_parameters(content_type)
    except ValueError:
        return ""
    try:
        b"a".decode(told.pop("charset", "utf-8"), "replace")
    except (LookupError, ValueError):
        return "; ".join([kind, *(f'{name}="{value}"' for name, value in told.items())])
    return content_type
