"""Pages on which the city says what it is called, where it teaches and when it is closed."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from city.editing import change_profile, close_on, keep_district, keep_venue, open_again
from city.forms import CityProfileForm, ClosingDayForm, DistrictChangeForm, DistrictForm, VenueChangeForm, VenueForm
from city.models import CityProfile, ClosingDay, District, Venue
from city.tables import ClosingDayTable, DistrictTable, VenueTable
from core import wareki
from core.forms import standing_record
from core.stale import ChangedMeanwhile
from core.tables import TableView


@allow(Permission.ADMINISTER)
def city_edit(request: SignedInRequest) -> HttpResponse:
    """Change the city's settings; what a page older than they are would replace is shown first."""
    form = CityProfileForm(request.POST or None, instance=CityProfile.current())
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(form.save(commit=False), by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(CityProfileForm(instance=CityProfile.current()), because=refusal)
        else:
            messages.success(request, _("The settings of the city have been saved."))
            return redirect("city_edit")
    return render(request, "city/city_edit.html", {"form": form}, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER, Permission.PLAN)
class VenueList(TableView):
    """The places where lessons are held."""

    model = Venue
    table_class = VenueTable
    template_name = "city/venue_list.html"


@allow(Permission.ADMINISTER, Permission.PLAN)
def venue_create(request: SignedInRequest) -> HttpResponse:
    """Enter a venue."""
    form = VenueForm(request.POST or None)
    kept = standing_record(form)
    if form.is_valid():
        kept = keep_venue(form.save(commit=False), by=request.user)
    if kept is not None:
        messages.success(request, _("“%(venue)s” has been saved.") % {"venue": kept})
        return redirect("venue_list")
    context = {"form": form, "is_new": True}
    return render(request, "city/venue_edit.html", context, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER, Permission.PLAN)
def venue_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a venue; what a page older than its record would replace is shown first."""
    form = VenueChangeForm.of(get_object_or_404(Venue, pk=pk), request.POST or None)
    if form.is_valid():
        follows: list[str] = []
        try:
            kept = keep_venue(form.save(commit=False), by=request.user, seen=form.seen, say=follows.append)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(VenueChangeForm.of(get_object_or_404(Venue, pk=pk)), because=refusal)
        else:
            messages.success(request, _("“%(venue)s” has been saved.") % {"venue": kept})
            for sentence in follows:
                messages.info(request, sentence)
            return redirect("venue_list")
    context = {"form": form, "is_new": False}
    return render(request, "city/venue_edit.html", context, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER)
class DistrictList(TableView):
    """The parts of the city."""

    model = District
    table_class = DistrictTable
    template_name = "city/district_list.html"


@allow(Permission.ADMINISTER)
def district_create(request: SignedInRequest) -> HttpResponse:
    """Enter a district."""
    form = DistrictForm(request.POST or None, instance=District(order=District.objects.count() + 1))
    kept = standing_record(form)
    if form.is_valid():
        kept = keep_district(form.save(commit=False), by=request.user)
    if kept is not None:
        messages.success(request, _("“%(district)s” has been saved.") % {"district": kept})
        return redirect("district_list")
    context = {"form": form, "is_new": True}
    return render(request, "city/district_edit.html", context, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER)
def district_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a district; what a page older than its record would replace is shown first."""
    form = DistrictChangeForm.of(get_object_or_404(District, pk=pk), request.POST or None)
    if form.is_valid():
        try:
            kept = keep_district(form.save(commit=False), by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(DistrictChangeForm.of(get_object_or_404(District, pk=pk)), because=refusal)
        else:
            messages.success(request, _("“%(district)s” has been saved.") % {"district": kept})
            return redirect("district_list")
    context = {"form": form, "is_new": False}
    return render(request, "city/district_edit.html", context, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER)
class ClosingDayList(TableView):
    """The closing days that are ahead, and a form for one more."""

    table_class = ClosingDayTable
    template_name = "city/closing_day_list.html"

    def get_queryset(self) -> QuerySet[ClosingDay]:
        return ClosingDay.objects.filter(day__gte=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ClosingDayForm())
        return super().get_context_data(**kwargs)

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ClosingDayForm(request.POST)
        if form.is_valid():
            kept = close_on(form.closing_day(), by=request.user)
            messages.success(request, _("The office is closed on %(day)s.") % {"day": wareki.wareki(kept.day)})
            return redirect("closing_day_list")
        self.object_list = self.get_queryset()
        return self.render_to_response(self.get_context_data(form=form), status=422)


@allow(Permission.ADMINISTER)
@require_POST
def closing_day_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a day off the list."""
    closing_day = ClosingDay.objects.filter(pk=pk).first()
    if closing_day is not None:
        open_again(closing_day, by=request.user)
        messages.success(request, _("%(day)s is off the list.") % {"day": wareki.wareki(closing_day.day)})
    return redirect("closing_day_list")
