"""The people of one lesson as an instructor sees them, on the telephone and on paper, in one order.

An instructor needs to greet people, to know what to mind, and to tick who came. What must never be on a roster: a
telephone number, an address, a year of birth, or a need that the person has not agreed to have passed on.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.roles import Permission
from classes.attendance import CAME
from classes.disagreeing import Contradiction, contradictions, in_question
from classes.models import Attendance, CourseRun, Lesson, Registration
from residents.models import Consent, Resident

# All that a page shows of the person; whole rows of forty people would slow every tap.
_NAMES = ("family_name", "given_name", "family_kana", "given_kana")
_KANA = ("resident__family_kana", "resident__given_kana")

# So long what an instructor tapped without signal may be on its way; whoever only holds the sheet is let in by the day.
TAPS_MAY_BE_LATE = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One person of a lesson."""

    number: int
    registration: Registration
    kana_short: str
    needs: str
    is_first_time: bool
    mark: str
    contradiction: Contradiction | None = None

    @property
    def resident(self) -> Resident:
        """The person; pages show no more of them than this module hands out."""
        return self.registration.resident

    @property
    def borrows(self) -> bool:
        """True for somebody who uses a device of the office."""
        return self.registration.borrows

    @property
    def is_walk_in(self) -> bool:
        """True for somebody who came without a registration."""
        return self.registration.channel == Registration.Channel.ON_THE_DAY

    @property
    def is_cancelled(self) -> bool:
        """True for somebody who cancelled and was ticked all the same."""
        return self.registration.state == Registration.State.CANCELLED

    @property
    def came(self) -> bool:
        """True for somebody who is known to have come."""
        return self.mark in CAME

    @property
    def mark_words(self) -> str:
        """The mark in words, empty when there is none."""
        return str(Attendance.Mark(self.mark).label) if self.mark else ""


@dataclass(frozen=True)
class Roster:
    """Everybody of one lesson, in kana order."""

    lesson: Lesson
    lines: Sequence[Line]

    @property
    def is_today(self) -> bool:
        """True on the day of the lesson, when the date need not be said."""
        return timezone.localdate(self.lesson.starts_at) == timezone.localdate()

    @cached_property
    def came(self) -> int:
        """How many are known to have come."""
        return sum(line.came for line in self.lines)


def roster_of(lesson: Lesson) -> Roster:
    """The people who hold a seat, and whoever was ticked without holding one any more.

    Of somebody without a seat nobody needs to be told that they will not come.
    """
    registrations = list(_with_facts(lesson))
    contradicted = contradictions(lesson, [each.pk for each in registrations if each.in_question])
    short = _short_kana(_Kana(each.pk, each.resident.family_kana, each.resident.given_kana) for each in registrations)
    lines = [
        _line(number, registration, short[registration.pk], contradicted.get(registration.pk))
        for number, registration in enumerate(registrations, start=1)
    ]
    return Roster(lesson, lines)


def line_of(lesson: Lesson, registration_pk: int) -> Line | None:
    """One line of that roster, None when it has no such line (any more): of everybody else only the kana are read."""
    registration = _with_facts(lesson).filter(pk=registration_pk).first()
    everybody = list(starmap(_Kana, _listed(lesson).values_list("pk", *_KANA)))
    number = next((number for number, each in enumerate(everybody, start=1) if each.registration == registration_pk), 0)
    if registration is None or not number:
        return None
    contradicted = contradictions(lesson, [registration_pk] if registration.in_question else [])
    return _line(number, registration, _short_kana(everybody)[registration_pk], contradicted.get(registration_pk))


def _line(number: int, registration: Any, kana_short: str, contradiction: Contradiction | None) -> Line:
    """The line of a registration that came with its facts."""
    return Line(
        number=number,
        registration=registration,
        kana_short=kana_short,
        needs=registration.accommodation if registration.agreed else "",
        is_first_time=not registration.has_been_before,
        mark=registration.mark or "",
        contradiction=contradiction,
    )


def places_of(people: Sequence[Resident], run: CourseRun) -> list[tuple[Resident, Registration | None]]:
    """These people in their order, each with the place that they have in a run already."""
    standing = {each.resident_id: each for each in run.registrations.active().filter(resident__in=people)}
    return [(person, standing.get(person.pk)) for person in people]


