"""Pages that need several sides of the office: today, and one person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import SIGNED_IN, SignedInRequest, allow
from accounts.roles import Permission
from city.context import city_of
from office.home import sections
from office.person import chapters, record_of
from residents.access import open_person


@allow(SIGNED_IN)
def home(request: SignedInRequest) -> HttpResponse:
    """The day of whoever is signed in."""
    found = sections(request.user, city=city_of(request))
    return render(request, "office/home.html", {"today": timezone.localdate(), "sections": found})


@allow(Permission.RECEIVE)
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person with everything the office holds; opening it is on record."""
    resident = open_person(pk, by=request.user)
    context = {"resident": resident, "record": record_of(resident), "chapters": chapters(resident)}
    return render(request, "office/person.html", context)
