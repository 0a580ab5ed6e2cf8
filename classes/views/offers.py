"""Pages about seats held for people on the waiting list: whom to call, what came of it, and whom to ask out of turn."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from city.codes import labels
from city.models import Code
from classes.line import InLine, together, with_companions
from classes.models import CourseRun, Lesson, Offer, Registration
from classes.offer_calls import BETWEEN_CALLS, not_reached, promise
from classes.offer_forms import OutOfTurnForm, PromiseForm
from classes.registration import seat_over_capacity
from classes.standing import Standing, standings
from classes.views.desk import number_of, to_desk
from classes.waiting_list import FEWEST_CALLS, accept, decline, offer_next, offer_out_of_turn, pass_over, takes_place
from core import audit
from core.refusal import Refusal
from residents.access import open_person
from residents.models import PhoneLine, Resident


@dataclass(frozen=True)
class Call:
    """One call to make: to a person, or to people who come together and answer as one."""

    offer: Offer
    asked: InLine
    # Each number once, with whose it is and the person in whose record it stands.
    phones: list[tuple[PhoneLine, str, Resident]]
    lessons: list[Lesson]
    now: datetime

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """Of everybody who answers on this call."""
        return self.asked.registrations

    @property
    def people(self) -> list[Resident]:
        """Whom it is about."""
        return [each.resident for each in self.registrations]

    @property
    def borrowing(self) -> int:
        """How many of them use a device of the office."""
        return self.asked.borrowing

    @property
    def registration(self) -> Registration:
        """The one whose offer stands for all."""
        return self.offer.registration

    @property
    def is_overdue(self) -> bool:
        """Whether the answer should be on record by now."""
        return self.offer.answer_by <= self.now

    @property
    def may_pass(self) -> bool:
        """Whether they were called often enough for the next in line to be asked, and promised no answer."""
        return self.offer.attempts >= FEWEST_CALLS and not self.is_promised

    @property
    def is_promised(self) -> bool:
        """Whether they will answer by themselves and are not called before that."""
        return self.offer.is_promised(self.now)

    @property
    def promise_form(self) -> PromiseForm:
        """Who was reached; several calls stand on one page."""
        return PromiseForm(auto_id=f"offer-{self.offer.pk}-%s")

    @property
    def number(self) -> int:
        """Which call is the next one."""
        return self.offer.attempts + 1

    @property
    def again_after(self) -> datetime | None:
        """From when on they may be called again; None when they may be called now."""
        last = self.offer.last_attempt_at
        return last + BETWEEN_CALLS if last and self.now < last + BETWEEN_CALLS else None


@require_safe
@allow(Permission.RECEIVE)
def offer_list(request: SignedInRequest) -> HttpResponse:
    """The calls to make about seats held, in the order of calling; and who is not asked, and why."""
    now = timezone.now()
    runs = _runs_waited_for(now)
    calls = _calls(runs, now)
    skipped = _skipped(runs.values(), {call.registration.run_id for call in calls}, now)
    shown = len(calls) + sum(len(those) for _run, _lesson, those in skipped)
    audit.record("offer.listed", by=request.user, found=shown)
    context = {
        "calls": calls,
        "to_call": sum(not call.is_promised for call in calls),
        "overdue": sum(call.is_overdue for call in calls),
        "skipped": skipped,
        "fewest_calls": FEWEST_CALLS,
    }
    return render(request, "classes/offer_list.html", context)


@require_POST
@allow(Permission.RECEIVE)
def offer_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the person said, that they will say it later, or that nobody answered."""
    offer = get_object_or_404(Offer.objects.select_related("registration"), pk=pk)
    deed = ANSWERS.get(request.POST.get("answer", ""))
    form = PromiseForm(request.POST)
    if deed is None or (deed is promise and not form.is_valid()):
        messages.error(request, _("Choose what came of the call."))
        return redirect("offer_list")
    facts: dict[str, Any] = {}
    if deed is not_reached:
        facts["calls_before"] = number_of(request.POST.get("calls"))
    elif deed is promise:
        facts["reached"] = form.cleaned_data["reached"]
    try:
        deed(offer, by=request.user, **facts)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("offer_list")
    messages.success(request, SAID[request.POST["answer"]]())
    if deed is accept:
        return to_desk(done=offer.registration_id)
    return redirect("offer_list")


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
                return redirect("run_detail", run.pk)
            offer_out_of_turn(registration, reason=reason, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The seat is held. Please call now; the reason is on record."))
            return redirect("offer_list")
    asked = with_companions(registration)
    context = {
        "registration": registration,
        "run": run,
        "resident": open_person(registration.resident_id, by=request.user),
        "others": [each.resident for each in asked.registrations if each != registration],
        "takes_place": takes_place(run),
        "waits": asked.size > 0,
        "fits": asked.size > 0 and asked.fits(run.seats),
        "is_asked": registration.offers.open().exists(),
        "form": form,
    }
    return render(request, "classes/registration_out_of_turn.html", context, status=422 if form.errors else 200)


ANSWERS: dict[str, Callable[..., object]] = {
    "accepted": accept,
    "declined": decline,
    "promised": promise,
    "not_reached": not_reached,
    "passed": pass_over,
}
SAID = {
    "accepted": lambda: _("The seat is confirmed."),
    "declined": lambda: _("This person keeps the place in line. Whoever is asked next stands in this list."),
    "promised": lambda: _(
        "The call is on record. The seat stays held for the answer, and nobody calls before it is due."
    ),
    "not_reached": lambda: _("The call is on record. The seat stays held."),
    "passed": lambda: _("This person keeps the place in line. Whoever is asked next stands in this list."),
}


def _runs_waited_for(now: datetime) -> dict[int, CourseRun]:
    """The runs still ahead for which somebody waits, with their seats and lessons."""
    waited = Registration.objects.filter(state=Registration.State.WAITING).values("run")
    runs = CourseRun.objects.ahead(now).filter(pk__in=waited).with_seats().select_related("course")
    return {run.pk: run for run in runs.prefetch_related("lessons__venue")}


def _calls(runs: dict[int, CourseRun], now: datetime) -> list[Call]:
    relations = labels(Code.Kind.RELATION)
    offers = Offer.objects.to_ask(now).select_related("registration__resident")
    offers = offers.in_order_of_calling(now)
    by_registration = {}
    for offer in offers.prefetch_related("registration__resident__phone_lines"):
        offer.registration.run = runs[offer.registration.run_id]
        by_registration[offer.registration_id] = offer
    asked = together(offer.registration for offer in by_registration.values())
    return [_call(each, by_registration[each.registrations[0].pk], relations, now) for each in asked]


def _call(asked: InLine, offer: Offer, relations: dict[str, str], now: datetime) -> Call:
    phones: dict[str, tuple[PhoneLine, str, Resident]] = {}
    for person in (each.resident for each in asked.registrations):
        for line in person.phone_lines.all():
            phones.setdefault(line.number, (line, relations.get(line.relation, ""), person))
    return Call(offer, asked, list(phones.values()), offer.registration.run.lessons_ahead(now), now)


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
