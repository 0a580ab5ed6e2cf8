"""Why a person is told something: each application that asks for reminders registers its purposes here.

The letterbox knows nothing of classes. It asks the purpose whether a reminder is still due, what to say on the
telephone, and tells it what came of a call; nothing else may reach upwards.
"""

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from django.utils.functional import Promise

from accounts.models import User


@runtime_checkable
class Purpose(Protocol):
    """What an application knows of its own reminders. `key` is the key under which it asked."""

    @property
    def name(self) -> str:
        """The name under which reminders are asked for."""
        ...

    @property
    def label(self) -> str | Promise:
        """What it is called on a page."""
        ...

    def still_due(self, keys: Collection[str]) -> set[str]:
        """Those keys whose person should still be told; asked at the moment of sending, about a batch at once."""
        ...

    def script(self, key: str) -> str:
        """What the clerk reads out on the telephone."""
        ...

    def on_outcome(self, key: str, outcome: str, by: User) -> None:
        """Take note of what came of a call (a value of reminders.models.Outcome)."""
        ...

    def link(self, key: str) -> str:
        """The address of the page about it, empty when there is none."""
        ...


_PURPOSES: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    """Make a purpose known, in AppConfig.ready(); raises ValueError when the name belongs to another."""
    if (known := _PURPOSES.get(purpose.name)) is not None and type(known) is not type(purpose):
        raise ValueError(f"The purpose {purpose.name!r} is registered twice.")
    _PURPOSES[purpose.name] = purpose


def forget_purpose(name: str) -> None:
    """Take a purpose out again, for tests that bring their own."""
    _PURPOSES.pop(name, None)


def purpose(name: str) -> Purpose:
    """The purpose of that name.

    Raises LookupError when no application registered it: a reminder of an application that was taken out must be seen,
    not skipped.
    """
    try:
        return _PURPOSES[name]
    except KeyError:
        raise LookupError(f"No application registered the purpose {name!r}.") from None


def label_of(name: str) -> str | Promise:
    """What a purpose is called on a page; its bare name where the application is gone."""
    known = _PURPOSES.get(name)
    return known.label if known else name
