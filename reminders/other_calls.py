"""Calls that are no reminders and have a page of their own, so that nobody is rung up twice in one morning.

The letterbox knows nothing of freed seats. An application that has calls to make registers a list of them in
AppConfig.ready(); the call list says how many there are, leads there, and points out whoever stands on both.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from accounts.models import User
from accounts.roles import Permission


class OtherCalls(Protocol):
    """What an application knows of its own calls."""

    @property
    def name(self) -> str:
        """The name under which the list is registered."""
        ...

    @property
    def permission(self) -> Permission:
        """What somebody who makes these calls may do."""
        ...

    @property
    def beside_a_name(self) -> str | Promise:
        """What stands beside somebody who is called about this as well, in a few words."""
        ...

    def in_words(self, number: int) -> str:
        """So many calls, as a line that leads to them."""
        ...

    def page(self) -> str:
        """The address of the list."""
        ...

    def to_make(self, now: datetime) -> Mapping[int, str]:
        """Who is to be called now, by the number of their record, and at which address; one call has one address."""
        ...


@dataclass(frozen=True)
class OtherList:
    """One such list as it stands at the moment."""

    words: str
    page: str
    beside_a_name: str | Promise
    people: Mapping[int, str]


@dataclass(frozen=True)
class Beside:
    """That somebody is called about something else, and where."""

    words: str | Promise
    page: str


_LISTS: dict[str, OtherCalls] = {}


def register_other_calls(calls: OtherCalls) -> None:
    """Make a list known, in AppConfig.ready(); raises ValueError when the name belongs to another."""
    if (known := _LISTS.get(calls.name)) is not None and type(known) is not type(calls):
        raise ValueError(f"The other calls {calls.name!r} are registered twice.")
    _LISTS[calls.name] = calls


def other_lists(user: User, now: datetime) -> list[OtherList]:
    """The lists on which something is to be done by somebody with these rights; a question each."""
    found = []
    for calls in _LISTS.values():
        if user.may(calls.permission) and (people := calls.to_make(now)):
            words = calls.in_words(len(set(people.values())))
            found.append(OtherList(words, calls.page(), calls.beside_a_name, people))
    return found


def beside(people: Collection[int], lists: Collection[OtherList]) -> list[Beside]:
    """What else these people, who are told by one call, are called about; each call once."""
    found = [Beside(each.beside_a_name, each.people[pk]) for each in lists for pk in people if pk in each.people]
    return list(dict.fromkeys(found))
