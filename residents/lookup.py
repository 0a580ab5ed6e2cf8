"""People found by what a caller says: a number in any form, its last four digits, a name in kana or kanji.

The clerk types with one hand while listening, so every search is a walk along one index, also among 200,000 people.
What must never happen: a search that finds everybody, or a merged record that lives on beside the one that stayed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, prefetch_related_objects

from core.kana import fold, is_kana
from core.phone import PhoneNumber
from residents.fields import begins, bounds
from residents.models import PhoneLine, Resident, ResidentQuerySet

# With fewer digits a number fits half the city; with as many as this it is a household's.
FEWEST_DIGITS = 4
COMPLETE = 10


def find(text: str, *, limit: int = 8) -> list[Resident]:
    """The people whom a text fits, at most `limit`, their district at hand; none when it fits too many.

    Digits find numbers, words find names, and both together find the people whom both fit. Words beside a complete
    number that fit nobody are a reading misheard, or say whose telephone it is: then the number alone decides.
    """
    digits, words = PhoneNumber.digits_of(text), fold(PhoneNumber.split_memo(text)[1])
    if digits:
        people = _by_number(digits, limit=limit if not words else None)
        if words:
            prefetch_related_objects(people, "phone_lines")
        fitting = [person for person in people if not words or _is_named(person, words)]
        return (fitting or (people if len(digits) >= COMPLETE else []))[:limit]
    return _by_name(text, limit=limit)


@dataclass(frozen=True)
class SharedNumbers:
    """The telephones of some people, and who else is reached at one of them."""

    # At most eight, as a roster sorts them.
    others: list[Resident]
    lines: dict[int, list[PhoneLine]]

    def lines_of(self, person: Resident) -> list[PhoneLine]:
        """The telephones of one of the people or of the others, in their order."""
        return self.lines.get(person.pk, [])

    def numbers_of(self, person: Resident) -> set[str]:
        """At which numbers one of them is reached."""
        return {line.number for line in self.lines_of(person)}


def sharing_a_number(*people: Resident) -> SharedNumbers:
    """Others who can be reached at a number of one of these: the household, more often than not."""
    if not people:
        return SharedNumbers([], {})
    lines: dict[int, list[PhoneLine]] = {}
    marks = ", ".join(["%s"] * len(people))
    for line in PhoneLine.objects.raw(_AT_ONE_NUMBER.format(people=marks), [person.pk for person in people]):
        lines.setdefault(line.resident_id, []).append(line)
    sharing = lines.keys() - {person.pk for person in people}
    return SharedNumbers(list(_with_district(Q(pk__in=sharing)).in_kana_order()[:8]) if sharing else [], lines)


# By hand, as this and the next are asked at every key: all telephones of whoever has a number of one of these people.
_AT_ONE_NUMBER = """
    SELECT l.* FROM residents_phoneline l
    WHERE l.resident_id IN (
        SELECT o.resident_id FROM residents_phoneline t JOIN residents_phoneline o ON o.number = t.number
        WHERE t.resident_id IN ({people})
    )
    ORDER BY l."order", l.id
"""
# Each column by itself and in the order of its own index: then the database stops after a few rows. Namesakes stand as
# the index has them: to put ten thousand クミコ in another order takes longer than all the rest.
_BEGINNING = """
    SELECT id FROM (
        SELECT id FROM residents_resident WHERE {column} >= %s AND {column} < %s ORDER BY {column} LIMIT %s
    ) AS by_{column}
"""


def _by_number(digits: str, *, limit: int | None) -> list[Resident]:
    condition = _number_condition(digits)
    if condition is None:
        return []
    return list(_with_district(Q(pk__in=_residents_with(condition))).in_kana_order()[:limit])


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
    found = _beginning(columns, key, limit=limit)
    if is_kana(text) and not found:
        # Some people write their name in kana and were taken down without a reading.
        found = _beginning(("name_key",), key, limit=limit)
    return found


def _beginning(columns: Sequence[str], key: str, *, limit: int) -> list[Resident]:
    """People of whom one of these columns begins with a key, those of the first column first."""
    # Twice as many, because a record that was merged away stands beside the one that stayed.
    asked: list[str | int] = [*bounds(key), 2 * limit] * len(columns)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_BEGINNING.format(column=column) for column in columns), asked)
        pks = [pk for (pk,) in cursor.fetchall()]
    people = Resident.objects.select_related("district").in_bulk(pks) if pks else {}
    return _that_stay([people[pk] for pk in pks])[:limit]


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


def _residents_with(lines: Q) -> QuerySet[PhoneLine, Any]:
    return PhoneLine.objects.filter(lines).values("resident")


def _is_named(person: Resident, words: str) -> bool:
    """Whether words beside a number are this person's name, or the memo beside one of the numbers."""
    keys = (person.reading_key, person.given_reading_key, person.name_key, person.given_key)
    memos = (fold(line.memo) for line in person.phone_lines.all())
    return any(key.startswith(words) for key in (*keys, *memos))
