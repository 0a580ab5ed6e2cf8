"""The waiting list, worked by conversation: a freed seat is held for whoever is first in line until they answer.

Nobody is moved by a machine and nobody loses the place for being out. What must never happen: a held seat given to
somebody else, a seat offered while the run has more people than seats, or the next person asked without the answer of
the one before on record.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes import noticing
from classes.answer_time import answer_by
from classes.line import InLine, line_of, together, with_companions
from classes.models import CourseRun, Offer, Registration
from classes.open_offer import OVER, asked_together, locked, refuse_unless_mine_to_answer, settle
from core import audit
from core.refusal import Refusal
from core.wareki import day_and_time
from residents.models import PhoneLine

State = Offer.State

# A community centre in Osaka calls "at least twice, then the next" (osaka-suminoekaikan.jp/archives/1329).
FEWEST_CALLS = 2


class RunDoesNotTakePlace(Refusal):
    """The seat is in a run that is over or called off."""

    sentence = _("“%(title)s” has taken place or has been called off, so its seats are not offered any more.")


class DoesNotWait(Refusal):
    """A page older than the seat or the cancellation."""

    sentence = _("Slip %(slip)s is not on the waiting list any more.")


class NoSeatIsFree(Refusal):
    """There is nothing to hold."""

    sentence = _("Not enough seats of “%(title)s” are free.")


class CallAgainFirst(Refusal):
    """Nobody is passed over for having been out once."""

    sentence = _("Please call at least %(fewest)d times, at different hours, before the next person is asked.")


class AnswerIsNotDue(Refusal):
    """Whoever cannot be called is written to, and has the time that was set."""

    sentence = _(
        "There is no number to call, so please write a letter. The seat is held until %(answer_by)s; without an answer"
        " by then the next in line can be asked."
    )


class AnswerIsPromised(Refusal):
    """Somebody heard of the seat, and was told until when it is held."""

    sentence = _("This person was reached and answers by %(answer_by)s. Until then nobody else is asked.")


class NobodyElseWaits(Refusal):
    """Nothing is gained by taking the offer away."""

    sentence = _("Nobody else in line can take the seat. It stays held for this person.")


class WasGivenBack(Refusal):
    """A page older than the cancellation; the answer on it is no registration anew."""

    sentence = _("This person took the seat and has cancelled since. Please register them again if they want to come.")


@transaction.atomic
def offer_next(run: CourseRun, *, by: User) -> Offer | None:
    """Hold free seats for the first in line whom they fit; None when no seat is free or nobody is in line.

    For people who come together a seat each is held, and the offer given is the first one's. While somebody is asked
    nobody else is, so that twice is once. Where the counter decides this is a decision; where lots are drawn nobody is
    asked before they are.
    """
    run = CourseRun.objects.locked(run.pk)
    standing = Offer.objects.open().filter(registration__run=run).first()
    if standing is not None:
        return standing
    if run.selection == CourseRun.Selection.LOTTERY and not run.seats_go_by_line:
        return None
    made = _offer(run, by=by, at_most=1)
    return made[0] if made else None


@transaction.atomic
def ask_in_line(run: CourseRun, *, by: User, now: datetime | None = None) -> list[Offer]:
    """Hold every free seat of a run for those in line, as soon as the line decides who has it; few or none is usual.

    Whoever let one of these seats go by is not asked about it a second time. `now` is told by the worker.
    """
    run = CourseRun.objects.locked(run.pk)
    return _offer(run, by=by, now=now) if run.seats_go_by_line else []


@transaction.atomic
def offer_free_seats(run: CourseRun, *, by: User) -> list[Offer]:
    """Hold every free seat of a run for those in line, after a seat was freed or the capacity raised.

    Whoever let an earlier seat go by is in line again for these.
    """
    run = CourseRun.objects.locked(run.pk)
    run.registrations.waiting().update(declined_at=None, passed_at=None)
    return _offer(run, by=by) if run.seats_go_by_line else []


@transaction.atomic
def take_back_unheard(run: CourseRun, *, by: User) -> list[Offer]:
    """Take back what is offered beyond the seats and devices there are, as long as nobody has heard of it.

    Whoever was asked last is the first to go; they all keep their places. Whoever was told of a seat, or is on the
    telephone with a clerk about it, keeps it.
    """
    run = CourseRun.objects.locked(run.pk)
    unheard = Offer.objects.unheard(timezone.now()).filter(registration__run=run)
    offers = {offer.registration_id: offer for offer in unheard.select_related("registration").order_by("-pk")}
    seats, taken_back = run.book().seats, []
    for asked in together(offer.registration for offer in offers.values()):
        if seats.taken <= seats.capacity and (seats.lent <= seats.devices or not asked.borrowing):
            continue
        seats = seats.holding_more(-asked.size, -asked.borrowing)
        taken_back += [offers[registration.pk] for registration in asked.registrations]

    for offer in taken_back:
        settle(offer, State.WITHDRAWN, by=by)

        audit.record("offer.withdrawn", offer, by=by, registration=offer.registration)
    if taken_back:
        # Where a couple made room, one seat may be left for somebody who comes alone.
        ask_in_line(run, by=by)
    return taken_back


@transaction.atomic
def offer_out_of_turn(registration: Registration, *, reason: str, by: User) -> Offer:
    """Hold a free seat for somebody before those who wait longer; the reason stays on record. Twice is once.

    Whoever comes together with the person is asked too. Raises DoesNotWait, NoSeatIsFree or RunDoesNotTakePlace.
    """
    run = CourseRun.objects.locked(registration.run_id)
    registration = Registration.objects.get(pk=registration.pk)
    standing = registration.offers.open().first()
    if standing is not None:
        return standing
    if registration.state != Registration.State.WAITING:
        raise DoesNotWait(slip=registration.slip)
    if not takes_place(run):
        raise RunDoesNotTakePlace(title=run.course.title)
    asked = with_companions(registration)
    if not asked.fits(run.seats):
        raise NoSeatIsFree(title=run.course.title)

    return _hold_for([asked], run, by=by, reason=reason)[0]


@transaction.atomic
def accept(offer: Offer, *, by: User) -> Registration:
    """The person takes the seat, and so do those who come together. Twice is once.

    Raises OfferIsSettled, WasGivenBack, IsBeingCalled or RunDoesNotTakePlace.
    """
    offer = locked(offer)
    if offer.state == State.ACCEPTED and offer.registration.state == Registration.State.CONFIRMED:
        return offer.registration
    if offer.state == State.ACCEPTED:
        raise WasGivenBack
    refuse_unless_mine_to_answer(offer, by=by)
    if not takes_place(offer.registration.run):
        raise RunDoesNotTakePlace(title=offer.registration.run.course.title)

    seated = []
    for each in asked_together(offer):
        settle(each, State.ACCEPTED, by=by)
        registration = each.registration
        registration.state = Registration.State.CONFIRMED
        registration.seated_at = each.decided_at
        registration.passed_at = registration.declined_at = None
        registration.save(update_fields=["state", "seated_at", "passed_at", "declined_at"])
        seated.append(registration)

        audit.record("offer.accepted", each, by=by, registration=registration)
    noticing.tell_of_seats(seated, by=by)
    return Registration.objects.get(pk=offer.registration_id)


@transaction.atomic
def decline(offer: Offer, *, by: User) -> Offer:
    """The person lets this seat go by and stays on the list; the next in line is offered it. Twice is once.

    Whoever does not want to wait any longer is cancelled instead (classes.cancellation). Raises OfferIsSettled
    or IsBeingCalled.
    """
    offer = locked(offer)
    if offer.state == State.DECLINED:
        return offer
    refuse_unless_mine_to_answer(offer, by=by)

    for each in asked_together(offer):
        settle(each, State.DECLINED, by=by)
        Registration.objects.filter(pk=each.registration_id).update(declined_at=each.decided_at, passed_at=None)

        audit.record("offer.declined", each, by=by, registration=each.registration)
    ask_in_line(offer.registration.run, by=by)
    return Offer.objects.get(pk=offer.pk)


@transaction.atomic
def pass_over(offer: Offer, *, by: User) -> Offer | None:
    """Ask the next in line after calls that nobody answered; the person keeps the place. Twice is once.

    Where there is no number to call, this goes when the answer is due. Gives the next offer; None the second time, and
    where lots or the counter still decide who has the seat. Raises OfferIsSettled, IsBeingCalled, RunDoesNotTakePlace,
    AnswerIsPromised, CallAgainFirst, AnswerIsNotDue or NobodyElseWaits.
    """
    offer = locked(offer)
    if offer.state == State.NOT_REACHED:
        return None
    refuse_unless_mine_to_answer(offer, by=by)
    if not takes_place(offer.registration.run):
        raise RunDoesNotTakePlace(title=offer.registration.run.course.title)
    now, run, asked = timezone.now(), offer.registration.run, asked_together(offer)
    if offer.is_promised(now):
        raise AnswerIsPromised(answer_by=day_and_time(offer.answer_by))
    if offer.attempts < FEWEST_CALLS and _can_be_called(asked):
        raise CallAgainFirst(fewest=FEWEST_CALLS)
    if offer.attempts < FEWEST_CALLS and now < offer.answer_by:
        raise AnswerIsNotDue(answer_by=day_and_time(offer.answer_by))
    freed = run.seats.holding_more(-len(asked), -sum(each.registration.borrows for each in asked))
    if run.seats_go_by_line and not any(waiting.fits(freed) for waiting in line_of(run)):
        raise NobodyElseWaits

    for each in asked:
        settle(each, State.NOT_REACHED, by=by)
        Registration.objects.filter(pk=each.registration_id).update(passed_at=each.decided_at)

        audit.record("offer.passed_over", each, by=by, registration=each.registration, attempts=each.attempts)
    made = ask_in_line(run, by=by)
    return made[0] if made else None


def place_of(registration: Registration) -> int:
    """The place on the waiting list counted from 1, as it is told and printed; 0 for who does not wait.

    One query, or none for registrations fetched `with_place()`.
    """
    if registration.state != Registration.State.WAITING:
        return 0
    found = registration if "place" in vars(registration) else Registration.objects.with_place().get(pk=registration.pk)
    place: int = vars(found)["place"]
    return place


def takes_place(run: CourseRun, *, now: datetime | None = None) -> bool:
    """Whether seats of a run are offered still: it has not been called off, and a lesson is to come."""
    ahead = run.lessons.standing().filter(starts_at__gt=now or timezone.now())
    return run.called_off_at is None and ahead.exists()


def close_offers(registration: Registration, *, state: str, by: User) -> int:
    """Settle whatever is still offered to a registration whose run is locked; gives the number of seats freed."""
    return registration.offers.open().update(state=state, decided_at=timezone.now(), decided_by=by, **OVER)


def _can_be_called(asked: Sequence[Offer]) -> bool:
    """Whether any of these people has a number at which no stranger answers."""
    people = [offer.registration.resident_id for offer in asked]
    return PhoneLine.objects.filter(resident__in=people, is_strangers=False).exists()


def _offer(run: CourseRun, *, by: User, at_most: int | None = None, now: datetime | None = None) -> list[Offer]:
    """Hold what is free in a locked run for those in line, `at_most` so many of them; others are not torn apart for it.

    The seats and the line are read once, however many seats were freed.
    """
    if not takes_place(run, now=now):
        return []
    seats = run.book(now=now).seats
    asked: list[InLine] = []
    for waiting in line_of(run) if seats.free else []:
        if len(asked) == at_most or not seats.free:
            break
        if waiting.fits(seats):
            asked.append(waiting)
            seats = seats.holding_more(waiting.size, waiting.borrowing)
    return _hold_for(asked, run, by=by, now=now)


def _hold_for(
    asked: Sequence[InLine], run: CourseRun, *, by: User, reason: str = "", now: datetime | None = None
) -> list[Offer]:
    """A held seat for each of these people, whose answer is due at the same time."""
    if not asked:
        return []
    now = now or timezone.now()
    due = answer_by(run, now)
    made = Offer.objects.bulk_create(
        Offer(registration=registration, made_at=now, answer_by=due, reason=reason)
        for waiting in asked
        for registration in waiting.registrations
    )
    with audit.in_one_go():
        for offer in made:
            audit.record("offer.made", offer, by=by, registration=offer.registration, run=run, out_of_turn=bool(reason))
    return made
