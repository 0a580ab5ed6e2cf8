"""Whether two records may be of one person: the reading of the name, the number and the age, weighed.

A hint and never a bar: two people may share a number and a name. What must never happen: a new caller turned away
because somebody looks alike, or a list that asks the database once for every pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city.codes import AGE_BANDS
from core.kana import fold
from core.phone import PhoneNumber
from residents.fields import begins
from residents.models import Apart, PhoneLine, Resident, ResidentQuerySet


class Sign(StrEnum):
    """What two records have in common."""

    NUMBER = "number"
    NEAR_NUMBER = "near_number"
    READING = "reading"
    BIRTH_YEAR = "birth_year"
    AGE_BAND = "age_band"

    @property
    def label(self) -> Promise:
        """The sign in the words of the desk."""
        return _LABELS[self]


_LABELS = {
    Sign.NUMBER: _("same telephone number"),
    Sign.NEAR_NUMBER: _("telephone number differs by one digit"),
    Sign.READING: _("same reading"),
    Sign.BIRTH_YEAR: _("same year of birth"),
    Sign.AGE_BAND: _("same age band"),
}
# Said without a name or number, because what is said after a deed travels in a cookie.
READ_BACK = _(
    "A telephone number of this person differs by one digit from one of the same family name. "
    "Please read it back once more. The person’s record says which."
)
WHOSE_IS_IT = _(
    "A telephone number of this person is also that of somebody of another family name. "
    "Please read it back once more and ask whose telephone it is. The person’s record says who shares it."
)
# One strong sign is a hint as long as nothing speaks against it.
_WEIGHTS = {Sign.NUMBER: 6, Sign.NEAR_NUMBER: 6, Sign.READING: 6, Sign.BIRTH_YEAR: 2, Sign.AGE_BAND: 1}
_OTHER_BIRTH_YEAR, _OTHER_AGE_BAND, _OTHER_GIVEN_NAME, _ENOUGH = -6, -2, -2, 6
# Of a common name a city has hundreds; whoever has the number too is among the few that the number finds.
_MOST_LOOKED_AT = 60
# Of the names under which somebody stands with nothing else, the newest: the others follow when these are settled.
_MOST_NAMES = 200


@dataclass(frozen=True)
class Told:
    """What is known of somebody, folded: as it was told just now, or as it stands in a record."""

    reading: str
    given_reading: str
    numbers: frozenset[str]
    birth_year: int | None
    age_band: str


@dataclass(frozen=True)
class Likeness:
    """Somebody who may be the same person, and why."""

    person: Resident
    signs: tuple[Sign, ...]
    weight: int


@dataclass(frozen=True)
class NearNumber:
    """A telephone that is a slip of the finger away from one of the household's."""

    line: PhoneLine
    other: PhoneLine


@dataclass(frozen=True)
class Pair:
    """Two records that may be of one person; the older one first."""

    one: Resident
    other: Resident
    signs: tuple[Sign, ...]
    weight: int

    @property
    def people(self) -> tuple[Resident, Resident]:
        """Both."""
        return self.one, self.other


def likely_same(
    *,
    family_kana: str,
    given_kana: str,
    numbers: Iterable[PhoneNumber],
    birth_year: int | None = None,
    age_band: str = "unknown",
    limit: int = 5,
) -> list[Resident]:
    """People who may be the one being taken down, the likeliest first."""
    told = Told(
        fold(f"{family_kana} {given_kana}"),
        fold(given_kana),
        frozenset(each.e164 for each in numbers),
        birth_year,
        age_band,
    )
    return [likeness.person for likeness in _alike(told, Resident.objects.current())[:limit]]


def likely_same_as(resident: Resident, *, limit: int = 5) -> list[Likeness]:
    """Records that may be of this person too, the likeliest first, without those that were told apart."""
    known = Apart.objects.filter(Q(one=resident) | Q(other=resident)).values_list("one", "other")
    others = Resident.objects.current().exclude(pk__in={resident.pk, *chain.from_iterable(known)})
    return _alike(_told_by(resident), others)[:limit]


def near_numbers(resident: Resident) -> list[NearNumber]:
    """Telephones of others of the same family name that differ from this person's by one slip of the finger.

    Only of the same name: the neighbours' numbers differ by one digit too.
    """
    family = fold(resident.family_kana)
    lines = {line.number: line for line in resident.phone_lines.all()}
    near = {variant: line for line in lines.values() for variant in slips_of(line.number)}
    if not near:
        return []
    namesakes = Q(resident__merged_into=None) & begins("resident__reading_key", family)
    found = PhoneLine.objects.filter(namesakes, number__in=near.keys() - lines.keys()).exclude(resident=resident)
    of_the_name = [each for each in found.select_related("resident")[:20] if fold(each.resident.family_kana) == family]
    return [NearNumber(near[each.number], each) for each in of_the_name]


