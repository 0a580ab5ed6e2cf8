"""What pages that promise or wait for a text may say of the worker."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from reminders.rounds import is_silent


def worker(_request: HttpRequest) -> dict[str, Any]:
    """Whether reminders are not running; asked of the database only by a page that shows it."""
    return {"reminders_are_silent": SimpleLazyObject(is_silent)}
