"""The navigation that a person's roles give."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Permission


@dataclass(frozen=True)
class Entry:
    """One entry of the top bar: its words, its address, who sees it, and which addresses belong to it."""

    text: str | Promise
    url_name: str
    permission: Permission | None
    also: tuple[str, ...] = ()


# Nobody with one role sees more than six; a person with several roles finds the rest on the day's page.
ENTRIES = (
    Entry(pgettext_lazy("navigation", "Today"), "home", None),
    Entry(
        pgettext_lazy("navigation", "Desk"), "desk", Permission.RECEIVE, ("/registrations/", "/people/", "/residents/")
    ),
    Entry(
        pgettext_lazy("navigation", "Classes"),
        "run_list",
        Permission.PLAN,
        ("/courses/", "/lessons/", "/broadcasts/", "/offers/", "/volunteers/"),
    ),
    Entry(pgettext_lazy("navigation", "My lessons"), "todays_lessons", Permission.TEACH),
    Entry(pgettext_lazy("navigation", "Calls"), "call_list", Permission.CALL),
    Entry(pgettext_lazy("navigation", "Messages"), "message_list", Permission.CALL, ("/inbox/", "/files/")),
    Entry(pgettext_lazy("navigation", "Consultation"), "consultation_create", Permission.ADVISE, ("/consultations/",)),
    Entry(pgettext_lazy("navigation", "Difficulties"), "insights", Permission.ANALYSE),
    Entry(_("Costs of texts"), "message_costs", Permission.ANALYSE),
    Entry(pgettext_lazy("navigation", "Write guides"), "guide_desk", Permission.WRITE),
    Entry(pgettext_lazy("navigation", "City"), "city_edit", Permission.ADMINISTER),
    Entry(pgettext_lazy("navigation", "People and roles"), "user_list", Permission.ADMINISTER),
    Entry(pgettext_lazy("navigation", "Audit log"), "audit_log", Permission.ADMINISTER),
    Entry(_("Guides"), "guide_list", None),
)
MOST = 6


@dataclass(frozen=True)
class Link:
    """An entry as the template draws it."""

    text: str | Promise
    url: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entries of the top bar for the person who is signed in, and those that find no room there."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "more_pages": []}
    shown = [entry for entry in ENTRIES if entry.permission is None or user.may(entry.permission)]
    resolver = get_resolver()
    shown = [entry for entry in shown if entry.url_name in resolver.reverse_dict]
    links = [_link(entry, request.path) for entry in shown]
    return {"navigation": links[:MOST], "more_pages": links[MOST:]}


def _link(entry: Entry, path: str) -> Link:
    url = reverse(entry.url_name)
    if url == "/":
        return Link(entry.text, url, current=path == "/")
    return Link(entry.text, url, current=path.startswith((url, *entry.also)))
