"""The page on which a person's record is corrected, and the numbers that have to be."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import audit
from core.refusal import Refusal
from core.stale import ChangedMeanwhile
from residents import doubts
from residents.access import open_person, open_person_again
from residents.forms import CorrectionForm
from residents.intake import UnknownHowItWasSaid, correct
from residents.matching import READ_BACK, WHOSE_IS_IT, is_only_with_strangers, near_numbers
from residents.models import PhoneLine

PER_PAGE = 50
_MERGED = gettext_lazy(
    "The record you had opened was merged meanwhile with this one of the same person. What differs is shown below. "
    "Please look at it, then save."
)


@allow(Permission.RECEIVE)
def resident_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what a person told us; with mistakes, the same page with everything that was typed.

    What a page older than the record would replace is shown first, also where the record was merged meanwhile.
    """
    opened = open_person_again if request.method == "POST" else open_person
    resident = opened(pk, by=request.user)
    form = CorrectionForm(request.POST or None, resident=resident)
    if request.method == "POST" and resident.pk != pk:
        form.bring_up_to(CorrectionForm(resident=resident), because=_MERGED)
    elif request.method == "POST" and form.is_valid():
        try:
            follows: list[str] = []
            details = form.details(notice_manner=form.cleaned_data["notice_manner"])
            corrected = correct(resident, details, by=request.user, seen=form.seen, say=follows.append)
        except ChangedMeanwhile as refusal:
            resident = open_person_again(pk, by=request.user)
            form.bring_up_to(CorrectionForm(resident=resident), because=refusal)
        except UnknownHowItWasSaid as refusal:
            form.add_error("consent_manner", str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The record is corrected."))
            for sentence in follows:
                messages.info(request, sentence)
            if near_numbers(corrected):
                messages.warning(request, READ_BACK)
            if is_only_with_strangers(corrected):
                messages.warning(request, WHOSE_IS_IT)
            return redirect("person", resident.pk)
    context = {"resident": resident, "form": form}
    return render(request, "residents/resident_edit.html", context, status=422 if form.errors else 200)


@allow(Permission.RECEIVE)
def number_list(request: SignedInRequest) -> HttpResponse:
    """The numbers to be checked: each is corrected with its person, or found to be right."""
    page = Paginator(doubts.to_check(), PER_PAGE).get_page(request.GET.get("page"))
    # The page shows names and numbers: opening it is a look at each of them.
    audit.record("numbers.listed", by=request.user, count=len(page.object_list))
    return render(request, "residents/number_list.html", {"page_obj": page, "lines": page.object_list})


@allow(Permission.RECEIVE)
@require_POST
def number_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """The number was right after all."""
    follows: list[str] = []
    doubts.confirm(get_object_or_404(PhoneLine, pk=pk), by=request.user, say=follows.append)
    messages.success(request, _("The number counts as right again."))
    for sentence in follows:
        messages.info(request, sentence)
    return redirect("number_list")
