"""What texts cost, month by month; figures only, nobody's name."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from city.context import city_of
from core.wareki import fiscal_year, fiscal_year_label
from reminders import conditions, costs
from reminders.exporting import costs_csv
from reminders.forecast import forecast
from reminders.forms import CostFilter


def _asked(request: SignedInRequest) -> tuple[costs.Year, CostFilter]:
    today = timezone.localdate()
    offered = costs.years(today=today)
    form = CostFilter(request.GET or None, years=[(year, fiscal_year_label(year)) for year in offered])
    year = form.cleaned_data["fiscal_year"] if form.is_valid() else None
    return costs.year_of(year or fiscal_year(today), city=city_of(request), today=today), form


@allow(Permission.CALL, Permission.ANALYSE, Permission.ADMINISTER)
def message_costs(request: SignedInRequest) -> HttpResponse:
    """Parts, texts and yen of a fiscal year, against the money of each month."""
    year, form = _asked(request)
    month = forecast(city_of(request), now=timezone.now())
    page = {
        "year": year,
        "label": fiscal_year_label(year.year),
        "filter": form,
        "month": month,
        "conditions": {"troubles": conditions.of_the_month(month)},
    }
    return render(request, "reminders/message_costs.html", page)


@allow(Permission.CALL, Permission.ANALYSE, Permission.ADMINISTER)
def message_costs_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """The same as a file."""
    return costs_csv(_asked(request)[0])
