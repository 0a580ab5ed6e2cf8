"""Pages on which a run is planned: anew, or after the model of another one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import SignedInRequest, allow
from accounts.models import User
from accounts.roles import Permission
from city.context import city_of
from classes.cautions import cautions_of_plans, cautions_of_reception
from classes.clashing import LessonPlan, clashes
from classes.copying import copied_lessons, copy_of
from classes.lesson_forms import (
    BaseLessonRows,
    CopyForm,
    WeeklyForm,
    first_start,
    lesson_rows,
    rows_showing,
    typed_rows,
)
from classes.models import CourseRun
from classes.planning import Taken, make_run, make_runs
from classes.planning_forms import RunForm
from classes.reception import WrongReception
from classes.series import Series, every_week
from classes.views.reminder_meaning import EXPLAIN, PART, meaning
from core.refusal import Refusal

# Buttons that change what stands in the rows and save nothing.
ADD_ROW, FILL_IN = "add_row", "fill_in"


@allow(Permission.PLAN)
def run_create(request: SignedInRequest) -> HttpResponse:
    """Plan a run with its lessons, or a run for each of them; a clash is shown before anything is saved."""
    if request.method != "POST":
        form = RunForm(initial={**RunForm.initial_of(), "course": request.GET.get("course", "")})
        return _run_form(request, form, lesson_rows(), WeeklyForm())
    if EXPLAIN in request.POST and request.htmx:
        first = first_start(typed_rows(request.POST))
        return render(request, PART, meaning(request.POST, first, city=city_of(request)))
    if {ADD_ROW, FILL_IN, EXPLAIN} & request.POST.keys():
        return _rows_changed(request)
    form, rows, weekly = RunForm(request.POST), lesson_rows(request.POST), WeeklyForm(request.POST)
    # All are judged, so that everything wrong is said at once.
    if not all([form.is_valid(), rows.is_valid(), weekly.is_valid()]):
        return _run_form(request, form, rows, weekly, status=422)
    plans = rows.with_helpers(tuple(form.cleaned_data["helpers"]))
    most = city_of(request).learners_per_helper
    doubts = cautions_of_plans(plans, capacity=form.cleaned_data["capacity"], learners_per_helper=most)
    try:
        runs = _planned(form, plans, by=request.user)
    except Refusal as refusal:
        taken = refusal.clashes if isinstance(refusal, Taken) else []
        where = "closes_on" if isinstance(refusal, WrongReception) else "despite_clashes" if taken else None
        form.add_error(where, str(refusal))
        return _run_form(request, form, rows, weekly, clashes=taken, cautions=doubts, status=422)
    if len(runs) == 1:
        messages.success(request, _("The course run has been planned. It is open for registration as stated below."))
        return redirect("run_detail", pk=runs[0].pk)
    said = ngettext("%(number)d course run has been planned.", "%(number)d course runs have been planned.", len(runs))
    messages.success(request, said % {"number": len(runs)})
    if doubts:
        messages.warning(request, _("There are too few seats or helpers. Please open the runs and look at them again."))
    return redirect("course_detail", pk=runs[0].course_id)


@allow(Permission.PLAN)
def run_copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new run filled in after the model of this one, for other days; nothing is saved before the clerk says so."""
    runs = CourseRun.objects.with_seats().select_related("course")
    run = get_object_or_404(runs.prefetch_related("lessons__venue", "lessons__assignments__volunteer"), pk=pk)
    asked = CopyForm(request.GET or None, lessons=len(copied_lessons(run)))
    if not asked.is_valid():
        return render(request, "classes/run_copy.html", {"run": run, "form": asked})
    copy = copy_of(run, first=asked.cleaned_data["first"], times=asked.cleaned_data.get("times") or 1)
    most = city_of(request).learners_per_helper
    doubts = [
        *copy.losses,
        *cautions_of_plans(copy.plans, capacity=run.capacity, learners_per_helper=most),
        *cautions_of_reception(closes_at=copy.closes_at, now=timezone.now()),
    ]
    context: dict[str, Any] = {"model": run, "left_out": copy.left_out, "cautions": doubts}
    form = RunForm(initial=copy.terms)
    context["first"] = first_start(copy.rows)
    return _run_form(request, form, rows_showing(copy.rows), WeeklyForm(), clashes=clashes(copy.plans), **context)


def _planned(form: RunForm, plans: list[LessonPlan], *, by: User) -> list[CourseRun]:
    data = form.cleaned_data
    facts: dict[str, Any] = {"lessons": plans, "by": by, "despite_clashes": data["despite_clashes"], **form.terms()}
    return make_runs(data["course"], **facts) if data["single_days"] else [make_run(data["course"], **facts)]


def _rows_changed(request: SignedInRequest) -> HttpResponse:
    """The form as typed and not judged yet; where it was asked for, with one more row or the days of a series."""
    typed = list(typed_rows(request.POST))
    form = RunForm(initial=_as_typed(request.POST))
    if FILL_IN not in request.POST:
        more: list[dict[str, str]] = [{}] if ADD_ROW in request.POST else []
        return _run_form(request, form, rows_showing([*typed, *more]), WeeklyForm.as_typed(request.POST))
    weekly = WeeklyForm(request.POST, is_pressed=True)
    if not weekly.is_valid():
        return _run_form(request, form, rows_showing(typed), weekly, status=422)
    series = every_week(weekly.cleaned_data["first"], times=weekly.cleaned_data["times"])
    filled = _filled_in(typed, series)
    facts: dict[str, Any] = {"left_out": series.left_out, "first": first_start(filled)}
    return _run_form(request, form, rows_showing(filled), WeeklyForm(), **facts)


def _filled_in(typed: list[dict[str, str]], series: Series) -> list[dict[str, Any]]:
    """The rows with the days of a series; what was typed beside them stays."""
    blank: list[dict[str, str]] = [{}] * len(series.days)
    return [{**row, "day": day} for row, day in zip([*typed, *blank], series.days, strict=False)]


def _as_typed(data: Any) -> dict[str, Any]:
    """The boxes as they were sent, to be shown again without being judged."""
    many = {"helpers", "preferences"}
    return {name: data.getlist(name) if name in many else data.get(name, "") for name in RunForm(data).fields}


def _run_form(
    request: SignedInRequest,
    form: RunForm,
    rows: BaseLessonRows,
    weekly: WeeklyForm,
    *,
    first: datetime | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page; `first` is when the first lesson begins where it was not typed."""
    typed = request.POST or form.initial
    told = meaning(typed, first or first_start(typed_rows(request.POST)), city=city_of(request))
    context = {"form": form, "formset": rows, "weekly": weekly, **told, **more}
    return render(request, "classes/run_create.html", context, status=status)