def may_open(user: User, lesson: Lesson, *, now: datetime | None = None) -> bool:
    """Reception opens any roster at any time; an instructor only those of their own lessons, on the day itself."""
    if user.may(Permission.KEEP_ROSTERS):
        return True
    return user.may(Permission.TEACH) and lessons_of(user, now=now).filter(pk=lesson.pk).exists()


def takes_tap(user: User, lesson: Lesson, *, tapped_at: datetime | None, now: datetime | None = None) -> bool:
    """Whether a tap of this person is recorded: while the roster opens for them, and the day after if it did then.

    A lesson of the evening, in a hall without signal, is over before the telephone is where it can send.
    """
    if may_open(user, lesson, now=now):
        return True
    if tapped_at is None:
        return False
    days_since = timezone.localdate(now) - timezone.localdate(tapped_at)
    return days_since == TAPS_MAY_BE_LATE and may_open(user, lesson, now=tapped_at)


def taps_until(user: User, lesson: Lesson, *, by_sheet: bool) -> date | None:
    """The last day on which what this person taps is recorded; None for reception, who may on every day."""
    if user.may(Permission.KEEP_ROSTERS):
        return None
    day = timezone.localdate(lesson.starts_at)
    return day if by_sheet else day + TAPS_MAY_BE_LATE


def lessons_of(user: User, *, now: datetime | None = None) -> QuerySet[Lesson]:
    """The lessons that this person teaches or helps in today."""
    today = timezone.localdate(now)
    return Lesson.objects.standing().on(today).filter(assignments__volunteer__user=user).order_by("starts_at", "pk")


def _listed(lesson: Lesson) -> QuerySet[Registration, Any]:
    """The registrations that stand on a roster, in its order, each with its `mark`.

    `in_question` says that two people ticked differently.
    """
    of_this_lesson = FilteredRelation("attendances", condition=Q(attendances__lesson=lesson))
    was_ticked = Q(mark__isnull=False) & ~Q(mark=Attendance.Mark.ABSENT_TOLD)
    return (
        Registration.objects.filter(run=lesson.run_id)
        .annotate(
            of_this_lesson=of_this_lesson,
            mark=F("of_this_lesson__mark"),
            in_question=in_question(lesson),
        )
        .filter(Q(state=Registration.State.CONFIRMED) | was_ticked | Q(in_question=True))
        .order_by("resident__kana_key", "pk")
    )


def _with_facts(lesson: Lesson) -> QuerySet[Registration, Any]:
    """The same in one query, each with `accommodation`, `agreed` and `has_been_before` as well."""
    has_been_before = Attendance.objects.filter(
        registration__resident=OuterRef("resident"), mark__in=CAME, lesson__starts_at__lt=lesson.starts_at
    ).exclude(lesson__run=lesson.run_id)
    newest_consent = (
        Consent.objects.filter(resident=OuterRef("resident"), kind=Consent.Kind.ACCOMMODATION)
        .order_by("-at", "-pk")
        .values("is_given")[:1]
    )
    return (
        _listed(lesson)
        .annotate(
            has_been_before=Exists(has_been_before),
            agreed=Subquery(newest_consent),
            accommodation=F("resident__accommodation"),
        )
        .select_related("resident")
        .only("run", "channel", "state", "slip_number", "borrows", *(f"resident__{name}" for name in _NAMES))
    )


class _Kana(NamedTuple):
    """How the person of a registration is read."""

    registration: int
    family: str
    given: str


def _short_kana(everybody: Iterable[_Kana]) -> dict[int, str]:
    """Family name and as little of the given name, in kana, as tells people of one family name apart.

    By the number of the registration.
    """
    families: dict[str, list[_Kana]] = defaultdict(list)
    for each in everybody:
        families[each.family].append(each)
    short = {}
    for family, members in families.items():
        length = _distinguishing_length([member.given for member in members])
        for member in members:
            short[member.registration] = f"{family} {member.given[:length]}".strip()
    return short


def _distinguishing_length(names: Sequence[str]) -> int:
    """How many letters of these names are needed until those that differ look different; one at least."""
    differing = set(names)
    longest = max((len(name) for name in differing), default=1)
    return next(
        (length for length in range(1, longest + 1) if len({name[:length] for name in differing}) == len(differing)), 1
    )
