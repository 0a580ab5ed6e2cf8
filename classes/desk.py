"""What the reception desk shows while somebody is on the telephone: who it may be, what they hold, what is open.

Read only. What must never happen: a page that asks the database once for every row, or a seat shown as free that a
newcomer would not get.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Window, prefetch_related_objects
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from city.codes import labels
from city.models import Code
from classes.devices import courses_for
from classes.line import InLine, lines_of
from classes.models import Attendance, CourseRun, CourseRunQuerySet, Lesson, LessonQuerySet, Registration, SeatHold
from classes.next_booking import NextBooking, next_bookings
from classes.registration import NOTHING_HELD, can_seat_a_newcomer
from classes.seats import SeatCount
from core.phone import PhoneNumber
from core.wareki import short_date
from residents.lookup import SharedNumbers, find, sharing_a_number
from residents.models import PhoneLine, Resident

# More rows than this nobody reads with a caller on the line; the filters are for the rest.
MOST_RUNS = 40


@dataclass(frozen=True)
class Booking:
    """A registration that is not over, as the clerk tells it."""

    registration: Registration
    # The lessons not over, or that would not be: those to which the person comes, where any are, and those of which
    # they said no.
    lessons: list[Lesson]
    missed: list[Lesson]
    # The place on the waiting list; 0 for whoever has a seat, waits for the draw or the decision, or for nothing.
    place: int
    # The offer about a seat held for them, to which the answer is recorded.
    offer: int | None
    # How many come together with the person.
    companions: int
    # How many the run seats and has.
    seats: SeatCount
    # Whether the run was called off, or each of its lessons cancelled.
    is_off: bool
    # Whether the first of the lessons has begun.
    is_going_on: bool


@dataclass(frozen=True)
class PersonRow:
    """One person in the list of those whom the typed text fits, and of their households."""

    person: Resident
    phone: PhoneNumber | None
    relation: str
    # True when the number is the one of a row above.
    same_number: bool
    # The first person of those who share a number, by whose number a household goes here.
    household: int
    # What they come to next.
    next: NextBooking | None


@dataclass(frozen=True)
class Found:
    """What a typed text finds."""

    rows: list[PersonRow]
    # What a slip number stands for.
    registration: Registration | None = None
    there_are_more: bool = False
    # The person, when the text fits one and no other.
    the_one: Resident | None = None

    @property
    def lesson(self) -> Lesson | None:
        """The lesson to be named beside the slip number."""
        return self.registration.run.lesson_to_tell(timezone.now()) if self.registration else None

    def narrowed_to(self, person: Resident) -> "Found":
        """Once somebody was chosen: this person's household, if it was among those found."""
        household = next((row.household for row in self.rows if row.person.pk == person.pk), None)
        return Found([row for row in self.rows if row.household == household])


@dataclass(frozen=True)
class Asking:
    """Who asks for seats, at which clerk's desk."""

    by: User | None = None
    resident: Resident | None = None
    # How many come, and how many of them want to use a device of the office.
    size: int = 1
    borrowing: int = 0
    # What the clerk holds for them.
    hold: SeatHold | None = None

    def fits(self, run: CourseRun, line: Sequence[InLine], *, borrowing: int) -> bool:
        """Whether they would get seats of a run, so many of them with one of its devices."""
        held = self.hold.held if self.hold and self.hold.run_id == run.pk else NOTHING_HELD
        return can_seat_a_newcomer(run, run.seats, size=self.size, borrowing=borrowing, held=held, line=line)


@dataclass(frozen=True)
class RunRow:
    """One run that can be registered for."""

    run: CourseRun
    # The lessons still ahead, at least one.
    lessons: list[Lesson]
    # The registration of the person who is being served, when there is one, `with_offer_to_answer`.
    standing: Registration | None
    has_a_seat: bool
    # True when only the device is missing that they want to borrow.
    lacks_devices: bool = False

    @property
    def first(self) -> Lesson:
        """The lesson to be named first."""
        return self.lessons[0]

    @property
    def has_a_seat_without_devices(self) -> bool:
        """Whether there are seats, be it that they bring devices of their own."""
        return self.has_a_seat or self.lacks_devices

    @property
    def is_open_to_them(self) -> bool:
        """Whether they get seats, or a lot like everybody else."""
        return self.has_a_seat or not self.run.seats_go_by_line

    @property
    def tag(self) -> str:
        """How it stands in a word: 残り2, 満席・待ち3, 抽選 12月20日（日）まで."""
        if self.run.seats_go_by_line:
            return self.run.seats.short
        day = short_date(self.run.last_day_of_reception)
        if self.run.selection == CourseRun.Selection.LOTTERY:
            return _("lottery, until %(day)s") % {"day": day}
        return _("decided later, until %(day)s") % {"day": day}

    @property
    def tone(self) -> str:
        """The class of the tag; never the only sign."""
        if not self.run.seats_go_by_line:
            return "blue"
        return "green" if self.has_a_seat else self.run.seats.tone

    @property
    def beside(self) -> list[str]:
        """What else there is to know about its seats: how many are held, how many devices can be borrowed."""
        seats, words = self.run.seats, []
        if held := seats.offered + seats.at_the_desk:
            words.append(ngettext("%(count)d held", "%(count)d held", held) % {"count": held})
        if seats.devices:
            words.append(
                _("%(free)d of %(devices)d devices to lend") % {"free": seats.free_devices, "devices": seats.devices}
            )
        return words

    @property
    def next_place(self) -> int:
        """The place on the waiting list that whoever registers now will have."""
        return self.run.seats.waiting + 1


