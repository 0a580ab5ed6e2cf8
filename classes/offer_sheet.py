"""The calls about seats held on paper: printed as a sheet, ticked with a pen, and typed back line by line.

What must never happen: one call on the sheets of two clerks, a call on paper that somebody is making at that moment, or
a tick that is dropped without a word. A tick goes the way of every other answer, so it never overwrites what the screen
knows by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes import cancellation
from classes.calls_to_make import Call, calls_to_make, runs_waited_for
from classes.models import CourseRun, Offer, Registration
from classes.offer_calls import not_reached, promise
from classes.open_offer import OfferIsSettled, asked_together, locked, refuse_unless_mine_to_answer
from classes.waiting_list import accept, decline
from core import audit
from core.refusal import Refusal
from core.wareki import day_and_time
from reminders.sheets import NothingToPrint


class ToldSince(Refusal):
    """The screen knows of a later call than the paper."""

    sentence = _("It is on record that %(whom)s was reached on %(when)s. That stands; nothing was changed.")


class Told(StrEnum):
    """What is ticked on a line."""

    COMES = "comes"
    NOT_NOW = "not_now"
    GIVES_UP = "gives_up"
    NOBODY_IN = "nobody_in"
    PERSON_TOLD = "person_told"
    FAMILY_TOLD = "family_told"


_REACHED = {Told.PERSON_TOLD: Offer.Reached.PERSON, Told.FAMILY_TOLD: Offer.Reached.FAMILY}


@dataclass(frozen=True)
class Ticked:
    """A line of the sheet: the call, what came of it, when it was made, and why whoever gives up does."""

    offer: Offer
    told: str
    made_at: datetime | None = None
    reason: str = ""


def is_printable(call: Call) -> bool:
    """Whether somebody has to be rung who can be, whom nobody is calling and nobody has on paper."""
    return bool(call.phones) and not (call.is_promised or call.is_held or call.is_on_paper)


def is_on_sheet_of(call: Call, clerk: User) -> bool:
    """Whether it is one of those that this clerk printed today, and nothing was recorded about it since."""
    return call.is_on_paper and call.offer.printed_by == clerk


@transaction.atomic
def put_on_paper(*, by: User) -> list[Call]:
    """Put the calls to be made now on the clerk's sheet of today, and give all that stands there. Twice is once.

    Raises NothingToPrint.
    """
    now = timezone.now()
    # Two clerks who print at once: the second waits here and then finds what the first has.
    CourseRun.objects.all_locked(runs_waited_for(now))
    calls = calls_to_make(runs_waited_for(now), now)
    new = [call for call in calls if is_printable(call)]
    if not new and not any(is_on_sheet_of(call, by) for call in calls):
        raise NothingToPrint

    people = [registration.pk for call in new for registration in call.registrations]
    Offer.objects.open().filter(registration__in=people).update(printed_by=by, printed_at=now)
    audit.record("offer.printed", by=by, count=len(new))
    return [call for call in calls if call in new or is_on_sheet_of(call, by)]


def type_back(ticks: Sequence[Ticked], *, by: User) -> dict[int, Refusal]:
    """Record what was ticked, line by line; gives the lines that were refused, by the number of the offer, and why.

    Each line is a deed of its own, because it locks a run, and no two runs are held at once (docs/locking.md). A sheet
    sent twice is typed in once.
    """
    refused: dict[int, Refusal] = {}
    for ticked in ticks:
        try:
            _type_line(ticked, by=by)
        except Refusal as refusal:
            refused[ticked.offer.pk] = refusal
    return refused


@transaction.atomic
def _type_line(ticked: Ticked, *, by: User) -> None:
    offer = locked(ticked.offer)
    made_at = ticked.made_at or timezone.now()
    _refuse_what_has_changed_since(offer, ticked)
    if ticked.told == Told.COMES:
        accept(offer, by=by)
    elif ticked.told == Told.NOT_NOW:
        decline(offer, by=by)
    elif ticked.told == Told.GIVES_UP:
        _give_up(offer, by=by, reason=ticked.reason)
    elif ticked.told == Told.NOBODY_IN:
        if made_at not in {offer.last_attempt_at, offer.last_paper_attempt_at}:
            not_reached(offer, by=by, made_at=made_at)
    else:
        reached = _REACHED[Told(ticked.told)]
        if offer.reached_at and offer.reached_at > made_at and offer.reached != reached:
            raise ToldSince(whom=offer.get_reached_display(), when=day_and_time(offer.reached_at))
        promise(offer, reached=reached, by=by, made_at=made_at)


def _refuse_what_has_changed_since(offer: Offer, ticked: Ticked) -> None:
    """An answer that says the same is no second one, unless something else came after it. Raises OfferIsSettled.

    Where no answer is on record, whoever records one is told what became of the seat.
    """
    after = {Told.COMES: Registration.State.CONFIRMED, Told.NOT_NOW: Registration.State.WAITING}
    registration = Registration.objects.get(pk=offer.registration_id)
    wanted = after.get(Told(ticked.told), registration.state)
    if offer.state in {Offer.State.ACCEPTED, Offer.State.DECLINED} and registration.state != wanted:
        raise OfferIsSettled(answer=registration.get_state_display())


def _give_up(offer: Offer, *, by: User, reason: str) -> None:
    """Whoever was asked on this call wants to wait no longer."""
    if offer.state == Offer.State.DECLINED and offer.registration.state == Registration.State.CANCELLED:
        return
    refuse_unless_mine_to_answer(offer, by=by)
    for each in asked_together(offer):
        cancellation.cancel(each.registration, by=by, reason=reason)
