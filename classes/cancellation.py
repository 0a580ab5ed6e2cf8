"""Registrations given back: a recorded state with a reason, never a deletion.

What must never happen: a reminder for somebody who cancelled, or a freed seat that nobody on the waiting list hears of.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes import noticing, reminding, waiting_list
from classes.models import CourseRun, Offer, Registration
from core import audit
from core.refusal import Refusal


class LessonsAreOver(Refusal):
    """What has taken place was attended or missed; it is not cancelled afterwards."""

    sentence = _("“%(title)s” has already taken place. Record who was absent on the roster instead.")


@transaction.atomic
def cancel(registration: Registration, *, by: User, reason: str, in_writing: bool = False) -> Registration:
    """The person gives the place back; a freed seat is offered to the first in line. Twice is once.

    `reason` is a key of the list of reasons; `in_writing` for whoever wants to have it confirmed by a text. Raises
    LessonsAreOver.
    """
    run = CourseRun.objects.locked(registration.run_id)
    registration = Registration.objects.select_related("resident").get(pk=registration.pk)
    registration.run = run
    if registration.state == Registration.State.CANCELLED:
        return registration
    now = timezone.now()
    if not run.called_off_at and not run.lessons.standing().filter(ends_at__gt=now).exists():
        raise LessonsAreOver(title=run.course.title)

    held_a_seat = registration.state == Registration.State.CONFIRMED
    registration.state = Registration.State.CANCELLED
    registration.cancelled_at, registration.cancelled_by, registration.cancel_reason = now, by, reason
    registration.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason"])
    offers_closed = waiting_list.close_offers(registration, state=Offer.State.DECLINED, by=by)

    audit.record("registration.cancelled", registration, by=by, run=run, reason=reason, held_a_seat=held_a_seat)
    reminding.withdraw(registration, by=by)
    if in_writing:
        noticing.tell_of_cancellation(registration, by=by)
    if held_a_seat:
        waiting_list.offer_free_seats(run, by=by)
    elif offers_closed or registration.party_id:
        # Whoever let this seat go by has answered already; and without this person, the others may fit into it.
        waiting_list.ask_in_line(run, by=by)
    return registration
