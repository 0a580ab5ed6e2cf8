"""A sign-in that ran out in the middle of a form loses nothing that was typed.

The sign-in page carries the form on: encrypted, bound to the person who sat there and to the address it was going to,
valid for thirty minutes. It is sent only after that same person has signed in again and pressed a button; to anybody
else it stays unreadable. Files cannot be carried, and the page says so.
"""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

VALID_SECONDS = 30 * 60
# Says who sat at this browser last, so that a form is not handed to the next person. Gone with a proper sign-out.
COOKIE = "sat_here"
COOKIE_SECONDS = 12 * 60 * 60
SESSION_KEY = "carried_form"
# Set on a request in which somebody signed out. No header can have this name: theirs begin with HTTP_.
LEFT_THE_DESK = "kakehashi.left_the_desk"
FIELD = "carried_form"
# What the middleware and the browser add; the resumed form gets its own.
# The name of each file that could not come along, so that its form asks for it again.
LEFT_BEHIND = "left_behind"
NOT_CARRIED = frozenset({"csrfmiddlewaretoken", FIELD, LEFT_BEHIND})
# A form with one of these is typed anew: carried on, a password would stand in the source of a page on a shared PC.
SECRETS = frozenset({"password", "password_again", "oldpassword", "password1", "password2", "code"})


@dataclass(frozen=True)
class CarriedForm:
    """A form on its way: where it goes and what was typed."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool


def carry_over_sign_in(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page with the form that was being sent, so that it goes on after signing in."""
    user_id = _who_sat_here(request)
    if user_id is None or _holds_a_secret(request):
        return redirect_to_login(_page_of(request))
    form = CarriedForm(
        path=request.get_full_path(),
        fields=[
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_CARRIED
            for value in values
            if isinstance(value, str)
        ]
        + [(LEFT_BEHIND, name) for name in request.FILES],
        had_files=bool(request.FILES),
    )
    context = {"carried_form": _seal(form, user_id), "login_url": reverse("account_login")}
    response = render(request, "accounts/sign_in_again.html", context, status=401)
    response["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose key no longer fits.

    The usual cause is harmless: the person signed in again in another tab. Browsers name the page a form comes from
    in the Origin header, which no other site can forge, so a form of our own is offered again, any other refused. So
    is one with a password in it.
    """
    if not _comes_from_our_own_page(request) or _holds_a_secret(request):
        return render(request, "403_csrf.html", {"reason": reason}, status=403)
    if not request.user.is_authenticated:
        return carry_over_sign_in(request)
    form = CarriedForm(
        path=request.get_full_path(),
        fields=[(name, value) for name, values in request.POST.lists() if name not in NOT_CARRIED for value in values]
        + [(LEFT_BEHIND, name) for name in request.FILES],
        had_files=bool(request.FILES),
    )
    return render(request, "accounts/form_resume.html", {"form_to_send": form}, status=403)


def resumed_form(request: HttpRequest) -> CarriedForm | None:
    """The form that waits for the person who has just signed in; None when there is none or it is not theirs.

    It stays for its thirty minutes, because the page that shows it may be loaded twice.
    """
    sealed = request.session.get(SESSION_KEY)
    return _unseal(sealed, request.user.pk) if sealed and request.user.pk else None


def keep_carried_form(request: HttpRequest) -> None:
    """Keep a form that came with the sign-in page until the person has signed in, second factor included."""
    sealed = request.POST.get(FIELD)
    if sealed:
        request.session[SESSION_KEY] = sealed


def has_carried_form(request: HttpRequest) -> bool:
    """True when a form waits for the sign-in."""
    return SESSION_KEY in request.session


def remember_who_sits_here(response: HttpResponse, user: AbstractBaseUser) -> None:
    """Mark the browser with the person who signed in, signed against forgery."""
    response.set_cookie(
        COOKIE,
        signing.dumps(user.pk, salt=COOKIE),
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget_who_sat_here(request: HttpRequest) -> None:
    """After a proper sign-out nothing is carried on for anybody; the middleware deletes the mark."""
    request.META[LEFT_THE_DESK] = True


def _who_sat_here(request: HttpRequest) -> int | None:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None


def _cipher(user_id: int) -> Fernet:
    """A key that exists only for this installation and this person: another account cannot open the form."""
    material = f"{settings.SECRET_KEY}:carried-form:{user_id}".encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(material).digest()))


def _seal(form: CarriedForm, user_id: int) -> str:
    plain = json.dumps([form.path, form.fields, form.had_files]).encode()
    return _cipher(user_id).encrypt(zlib.compress(plain)).decode()


def _unseal(sealed: str, user_id: int) -> CarriedForm | None:
    try:
        plain = zlib.decompress(_cipher(user_id).decrypt(sealed.encode(), ttl=VALID_SECONDS))
    except InvalidToken:
        return None
    path, fields, had_files = json.loads(plain)
    return CarriedForm(path, [(name, value) for name, value in fields], had_files)


def _holds_a_secret(request: HttpRequest) -> bool:
    return not SECRETS.isdisjoint(request.POST)


def _comes_from_our_own_page(request: HttpRequest) -> bool:
    return parts_of(request.headers.get("Origin", "")).netloc == request.get_host()


def parts_of(address: str) -> SplitResult:
    """An address that came in a header in its parts, all of them empty when it cannot be read."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: the one the form stood on when the browser names it, else the form's own address."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()
