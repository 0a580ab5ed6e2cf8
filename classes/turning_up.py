"""Somebody who stands in line and comes to a lesson unannounced: nobody is sent away, and nobody calls them any more.

Whoever is in the room is in the class. What must never happen: a person called about a seat on the day on which they
sat in one, a companion left in line who is called for two, or a place in line lost because the wrong name was pressed.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from classes import reminding, waiting_list
from classes.models import CourseRun, Offer, Registration
from core import audit
from core.refusal import Refusal

State = Registration.State


class WasNotInLine(Refusal):
    """A seat that was not given past the line, or a page older than what became of it."""

    sentence = gettext_lazy(
        "Slip %(slip)s has no seat that was given past the line, so there is no place to go back to."
    )


@transaction.atomic
def seat_from_line(registration: Registration, *, by: User) -> Registration:
    """A seat for whoever came although they wait, with that as the reason; a call about one is over. Twice is once.

    The moment since which they waited stays, so that `back_in_line` finds their place. Whoever was to come with them
    waits on without them. Raises waiting_list.DoesNotWait.
    """
    registration = _locked(registration)
    if registration.state == State.CONFIRMED:
        return registration
    if registration.state != State.WAITING:
        raise waiting_list.DoesNotWait(slip=registration.slip)
    run, party = registration.run, registration.party_id

    had_a_seat_held = waiting_list.close_offers(registration, state=Offer.State.ACCEPTED, by=by) > 0
    registration.is_over_capacity = not run.book().seats.can_take(1, int(registration.borrows))
    registration.state, registration.override_reason = State.CONFIRMED, _("Came on the day")
    registration.party = registration.passed_at = registration.declined_at = None
    written = ["state", "override_reason", "is_over_capacity", "party", "passed_at", "declined_at"]
    registration.save(update_fields=written)

    facts = {"seat_was_held": had_a_seat_held, "party": party}
    audit.record("registration.seated_on_the_day", registration, by=by, run=run, **facts)
    reminding.plan(registration, by=by)
    if party:
        # Without this person the others may fit into a seat that was too few.
        waiting_list.ask_in_line(run, by=by)
    return registration


@transaction.atomic
def back_in_line(registration: Registration, *, by: User) -> Registration:
    """The seat was given past the line by mistake: the person waits again, as long as before. Twice is once.

    What was ticked on a roster stays there, and whoever they were to come with waits without them. Raises WasNotInLine.
    """
    registration = _locked(registration)
    if registration.state == State.WAITING:
        return registration
    if not registration.may_go_back_in_line:
        raise WasNotInLine(slip=registration.slip)
    run, reason = registration.run, registration.override_reason

    registration.state, registration.override_reason, registration.is_over_capacity = State.WAITING, "", False
    registration.save(update_fields=["state", "override_reason", "is_over_capacity"])

    audit.record("registration.back_in_line", registration, by=by, run=run, reason_was_given=bool(reason))
    reminding.withdraw(registration, by=by)
    waiting_list.ask_in_line(run, by=by)
    return registration


def _locked(registration: Registration) -> Registration:
    run = CourseRun.objects.locked(registration.run_id)
    registration = Registration.objects.select_related("resident").get(pk=registration.pk)
    registration.run = run
    return registration
