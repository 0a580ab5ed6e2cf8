"""Pages about runs: the list, one run with its people, other terms, and called off."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from city.codes import labels
from city.context import city_of
from city.models import CityProfile, Code, Venue
from classes import lottery, notice_reach
from classes.cautions import cautions
from classes.lesson_forms import ReasonForm
from classes.line import is_past_others
from classes.models import Assignment, Broadcast, CourseRun, Lesson, Registration
from classes.planning import change_run
from classes.planning_forms import RunChangeForm, RunTermsForm
from classes.preferences import choices as preference_choices
from classes.reception import WrongReception
from classes.reminding import Reminders, asked_for, rules_of
from classes.rescheduling import call_off, touched_by_change
from classes.seats import SeatCount
from classes.standing import standings_of
from classes.tables import RegistrationTable, RunTable
from classes.terms import terms_of
from classes.views.reminder_meaning import EXPLAIN, PART, meaning
from classes.views.told import say_who_is_told
from core import audit
from core.forms import FilterForm
from core.refusal import Refusal
from core.stale import ChangedMeanwhile
from core.tables import TableView
from reminders.routing import Channel, routes

CHANNELS = {
    Channel.SMS: gettext_lazy("Text message"),
    Channel.CALL: gettext_lazy("Telephone"),
    Channel.POSTCARD: gettext_lazy("Postcard"),
    Channel.NONE: gettext_lazy("Not reminded"),
}


class RunFilter(FilterForm):
    """Which runs the list shows."""

    when = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=[("ahead", gettext_lazy("Still to come")), ("behind", gettext_lazy("Over or called off"))],
    )
    venue = forms.ModelChoiceField(
        Venue.objects.active(), label=gettext_lazy("Venue"), empty_label=gettext_lazy("All venues")
    )


@allow(Permission.PLAN, Permission.RECEIVE)
class RunList(TableView):
    """The runs that are ahead, or those that are over."""

    table_class = RunTable
    template_name = "classes/run_list.html"

    def get_queryset(self) -> QuerySet[CourseRun]:
        self.filter = RunFilter(self.request.GET)
        chosen = self.filter.cleaned_data if self.filter.is_valid() else {}
        runs = CourseRun.objects.with_seats().select_related("course").prefetch_related("lessons__venue")
        if chosen.get("venue"):
            runs = runs.filter(lessons__venue=chosen["venue"]).distinct()
        if chosen.get("when") == "behind":
            return runs.behind(timezone.now()).latest_first()
        return runs.ahead(timezone.now()).soonest_first()

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"empty_action": (reverse("run_create"), _("Plan a course run"))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **kwargs)


@allow(Permission.PLAN, Permission.RECEIVE)
def run_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One run: its seats, its lessons, its people. Looking at the names is recorded, once with their number."""
    lessons = Lesson.objects.select_related("venue")
    assignments = Assignment.objects.select_related("volunteer").order_by("-part", "pk")
    run = get_object_or_404(
        CourseRun.objects.with_seats()
        .select_related("course")
        .prefetch_related(Prefetch("lessons", lessons), Prefetch("lessons__assignments", assignments)),
        pk=pk,
    )
    now = timezone.now()
    registrations = list(
        run.registrations.with_place()
        .with_offers()
        .with_offer_to_answer(now)
        .with_reason_out_of_turn()
        .select_related("resident")
        .prefetch_related("resident__phone_lines", "resident__consents")
        .order_by("slip_number")
    )
    for registration in registrations:
        registration.run = run
    audit.record("run.opened", run, by=request.user, people=len(registrations))
    draw = lottery.draw_of(run)
    ways = routes([each.resident for each in registrations])
    takes_place = run.called_off_at is None and bool(run.lessons_ahead(now))
    may_receive = Permission.RECEIVE in request.user.permissions
    any_cancelled = any(each.state == Registration.State.CANCELLED for each in registrations)
    table = RegistrationTable(
        registrations,
        request=request,
        ways={each.pk: CHANNELS[way.channel] for each, way in zip(registrations, ways, strict=True)},
        reasons=labels(Code.Kind.CANCEL_REASON) if any_cancelled else {},
        beside=_beside(registrations),
        lends=run.loan_devices > 0 or any(each.borrows for each in registrations),
        may_change=may_receive and takes_place and not (draw and draw.waits_for_dice),
    )
    context = {
        "run": run,
        "rules": rules_of(run),
        "table": table,
        "held": [each for each in registrations if vars(each)["has_open_offer"]],
        "line": standings_of(run, registrations) if run.seats_go_by_line else [],
        "somebody_fits": is_past_others(run, run.seats),
        "cautions": cautions(run, learners_per_helper=city_of(request).learners_per_helper, now=now),
        "preferred": preferred(run),
        "draw": draw,
        "stage": lottery.stage_of(run, draw, at=now) if draw else "",
        "broadcasts": Broadcast.objects.filter(lessons__run=run).distinct(),
        "takes_place": takes_place,
        "now": now,
    }
    return render(request, "classes/run_detail.html", context)


