"""The cookie by which a browser shows that it has opened a sheet with its code.

It is signed, names the lesson and the code it was opened by, and goes to the addresses of this one roster only, so that
two lessons of a day do not get into each other's way. What it opens is asked anew with every request.
"""

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from classes.sheet_code import Opened, still_opens

COOKIE = "sheet"
# Longer than it opens anything, so that whoever comes too late is told why instead of being asked to sign in.
COOKIE_SECONDS = 48 * 60 * 60


def holds_sheet(request: HttpRequest, pk: int, **_parts: object) -> bool:
    """Whether this browser has opened the sheet of that lesson; raises PermissionDenied when it is open no longer."""
    opened = _opened(request)
    if opened is None or opened.lesson_pk != pk:
        return False
    if not still_opens(opened):
        raise PermissionDenied(
            _(
                "This roster is open no longer: its day is over, the lesson does not take place, or the office has "
                "made a new code. Write on the paper and call the office."
            )
        )
    return True


def remember(response: HttpResponse, opened: Opened) -> None:
    """Let this browser in from now on."""
    response.set_cookie(
        COOKIE,
        signing.dumps([opened.lesson_pk, opened.nonce], salt=COOKIE),
        max_age=COOKIE_SECONDS,
        path=reverse("roster", args=[opened.lesson_pk]),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(response: HttpResponse, lesson_pk: int) -> None:
    """Let this browser in no longer: it is handed on, or lies about."""
    response.delete_cookie(COOKIE, path=reverse("roster", args=[lesson_pk]), samesite="Lax")


def _opened(request: HttpRequest) -> Opened | None:
    try:
        lesson_pk, nonce = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    return Opened(lesson_pk, nonce)
