"""Files of texts that somebody carries out, and the results that come back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core.downloads import file as kept_file
from core.refusal import Refusal
from reminders import carried_results as results
from reminders import carrying
from reminders.carrying_forms import MakeForm, ResultsForm, TakeForm
from reminders.models import CarriedFile

ENDINGS = {"utf-8-sig": "utf8", "cp932": "sjis"}


@allow(Permission.CALL)
class CarriedFiles(ListView):
    """Every file, and the button that makes the next one."""

    request: SignedInRequest

    template_name = "reminders/carried_files.html"
    paginate_by = 50
    context_object_name = "files"

    def get_queryset(self) -> QuerySet[CarriedFile]:
        return carrying.listed()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | _making(MakeForm())


@allow(Permission.CALL)
@require_POST
def carried_file_make(request: SignedInRequest) -> HttpResponse:
    """Put what is due into a file."""
    form = MakeForm(request.POST)
    if not form.is_valid():
        page = {"files": carrying.listed()[:50], **_making(form)}
        return render(request, "reminders/carried_files.html", page, status=422)
    now = timezone.now()
    is_today = form.cleaned_data["until"] == "today"
    due_by = carrying.end_of_today(now) if is_today else carrying.end_of_next_working_day(now)
    try:
        file = carrying.make_file(due_by=due_by, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("carried_files")
    messages.success(request, _("The file is made. Take it and carry it to the machine that sends texts."))
    return redirect("carried_file", file.pk)


@allow(Permission.CALL)
def carried_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: what it holds, who took it, which results are missing."""
    file = get_object_or_404(carrying.listed(), pk=pk)
    return _page(request, file, TakeForm(was_taken=file.taken_at is not None))


@allow(Permission.CALL)
@require_POST
def carried_file_take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the file out; a second time only to who says that it was not sent."""
    file = get_object_or_404(carrying.listed(), pk=pk)
    form = TakeForm(request.POST, was_taken=file.taken_at is not None)
    if not form.is_valid():
        return _page(request, file, form, status=422)
    encoding, again = form.cleaned_data["encoding"], form.cleaned_data.get("again", False)
    try:
        content = carrying.take(file, encoding=encoding, by=request.user, again=again)
    except carrying.WasTaken as refusal:
        file = get_object_or_404(carrying.listed(), pk=pk)
        form = TakeForm(request.POST, was_taken=True)
        form.add_error("again", str(refusal))
        return _page(request, file, form, status=422)
    except Refusal as refusal:
        form.add_error("encoding", str(refusal))
        return _page(request, file, form, status=422)
    return kept_file(content, name=f"texts-{file.pk}-{ENDINGS[encoding]}.csv", content_type="text/csv")


@allow(Permission.CALL)
def carried_results(request: SignedInRequest) -> HttpResponse:
    """Take down what came back; what could not be used is named by its line."""
    form = ResultsForm(request.POST, request.FILES) if request.method == "POST" else ResultsForm()
    page: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        taken = results.take_down(form.results, by=request.user)
        if not taken.strangers and not taken.unclear:
            messages.success(request, _said(taken))
            return redirect("carried_files")
        # Nothing is lost by sending the same lines once more, so they stay in the box to be mended.
        page |= {"taken": taken, "said": _said(taken), "most": results.NAMED_AT_MOST}
    return render(request, "reminders/carried_results.html", page, status=422 if form.errors else 200)


def _said(taken: results.Taken) -> str:
    return _("Results taken down: %(news)d. Known before: %(known)d.") % {"news": taken.news, "known": taken.known}


def _making(form: MakeForm) -> dict[str, Any]:
    now = timezone.now()
    return {
        "form": form,
        "today": carrying.waiting(due_by=carrying.end_of_today(now)).count(),
        "until_next": carrying.waiting(due_by=carrying.end_of_next_working_day(now)).count(),
        "is_carried": settings.SMS_GATEWAY == "file",
    }


def _page(request: SignedInRequest, file: CarriedFile, form: TakeForm, *, status: int = 200) -> HttpResponse:
    page = {"file": file, "form": form, "unwanted": carrying.no_longer_wanted(file)}
    return render(request, "reminders/carried_file.html", page, status=status)
