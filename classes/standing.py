"""How everybody on a waiting list stands, in words that can be said: who is being asked, who is skipped, and why.

What must never happen: somebody skipped or passed over whom no page shows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from classes.line import InLine, together
from classes.models import CourseRun, Registration
from classes.seats import SeatCount
from core.wareki import short_date


@dataclass(frozen=True)
class Standing:
    """One person, or people who come together, on the waiting list of a run."""

    place: int
    waiting: InLine
    # True while a seat is held for them.
    is_asked: bool
    # True for whoever is not asked although a seat is free or somebody behind them is asked.
    is_skipped: bool
    # How they stand, in words; empty for whoever simply waits.
    why: str

    @property
    def first(self) -> Registration:
        """The one whose registration stands for all of them."""
        return self.waiting.registrations[0]


def standings(runs: Iterable[CourseRun]) -> dict[int, list[Standing]]:
    """Everybody who waits for these runs, which come with their seats, by the run; one query for all."""
    found = {run.pk: run for run in runs}
    waiting = Registration.objects.waiting().filter(run__in=found).with_offers().with_reason_out_of_turn()
    by_run: dict[int, list[Registration]] = {}
    for registration in waiting.select_related("resident") if found else []:
        by_run.setdefault(registration.run_id, []).append(registration)
    return {number: standings_of(found[number], registrations) for number, registrations in by_run.items()}


def standings_of(run: CourseRun, registrations: Iterable[Registration]) -> list[Standing]:
    """Those of a run's registrations that wait, in the order of their places.

    They come `with_offers`, `with_reason_out_of_turn` and with their people.
    """
    waiting = [each for each in registrations if each.state == Registration.State.WAITING]
    return list(_in_order(run, together(sorted(waiting, key=attrgetter("waiting_since", "pk")))))


def _in_order(run: CourseRun, line: list[InLine]) -> Iterator[Standing]:
    seats, place = run.seats, 1
    asked_in_turn = [number for number, each in enumerate(line) if _is_asked(each) and not _reason(each)]
    last_asked = max(asked_in_turn, default=-1)
    a_seat_is_free = seats.free > 0 and run.seats_go_by_line
    for number, each in enumerate(line):
        why = _why(each, seats)
        if not why and a_seat_is_free:
            why = _("Can be asked now")
        elif not why and number < last_asked:
            why = _("The next seat that is freed is theirs")
        is_passed_by = number < last_asked or (a_seat_is_free and not _would_take(each, seats))
        yield Standing(place, each, _is_asked(each), is_passed_by and not _is_asked(each), why)
        place += each.size


def _would_take(waiting: InLine, seats: SeatCount) -> bool:
    """Whether they have not let this seat go by, and fit into what is free."""
    return waiting.registrations[0].declined_at is None and waiting.fits(seats)


def _is_asked(waiting: InLine) -> bool:
    return bool(vars(waiting.registrations[0])["has_open_offer"])


def _reason(waiting: InLine) -> str:
    return str(vars(waiting.registrations[0])["out_of_turn"])


def _why(waiting: InLine, seats: SeatCount) -> str:
    first = waiting.registrations[0]
    if _is_asked(waiting):
        reason = _reason(waiting)
        return _("Being asked out of turn: %(reason)s") % {"reason": reason} if reason else _("Being asked")
    if first.declined_at:
        return _("Let a seat go by on %(day)s; is asked about the next one") % {"day": short_date(first.declined_at)}
    if first.passed_at:
        return _("Not reached on %(day)s; is asked after the others") % {"day": short_date(first.passed_at)}
    if waiting.borrowing > seats.free_devices:
        facts = {"wanted": waiting.borrowing, "free": seats.free_devices}
        return _("Devices to borrow: %(wanted)d needed, %(free)d free") % facts
    if waiting.size > max(seats.free, 1):
        words = ngettext(
            "%(size)d seats are needed together, %(free)d is free",
            "%(size)d seats are needed together, %(free)d are free",
            seats.free,
        )
        return words % {"size": waiting.size, "free": seats.free}
    return ""
