"""The call list on paper: printing a sheet, printing it once more, and typing it back."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import audit
from core.downloads import pdf
from core.refusal import Refusal
from reminders import sheets
from reminders.forms import SheetForm
from reminders.models import CallSheet, CallSheetLine, CallTask, Request


def _lines(sheet: CallSheet) -> list[CallSheetLine]:
    people = Request.objects.standing().select_related("resident").order_by("pk")
    left = Request.objects.gone().select_related("resident").order_by("pk")
    tasks = CallTask.objects.select_related("settled_by").prefetch_related(
        Prefetch("requests", queryset=people), Prefetch("requests", queryset=left, to_attr="left")
    )
    return list(sheet.lines.select_related("typed_by").prefetch_related(Prefetch("task", queryset=tasks)))


@allow(Permission.CALL)
@require_POST
def call_sheet_print(request: SignedInRequest) -> HttpResponse:
    """A new sheet with the calls to be made now, shown to be printed."""
    try:
        sheet = sheets.print_sheet(by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("call_list")
    return redirect("call_sheet_pdf", pk=sheet.pk)


@allow(Permission.CALL)
def call_sheet_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """A sheet on paper; once more when it was lost."""
    from reminders.printing import call_sheet_paper  # noqa: PLC0415  (reportlab and its fonts load slowly)

    sheet = get_object_or_404(CallSheet.objects.select_related("printed_by"), pk=pk)
    lines = _lines(sheet)
    audit.record("call_sheet.opened", sheet, by=request.user, count=len(lines))
    return pdf(call_sheet_paper(sheet, lines), name=f"calls-{sheet.pk}")


@allow(Permission.CALL)
def call_sheet_type(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was ticked on a sheet, typed in at once."""
    sheet = get_object_or_404(CallSheet.objects.select_related("printed_by"), pk=pk)
    now = timezone.now()
    sent = request.POST if request.method == "POST" else None
    form = SheetForm(sent, sheet=sheet, lines=_lines(sheet), now=now)
    if form.is_valid():
        ticks = form.ticks()
        made_at, follows = form.cleaned_data["made_at"], list[str]()
        refused = sheets.type_back(sheet, ticks, by=request.user, made_at=made_at, now=now, say=follows.append)
        _tell(request, len(ticks) - len(refused))
        for sentence in follows:
            messages.info(request, sentence)
        if not refused:
            return redirect("call_list")
        form = SheetForm(request.POST, sheet=sheet, lines=_lines(sheet), now=now)
        form.refuse(refused)
    if not audit.stands("call_sheet.opened", sheet, by=request.user):
        audit.record("call_sheet.opened", sheet, by=request.user, count=len(form.lines))
    status = 422 if form.is_bound else 200
    return render(request, "reminders/call_sheet_type.html", {"sheet": sheet, "form": form}, status=status)


def _tell(request: SignedInRequest, recorded: int) -> None:
    if recorded:
        words = ngettext("%(count)s call was recorded.", "%(count)s calls were recorded.", recorded)
        messages.success(request, words % {"count": recorded})
    else:
        messages.info(request, _("Nothing was recorded."))
