"""Addresses of city."""

from django.urls import path

from city import views

urlpatterns = [
    path("city/", views.city_edit, name="city_edit"),
    path("city/venues/", views.VenueList.as_view(), name="venue_list"),
    path("city/venues/new/", views.venue_create, name="venue_create"),
    path("city/venues/<int:pk>/edit/", views.venue_edit, name="venue_edit"),
    path("city/districts/", views.DistrictList.as_view(), name="district_list"),
    path("city/districts/new/", views.district_create, name="district_create"),
    path("city/districts/<int:pk>/edit/", views.district_edit, name="district_edit"),
    path("city/closing-days/", views.ClosingDayList.as_view(), name="closing_day_list"),
    path("city/closing-days/<int:pk>/delete/", views.closing_day_delete, name="closing_day_delete"),
]
