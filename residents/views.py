"""The page on which a person's record is corrected."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core.refusal import Refusal
from residents.access import open_person, open_person_again
from residents.forms import CorrectionForm
from residents.intake import correct
from residents.matching import READ_BACK, near_numbers


@allow(Permission.RECEIVE)
def resident_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what a person told us; with mistakes, the same page with everything that was typed."""
    opened = open_person_again if request.method == "POST" else open_person
    resident = opened(pk, by=request.user)
    form = CorrectionForm(request.POST or None, resident=resident)
    if request.method == "POST" and form.is_valid():
        try:
            corrected = correct(resident, form.details(notice_manner=resident.notice_manner), by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The record is corrected. Reminders that were planned follow it."))
            if near_numbers(corrected):
                messages.warning(request, READ_BACK)
            return redirect("person", resident.pk)
    context = {"resident": resident, "form": form}
    return render(request, "residents/resident_edit.html", context, status=422 if form.errors else 200)