@allow(Permission.PLAN)
def run_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other seats, reception or reminders; the page says first whom it concerns."""
    run = _planned_run(pk)
    form = RunChangeForm.of(run, request.POST or None)
    told = _meaning_of(run, request.POST or form.initial, city=city_of(request))
    if EXPLAIN in request.POST and request.htmx:
        return render(request, PART, told)
    if EXPLAIN in request.POST:
        settled = run.registrations.exists()
        form = RunChangeForm(initial=_as_typed(request.POST), stands=terms_of(run), is_settled=settled)
    elif request.method == "POST" and form.is_valid():
        reminders, held = asked_for(run), run.seats.offered
        try:
            run = change_run(run, by=request.user, seen=form.seen, **form.terms())
        except ChangedMeanwhile as refusal:
            run = _planned_run(pk)
            form.bring_up_to(RunChangeForm.of(run), because=refusal)
            told = _meaning_of(run, form.data, city=city_of(request))
        except Refusal as refusal:
            form.add_error("closes_on" if isinstance(refusal, WrongReception) else None, str(refusal))
        else:
            messages.success(request, _("The course run has been saved."))
            _say_what_was_replanned(request, reminders, asked_for(run))
            _say_how_it_shrank(request, run.seats, held=held)
            return redirect("run_detail", pk=pk)
    most = city_of(request).learners_per_helper
    context = {
        "run": run,
        "form": form,
        "preferred": preferred(run),
        "draw": lottery.draw_of(run),
        "cautions": cautions(run, learners_per_helper=most, now=timezone.now()),
        **told,
        **whom(request, run),
    }
    return render(request, "classes/run_edit.html", context, status=422 if form.errors else 200)


def _meaning_of(run: CourseRun, typed: Mapping[str, Any], *, city: CityProfile) -> dict[str, Any]:
    ahead = run.lessons_ahead(timezone.now())
    return meaning(typed, ahead[0].starts_at if ahead else None, city=city)


def _as_typed(data: QueryDict) -> dict[str, Any]:
    """The boxes as they were sent, to be shown again without being judged."""
    names = [*RunTermsForm(data).fields, "seen"]
    return {name: data.getlist(name) if name == "preferences" else data.get(name, "") for name in names}


def _say_how_it_shrank(request: SignedInRequest, seats: SeatCount, *, held: int) -> None:
    """That there are more people than seats now, and how many of those `held` before are not offered one any more."""
    if seats.over:
        told = _("There are more people than seats: %(seats)s. Nobody loses a seat that they have or were told of.")
        messages.warning(request, told % {"seats": seats.sentence})
    if taken_back := max(held - seats.offered, 0):
        said = ngettext(
            "%(number)d person had not heard of the seat yet, is not asked any more, and keeps the place in line.",
            "%(number)d people had not heard of the seat yet, are not asked any more, and keep their places in line.",
            taken_back,
        )
        messages.info(request, said % {"number": taken_back})


def _say_what_was_replanned(request: SignedInRequest, before: Reminders, after: Reminders) -> None:
    """How many people are told at another time than before, because rules, or who holds a seat, are others now."""
    if before == after:
        return
    planned, left = len(after - before), len(dict(before).keys() - dict(after).keys())
    if planned:
        said = ngettext(
            "%(number)d reminder has been planned anew.", "%(number)d reminders have been planned anew.", planned
        )
        messages.info(request, said % {"number": planned})
    if left:
        said = ngettext("%(number)d reminder has been taken back.", "%(number)d reminders have been taken back.", left)
        messages.info(request, said % {"number": left})


@allow(Permission.PLAN)
def run_call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that the whole run does not take place; the page says first whom it concerns."""
    run = _planned_run(pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        run = call_off(run, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The course run has been called off. Its reminders are withdrawn."))
        say_who_is_told(request, notice_reach.reach_of_run_off(run))
        return redirect("run_detail", pk=pk)
    context = {"run": run, "form": form, **whom(request, run)}
    return render(request, "classes/run_call_off.html", context, status=422 if form.errors else 200)


def whom(request: SignedInRequest, run: CourseRun) -> dict[str, Any]:
    """Whom a change of the run concerns, as the pages show it: by name to whoever may see names, which is recorded."""
    touched = touched_by_change(run)
    shows_names = Permission.RECEIVE in request.user.permissions and touched.people > 0
    if shows_names and not (request.method == "POST" and audit.stands("run.opened", run, by=request.user)):
        audit.record("run.opened", run, by=request.user, people=touched.people)
    return {"touched": touched, "shows_names": shows_names}


def _beside(registrations: Iterable[Registration]) -> dict[int, str]:
    """The slips of whoever comes together with each of these people and stands alike."""
    alike: dict[tuple[int, str], list[Registration]] = {}
    for each in registrations:
        if each.party_id and each.state in Registration.ACTIVE:
            alike.setdefault((each.party_id, each.state), []).append(each)
    return {each.pk: "・".join(one.slip for one in some if one != each) for some in alike.values() for each in some}


def preferred(run: CourseRun) -> str:
    """Who is preferred in a run, in words; empty when nobody is."""
    names = [str(name) for key, name in preference_choices() if key in run.preferences]
    return pgettext("between two preferences", ", ").join(names)


def _planned_run(pk: int) -> CourseRun:
    runs = CourseRun.objects.with_seats().select_related("course")
    return get_object_or_404(runs.prefetch_related("lessons__venue", "lessons__assignments"), pk=pk)
