"""The lottery of a run (抽選): sealed before reception opens, listed after it closes, drawn with dice thrown in public.

What must never happen: the seed seen by anybody before the lots are drawn, a lot added or changed once the list stands,
other seats drawn for than the list says, or two results of one draw. Why nobody can bend it, and how everybody can
repeat it, is told in docs/lottery.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from classes import noticing, preferences
from classes.drawing import FEWEST_FIGURES, PROCEDURE, Drawn, Entry, drawn, figures, new_seed, seal
from classes.line import drawn_at_place, together
from classes.models import CourseRun, Draw, Lot, Offer, Party, Registration, RegistrationQuerySet
from classes.registration import RunIsCalledOff
from classes.waiting_list import offer_free_seats
from core import audit
from core.refusal import Refusal
from core.wareki import day_and_time

State = Registration.State


class Stage(TextChoices):
    """What is to be done next, or was done last."""

    RECEPTION = "reception", _("Applications are taken")
    LIST = "list", _("The lots are to be listed")
    DICE = "dice", _("The dice are to be thrown")
    RESULT = "result", _("The lots are drawn")


class NoLottery(Refusal):
    """The seats of the run are given in another way."""

    sentence = _("The seats of “%(title)s” are not drawn by lot.")


class ReceptionStillOpen(Refusal):
    """Somebody may still apply, and would find the seats gone."""

    sentence = _("Reception for “%(title)s” is open until %(closes)s. The seats are given after that.")


class NobodyApplied(Refusal):
    """There is nothing to draw."""

    sentence = _("Nobody waits for a seat in “%(title)s”.")


class LotsNotListed(Refusal):
    """A number thrown before the list stands would let the list follow from the number."""

    sentence = _("Please list the lots of “%(title)s” first. The dice are thrown when the list stands.")


class LotsAreListed(Refusal):
    """From here on no lot changes."""

    sentence = _("The lots of “%(title)s” are listed already, so who comes with whom stays as it is.")


class SeatsAreListed(Refusal):
    """What there is to give stands on the list that was handed round."""

    sentence = _(
        "The list of the lots of “%(title)s” says what there is to give: seats: %(seats)d, devices to borrow: "
        "%(devices)d. Seats and devices stay as they are until the lots are drawn."
    )


class NoNumberThrown(Refusal):
    """What was typed is not what dice show."""

    sentence = _("Please enter the figures that were thrown, at least %(fewest)d of them and nothing else.")


class LotsAreDrawn(Refusal):
    """Lots are drawn once."""

    sentence = _("The lots of “%(title)s” were drawn on %(when)s with the number %(number)s. That result stands.")


@transaction.atomic
def prepare(run: CourseRun) -> Draw:
    """Seal the seed of a run, so that the flyer can show the seal. Twice is once, and the seed stays the first one.

    Part of the deed that plans the run, which is the one on record.
    """
    seed = new_seed()
    draw, _is_new = Draw.objects.get_or_create(run=run, defaults={"seed": seed, "seed_digest": seal(seed)})
    return draw


def draw_of(run: CourseRun) -> Draw | None:
    """The draw of a run that is decided by lot; None before it was prepared and in every other run."""
    if run.selection != CourseRun.Selection.LOTTERY:
        return None
    return Draw.objects.filter(run=run).select_related("drawn_by").first()


def stage_of(run: CourseRun, draw: Draw, *, at: datetime) -> str:
    """How far a draw has come, as a Stage."""
    if draw.drawn_at is not None:
        return Stage.RESULT
    if run.called_off_at is not None or at < run.reception_closes_at:
        return Stage.RECEPTION
    return Stage.LIST if draw.listed_at is None else Stage.DICE


@transaction.atomic
def list_lots(run: CourseRun, *, by: User) -> Draw:
    """Fix the lots of everybody who waits, people who come together as one. Twice is once.

    Whoever is taken later waits behind them. Raises NoLottery, RunIsCalledOff, ReceptionStillOpen or NobodyApplied.
    """
    run = CourseRun.objects.locked(run.pk)
    draw, now = _locked_draw(run), timezone.now()
    if draw.listed_at is not None:
        return draw
    refuse_unless_closed(run, at=now)
    waiting = list(waiting_for_lots(run).select_related("resident"))
    if not waiting:
        raise NobodyApplied(title=run.course.title)

    people = {registration.resident_id: registration.resident for registration in waiting}
    fitting = preferences.that_fit(run, people.values(), at=now)
    parties = [each.registrations for each in together(waiting)]
    lots = [
        Lot(
            draw=draw,
            label=each[0].slip,
            size=len(each),
            points=max(len(fitting[registration.resident_id]) for registration in each),
        )
        for each in parties
    ]
    for lot, each in zip(Lot.objects.bulk_create(lots), parties, strict=True):
        for registration in each:
            registration.lot = lot
    Registration.objects.bulk_update(waiting, ["lot"])
    draw.listed_at, (draw.seats, draw.devices) = now, _left(run)
    draw.save(update_fields=["listed_at", "seats", "devices"])

    facts = {"lots": len(lots), "people": len(waiting), "seats": draw.seats, "digest": list_digest(draw)}
    audit.record("draw.listed", draw, by=by, run=run, **facts)
    return draw


@transaction.atomic
def draw_lots(run: CourseRun, *, number: str, by: User) -> Draw:
    """Draw the listed lots with the number thrown: winners have their seats, the others wait in the order drawn.

    With the same number, twice is once. Raises NoLottery, RunIsCalledOff, ReceptionStillOpen, LotsNotListed,
    NoNumberThrown or LotsAreDrawn.
    """
    run = CourseRun.objects.locked(run.pk)
    draw, now, thrown = _locked_draw(run), timezone.now(), figures(number)
    if draw.drawn_at is not None:
        if thrown == draw.public_number:
            return draw
        raise LotsAreDrawn(title=run.course.title, when=day_and_time(draw.drawn_at), number=draw.public_number)
    refuse_unless_closed(run, at=now)
    if draw.listed_at is None:
        raise LotsNotListed(title=run.course.title)
    if not thrown:
        raise NoNumberThrown(fewest=FEWEST_FIGURES)

    draw.seats, draw.devices = to_give(draw)
    draw.public_number, draw.drawn_at, draw.drawn_by = thrown, now, by
    draw.save(update_fields=["seats", "devices", "public_number", "drawn_at", "drawn_by"])
    run.decided_at, run.decided_by = now, by
    run.save(update_fields=["decided_at", "decided_by"])
    waiting = list(_waiting_with_routes(run))
    lots = _write_lots(draw, waiting)
    winners = _tell_apart(waiting, lots, at=now, by=by)

    audit.record("draw.drawn", draw, by=by, run=run, number=thrown, lots=len(lots), seats=draw.seats)
    won = {winner.pk for winner in winners}
    told = ((each, {"run": run.pk, "lot": each.lot_id, "won": each.pk in won}) for each in waiting if each.lot_id)
    audit.record_all("registration.drawn", told, by=by)
    offer_free_seats(run, by=by)
    noticing.tell_results(run, winners, by=by)
    return draw


def refuse_unless_closed(run: CourseRun, *, at: datetime) -> None:
    """Raise RunIsCalledOff or ReceptionStillOpen while it is too early to give the seats, or too late."""
    if run.called_off_at:
        raise RunIsCalledOff(title=run.course.title)
    if at < run.reception_closes_at:
        raise ReceptionStillOpen(title=run.course.title, closes=day_and_time(run.reception_closes_at))


def waiting_for_lots(run: CourseRun) -> RegistrationQuerySet:
    """Who waits for the draw, in the order of the slips; whoever was promised a seat out of turn does not."""
    return run.registrations.waiting().exclude(offers__state=Offer.State.OPEN).order_by("slip_number")


def refuse_other_seats(run: CourseRun) -> None:
    """Raise SeatsAreListed while the list of a locked run is out and its lots are not drawn."""
    draw = draw_of(run)
    if draw is not None and draw.waits_for_dice:
        seats, devices = to_give(draw)
        raise SeatsAreListed(title=run.course.title, seats=seats, devices=devices)


def to_give(draw: Draw) -> tuple[int, int]:
    """The seats and devices that the lots are given: those of the list, and before it those that are left now.

    A seat that is given meanwhile, with a reason and beyond the capacity, takes none of them.
    """
    if draw.seats is not None and draw.devices is not None:
        return draw.seats, draw.devices
    return _left(draw.run)


def list_file(draw: Draw) -> str:
    """The lots as they are fixed: label, points, people, and the other slips of each; a line a lot, in order of slips.

    Neither a name nor anything that changes afterwards, so that its digest stays the same.
    """
    return "".join(
        " ".join([lot.label, str(lot.points), str(lot.size), *slips_of(lot)[1:]]) + "\n" for lot in listed(draw)
    )


def list_digest(draw: Draw) -> str:
    """The SHA-256 of the file of the lots, which is read out before the dice are thrown."""
    return sha256(list_file(draw).encode("ascii")).hexdigest()


def result_file(draw: Draw) -> str:
    """What the procedure reads: the lots with what they asked for when they were drawn."""
    return "".join(_entry(lot).line for lot in listed(draw))


def procedure(draw: Draw) -> str:
    """The few lines that repeat a draw that has been made; empty before."""
    if draw.drawn_at is None:
        return ""
    facts = {"seed": draw.seed, "number": draw.public_number, "seats": draw.seats, "devices": draw.devices}
    return PROCEDURE.format(**facts, file=result_name(draw))


def result_name(draw: Draw) -> str:
    """The name of the file that the procedure reads."""
    return f"lots-{draw.run_id}.txt"


def listed(draw: Draw) -> list[Lot]:
    """The lots in the order of their slips, with their registrations."""
    return list(draw.lots.order_by("pk").prefetch_related("registrations"))


def in_drawn_order(draw: Draw) -> list[Lot]:
    """The lots in the order drawn, with their registrations."""
    return list(draw.lots.order_by("rank").prefetch_related("registrations"))


def slips_of(lot: Lot) -> list[str]:
    """The slip numbers of everybody in a lot, by which people find themselves; reads its registrations."""
    return [each.slip for each in sorted(lot.registrations.all(), key=lambda each: each.slip_number)]


@sensitive_variables("seed")
def _write_lots(draw: Draw, waiting: Sequence[Registration]) -> list[Lot]:
    """Order the lots and say who won; what each asks for is what those of it ask for who still wait."""
    lots = {lot.label: lot for lot in draw.lots.order_by("pk")}
    still = _by_lot(waiting)
    for lot in lots.values():
        members = still.get(lot.pk, [])
        lot.seats, lot.devices = len(members), sum(registration.borrows for registration in members)

    results: Iterable[Drawn] = drawn(
        [_entry(lot) for lot in lots.values()],
        seed=draw.seed,
        number=draw.public_number,
        seats=draw.seats or 0,
        devices=draw.devices or 0,
    )
    ordered = []
    for rank, result in enumerate(results, start=1):
        lot = lots[result.entry.label]
        lot.rank, lot.ticket, lot.is_won = rank, result.ticket, result.is_won
        ordered.append(lot)
    written = ["seats", "devices", "rank", "ticket", "is_won"]
    Lot.objects.bulk_create(ordered, update_conflicts=True, unique_fields=["id"], update_fields=written)
    return ordered


def _tell_apart(waiting: Sequence[Registration], lots: Sequence[Lot], *, at: datetime, by: User) -> list[Registration]:
    """Seat the winners, line up the others in the order drawn, whoever has no lot behind them; gives the winners.

    Whoever has a lot is decided by it, whoever comes with them. People who come together wait since one moment.
    """
    members = _by_lot(waiting)
    winners = [each for lot in lots if lot.is_won for each in members.get(lot.pk, [])]
    places = [(lot.rank or 0, members.get(lot.pk, [])) for lot in lots if not lot.is_won]
    without = (list(each.registrations) for each in together(members.get(None, [])))
    others: list[Registration] = []
    stands_at: dict[int, int] = {}
    for place, those_there in [*places, *enumerate(without, start=len(lots) + 1)]:
        for registration in those_there:
            registration.waiting_since = drawn_at_place(at, place)
            party = registration.party_id
            # One whose companions have a lot and who has none would draw them back, or be drawn forward by them.
            if party and stands_at.setdefault(party, place) != place:
                registration.party = None
                facts = {"run": registration.run_id, "registrations": [registration.pk]}
                audit.record("party.parted", Party(pk=party), by=by, **facts)
        others += those_there
    seated = Registration.objects.filter(pk__in=[each.pk for each in winners])
    seated.update(state=State.CONFIRMED, seated_at=at, declined_at=None, passed_at=None)
    for registration in winners:
        registration.state = State.CONFIRMED
    Registration.objects.bulk_update(others, ["waiting_since", "party"])
    return winners


def _by_lot(waiting: Iterable[Registration]) -> dict[int | None, list[Registration]]:
    """Who waits by the number of their lot; under None whoever has none."""
    members: dict[int | None, list[Registration]] = {}
    for registration in waiting:
        members.setdefault(registration.lot_id, []).append(registration)
    return members


def _waiting_with_routes(run: CourseRun) -> Iterator[Registration]:
    """Who waits for the draw, with what their reminders need to be planned."""
    people = waiting_for_lots(run).select_related("resident")
    for registration in people.prefetch_related("resident__phone_lines", "resident__consents"):
        registration.run = run
        yield registration


def _left(run: CourseRun) -> tuple[int, int]:
    """What is left beside whoever has a seat already."""
    seats = run.seats
    return max(seats.capacity - seats.confirmed - seats.offered, 0), seats.free_devices


def _entry(lot: Lot) -> Entry:
    return Entry(lot.label, lot.points, lot.seats or 0, lot.devices or 0)


def _locked_draw(run: CourseRun) -> Draw:
    """The draw of a run that is locked; it is prepared now where planning did not, before any number is thrown."""
    if run.selection != CourseRun.Selection.LOTTERY:
        raise NoLottery(title=run.course.title)
    return prepare(run)
