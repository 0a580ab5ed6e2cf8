"""One offer as it stands under the lock of its run, with those of the people who come together.

What every answer about a held seat begins with. What must never happen: an answer that trusts what a page showed.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes.models import CourseRun, Offer
from core.refusal import Refusal

State = Offer.State


class OfferIsSettled(Refusal):
    """A page older than the answer."""

    sentence = _("The answer about this seat is already on record: %(answer)s.")


class SeatIsNotHeld(OfferIsSettled):
    """The offer was taken back: the run shrank or was called off, or the person has a seat already."""

    sentence = _("No seat is held for this person any more. Please look at the course run again.")


def asked_together(offer: Offer) -> list[Offer]:
    """The offer with those of the people who come together; in a locked run."""
    registration = offer.registration
    if registration.party_id is None:
        return [offer]
    party = Offer.objects.open().filter(
        registration__run=registration.run_id, registration__party=registration.party_id
    )
    found = party.order_by("registration__slip_number")
    offers = list(found.select_related("registration__resident"))
    for each in offers:
        each.registration.run = registration.run
    return offers


def locked(offer: Offer) -> Offer:
    """The offer as it stands, its run locked first."""
    run = CourseRun.objects.locked(offer.registration.run_id)
    offer = Offer.objects.select_related("registration__resident").get(pk=offer.pk)
    offer.registration.run = run
    return offer


def refuse_settled(offer: Offer) -> None:
    """Raises OfferIsSettled, or SeatIsNotHeld where the seat was taken back."""
    if offer.state == State.WITHDRAWN:
        raise SeatIsNotHeld
    if offer.state != State.OPEN:
        raise OfferIsSettled(answer=offer.get_state_display())


def settle(offer: Offer, state: str, *, by: User) -> None:
    """Write down what became of one offer."""
    offer.state, offer.decided_at, offer.decided_by = state, timezone.now(), by
    offer.save(update_fields=["state", "decided_at", "decided_by"])
