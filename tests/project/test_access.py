"""Every address against every role: what is not declared is an error, and what is declared is enforced."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter
from django.utils import timezone

from accounts.access import ANYONE, SIGNED_IN, declaration, may_use
from accounts.roles import Role
from classes.models import SheetCode
from tests.make import accounts as make
from tests.make import classes as make_classes

# Open to the whole world, on purpose. A new line here is a decision, so it is made here.
PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "invitation_answer",
    "set_language",
    "guide_list",
    "guide",
    "guide_pdf",
    "glossary",
    "picture",
    "calendar",
    "calendar_ics",
    "calendar_run",
    "calendar_run_ics",
    "sheet_open",
    "sheet_leave",
    "roster_worker",
    "twilio_inbound",
    "twilio_status",
    "text_leaflet",
    "text_leaflet_pdf",
}
# Open to whoever holds the sheet of a lesson, too, and to nobody who does not. A new line here is a decision as well.
OPEN_BY_SHEET = {"roster", "roster_mark", "roster_walk_in"}
SAMPLES: dict[type, str] = {
    IntConverter: "1",
    SlugConverter: "x",
    UUIDConverter: "0" * 8 + "-0000-0000-0000-" + "0" * 12,
}


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def address(pattern: URLPattern, **known: str) -> str:
    arguments: dict[str, Any] = {
        name: known.get(name) or SAMPLES.get(type(converter), "x")
        for name, converter in pattern.pattern.converters.items()
    }
    return reverse(pattern.name, kwargs=arguments)


PATTERNS = list(patterns())
IDS = [pattern.name or str(pattern.pattern) for pattern in PATTERNS]


@pytest.mark.parametrize("pattern", PATTERNS, ids=IDS)
def test_every_address_has_a_name_and_declares_who_may_use_it(pattern):
    assert pattern.name
    assert declaration(pattern.callback) is not None


def test_no_name_is_given_to_two_addresses():
    assert len(set(IDS)) == len(IDS)


def test_what_is_open_to_everybody_is_open_on_purpose():
    assert {pattern.name for pattern in PATTERNS if declaration(pattern.callback) is ANYONE} == PUBLIC


def test_what_is_open_without_a_sign_in_to_whoever_holds_something_is_so_on_purpose():
    assert {pattern.name for pattern in PATTERNS if getattr(pattern.callback, "or_holder", None)} == OPEN_BY_SHEET


@pytest.mark.django_db
def test_a_sheet_opens_no_address_but_those_of_its_roster():
    """The cookie is sent to every address, as no browser would."""
    lesson = make_classes.run(starts_at=timezone.now()).lessons.get()
    nonce = SheetCode.objects.create(lesson=lesson, nonce="x", made_by=make_classes.clerk()).nonce
    client = Client()
    client.cookies["sheet"] = signing.dumps([lesson.pk, nonce], salt="sheet")
    opened = set()
    for pattern in PATTERNS:
        if declaration(pattern.callback) is ANYONE:
            continue
        for method in (client.get, client.post):
            answer = method(address(pattern, pk=str(lesson.pk)))
            if not (answer.status_code == 302 and answer.url.startswith(reverse("account_login"))):
                opened.add(pattern.name)

    assert opened == OPEN_BY_SHEET


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_no_address_lets_in_whom_it_does_not_declare(role):
    client = Client(raise_request_exception=True)
    user: Any = AnonymousUser()
    if role is not None:
        user = make.user(role)
        client.force_login(user)
    wrongly_let_in = []
    for pattern in PATTERNS:
        declared = declaration(pattern.callback)
        if may_use(user, declared) or (declared is SIGNED_IN and role is not None):
            continue
        for method in (client.get, client.post):
            answer = method(address(pattern))
            sent_to_sign_in = answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
            refused = answer.status_code == 403 if role is not None else sent_to_sign_in
            if not refused:
                wrongly_let_in.append((pattern.name, method.__name__, answer.status_code))

    assert not wrongly_let_in


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role, ids=str)
def test_every_address_lets_in_whom_it_declares(role):
    """Whatever the page then says (a missing record is a 404), it is not refused for the role."""
    client = Client(raise_request_exception=True)
    user = make.user(role)
    wrongly_refused = []
    for pattern in PATTERNS:
        if pattern.name == "account_logout" or not may_use(user, declaration(pattern.callback)):
            continue
        client.force_login(user)
        answer = client.get(address(pattern))
        if answer.status_code == 403:
            wrongly_refused.append(pattern.name)

    assert not wrongly_refused