def is_only_with_strangers(resident: Resident) -> bool:
    """Whether a number of theirs is known, and of nobody of their family name: a mistyped one may be a stranger's."""
    family = fold(resident.family_kana)
    numbers = [line.number for line in resident.phone_lines.all()]
    found = PhoneLine.objects.filter(number__in=numbers, resident__merged_into=None).exclude(resident=resident)
    names: dict[str, set[str]] = defaultdict(set)
    for line in found.select_related("resident"):
        names[line.number].add(fold(line.resident.family_kana))
    return bool(family) and any(family not in others and "" not in others for others in names.values())


def slips_of(number: str) -> set[str]:
    """Every number that one slip of the finger makes of this one: a digit mistaken, or two neighbours swapped."""
    digits = number.removeprefix("+81")
    mistaken = {digits[:place] + digit + digits[place + 1 :] for place in range(len(digits)) for digit in "0123456789"}
    swapped = {
        digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :] for place in range(len(digits) - 1)
    }
    return {f"+81{each}" for each in (mistaken | swapped) - {digits}}


def pairs(*, limit: int = 50) -> list[Pair]:
    """Records anywhere in the register that may be of one person, the likeliest first; a few questions for all.

    Whoever has the reading and a number in common, or the reading and the year of birth. Of more than two in one group
    the first and the last are given, and the others once these are settled. Last come those of whom neither is known,
    as of most who came to a class unannounced, beside the one other person of that name.
    """
    apart = set(Apart.objects.values_list("one", "other"))
    # As many more as there may be among them that were told apart.
    twins = [*_with_one_number()[: limit + len(apart)], *_with_one_birth_year()[: limit + len(apart)]]
    found = [pair for pair in dict.fromkeys([*twins, *_by_name_alone(settled=len(apart))]) if pair not in apart]
    people = _at_hand(Resident.objects.filter(pk__in=set(chain.from_iterable(found)))).in_bulk()
    weighed = [pair for one, other in found if (pair := _weighed(people[one], people[other])).weight >= _ENOUGH]
    return sorted(weighed, key=_likeliest_first)[:limit]


def pairs_among(people: Iterable[Resident], *, limit: int = 20) -> list[Pair]:
    """Those of some people who may be one person, the likeliest first; two questions, however many people.

    Whoever has neither the reading nor a number in common is not compared.
    """
    known = list(people)
    prefetch_related_objects(known, "phone_lines")
    told = {person.pk: _told_by(person) for person in known}
    groups: dict[str, list[int]] = defaultdict(list)
    for number, each in sorted(told.items()):
        for key in {each.reading, *each.numbers} if each.given_reading else each.numbers:
            groups[key].append(number)
    alike = chain.from_iterable(combinations(group[:_MOST_LOOKED_AT], 2) for group in groups.values())
    at_hand = {person.pk: person for person in known}
    weighed = [Pair(at_hand[one], at_hand[other], *_compare(told[one], told[other])) for one, other in set(alike)]
    found = [pair for pair in weighed if pair.weight >= _ENOUGH]
    if not found:
        return []
    apart = set(Apart.objects.filter(one__in=at_hand, other__in=at_hand).values_list("one", "other"))
    return sorted((pair for pair in found if (pair.one.pk, pair.other.pk) not in apart), key=_likeliest_first)[:limit]


def _with_one_number() -> QuerySet[Any, Any]:
    """The numbers of two records each with the same reading and telephone."""
    shared = PhoneLine.objects.order_by().values("number").annotate(lines=Count("pk")).filter(lines__gt=1)
    lines = PhoneLine.objects.filter(number__in=shared.values("number"), resident__merged_into=None)
    groups = lines.exclude(resident__given_reading_key="").order_by().values("number", "resident__reading_key")
    return _twins(groups, "resident")


def _with_one_birth_year() -> QuerySet[Any, Any]:
    """The numbers of two records each with the same reading and year of birth."""
    people = Resident.objects.current().exclude(given_reading_key="").exclude(birth_year=None)
    return _twins(people.order_by().values("reading_key", "birth_year"), "pk")


def _twins(groups: QuerySet[Any, Any], person: str) -> QuerySet[Any, Any]:
    twins = groups.annotate(one=Min(person), other=Max(person)).filter(one__lt=F("other"))
    return twins.values_list("one", "other")


