"""The line for a run: who is asked next about a free seat, people who come together as one.

What must never happen: a couple torn apart because one seat was free, or somebody passed over unseen. Whoever does not
fit into what is free is skipped and keeps the place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from classes.models import CourseRun, Registration, RegistrationQuerySet
from classes.seats import SeatCount


@dataclass(frozen=True)
class InLine:
    """One person, or people who come together, waiting for seats."""

    registrations: tuple[Registration, ...]

    @property
    def size(self) -> int:
        """How many seats they need."""
        return len(self.registrations)

    @property
    def borrowing(self) -> int:
        """How many of the office's devices they need."""
        return sum(registration.borrows for registration in self.registrations)

    def fits(self, seats: SeatCount) -> bool:
        """Whether what is free is enough for all of them."""
        return seats.can_take(self.size, self.borrowing)


def lines_of(runs: Iterable[CourseRun]) -> dict[int, list[InLine]]:
    """Who is in line for each of these runs, in the order in which they are asked; one query for all."""
    lines: dict[int, list[Registration]] = {}
    numbers = [run.pk for run in runs]
    for registration in Registration.objects.in_line().filter(run__in=numbers) if numbers else []:
        lines.setdefault(registration.run_id, []).append(registration)
    return {run: together(registrations) for run, registrations in lines.items()}


def together(registrations: Iterable[Registration]) -> list[InLine]:
    """Registrations by who comes together, each party where its first one stands."""
    parties: dict[tuple[str, int], list[Registration]] = {}
    for registration in registrations:
        key = ("party", registration.party_id) if registration.party_id else ("alone", registration.pk)
        parties.setdefault(key, []).append(registration)
    return [InLine(tuple(members)) for members in parties.values()]


def line_of(run: CourseRun) -> list[InLine]:
    """Who is in line for one run."""
    return lines_of([run]).get(run.pk, [])


def with_companions(registration: Registration) -> InLine:
    """Somebody who waits, together with those of the party who wait too; with the records of all of them."""
    asked = Q(party=registration.party_id) if registration.party_id else Q(pk=registration.pk)
    waiting = Registration.objects.waiting().filter(asked, run=registration.run_id)
    return InLine(tuple(waiting.select_related("resident")))


def is_past_others(run: CourseRun, seats: SeatCount, line: Sequence[InLine] | None = None) -> bool:
    """Whether whoever took a free seat now would take it from somebody in line whom it fits.

    Reads the line when it is not given and there is one.
    """
    if not seats.in_line:
        return False
    return any(waiting.fits(seats) for waiting in (line_of(run) if line is None else line))


def in_line_since(registration: Registration) -> datetime | None:
    """Since when somebody waits who stands in line again; where lots were drawn meanwhile, not before those drawn.

    Whose own lot was drawn stands where it was drawn, and whoever had none behind everybody. Reads the run and the lot.
    """
    run, since, lot = registration.run, registration.waiting_since, registration.lot
    drawn_at = run.decided_at if run.selection == CourseRun.Selection.LOTTERY else None
    if registration.state != Registration.State.WAITING or drawn_at is None or since is None or since > drawn_at:
        return since
    return timezone.now() if lot is None or lot.rank is None else drawn_at_place(drawn_at, lot.rank)


def drawn_apart_from(registration: Registration) -> RegistrationQuerySet:
    """Whoever of a waiting person's party waits where another lot was drawn, or behind all lots for want of one.

    Nobody before the draw.
    """
    others = registration.run.registrations.waiting().filter(party=registration.party_id).exclude(pk=registration.pk)
    if registration.state != Registration.State.WAITING or not registration.run.seats_go_by_line:
        return others.none()
    return others.filter(party__isnull=False).exclude(lot=registration.lot_id)


def drawn_at_place(at: datetime, place: int) -> datetime:
    """The moment that stands for a place in the order drawn."""
    return at + timedelta(microseconds=place)
