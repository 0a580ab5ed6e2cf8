"""What each part of the office holds of a person, declared by the part itself.

The person's page, corrections and merging go through this registry and know nothing of classes, reminders or
consultations; so will disclosure and forgetting. A table that points to a resident and is declared by no holding would
be overlooked by all of them, so a test looks for one (tests/residents/test_holdings.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from residents.models import Resident

# Who hears in sentences what followed from a deed.
Say = Callable[[str], object]
# What was handed over from one record to another, as a Merge keeps it: ids, codes and values that were replaced.
Moved = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One line about a person on the person's page."""

    text: str
    at: datetime | None = None
    # A word or two on how it stands, shown as a tag.
    state: str = ""
    # What must not be overlooked about it, shown as a tag that stands out.
    caution: str = ""
    url: str = ""
    # A number by which it is known, such as a slip's; shown behind the text and never broken.
    number: str = ""
    # What has to be done about it, in the words of a link, and where; empty where nothing has.
    to_do: str = ""
    to_do_url: str = ""


def _nothing_to_say(moved: Moved) -> None:
    """What was handed over tells the clerk nothing that they do not see."""


def _nothing_to_do(resident: Resident, *, by: Model | None) -> None:
    """The correction of a record changes nothing here, and there is nothing to say."""


@dataclass(frozen=True)
class Holding:
    """What one part of the office holds of a person and how it treats it."""

    name: str
    label: str | Promise
    # Every model with a foreign key to Resident that this holding answers for.
    models: tuple[type[Model], ...]
    # The lines for the person's page, newest first.
    summary: Callable[[Resident], list[Line]]
    # Everything held, in plain words and values, for the person it is about.
    export: Callable[[Resident], list[dict[str, Any]]]
    # Hand everything over from a duplicate to the record that stays: move(old, new, by).
    move: Callable[[Resident, Resident, User], Moved]
    # Give what a merge handed over back to the duplicate: move_back(moved, old, new, by). What came later stays. The
    # answer is a sentence for the clerk who undoes it, where there is something to say.
    move_back: Callable[[Moved, Resident, Resident, User], str | None]
    # Delete or blank what identifies the person; gives the number of rows touched.
    erase: Callable[[Resident], int]
    # What follows when a number, a wish or a name was corrected: does it, and says in a sentence what changed, if
    # anything did.
    corrected: Callable[..., str | None] = field(default=_nothing_to_do)
    # What the clerk who merged two records should hear of what was handed over, in a sentence, if anything.
    moved_in_words: Callable[[Moved], str | None] = field(default=_nothing_to_say)
    # The rows that a merge of two people locks before the people themselves (docs/locking.md), when there are any.
    locked_first: Callable[[Resident, Resident], QuerySet[Any]] | None = None


_holdings: dict[str, Holding] = {}


def register_holding(holding: Holding) -> None:
    """Declare a holding; called from an app's ready()."""
    _holdings[holding.name] = holding


def holdings() -> Iterator[Holding]:
    """Every holding, in the order of declaration."""
    return iter(tuple(_holdings.values()))


def tell_of_correction(resident: Resident, *, by: Model | None, say: Say | None = None) -> None:
    """Let every part do what follows from a corrected record; `say` hears what became of it, for the clerk."""
    for holding in holdings():
        sentence = holding.corrected(resident, by=by)
        if sentence and say:
            say(sentence)
