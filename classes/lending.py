"""A device of the office promised to somebody who is registered already, or not needed any more.

People buy a telephone, or are lent one by a child, and say so in a call; nobody gives up a place for it. What must
never happen: one device promised to two people, or one given back that nobody in line hears of.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes.line import line_of
from classes.lottery import draw_of
from classes.models import CourseRun, Registration
from classes.registration import DevicesAreLent, RunIsCalledOff, RunIsOver
from classes.waiting_list import ask_in_line
from core import audit
from core.refusal import Refusal

State = Registration.State


class HasNoPlace(Refusal):
    """A page older than the cancellation."""

    sentence = _("Slip %(slip)s has been cancelled.")


class LotsAskForTheirDevices(Refusal):
    """Between the list of the lots and the draw nothing of a lot changes."""

    sentence = _(
        "The lots of “%(title)s” are listed already. Who borrows a device stays as it is until they are drawn."
    )


@transaction.atomic
def lend(registration: Registration, *, by: User) -> Registration:
    """The person uses a device of the office; whoever waits for a seat waits for a device as well. Twice is once.

    Raises HasNoPlace, RunIsCalledOff, RunIsOver, LotsAskForTheirDevices or DevicesAreLent.
    """
    registration = _locked(registration)
    if registration.borrows:
        return registration
    if not _can_have_one(registration):
        raise DevicesAreLent(title=registration.run.course.title)

    return _write(registration, borrows=True, by=by)


@transaction.atomic
def do_without(registration: Registration, *, by: User) -> Registration:
    """The person has a device of their own; who waits for the one that is free, or fits now, is asked. Twice is once.

    Raises HasNoPlace, RunIsCalledOff, RunIsOver or LotsAskForTheirDevices.
    """
    registration = _locked(registration)
    if not registration.borrows:
        return registration

    registration = _write(registration, borrows=False, by=by)
    # No seat was freed: whoever let one go by has answered already.
    ask_in_line(registration.run, by=by)
    return registration


def _locked(registration: Registration) -> Registration:
    """The registration as it stands, its run locked first, where it can still be said who borrows."""
    run = CourseRun.objects.locked(registration.run_id)
    registration = Registration.objects.get(pk=registration.pk)
    registration.run = run
    if registration.state == State.CANCELLED:
        raise HasNoPlace(slip=registration.slip)
    if run.called_off_at:
        raise RunIsCalledOff(title=run.course.title)
    if not run.lessons.upcoming(timezone.now()).exists():
        raise RunIsOver(title=run.course.title)
    draw = draw_of(run)
    if draw is not None and draw.listed_at is not None and not run.seats_go_by_line:
        raise LotsAskForTheirDevices(title=run.course.title)
    return registration


def _can_have_one(registration: Registration) -> bool:
    """Whether a device is left that nobody in line would get together with a seat; or one can be waited for."""
    run = registration.run
    if registration.state == State.WAITING and not registration.offers.open().exists():
        return run.loan_devices > 0
    seats = run.book().seats
    if not seats.free_devices:
        return False
    after = seats.holding_more(0, 1)
    in_line = line_of(run) if run.seats_go_by_line and seats.in_line else []
    return not any(waiting.fits(seats) and not waiting.fits(after) for waiting in in_line)


def _write(registration: Registration, *, borrows: bool, by: User) -> Registration:
    registration.borrows = borrows
    registration.save(update_fields=["borrows"])

    facts = {"run": registration.run, "state": registration.state}
    if borrows:
        audit.record("registration.device_lent", registration, by=by, **facts)
    else:
        audit.record("registration.device_given_back", registration, by=by, **facts)
    return registration
