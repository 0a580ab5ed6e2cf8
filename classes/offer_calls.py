"""The calls about a seat that is held: nobody answered, or somebody was reached and will answer later.

The answer itself is a matter of the waiting list (classes.waiting_list). What must never happen: a call that counts
twice, or a promise of an answer that was due before.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes.models import Offer
from classes.open_offer import asked_together, locked, refuse_settled
from core import audit
from core.refusal import Refusal
from core.wareki import clock, day_and_time

# Somebody who was out at ten may be in at four, not at five past ten.
BETWEEN_CALLS = timedelta(hours=1)


class CalledAMomentAgo(Refusal):
    """Two calls within the hour find the same empty house."""

    sentence = _("The last call was within the hour and is on record. Please call again after %(again)s.")


class AnswerIsDue(Refusal):
    """The time that would be promised is over."""

    sentence = _("The answer was due by %(answer_by)s. Please ask for it now.")


@transaction.atomic
def not_reached(offer: Offer, *, by: User, calls_before: int | None = None) -> Offer:
    """A call that nobody answered is counted; the seat stays held. Raises OfferIsSettled or CalledAMomentAgo.

    `calls_before` is how many calls the clerk's page showed: pressed twice, it is one call.
    """
    offer = locked(offer)
    refuse_settled(offer)
    if calls_before not in {None, offer.attempts}:
        return offer
    now = timezone.now()
    if offer.last_attempt_at and now < offer.last_attempt_at + BETWEEN_CALLS:
        raise CalledAMomentAgo(again=clock(offer.last_attempt_at + BETWEEN_CALLS))

    attempts = offer.attempts + 1
    for each in asked_together(offer):
        each.attempts, each.last_attempt_at = attempts, now
        each.save(update_fields=["attempts", "last_attempt_at"])

        audit.record("offer.not_reached", each, by=by, registration=each.registration, attempts=attempts)
    return Offer.objects.get(pk=offer.pk)


@transaction.atomic
def promise(offer: Offer, *, reached: str, by: User) -> Offer:
    """Somebody was reached and will answer by the time that was named; the seat stays held. Twice is once.

    `reached` says who it was. Until the answer is due nobody else is asked. Raises OfferIsSettled or AnswerIsDue.
    """
    offer = locked(offer)
    refuse_settled(offer)
    if offer.reached == reached:
        return offer
    now = timezone.now()
    if offer.answer_by <= now:
        raise AnswerIsDue(answer_by=day_and_time(offer.answer_by))

    for each in asked_together(offer):
        each.reached_at, each.reached = now, reached
        each.save(update_fields=["reached_at", "reached"])

        audit.record("offer.promised", each, by=by, registration=each.registration, reached=reached)
    return Offer.objects.get(pk=offer.pk)
