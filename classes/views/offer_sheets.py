"""The calls about seats held on paper: printing the sheet, and printing it once more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.calls_to_make import calls_to_make, runs_waited_for
from classes.offer_sheet import is_on_sheet_of, put_on_paper
from core import audit
from core.downloads import pdf
from core.refusal import Refusal
from reminders.sheets import NothingToPrint


@require_POST
@allow(Permission.RECEIVE)
def offer_sheet_print(request: SignedInRequest) -> HttpResponse:
    """The calls to be made now, put on the clerk's sheet and shown to be printed."""
    try:
        put_on_paper(by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("offer_list")
    return redirect("offer_sheet_pdf")


@require_safe
@allow(Permission.RECEIVE)
def offer_sheet_pdf(request: SignedInRequest) -> HttpResponse:
    """What stands on the clerk's sheet of today and has not been typed back; once more when it was lost."""
    from classes.offer_sheet_printing import offer_sheet_paper  # noqa: PLC0415  (reportlab and its fonts load slowly)

    now = timezone.now()
    calls = [call for call in calls_to_make(runs_waited_for(now), now) if is_on_sheet_of(call, request.user)]
    if not calls:
        messages.info(request, str(NothingToPrint()))
        return redirect("offer_list")
    audit.record("offer.sheet_opened", by=request.user, count=len(calls))
    return pdf(offer_sheet_paper(calls, by=request.user, now=now), name="seats-held")
