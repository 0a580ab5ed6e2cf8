"""What every page shows of the city."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from city.models import CityProfile


def city(request: HttpRequest) -> dict[str, Any]:
    """The city's profile and whether this is a practice installation; a part of a page may need neither."""
    return {
        "city": SimpleLazyObject(lambda: city_of(request)),
        "practice": SimpleLazyObject(lambda: city_of(request).practice is not False),
    }


def city_of(request: HttpRequest) -> CityProfile:
    """The city's profile, read once for each request however many parts the page is drawn from."""
    if not hasattr(request, "city_profile"):
        request.city_profile = CityProfile.current()  # type: ignore[attr-defined]  # kept for the other parts
    return request.city_profile  # type: ignore[attr-defined]
