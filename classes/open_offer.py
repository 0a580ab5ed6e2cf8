"""One offer as it stands under the lock of its run, with those of the people who come together.

What every answer about a held seat begins with. What must never happen: an answer that trusts what a page
showed, or one that a clerk records while another is on the telephone with the person.
"""

from typing import Any

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


class WasPassedOver(OfferIsSettled):
    """No answer came, and the next in line were asked."""

    sentence = _(
        "No answer came about this seat, and it is not held for this person any more. Please look at the course run"
        " again."
    )


class IsBeingCalled(Refusal):
    """Another clerk is on the telephone with this person, or with somebody who comes along."""

    sentence = _("%(name)s is calling this person right now.")


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
    offer = Offer.objects.select_related("registration__resident", "held_by").get(pk=offer.pk)
    offer.registration.run = run
    return offer


def refuse_unless_mine_to_answer(offer: Offer, *, by: User) -> None:
    """Raises SeatIsNotHeld where the seat was taken back, WasPassedOver, OfferIsSettled or IsBeingCalled."""
    if offer.state == State.WITHDRAWN:
        raise SeatIsNotHeld
    if offer.state == State.NOT_REACHED:
        raise WasPassedOver
    if offer.state != State.OPEN:
        raise OfferIsSettled(answer=offer.get_state_display())
    if offer.held_by is not None and offer.is_held_from(by, timezone.now()):
        raise IsBeingCalled(name=offer.held_by.name)


# The call is over, and whatever sheet it stands on says no more than the record.
OVER: dict[str, None] = {"held_by": None, "held_until": None, "printed_by": None, "printed_at": None}


def write(offer: Offer, **facts: Any) -> None:
    """Write down what came of a call, which is over by it; in a locked run."""
    for name, value in (OVER | facts).items():
        setattr(offer, name, value)
    offer.save(update_fields=[*OVER, *facts])


def settle(offer: Offer, state: str, *, by: User) -> None:
    """Write down what became of one offer; in a locked run."""
    write(offer, state=state, decided_at=timezone.now(), decided_by=by)
