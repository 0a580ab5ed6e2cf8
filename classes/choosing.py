"""The counter decides (窓口調整): after reception has closed, the office says in one deed who has a seat.

What must never happen: more people chosen than there are seats, friends torn apart unseen, or a decision without a
reason on record.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from classes import noticing
from classes.line import together
from classes.lottery import refuse_unless_closed
from classes.models import CourseRun, Offer, Registration, RegistrationQuerySet
from core import audit
from core.refusal import Refusal
from core.wareki import day_and_time

State = Registration.State


class CounterDoesNotDecide(Refusal):
    """The seats of the run are given in another way."""

    sentence = _("The seats of “%(title)s” are not decided at the counter.")


class IsDecided(Refusal):
    """Somebody else has decided, or the page is old."""

    sentence = _("The seats of “%(title)s” were decided on %(when)s. A freed seat goes to the first in line.")


class NobodyChosen(Refusal):
    """Nothing is decided by choosing nobody."""

    sentence = _("Please tick who has a seat.")


class MoreThanSeats(Refusal):
    """Nobody is put over the capacity by a tick too many."""

    sentence = _("People ticked: %(chosen)d. Seats that are free: %(seats)d.")


class MoreThanDevices(Refusal):
    """Somebody would come and find no device."""

    sentence = _("Devices that the people ticked borrow: %(wanted)d. Devices left: %(devices)d.")


class WouldTearApart(Refusal):
    """People who come together are seated together or wait together."""

    sentence = _("Slips %(slips)s come together. Please tick all of them or none.")


class NoLongerWaits(Refusal):
    """Somebody ticked has cancelled meanwhile."""

    sentence = _("Slip %(slip)s does not wait for a seat any more. Please look at the list again.")


@transaction.atomic
def choose(run: CourseRun, chosen: Collection[Registration], *, reason: str, by: User) -> CourseRun:
    """Give these people their seats; the others stay in line, in the order in which they called. Twice is once.

    Another decision afterwards is refused, be it that it only chooses fewer of them or gives another reason. Raises
    CounterDoesNotDecide, RunIsCalledOff, ReceptionStillOpen or a Refusal of this module.
    """
    run, now = CourseRun.objects.locked(run.pk), timezone.now()
    if run.selection != CourseRun.Selection.COUNTER:
        raise CounterDoesNotDecide(title=run.course.title)
    wanted = {registration.pk for registration in chosen}
    if run.decided_at is not None:
        if reason == run.decision_reason and wanted == _chosen(run):
            return run
        raise IsDecided(title=run.course.title, when=day_and_time(run.decided_at))
    refuse_unless_closed(run, at=now)
    waiting = list(waiting_for_decision(run))
    seated = [registration for registration in waiting if registration.pk in wanted]
    _refuse_unless_whole(waiting, chosen)
    _refuse_unless_they_fit(run, seated)

    given = {"state": State.CONFIRMED, "seated_at": now, "declined_at": None, "passed_at": None}
    run.registrations.filter(pk__in=wanted).update(**given)
    for registration in seated:
        registration.state, registration.run = State.CONFIRMED, run
    run.decided_at, run.decided_by, run.decision_reason = now, by, reason
    run.save(update_fields=["decided_at", "decided_by", "decision_reason"])

    audit.record("run.decided", run, by=by, chosen=len(seated), waiting=len(waiting) - len(seated))
    audit.record_all("registration.chosen", ((each, {"run": run.pk}) for each in seated), by=by)
    noticing.tell_results(run, seated, by=by)
    return run


def waiting_for_decision(run: CourseRun) -> RegistrationQuerySet:
    """Who may be chosen, in the order of the slips, with what the page and their reminders need of each person."""
    people = run.registrations.waiting().exclude(offers__state=Offer.State.OPEN).select_related("resident")
    return people.prefetch_related("resident__phone_lines", "resident__consents").order_by("slip_number")


def _chosen(run: CourseRun) -> set[int]:
    """Who was given a seat when the run was decided, and has it still."""
    seated = run.registrations.confirmed().filter(waiting_since__lte=run.decided_at, override_reason="")
    later = Offer.objects.filter(registration__run=run, state=Offer.State.ACCEPTED)
    return set(seated.exclude(pk__in=later.values("registration")).values_list("pk", flat=True))


def _refuse_unless_whole(waiting: Collection[Registration], chosen: Collection[Registration]) -> None:
    wanted, standing = {registration.pk for registration in chosen}, {registration.pk for registration in waiting}
    for registration in chosen:
        if registration.pk not in standing:
            raise NoLongerWaits(slip=registration.slip)
    for members in (each.registrations for each in together(waiting)):
        ticked = [registration for registration in members if registration.pk in wanted]
        if ticked and len(ticked) < len(members):
            slips = [registration.slip for registration in members]
            raise WouldTearApart(slips=pgettext("between two slip numbers", ", ").join(slips))


def _refuse_unless_they_fit(run: CourseRun, seated: Collection[Registration]) -> None:
    if not seated:
        raise NobodyChosen
    seats, borrowing = run.seats, sum(registration.borrows for registration in seated)
    if len(seated) > seats.free:
        raise MoreThanSeats(chosen=len(seated), seats=seats.free)
    if borrowing > seats.free_devices:
        raise MoreThanDevices(wanted=borrowing, devices=seats.free_devices)
