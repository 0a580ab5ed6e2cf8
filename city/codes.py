"""The words of a key, and what a form offers.

Facts are stored as keys and never as words: a label may be rewritten without touching a single record.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from city.initial_codes import INITIAL_CODES
from city.models import Code

Kind = Code.Kind
# Of people whose age is known, the youngest first.
AGE_BANDS = ("under60", "60s", "70s", "80s", "90up")


def labels(kind: str) -> dict[str, str]:
    """Key to words for a whole list, in its order, also for entries no longer offered."""
    return {code.key: code.text for code in Code.objects.of(kind)}


def choices(kind: str, *, on: date | None = None) -> list[tuple[str, str]]:
    """What a form offers today, as (key, words)."""
    return [(code.key, code.text) for code in Code.objects.offered(kind, on=on or timezone.localdate())]


def word_lists(*kinds: str) -> dict[str, dict[str, str]]:
    """Several lists at once, each as `labels` gives it, for a page that shows many columns."""
    lists: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for code in Code.objects.of(*kinds):
        lists[code.kind][code.key] = code.text
    return lists


def load_initial(model: Any = Code) -> None:
    """Put in whatever is missing of the lists a new installation begins with; what is there stays as it is."""
    have = set(model.objects.values_list("kind", "key"))
    model.objects.bulk_create(
        model(kind=kind, key=key, label=japanese, label_en=english, order=order)
        for kind, entries in INITIAL_CODES.items()
        for order, (key, japanese, english) in enumerate(entries, start=1)
        if (kind, key) not in have
    )


def age_band_of(age: int) -> str:
    """The key of the age band of an age in years."""
    if age < 60:
        return "under60"
    if age < 90:
        return f"{age // 10 * 10}s"
    return "90up"


def choice_lists(*kinds: str, on: date | None = None) -> dict[str, list[tuple[str, str]]]:
    """Several lists at once, each as `choices` gives it, for a form with many of them."""
    lists: dict[str, list[tuple[str, str]]] = {kind: [] for kind in kinds}
    for code in Code.objects.offered(*kinds, on=on or timezone.localdate()):
        lists[code.kind].append((code.key, code.text))
    return lists
