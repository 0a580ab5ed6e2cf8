"""Every URL declares who may use it, and one middleware enforces what was declared.

A view without a declaration is refused to everybody, so a page cannot be opened to the world by forgetting a line.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from accounts.expiry import COOKIE, LEFT_THE_DESK, carry_over_sign_in, parts_of
from accounts.models import User
from accounts.roles import Permission

View = TypeVar("View", bound=Callable[..., Any] | type)


class SignedInRequest(HttpRequest):
    """A request as it reaches a view that is not open to ANYONE: somebody has signed in. Only a type, never made."""

    user: User
    htmx: HtmxDetails


class _Anyone:
    """Open without signing in."""

    def __repr__(self) -> str:
        return "ANYONE"


class _SignedIn:
    """Open to everybody who has signed in, whatever the role."""

    def __repr__(self) -> str:
        return "SIGNED_IN"


ANYONE = _Anyone()
SIGNED_IN = _SignedIn()
Declaration = _Anyone | _SignedIn | frozenset[Permission]
# Whether a request comes from somebody who holds what opens just this address, as the code on a lesson's sheet does.
# What held once and holds no longer is refused there, by a PermissionDenied with a sentence.
Holds = Callable[..., bool]


def allow(*permissions: Permission | _Anyone | _SignedIn, or_holder: Holds | None = None) -> Callable[[View], View]:
    """Declare who may use a view function or a class-based view: ANYONE, SIGNED_IN, or any one of the permissions.

    `or_holder` lets in others, who need not have signed in; it is asked with the request and the parts of the address.
    """
    if not permissions:
        raise ImproperlyConfigured("allow() needs ANYONE, SIGNED_IN or at least one permission.")
    first = permissions[0]
    declared: Declaration
    if isinstance(first, _Anyone | _SignedIn):
        if len(permissions) > 1:
            raise ImproperlyConfigured("ANYONE and SIGNED_IN stand alone.")
        declared = first
    else:
        declared = frozenset(permissions)  # type: ignore[arg-type]  # the branch above took the two others

    def declare(view: View) -> View:
        view.allowed, view.or_holder = declared, or_holder  # type: ignore[union-attr]  # functions and classes alike
        return view

    return declare


def declaration(callback: Callable[..., Any]) -> Declaration | None:
    """What a URL's callback declares, or None when it declares nothing."""
    view = getattr(callback, "view_class", callback)
    return getattr(view, "allowed", getattr(callback, "allowed", None))


def holds(request: HttpRequest, callback: Callable[..., Any], parts: dict[str, Any]) -> bool:
    """True when a URL's callback opens for what this request brings along, whoever sends it."""
    or_holder: Holds | None = getattr(callback, "or_holder", None)
    return or_holder is not None and or_holder(request, **parts)


def may_use(user: Any, declared: Declaration | None) -> bool:
    """True when this user may use what declares so."""
    if declared is None:
        return False
    if isinstance(declared, _Anyone):
        return True
    if not user.is_authenticated:
        return False
    return isinstance(declared, _SignedIn) or not declared.isdisjoint(user.permissions)


def _is_private(request: HttpRequest) -> bool:
    """True for an address that is not open to everybody."""
    return request.resolver_match is not None and declaration(request.resolver_match.func) is not ANYONE


class AccessMiddleware:
    """Enforces the declaration of the view that a request resolved to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and (request.user.is_authenticated or _is_private(request)):
            # A shared PC at the counter must not show a person's page to the next user of the Back button.
            response["Cache-Control"] = "no-store"
        if request.META.get(LEFT_THE_DESK):
            response.delete_cookie(COOKIE)
        return response

    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        declared = declaration(callback)
        if declared is not ANYONE and self._owes_a_second_factor(request):
            return self._window_to(reverse("mfa_activate_totp"), request)
        if may_use(request.user, declared) or holds(request, callback, kwargs):
            return None
        if declared is None or request.user.is_authenticated:
            raise PermissionDenied
        if request.headers.get("HX-Request"):
            back = parts_of(request.headers.get("HX-Current-URL", "")).path or "/"
            return self._window_to(redirect_to_login(back).url, request)
        if request.method == "POST":
            return carry_over_sign_in(request)
        return redirect_to_login(request.get_full_path())

    @staticmethod
    def _owes_a_second_factor(request: HttpRequest) -> bool:
        """True for a person whose role asks for an authenticator, on all but the pages on which it is set up."""
        is_own_sign_in = request.path.startswith(reverse("mfa_index"))
        return not is_own_sign_in and isinstance(request.user, User) and request.user.owes_totp

    @staticmethod
    def _window_to(address: str, request: HttpRequest) -> HttpResponse:
        """Send the person elsewhere; a live search, which cannot show a page inside itself, sends the whole window."""
        if not request.headers.get("HX-Request"):
            return redirect(address)
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = address
        return answer
