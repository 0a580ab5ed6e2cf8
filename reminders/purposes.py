"""Why a person is told something: each application that asks for reminders registers its purposes here.

The letterbox knows nothing of classes. It asks the purpose in which words it is told, whether a reminder is still due,
what to say on the telephone, and tells it what came of a call; nothing else may reach upwards.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reminders.about import About


@dataclass(frozen=True)
class Field:
    """A place in a wording that a fact fills: {講座名} is filled with the fact "title"."""

    name: str
    # How the clerk writes it into a text. Japanese, as the text is.
    label: str
    meaning: str | Promise
    # What may lose its end where even the barest wording is too long.
    may_be_cut: bool = False

    @property
    def placeholder(self) -> str:
        """As it stands in a wording."""
        return f"{{{self.label}}}"


# Filled by the letterbox itself, from the settings of the city.
CITY = Field("city", "市名", _("name of the city"))
PHONE = Field("phone", "電話", _("telephone number of the office"))


@dataclass(frozen=True)
class Sample:
    """What a text is measured with: the longest facts that stand in this database, and how many are told at once."""

    facts: Mapping[str, str]
    people: int


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

    @property
    def about(self) -> str:
        """Of which kind its texts are (a value of reminders.about.About): whoever wants none of it is called."""
        ...

    @property
    def fields(self) -> Sequence[Field]:
        """What a wording may be filled with, besides CITY and PHONE."""
        ...

    @property
    def wordings(self) -> Sequence[str]:
        """The built-in texts, from the fullest to the barest, in Japanese whoever sits at the screen.

        What the barest one says, a text of the city must say too. Empty when nobody is ever texted about it.
        """
        ...

    def sample(self) -> Sample:
        """The longest facts of this database, for the preview."""
        ...

    def still_due(self, keys: Collection[str], *, now: datetime) -> set[str]:
        """Those keys whose person should still be told; asked at the moment of sending, about a batch at once.

        What is ahead is told by `now`, the one time of all workers: the clock of their machine may be days ahead.
        """
        ...

    def script(self, key: str) -> str:
        """What the clerk reads out on the telephone."""
        ...

    def on_outcome(self, key: str, outcome: str, by: User) -> str | None:
        """Take note of what came of a call (a value of reminders.models.Outcome).

        A sentence for the clerk where more follows than what was recorded.
        """
        ...

    def link(self, key: str) -> str:
        """The address of the page about it, empty when there is none."""
        ...


@runtime_checkable
class OnlyWritten(Protocol):
    """A purpose that gives in writing what was just said, so that nobody is called about it."""

    @property
    def is_only_written(self) -> bool:
        """Whether it is so."""
        ...


@runtime_checkable
class Cancellable(Protocol):
    """A purpose whose people may say that they will not come."""

    def cancel_link(self, key: str) -> str:
        """The address of the page on which that is recorded; asked for many keys at once, so it reads nothing."""
        ...


_PURPOSES: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    """Make a purpose known, in AppConfig.ready(); raises ValueError when the name belongs to another."""
    if (known := _PURPOSES.get(purpose.name)) is not None and type(known) is not type(purpose):
        raise ValueError(f"The purpose {purpose.name!r} is registered twice.")
    _PURPOSES[purpose.name] = purpose


def purpose(name: str) -> Purpose:
    """The purpose of that name.

    Raises LookupError when no application registered it: a reminder of an application that was taken out must be seen,
    not skipped.
    """
    try:
        return _PURPOSES[name]
    except KeyError:
        raise LookupError(f"No application registered the purpose {name!r}.") from None


def names_with_labels() -> list[tuple[str, str | Promise]]:
    """Every purpose with what it is called on a page."""
    return [(each.name, each.label) for each in _PURPOSES.values()]


def label_of(name: str) -> str | Promise:
    """What a purpose is called on a page; its bare name where the application is gone."""
    known = _PURPOSES.get(name)
    return known.label if known else name


def about_of(name: str) -> str:
    """Of which kind the texts of a purpose are; of none where the application is gone, so that 停止 stops them all."""
    known = _PURPOSES.get(name)
    return known.about if known else About.EVERYTHING


def is_only_written(name: str) -> bool:
    """Whether nobody is called about a purpose, not even when its text cannot be sent."""
    known = _PURPOSES.get(name)
    return known.is_only_written if isinstance(known, OnlyWritten) else False


def only_written() -> list[str]:
    """The names of the purposes about which nobody is called."""
    return [name for name in _PURPOSES if is_only_written(name)]


def cancel_link_of(name: str, key: str) -> str:
    """The page on which it is recorded that the person of a reminder will not come; empty where there is none."""
    known = _PURPOSES.get(name)
    return known.cancel_link(key) if isinstance(known, Cancellable) else ""


def texted() -> list[Purpose]:
    """The purposes that are told in texts, in the order in which they were registered."""
    return [each for each in _PURPOSES.values() if each.wordings]
