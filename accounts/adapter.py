"""How allauth behaves in a town hall: nobody signs up by themselves, nobody needs an e-mail address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop, ngettext_lazy

from accounts.expiry import forget_who_sat_here, has_carried_form, keep_carried_form, remember_who_sits_here
from accounts.models import User
from core.audit import record

# What allauth and Django's password rules say on our pages, named here so that locale/ja can say it as a clerk would.
SENTENCES_OF_OTHERS = (
    gettext_noop("Username"),
    gettext_noop("Code"),
    gettext_noop("Authenticator code"),
    gettext_noop("Current Password"),
    gettext_noop("New Password"),
    gettext_noop("New Password (again)"),
    gettext_noop("This account is currently inactive."),
    gettext_noop("The username and/or password you specified are not correct."),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("Please type your current password."),
    gettext_noop("Incorrect password."),
    gettext_noop("Incorrect code."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("You cannot deactivate two-factor authentication."),
    gettext_noop("You cannot generate recovery codes without having two-factor authentication enabled."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        "min_length",
    ),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
)


def said_422(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of allauth that answers a form with mistakes with 422, as all our pages do; its own answer is 200."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and form.errors and response.status_code == 200:
            response.status_code = 422
        return response

    return answered


class SignInBackend(AuthenticationBackend):
    """allauth's, which reads whoever is signed in together with their roles."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, while they may sign in."""
        user = User.objects.with_grants(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up, sign-ins on record, and a form that ran into an expired sign-in goes on."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        keep_carried_form(request)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        record("user.signed_in", user, by=user)
        response = super().post_login(request, user, **kwargs)
        remember_who_sits_here(response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        super().logout(request)
        forget_who_sat_here(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if has_carried_form(request):
            return reverse("form_resume")
        return super().get_login_redirect_url(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: "signed in as …" on every morning's first page helps nobody."""

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: there are no addresses to send to."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: there are no addresses to send to."""

    def get_user_search_fields(self) -> list[str]:
        return ["username", "name"]
