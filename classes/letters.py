"""Who is told by letter what became of an application: winners and losers of a draw, or of the counter's decision.

What must never happen: a letter before the decision, somebody told of no seat while the office calls them about one,
or a person without an address told nothing at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from classes.models import CourseRun, Offer, Registration
from residents.models import Resident


class Outcome(StrEnum):
    """What a letter tells."""

    SEAT = "seat"
    NO_SEAT = "no_seat"


@dataclass(frozen=True)
class Recipients:
    """The people of one outcome: those with an address, and those who are called instead."""

    by_letter: tuple[Registration, ...]
    by_telephone: tuple[Registration, ...]

    def __len__(self) -> int:
        return len(self.by_letter) + len(self.by_telephone)


def are_due(run: CourseRun) -> bool:
    """Whether there is something to tell: the seats were drawn or decided, and the run takes place."""
    is_decided = run.selection != CourseRun.Selection.FIRST_COME and run.decided_at is not None
    return is_decided and run.called_off_at is None


def recipients(run: CourseRun, outcome: Outcome) -> Recipients:
    """Who is to be told this outcome, in the order of the slips; nobody before the decision."""
    if not are_due(run):
        return Recipients((), ())
    registrations = run.registrations.confirmed()
    if outcome == Outcome.NO_SEAT:
        # Whoever is offered a seat hears of it on the telephone.
        registrations = run.registrations.waiting().exclude(offers__state=Offer.State.OPEN)
    people = registrations.with_place().select_related("resident", "party", "lot").order_by("slip_number")
    return _apart(people.prefetch_related("resident__phone_lines", "resident__consents", "party__members"), run)


def outcome_of(registration: Registration) -> Outcome | None:
    """What one person is told; None when there is nothing to tell (yet)."""
    if not are_due(registration.run):
        return None
    if registration.state == Registration.State.CONFIRMED:
        return Outcome.SEAT
    is_waiting = registration.state == Registration.State.WAITING
    return Outcome.NO_SEAT if is_waiting and not registration.offers.open().exists() else None


def has_address(resident: Resident) -> bool:
    """Whether a letter would arrive."""
    return bool(resident.address.strip())


def _apart(registrations: Iterable[Registration], run: CourseRun) -> Recipients:
    by_letter: list[Registration] = []
    by_telephone: list[Registration] = []
    for registration in registrations:
        registration.run = run
        (by_letter if has_address(registration.resident) else by_telephone).append(registration)
    return Recipients(tuple(by_letter), tuple(by_telephone))
