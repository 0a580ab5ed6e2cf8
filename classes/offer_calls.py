"""The calls about a seat that is held: who makes one, that nobody answered, or that somebody will answer later.

The answer itself is a matter of the waiting list (classes.waiting_list). What must never happen: two clerks calling the
same person, a call that counts twice, or a promise of an answer that was due before.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes.models import Offer
from classes.open_offer import asked_together, locked, refuse_unless_mine_to_answer, write
from core import audit
from core.refusal import Refusal
from core.wareki import clock, day_and_time
from reminders.call_list import HOLD_FOR

# Somebody who was out at ten may be in at four, not at five past ten.
BETWEEN_CALLS = timedelta(hours=1)


class CalledAMomentAgo(Refusal):
    """Two calls within the hour find the same empty house."""

    sentence = _("The last call was within the hour and is on record. Please call again after %(again)s.")


class AnswerIsDue(Refusal):
    """The time that would be promised is over."""

    sentence = _("The answer was due by %(answer_by)s. Please ask for it now.")


@transaction.atomic
def take(offer: Offer, *, by: User) -> Offer:
    """This clerk makes the call to whoever comes together; nobody else can for ten minutes.

    Raises OfferIsSettled or IsBeingCalled.
    """
    offer = locked(offer)
    refuse_unless_mine_to_answer(offer, by=by)

    until = timezone.now() + HOLD_FOR
    for each in asked_together(offer):
        each.held_by, each.held_until = by, until
        each.save(update_fields=["held_by", "held_until"])

        audit.record("offer.taken", each, by=by, registration=each.registration)
    return Offer.objects.get(pk=offer.pk)


@transaction.atomic
def let_go(offer: Offer, *, by: User) -> None:
    """The clerk did not call after all."""
    mine = [each.pk for each in asked_together(locked(offer)) if each.held_by_id == by.pk]
    Offer.objects.filter(pk__in=mine).update(held_by=None, held_until=None)


@transaction.atomic
def not_reached(offer: Offer, *, by: User, calls_before: int | None = None, made_at: datetime | None = None) -> Offer:
    """A call that nobody answered is counted; the seat stays held.

    `calls_before` is how many calls the clerk's page showed: pressed twice, it is one call. `made_at` is told by
    whoever writes down a call made earlier, from paper. Raises OfferIsSettled, IsBeingCalled or CalledAMomentAgo.
    """
    offer = locked(offer)
    refuse_unless_mine_to_answer(offer, by=by)
    if calls_before not in {None, offer.attempts}:
        return offer
    called_at, last = made_at or timezone.now(), offer.last_attempt_at
    if last and abs(called_at - last) < BETWEEN_CALLS:
        raise CalledAMomentAgo(again=clock(last + BETWEEN_CALLS))

    attempts = offer.attempts + 1
    facts = {"attempts": attempts, "last_attempt_at": max(called_at, last or called_at)}
    if made_at is not None:
        facts["last_paper_attempt_at"] = made_at
    for each in asked_together(offer):
        write(each, **facts)

        audit.record("offer.not_reached", each, by=by, registration=each.registration, attempts=attempts)
    return Offer.objects.get(pk=offer.pk)


@transaction.atomic
def promise(offer: Offer, *, reached: str, by: User, made_at: datetime | None = None) -> Offer:
    """Somebody was reached and will answer by the time that was named; the seat stays held. Twice is once.

    `reached` says who it was, and `made_at` when, where it is written down from paper. Until the answer is due nobody
    else is asked. Raises OfferIsSettled, IsBeingCalled or AnswerIsDue.
    """
    offer = locked(offer)
    refuse_unless_mine_to_answer(offer, by=by)
    called_at = made_at or timezone.now()
    # A sheet sent twice tells of the call that is on record; any other call after that hour needed the answer itself.
    is_on_record = offer.reached == reached and offer.reached_at == called_at
    if offer.answer_by <= called_at and not is_on_record:
        raise AnswerIsDue(answer_by=day_and_time(offer.answer_by))

    for each in asked_together(offer):
        if each.reached == reached:
            write(each)
            continue
        write(each, reached_at=called_at, reached=reached)

        audit.record("offer.promised", each, by=by, registration=each.registration, reached=reached)
    return Offer.objects.get(pk=offer.pk)
