"""Pages about courses: what is taught."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from city.models import Code
from classes.devices import course_words
from classes.models import Course
from classes.planning import change_course, make_course
from classes.planning_forms import CourseChangeForm, CourseForm
from classes.tables import CourseRunTable, CourseTable
from classes.terms import course_as_it_stands
from core.stale import ChangedMeanwhile
from core.tables import TableView


@allow(Permission.PLAN, Permission.RECEIVE)
class CourseList(TableView):
    """Everything that is taught."""

    table_class = CourseTable
    template_name = "classes/course_list.html"

    def get_queryset(self) -> QuerySet[Course]:
        return Course.objects.select_related("topic").annotate(run_count=Count("runs"))

    def get_table_kwargs(self) -> dict[str, Any]:
        return {
            "words": course_words(),
            "empty_action": (reverse("course_create"), _("Make a course")),
        }


@allow(Permission.PLAN, Permission.RECEIVE)
class CourseDetail(DetailView):
    """One course and its runs."""

    queryset = Course.objects.select_related("topic").prefetch_related("guides")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = course_words()
        runs = self.object.runs.with_seats().latest_first().prefetch_related("lessons__venue")
        new_run = f"{reverse('run_create')}?course={self.object.pk}"
        return super().get_context_data(
            level=words[Code.Kind.LEVEL].get(self.object.level, ""),
            device=words[Code.Kind.DEVICE].get(self.object.device, ""),
            table=CourseRunTable(runs, empty_action=(new_run, _("Plan a course run"))),
            **kwargs,
        )


@allow(Permission.PLAN)
def course_create(request: SignedInRequest) -> HttpResponse:
    """Make a course."""
    form = CourseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        course = make_course(by=request.user, guides=form.cleaned_data["guides"], **form.details())
        messages.success(request, _("“%(course)s” has been made. Plan its first run next.") % {"course": course.title})
        return redirect("course_detail", pk=course.pk)
    return render(request, "classes/course_create.html", {"form": form}, status=422 if form.errors else 200)


@allow(Permission.PLAN)
def course_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a course."""
    course = get_object_or_404(Course, pk=pk)
    form = CourseChangeForm(request.POST or None, instance=course, stands=course_as_it_stands(course))
    if request.method == "POST" and form.is_valid():
        follows: list[str] = []
        guides = form.cleaned_data["guides"]
        try:
            change_course(course, by=request.user, guides=guides, seen=form.seen, say=follows.append, **form.details())
        except ChangedMeanwhile as refusal:
            now = get_object_or_404(Course, pk=pk)
            form.bring_up_to(CourseChangeForm(instance=now, stands=course_as_it_stands(now)), because=refusal)
        else:
            messages.success(request, _("“%(course)s” has been saved.") % {"course": form.cleaned_data["title"]})
            for sentence in follows:
                messages.info(request, sentence)
            return redirect("course_detail", pk=pk)
    context = {"form": form, "course_pk": pk}
    return render(request, "classes/course_edit.html", context, status=422 if form.errors else 200)
