"""The calls about seats held on paper: printing the sheet, printing it once more, and typing it back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.calls_to_make import calls_to_make, runs_waited_for, with_matters
from classes.models import Offer, Registration
from classes.offer_sheet import is_on_sheet_of, put_on_paper, type_back
from classes.offer_sheet_forms import OfferSheetForm
from classes.views.desk import number_of
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
    return pdf(offer_sheet_paper(with_matters(calls, now), by=request.user, now=now), name="seats-held")


@allow(Permission.RECEIVE)
def offer_sheet_type(request: SignedInRequest) -> HttpResponse:
    """What was ticked on the clerk's sheet, typed in at once; a line that was refused stays, with the reason."""
    now = timezone.now()
    sent = request.POST if request.method == "POST" else None
    numbers = [number for told in request.POST.getlist("line") if (number := number_of(told)) is not None]
    form = OfferSheetForm(sent, lines=_lines(request, numbers, now), now=now)
    if not form.lines:
        messages.info(request, _("No call stands on your sheet any more."))
        return redirect("offer_list")
    if form.is_valid():
        ticks = form.ticks()
        refused = type_back(ticks, by=request.user)
        _tell(request, len(ticks) - len(refused))
        if not refused:
            return redirect("offer_list")
        form.refuse(refused)
    audit.record("offer.sheet_opened", by=request.user, count=len(form.lines))
    return render(request, "classes/offer_sheet_type.html", {"form": form}, status=422 if form.is_bound else 200)


def _lines(
    request: SignedInRequest, numbers: Sequence[int], now: datetime
) -> Iterator[tuple[Offer, Sequence[Registration]]]:
    """What stands on the clerk's sheet, in the order of the paper, and what stood there when the page was opened."""
    calls = [call for call in calls_to_make(runs_waited_for(now), now) if is_on_sheet_of(call, request.user)]
    shown = [call for call in calls if not numbers or call.offer.pk in numbers]
    yield from ((call.offer, call.registrations) for call in shown)
    here = {call.offer.pk for call in shown}
    gone = Offer.objects.filter(pk__in=numbers).exclude(pk__in=here).select_related("registration__resident")
    for offer in gone.select_related("registration__run__course"):
        yield offer, [offer.registration]


def _tell(request: SignedInRequest, recorded: int) -> None:
    if recorded:
        words = ngettext("%(count)s call was recorded.", "%(count)s calls were recorded.", recorded)
        messages.success(request, words % {"count": recorded})
    else:
        messages.info(request, _("Nothing was recorded."))
