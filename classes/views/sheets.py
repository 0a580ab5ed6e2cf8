"""A roster opened with the number and the code on its sheet, by whoever holds it."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import ANYONE, SignedInRequest, allow
from accounts.models import User
from accounts.roles import Permission
from classes.models import Lesson
from classes.roster_forms import SheetForm
from classes.sheet_code import SheetNotOpened, make_new_code, open_sheet, sheet_meant
from classes.sheet_session import forget, remember

# Somebody in a hall mistypes a few times. One address has twenty tries in ten minutes, so that a single stranger cannot
# use up those of a sheet and keep a hall out of its roster: that takes five addresses. A hundred in ten minutes are
# 14,400 on the day of a lesson, of a hundred million codes: one chance in 7,000 for whoever comes from everywhere.
SHEET_RATES = {"sheet": "10/5m/ip,100/10m/key"}


@allow(ANYONE)
@never_cache
def sheet_open(request: HttpRequest) -> HttpResponse:
    """Number and code from the paper, and the roster of that lesson opens until the end of the day."""
    form = SheetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        by = request.user if isinstance(request.user, User) else User.objects.holder_of_a_sheet()
        usage = ratelimit.consume(
            request, app="classes", action="sheet", config=SHEET_RATES, key=sheet_meant(data["number"])
        )
        if not usage:
            form.add_error("code", _("Too many tries. Wait ten minutes, then try again, or write on the paper."))
            return render(request, "classes/sheet_open.html", {"form": form}, status=429)
        try:
            opened = open_sheet(data["number"], data["code"], by=by)
        except SheetNotOpened as refusal:
            form.add_error("code", str(refusal))
        else:
            usage.rollback()
            response = redirect("roster", pk=opened.lesson_pk)
            remember(response, opened)
            return response
    return render(request, "classes/sheet_open.html", {"form": form}, status=422 if form.errors else 200)


@allow(ANYONE)
@require_POST
def sheet_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone is handed on: it opens this roster no longer."""
    messages.success(request, _("This device opens the roster no longer."))
    response = redirect("sheet_open")
    forget(response, pk)
    return response


@allow(Permission.KEEP_ROSTERS)
@require_POST
def sheet_renew(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new code for the sheet of a lesson; the one printed before opens nothing any more."""
    lesson = get_object_or_404(Lesson, pk=pk)
    make_new_code(lesson, by=request.user)
    messages.success(
        request, _("The earlier code opens the roster no longer. Print the sheet again: it has a new one.")
    )
    return redirect("roster", pk=pk)
