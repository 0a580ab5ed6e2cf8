"""How residents recognise a text from the city, for everybody to read and to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control

from accounts.access import ANYONE, allow
from city.context import city_of
from core.downloads import pdf
from reminders.leaflet import leaflet


@allow(ANYONE)
@cache_control(private=True, max_age=60)
def text_leaflet(request: HttpRequest) -> HttpResponse:
    """The leaflet as a page."""
    return render(request, "reminders/text_leaflet.html", {"leaflet": leaflet(city_of(request))})


@allow(ANYONE)
def text_leaflet_pdf(request: HttpRequest) -> HttpResponse:
    """The leaflet on paper."""
    from reminders.leaflet_printing import leaflet_pdf  # noqa: PLC0415  (reportlab and its fonts load slowly)

    return pdf(leaflet_pdf(), name="texts")
