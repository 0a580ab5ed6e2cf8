"""People found by what a caller says: a number in any form, its last four digits, a name in kana or kanji.

The clerk types with one hand while listening, so every search is a walk along one index, also among 200,000 people.
What must never happen: a search that finds everybody, or a merged record that lives on beside the one that stayed.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects

from core.kana import fold, is_kana
from core.phone import PhoneNumber
from residents.fields import begins
from residents.models import PhoneLine, Resident, ResidentQuerySet

# With fewer digits a number fits half the city; with as many as this it is a household's.
FEWEST_DIGITS = 4
COMPLETE = 10


def find(text: str, *, limit: int = 8) -> list[Resident]:
    """The people whom a text fits, at most `limit`, their telephones and district at hand; none when it fits too many.

    Digits find numbers, words find names, and both together find the people whom both fit. Words beside a complete
    number that fit nobody are a reading misheard, or say whose telephone it is: then the number alone decides.
    """
    digits, words = PhoneNumber.digits_of(text), fold(PhoneNumber.split_memo(text)[1])
    if digits:
        people = _by_number(digits, limit=limit if not words else None)
        fitting = [person for person in people if not words or _is_named(person, words)]
        return (fitting or (people if len(digits) >= COMPLETE else []))[:limit]
    return _by_name(text, limit=limit)


def sharing_a_number(*people: Resident) -> list[Resident]:
    """Others who can be reached at a number of one of these: the household, more often than not."""
    numbers = {line.number for person in people for line in person.phone_lines.all()}
    if not numbers:
        return []
    others = _at_hand(Q(pk__in=_residents_with(Q(number__in=numbers))))
    return list(others.exclude(pk__in=[person.pk for person in people]).in_kana_order()[:8])


def _by_number(digits: str, *, limit: int | None) -> list[Resident]:
    condition = _number_condition(digits)
    if condition is None:
        return []
    return list(_at_hand(Q(pk__in=_residents_with(condition))).in_kana_order()[:limit])


def _number_condition(digits: str) -> Q | None:
    """Which telephones fit some digits: complete, the beginning, the local part without area code, or the last four."""
    if len(digits) < FEWEST_DIGITS:
        return None
    if len(digits) == FEWEST_DIGITS:
        return Q(last_four=digits)
    # A number copied from a spreadsheet has lost its first 0; then what was typed is the end of the number as well.
    ending = Q(last_four=digits[-4:], number__endswith=digits)
    if digits.startswith("0"):
        return begins("number", "+81" + digits[1:]) | ending
    return ending


def _by_name(text: str, *, limit: int) -> list[Resident]:
    key = fold(text)
    if not key:
        return []
    columns = ("reading_key", "given_reading_key") if is_kana(text) else ("name_key", "given_key")
    found: dict[int, Resident] = {}
    # Each column by itself and in the order of its own index: then the database stops after a few rows.
    for column in columns:
        if len(found) < limit:
            found.update((person.pk, person) for person in _beginning(column, key, limit=limit))
    if is_kana(text) and not found:
        # Some people write their name in kana and were taken down without a reading.
        found.update((person.pk, person) for person in _beginning("name_key", key, limit=limit))
    people = list(found.values())[:limit]
    prefetch_related_objects(people, "phone_lines")
    return people


def _beginning(column: str, key: str, *, limit: int) -> list[Resident]:
    # Namesakes stand as the index has them: to put ten thousand クミコ in another order takes longer than all the rest.
    # Twice as many, because a record that was merged away stands beside the one that stayed.
    rows = Resident.objects.filter(begins(column, key)).select_related("district").order_by(column)[: 2 * limit]
    return _that_stay(list(rows))[:limit]


def _that_stay(people: Sequence[Resident]) -> list[Resident]:
    """These people, and for a record that was merged away the one that stayed: callers say the old name, too."""
    stay: dict[int, Resident] = {}
    wanted = {person.merged_into_id for person in people if person.merged_into_id}
    while wanted:
        stay |= Resident.objects.select_related("district").in_bulk(wanted)
        wanted = {person.merged_into_id for person in stay.values() if person.merged_into_id} - stay.keys()
    found: dict[Resident, None] = {}
    for person in people:
        standing = person
        while standing.merged_into_id:
            standing = stay[standing.merged_into_id]
        found[standing] = None
    return list(found)


def _with_district(condition: Q) -> ResidentQuerySet:
    return Resident.objects.current().filter(condition).select_related("district")


def _at_hand(condition: Q) -> ResidentQuerySet:
    return _with_district(condition).prefetch_related("phone_lines")


def _residents_with(lines: Q) -> QuerySet[PhoneLine, Any]:
    return PhoneLine.objects.filter(lines).values("resident")


def _is_named(person: Resident, words: str) -> bool:
    """Whether words beside a number are this person's name, or the memo beside one of the numbers."""
    keys = (person.reading_key, person.given_reading_key, person.name_key, person.given_key)
    memos = (fold(line.memo) for line in person.phone_lines.all())
    return any(key.startswith(words) for key in (*keys, *memos))