@dataclass(frozen=True)
class OpenRuns:
    """The runs that the list shows, and how many there are."""

    rows: list[RunRow]
    total: int

    @property
    def start(self) -> RunRow | None:
        """Where the clerk begins to read: the first run that the person is not in already."""
        return next((row for row in self.rows if row.standing is None), None)


@dataclass(frozen=True)
class Filters:
    """Which runs are wanted; empty words mean all."""

    device: str = ""
    level: str = ""
    venue: int | None = None
    # Monday is 1, as in ISO 8601.
    weekday: int | None = None
    # Only those that still have seats for whoever asks.
    with_room: bool = False


def look_up(text: str, *, limit: int = 8) -> Found:
    """Whom a typed number, name or slip number may mean, and whoever shares a number with them."""
    registration = Registration.objects.of_slip(text)
    if registration is not None:
        prefetch_related_objects([registration], "run__lessons__venue")
    found = [registration.resident] if registration else find(text, limit=limit + 1)
    if not found:
        return Found([])
    digits, shared = PhoneNumber.digits_of(text), sharing_a_number(*found)
    relations, booked = SimpleLazyObject(partial(labels, Code.Kind.RELATION)), next_bookings(found)
    rows: list[PersonRow] = []
    for household in _households(found, shared):
        numbers: set[str] = set()
        for person in household:
            line = _line_to_show(shared.lines_of(person), digits, numbers)
            rows.append(
                PersonRow(
                    person,
                    line.phone if line else None,
                    relations.get(line.relation, "") if line and line.relation != "self" else "",
                    same_number=line is not None and line.number in numbers,
                    household=household[0].pk,
                    next=booked.get(person.pk),
                )
            )
            numbers |= shared.numbers_of(person)
    the_one = found[0] if len(found) == 1 else None
    return Found(rows[:limit], registration, there_are_more=len(rows) > limit, the_one=the_one)


def bookings_of(resident: Resident, *, at: datetime | None = None) -> list[Booking]:
    """What a person is registered or waiting for and is not over, the nearest first; what is off among it."""
    now = at or timezone.now()
    theirs = Registration.objects.active().filter(resident=resident).order_by("run_id", "slip_number")
    counted = theirs.select_related("run__course").with_place().with_companions().with_offer_to_answer(now)
    lessons_of_each = Prefetch("run__lessons", queryset=Lesson.objects.select_related("venue"))
    told = [(each, each.run.lessons_not_over(now)) for each in counted.prefetch_related(lessons_of_each)]
    not_over = [(registration, lessons) for registration, lessons in told if lessons]
    seats = CourseRun.objects.filter(pk__in={each.run_id for each, _lessons in not_over}).seats_of_each()
    absences = _told_absences([registration for registration, _lessons in not_over])
    bookings = []
    for registration, lessons in not_over:
        run, found = registration.run, vars(registration)
        missed = [each for each in lessons if each.pk in absences[registration.pk]]
        coming = [each for each in lessons if each not in missed] or lessons
        is_in_line = registration.state == Registration.State.WAITING and not registration.awaits_the_decision
        bookings.append(
            Booking(
                registration,
                coming,
                missed,
                found["place"] if is_in_line and not run.is_off else 0,
                found["offer_to_answer"],
                found["companions"],
                seats[run.pk],
                is_off=run.is_off,
                is_going_on=coming[0].starts_at <= now,
            )
        )
    return sorted(bookings, key=lambda each: each.lessons[0].starts_at)