def _by_name_alone(*, settled: int) -> Iterator[tuple[int, int]]:
    """The numbers of two records each with the same reading, where nothing but the name and the age is told of one.

    Of a name that several people have of whom more is known, nobody could say which one it is. So many are `settled`,
    and need not be shown.
    """
    is_bare = Q(~Exists(PhoneLine.objects.filter(resident=OuterRef("pk"))), birth_year=None)
    named = Resident.objects.current().exclude(given_reading_key="").order_by()
    namesakes = named.filter(reading_key__in=named.filter(is_bare).values("reading_key")).values("reading_key")
    counted = namesakes.annotate(people=Count("pk"), bare=Count("pk", filter=is_bare), newest=Max("pk"))
    unclear = counted.filter(people__gt=1, people__lte=F("bare") + 1).order_by("-newest")
    readings = [name["reading_key"] for name in unclear[: _MOST_NAMES + settled]]
    known_first = Case(When(is_bare, then=Value(1)), default=Value(0))
    of_these = named.filter(reading_key__in=readings).order_by(known_first, "pk")
    people: dict[str, list[int]] = defaultdict(list)
    for reading, pk in of_these.values_list("reading_key", "pk"):
        people[reading].append(pk)
    for first, *others in people.values():
        yield from ((min(first, other), max(first, other)) for other in others)


def _likeliest_first(pair: Pair) -> tuple[int, str, int, int]:
    return -pair.weight, pair.one.kana_key, pair.one.pk, pair.other.pk


def _weighed(one: Resident, other: Resident) -> Pair:
    signs, weight = _compare(_told_by(one), _told_by(other))
    return Pair(one, other, signs, weight)


def _alike(told: Told, people: ResidentQuerySet) -> list[Likeness]:
    """Those among some people who may be the one who was told of, the likeliest first."""
    near = {slip for number in told.numbers for slip in slips_of(number)}
    lines = PhoneLine.objects.filter(number__in=near | told.numbers) if told.numbers else PhoneLine.objects.none()
    candidates = [*_at_hand(people.filter(pk__in=list(lines.values_list("resident", flat=True))))]
    if told.given_reading:
        namesakes = people.filter(reading_key=told.reading)
        if told.birth_year:
            around = Q(birth_year__range=(told.birth_year - 1, told.birth_year + 1))
            namesakes = namesakes.filter(around | Q(birth_year=None))
        candidates += _at_hand(namesakes).order_by("pk")[:_MOST_LOOKED_AT]
    weighed = {person.pk: Likeness(person, *_compare(told, _told_by(person))) for person in candidates}
    alike = [likeness for likeness in weighed.values() if likeness.weight >= _ENOUGH]
    return sorted(alike, key=lambda likeness: (-likeness.weight, likeness.person.kana_key, likeness.person.pk))


def _compare(one: Told, other: Told) -> tuple[tuple[Sign, ...], int]:
    """What two have in common, and how much it weighs against what speaks for two people."""
    same_reading = bool(one.given_reading) and one.reading == other.reading
    signs = []
    if one.numbers & other.numbers:
        signs.append(Sign.NUMBER)
    elif same_reading and any(slips_of(number) & other.numbers for number in one.numbers):
        # Only with the name: the neighbours' numbers differ by one digit too.
        signs.append(Sign.NEAR_NUMBER)
    if same_reading:
        signs.append(Sign.READING)
    apart = abs(one.birth_year - other.birth_year) if one.birth_year and other.birth_year else None
    bands_apart = _bands_between(one.age_band, other.age_band) if apart is None else None
    if apart == 0:
        signs.append(Sign.BIRTH_YEAR)
    elif bands_apart == 0 and signs:
        signs.append(Sign.AGE_BAND)
    weight = sum(_WEIGHTS[sign] for sign in signs)
    # One year apart is the old way of counting; more than that is somebody else, or a slip.
    weight += _OTHER_BIRTH_YEAR if apart is not None and apart > 1 else 0
    # An age is told roughly, and the next birthday may lead into another band.
    weight += _OTHER_AGE_BAND if bands_apart is not None and bands_apart > 1 else 0
    has_other_name = one.given_reading and other.given_reading and one.given_reading != other.given_reading
    return tuple(signs), weight + (_OTHER_GIVEN_NAME if has_other_name else 0)


def _bands_between(one: str, other: str) -> int | None:
    """How far two age bands are from each other; None where one is not known, or was added by the city."""
    if one not in AGE_BANDS or other not in AGE_BANDS:
        return None
    return abs(AGE_BANDS.index(one) - AGE_BANDS.index(other))


def _told_by(resident: Resident) -> Told:
    return Told(
        resident.reading_key,
        resident.given_reading_key,
        frozenset(line.number for line in resident.phone_lines.all()),
        resident.birth_year,
        resident.current_age_band,
    )


def _at_hand(people: ResidentQuerySet) -> ResidentQuerySet:
    return people.select_related("district").prefetch_related("phone_lines")
