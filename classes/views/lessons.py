"""Pages about single lessons: one more, another time or room, other people, cancelled."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes import absence, notice_reach
from classes.clashing import LessonPlan
from classes.lesson_forms import MoveForm, NewLessonForm, ReasonForm, StaffChangeForm
from classes.models import CourseRun, Lesson
from classes.planning import Taken, add_lesson, assign
from classes.rescheduling import cancel_lesson, move
from classes.views.runs import whom
from classes.views.told import say_who_is_told
from core.refusal import Refusal
from core.stale import ChangedMeanwhile


@allow(Permission.PLAN)
def lesson_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """One more lesson of the run; the page says first whom it concerns."""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    form = NewLessonForm(request.POST or None)
    context: dict[str, Any] = {"run": run, "form": form}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan = LessonPlan(form.starts_at, form.ends_at, data["venue"], data["lead"], tuple(data["helpers"]))
        try:
            lesson = add_lesson(run, plan, by=request.user, despite_clashes=data["despite_clashes"])
        except Refusal as refusal:
            context["clashes"] = _say(form, refusal)
        else:
            messages.success(request, _("The lesson has been added and its reminders are planned."))
            say_who_is_told(request, notice_reach.reach_of_added(lesson))
            return redirect("run_detail", pk=pk)
    context |= whom(request, run)
    return render(request, "classes/lesson_create.html", context, status=422 if form.errors else 200)


@allow(Permission.PLAN)
def lesson_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another time or room; the page says first whom it concerns."""
    lesson = _lesson(pk)
    form = MoveForm.of(lesson, request.POST or None)
    context: dict[str, Any] = {"lesson": lesson, "run": lesson.run, "form": form}
    said: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lesson = move(
                lesson,
                starts_at=form.starts_at,
                ends_at=form.ends_at,
                venue=data["venue"],
                by=request.user,
                despite_clashes=data["despite_clashes"],
                seen=form.seen,
                say=said.append,
            )
        except ChangedMeanwhile as refusal:
            context["lesson"] = lesson = _lesson(pk)
            form.bring_up_to(MoveForm.of(lesson), because=refusal)
        except Refusal as refusal:
            context["clashes"] = _say(form, refusal)
        else:
            messages.success(request, _("The lesson has been moved and its reminders are planned anew."))
            for sentence in said:
                messages.info(request, sentence)
            say_who_is_told(request, notice_reach.reach_of_move(lesson))
            return redirect("run_detail", pk=lesson.run_id)
    context |= whom(request, lesson.run) | {"absent": absence.told_of(lesson)}
    return render(request, "classes/lesson_move.html", context, status=422 if form.errors else 200)


@allow(Permission.PLAN)
def lesson_staff(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other people who teach or help."""
    lesson = _lesson(pk)
    form = StaffChangeForm.of(lesson, request.POST or None)
    context: dict[str, Any] = {"lesson": lesson, "run": lesson.run, "form": form}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            assign(
                lesson,
                lead=data["lead"],
                helpers=data["helpers"],
                by=request.user,
                despite_clashes=data["despite_clashes"],
                seen=form.seen,
            )
        except ChangedMeanwhile as refusal:
            form.bring_up_to(StaffChangeForm.of(_lesson(pk)), because=refusal)
        except Refusal as refusal:
            context["clashes"] = _say(form, refusal)
        else:
            messages.success(request, _("Who teaches and helps has been saved."))
            return redirect("run_detail", pk=lesson.run_id)
    return render(request, "classes/lesson_staff.html", context, status=422 if form.errors else 200)


@allow(Permission.PLAN)
def lesson_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that one lesson does not take place."""
    lesson = _lesson(pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lesson = cancel_lesson(lesson, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The lesson has been cancelled. Its reminders are withdrawn."))
            say_who_is_told(request, notice_reach.reach_of_lesson_off(lesson))
            return redirect("run_detail", pk=lesson.run_id)
    others = [each for each in lesson.run.lessons_ahead(timezone.now()) if each != lesson]
    context = {"lesson": lesson, "run": lesson.run, "form": form, "others": others, **whom(request, lesson.run)}
    return render(request, "classes/lesson_cancel.html", context, status=422 if form.errors else 200)


def _lesson(pk: int) -> Lesson:
    return get_object_or_404(
        Lesson.objects.select_related("run__course", "venue").prefetch_related("assignments__volunteer"), pk=pk
    )


def _say(form: Any, refusal: Refusal) -> Any:
    """Put the refusal where it is read; gives the clashes when that is what it is."""
    if isinstance(refusal, Taken):
        form.add_error("despite_clashes", str(refusal))
        return refusal.clashes
    form.add_error(None, str(refusal))
    return ()
