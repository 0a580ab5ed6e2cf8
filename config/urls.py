"""Where each part is found; every application lists its own addresses. Who may use one is declared on its view."""

from django.urls import include, path

urlpatterns = [
    path("", include("office.urls")),
    path("", include("classes.urls")),
    path("", include("helpdesk.urls")),
    path("", include("reminders.urls")),
    path("", include("materials.urls")),
    path("", include("residents.urls")),
    path("", include("city.urls")),
    path("", include("accounts.urls")),
]
