"""Who may have been taken down twice for one run, seen before its seats are drawn or decided.

A hint and never a bar. What must never happen: one person with two lots, and nobody who was shown it in time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from classes.models import Registration
from residents.matching import Sign, pairs_among


@dataclass(frozen=True)
class TakenTwice:
    """Two registrations that may be of one person, and what speaks for it; the older record comes first."""

    one: Registration
    other: Registration
    signs: tuple[Sign, ...]


def perhaps_taken_twice(registrations: Iterable[Registration]) -> list[TakenTwice]:
    """Those of one run who may be one person, the likeliest first; reads their residents.

    Whoever comes together was named in one breath, and is two people.
    """
    by_person = {each.resident_id: each for each in registrations}
    pairs = pairs_among(each.resident for each in by_person.values())
    alike = [TakenTwice(by_person[pair.one.pk], by_person[pair.other.pk], pair.signs) for pair in pairs]
    return [each for each in alike if each.one.party_id is None or each.one.party_id != each.other.party_id]
