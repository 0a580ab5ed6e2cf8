"""Pages about seats held for people on the waiting list: whom to call, what came of it, and whom to ask out of turn."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.calls_to_make import beside_reminders, calls_to_make, runs_waited_for
from classes.line import with_companions
from classes.models import CourseRun, Lesson, Registration
from classes.offer_forms import OutOfTurnForm
from classes.offer_sheet import is_on_sheet_of, is_printable
from classes.registration import seat_over_capacity
from classes.standing import Standing, standings
from classes.told_before import untold_matters
from classes.waiting_list import FEWEST_CALLS, offer_next, offer_out_of_turn, takes_place
from core import audit
from core.refusal import Refusal
from reminders import call_list
from residents.access import open_person


@require_safe
@allow(Permission.RECEIVE)
def offer_list(request: SignedInRequest) -> HttpResponse:
    """The calls to make about seats held, in the order of calling; and who is not asked, and why."""
    now = timezone.now()
    runs = runs_waited_for(now)
    calls = calls_to_make(runs, now)
    may_call = request.user.may(Permission.CALL)
    skipped = _skipped(runs.values(), {call.registration.run_id for call in calls}, now)
    shown = len(calls) + sum(len(those) for _run, _lesson, those in skipped)
    audit.record("offer.listed", by=request.user, found=shown)
    context = {
        "calls": beside_reminders(calls, now) if may_call else calls,
        "to_call": sum(not call.is_promised for call in calls),
        "overdue": sum(call.is_overdue and bool(call.phones) for call in calls),
        "skipped": skipped,
        "fewest_calls": FEWEST_CALLS,
        "printable": sum(is_printable(call) for call in calls),
        "on_my_sheet": sum(is_on_sheet_of(call, request.user) for call in calls),
        "reminder_calls": call_list.todays(now).count() if may_call else 0,
    }
    return render(request, "classes/offer_list.html", context)


@require_POST
@allow(Permission.RECEIVE)
def run_offer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hold a free seat for the first in line, where the counter decides or a seat stayed free."""
    run = get_object_or_404(CourseRun, pk=pk)
    if offer_next(run, by=request.user) is None:
        messages.info(request, _("No seat is free, or nobody is in line whom it fits."))
        return redirect("run_detail", pk)
    return redirect("offer_list")


@allow(Permission.RECEIVE)
def registration_out_of_turn(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask somebody before those who wait longer, or give a seat beyond the capacity; either with the reason."""
    registration = get_object_or_404(Registration.objects.select_related("run__course"), pk=pk)
    run = registration.run
    form = OutOfTurnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if "seat" in request.POST:
                seat_over_capacity(registration, reason=reason, by=request.user)
                messages.success(request, _("The seat is given. The reason is on record."))
                for matter in untold_matters([registration], now=timezone.now())[registration.pk]:
                    messages.warning(request, matter.to_tell)
                return redirect("run_detail", run.pk)
            offer_out_of_turn(registration, reason=reason, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The seat is held. Please call now; the reason is on record."))
            return redirect("offer_list")
    asked = with_companions(registration)
    others = [each.resident for each in asked.registrations if each != registration]
    audit.record_all("resident.opened", [(person, {}) for person in others], by=request.user)
    context = {
        "registration": registration,
        "run": run,
        "resident": open_person(registration.resident_id, by=request.user),
        "others": others,
        "takes_place": takes_place(run),
        "waits": asked.size > 0,
        "fits": asked.size > 0 and asked.fits(run.seats),
        "offer": registration.offers.open().first(),
        "form": form,
    }
    return render(request, "classes/registration_out_of_turn.html", context, status=422 if form.errors else 200)


def _skipped(
    runs: Iterable[CourseRun], being_asked: Collection[int], now: datetime
) -> list[tuple[CourseRun, Lesson, list[Standing]]]:
    """The runs in which somebody is not asked although a seat is free or somebody behind them is asked, with them.

    Each with the next of its lessons, by which runs of one course are told apart.
    """
    ahead = {run: run.lessons_ahead(now) for run in runs if run.seats.free or run.pk in being_asked}
    standing = standings(run for run, lessons in ahead.items() if lessons)
    found = [(run, [each for each in standing.get(run.pk, []) if each.is_skipped]) for run in ahead]
    return [(run, ahead[run][0], those) for run, those in found if those]