def _told_absences(registrations: Sequence[Registration]) -> dict[int, set[int]]:
    """Of which lessons each of these said that they cannot come, by the numbers of the records."""
    told_us = Attendance.objects.filter(registration__in=registrations, mark=Attendance.Mark.ABSENT_TOLD)
    absences: dict[int, set[int]] = {each.pk: set() for each in registrations}
    for registration, lesson in told_us.values_list("registration", "lesson"):
        absences[registration].add(lesson)
    return absences


def open_runs(filters: Filters, *, asking: Asking = Asking(), at: datetime | None = None) -> OpenRuns:
    """The runs whose reception is open, the nearest first."""
    now = at or timezone.now()
    wanted = CourseRun.objects.receiving(now).filter(_wanted(filters, now)).soonest_first()
    if filters.with_room:
        rows = [row for row in _rows(wanted, asking=asking, at=now) if row.is_open_to_them]
        return OpenRuns(rows[:MOST_RUNS], len(rows))
    counted = wanted.annotate(how_many=Window(Count("pk")))
    rows = _rows(counted[:MOST_RUNS], asking=asking, at=now)
    return OpenRuns(rows, vars(rows[0].run)["how_many"] if rows else 0)


def row_of(run_pk: int, *, asking: Asking = Asking(), at: datetime | None = None) -> RunRow | None:
    """One run as the list shows it; None when nobody can register for it any more."""
    now = at or timezone.now()
    rows = _rows(CourseRun.objects.receiving(now).filter(pk=run_pk), asking=asking, at=now)
    return rows[0] if rows else None


def _households(found: Sequence[Resident], shared: SharedNumbers) -> list[list[Resident]]:
    """These people in their order, each followed by whoever shares a number; everybody once."""
    left = {person.pk: person for person in [*found, *shared.others]}
    households = []
    for person in found:
        if left.pop(person.pk, None) is None:
            continue
        numbers = shared.numbers_of(person)
        others = [other for other in left.values() if not numbers.isdisjoint(shared.numbers_of(other))]
        households.append([person, *others])
        for other in others:
            del left[other.pk]
    return households


def _line_to_show(lines: Sequence[PhoneLine], digits: str, household: set[str]) -> PhoneLine | None:
    """The telephone by which somebody was found, else the one that they share with the row above, else the first."""
    asked_for = (line for line in lines if digits and line.number.endswith(digits[-4:]))
    shared = (line for line in lines if line.number in household)
    return next(asked_for, None) or next(shared, None) or (lines[0] if lines else None)


def _rows(runs: CourseRunQuerySet, *, asking: Asking, at: datetime) -> list[RunRow]:
    counted = runs.with_seats(apart_from=asking.by).select_related("course")
    found = [run for run in counted.prefetch_related(_lessons_ahead(at)) if run.lessons.all()]
    standing = _standing(asking.resident, found, at=at)
    lines = lines_of(run for run in found if run.seats.free and run.seats.in_line)
    rows = []
    for run in found:
        line = lines.get(run.pk, [])
        borrowing = asking.borrowing if run.loan_devices else 0
        fits = asking.fits(run, line, borrowing=borrowing)
        rows.append(
            RunRow(
                run,
                list(run.lessons.all()),
                standing.get(run.pk),
                has_a_seat=fits,
                lacks_devices=not fits and borrowing > 0 and asking.fits(run, line, borrowing=0),
            )
        )
    return rows


def _standing(resident: Resident | None, runs: Sequence[CourseRun], *, at: datetime) -> dict[int, Registration]:
    if resident is None:
        return {}
    by_number = {run.pk: run for run in runs}
    held = Registration.objects.active().filter(resident=resident, run__in=by_number).with_offer_to_answer(at)
    found = {registration.run_id: registration for registration in held}
    for number, registration in found.items():
        registration.run = by_number[number]
    return found


def _wanted(filters: Filters, at: datetime) -> Q:
    lessons = _ahead(at).filter(run=OuterRef("pk"))
    if filters.venue:
        lessons = lessons.filter(venue=filters.venue)
    if filters.weekday:
        lessons = lessons.filter(starts_at__iso_week_day=filters.weekday)
    wanted = Q(Exists(lessons))
    if filters.device:
        wanted &= Q(course__device__in=courses_for(filters.device))
    if filters.level:
        wanted &= Q(course__level=filters.level)
    return wanted


def _ahead(at: datetime) -> LessonQuerySet:
    return Lesson.objects.filter(cancelled_at__isnull=True, starts_at__gt=at)


def _lessons_ahead(at: datetime) -> Prefetch:
    return Prefetch("lessons", queryset=_ahead(at).select_related("venue").order_by("starts_at"))
