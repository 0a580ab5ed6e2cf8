"""Registrations given back: a recorded state with a reason, never a deletion.

What must never happen: a reminder for somebody who cancelled, or a freed seat that nobody on the waiting list hears of.
"""

from collections.abc import Collection

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
def cancel(
    registration: Registration,
    *,
    by: User,
    reason: str,
    in_writing: bool = False,
    companions: Collection[Registration] = (),
) -> Registration:
    """The person gives the place back; a freed seat is offered to the first in line. Twice is once.

    So do those `companions` who are in the same run: nobody in line is asked before all of them have left. `reason` is
    a key of the list of reasons; `in_writing` for whoever wants to have it confirmed by a text. Raises LessonsAreOver.
    """
    run = CourseRun.objects.locked(registration.run_id)
    asked = run.registrations.filter(pk__in=[registration.pk, *(each.pk for each in companions)])
    found = {each.pk: each for each in asked.select_related("resident").order_by("pk")}
    registration = found[registration.pk]
    for each in found.values():
        each.run = run
    leaving = [each for each in found.values() if each.state != Registration.State.CANCELLED]
    if not leaving:
        return registration
    if not run.called_off_at and not run.lessons.standing().filter(ends_at__gt=timezone.now()).exists():
        raise LessonsAreOver(title=run.course.title)

    any_held_a_seat = any(each.state == Registration.State.CONFIRMED for each in leaving)
    offers_closed = sum(_give_back(each, by=by, reason=reason) for each in leaving)
    reminding.withdraw(*leaving, by=by)
    if in_writing and registration in leaving:
        noticing.tell_of_cancellation(registration, by=by)
    if any_held_a_seat:
        waiting_list.offer_free_seats(run, by=by)
    elif offers_closed or any(each.party_id for each in leaving):
        # Whoever let this seat go by has answered already; and without this person, the others may fit into it.
        waiting_list.ask_in_line(run, by=by)
    return registration


def _give_back(registration: Registration, *, by: User, reason: str) -> int:
    """Write down that a place is given back; gives how many held seats are freed by it."""
    run, held_a_seat = registration.run, registration.state == Registration.State.CONFIRMED
    registration.state, registration.cancelled_at = Registration.State.CANCELLED, timezone.now()
    registration.cancelled_by, registration.cancel_reason = by, reason
    registration.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason"])

    audit.record("registration.cancelled", registration, by=by, run=run, reason=reason, held_a_seat=held_a_seat)
    return waiting_list.close_offers(registration, state=Offer.State.DECLINED, by=by)
