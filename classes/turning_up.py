"""Somebody who stands in line and comes to a lesson unannounced: nobody is sent away, and nobody calls them any more.

Whoever is in the room is in the class. What must never happen: a person called about a seat on the day on which they
sat in one, a companion left in line who is called for two, or a place in line, or a companion, lost because the wrong
name was pressed.
"""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from classes import noticing, reminding, waiting_list
from classes.line import drawn_apart_from, in_line_since
from classes.models import CourseRun, Offer, Registration
from core import audit
from core.refusal import Refusal
from reminders import outbox

State = Registration.State
# Said without a name, because what is said after a deed travels in a cookie.
_WAITS_ON = gettext_lazy("Whoever was to come with them waits on without them: slip %(slips)s.")
_WAITS_WITHOUT = gettext_lazy(
    "Whoever was to come with them has a seat, was told of one, or has a lot of their own, and does not wait with "
    "them: slip %(slips)s."
)


class WasNotInLine(Refusal):
    """A seat that was not given past the line, or a page older than what became of it."""

    sentence = gettext_lazy(
        "Slip %(slip)s has no seat that was given past the line, so there is no place to go back to."
    )


@transaction.atomic
def seat_from_line(registration: Registration, *, by: User, say: Callable[[str], object] | None = None) -> Registration:
    """A seat for whoever came although they wait, with that as the reason; a call about one is over. Twice is once.

    The moment since which they waited and their party stay, so that `back_in_line` finds their place. Whoever was to
    come with them waits on without them, which `say` hears in a sentence. Raises waiting_list.DoesNotWait.
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
    registration.seated_at, registration.passed_at, registration.declined_at = timezone.now(), None, None
    written = ["state", "override_reason", "is_over_capacity", "seated_at", "passed_at", "declined_at"]
    registration.save(update_fields=written)

    facts = {"seat_was_held": had_a_seat_held, "party": party}
    audit.record("registration.seated_on_the_day", registration, by=by, run=run, **facts)
    _say_no_more_of_no_seat(registration, by=by)
    reminding.plan(registration, by=by)
    if party:
        # Without this person the others may fit into a seat that was too few.
        waiting_list.ask_in_line(run, by=by)
        _tell(say, str(_WAITS_ON), run.registrations.waiting().filter(party=party))
    return registration


@transaction.atomic
def back_in_line(registration: Registration, *, by: User, say: Callable[[str], object] | None = None) -> Registration:
    """The seat was given past the line by mistake: the person waits again, as long as before. Twice is once.

    After a draw they stand where their lot was drawn, and behind all without one. They wait as one with whoever of
    their party waits; `say` hears in a sentence of who does not wait with them. What was ticked on a roster stays
    there. Raises WasNotInLine.
    """
    registration = _locked(registration)
    if registration.state == State.WAITING:
        return registration
    if not registration.may_go_back_in_line:
        raise WasNotInLine(slip=registration.slip)
    run, reason = registration.run, registration.override_reason

    registration.state, registration.override_reason, registration.is_over_capacity = State.WAITING, "", False
    registration.seated_at, registration.waiting_since = None, in_line_since(registration)
    written = ["state", "override_reason", "is_over_capacity", "seated_at", "waiting_since"]
    registration.save(update_fields=written)

    audit.record("registration.back_in_line", registration, by=by, run=run, reason_was_given=bool(reason))
    reminding.withdraw(registration, by=by)
    if registration.party_id:
        _tell(say, str(_WAITS_WITHOUT), _rejoin(registration, by=by))
    waiting_list.ask_in_line(run, by=by)
    return registration


def _say_no_more_of_no_seat(registration: Registration, *, by: User) -> None:
    """Nobody posts or calls out to somebody in the room that there was no seat; what was said stays said."""
    untold = noticing.untold([noticing.NO_SEAT], noticing.occasion_of(registration.run))
    theirs = [key for key in untold if noticing.NoticeKey.of(key).registration == registration.pk]
    outbox.withdraw_each(theirs, by=by)


def _rejoin(registration: Registration, *, by: User) -> list[Registration]:
    """Let somebody wait as one with those of the party who wait; gives those who do not wait with them.

    Whoever heard of a seat keeps it and answers alone. One of which nobody has heard is taken back: they are asked
    about the next ones together. Nobody is drawn forward or back by another's lot.
    """
    party = registration.run.registrations.filter(party=registration.party_id)
    others = party.waiting().exclude(pk=registration.pk)
    for offer in Offer.objects.unheard(timezone.now()).filter(registration__in=others).select_related("registration"):
        waiting_list.close_offers(offer.registration, state=Offer.State.WITHDRAWN, by=by)
        audit.record("offer.withdrawn", offer, by=by, registration=offer.registration)

    apart = list(others.filter(offers__in=Offer.objects.open()) or drawn_apart_from(registration))
    if apart:
        registration.party = None
        registration.save(update_fields=["party"])
    elif waits := others.first():
        # Meanwhile they may have been put beside somebody who called later, or have let a seat go by alone.
        since = {"waiting_since": waits.waiting_since, "passed_at": None, "declined_at": None}
        party.waiting().update(**since)
        registration.waiting_since = waits.waiting_since
    return [*apart, *party.confirmed()]


def _tell(say: Callable[[str], object] | None, sentence: str, registrations: Iterable[Registration]) -> None:
    slips = "・".join(each.slip for each in registrations)
    if say and slips:
        say(sentence % {"slips": slips})


def _locked(registration: Registration) -> Registration:
    run = CourseRun.objects.locked(registration.run_id)
    registration = Registration.objects.select_related("resident").get(pk=registration.pk)
    registration.run = run
    return registration
