"""Addresses of residents."""

from django.urls import path

from residents import merge_views, views

urlpatterns = [
    path("residents/<int:pk>/edit/", views.resident_edit, name="resident_edit"),
    path("residents/numbers/", views.number_list, name="number_list"),
    path("residents/numbers/<int:pk>/right/", views.number_confirm, name="number_confirm"),
    path("residents/duplicates/", merge_views.duplicate_list, name="duplicate_list"),
    path("residents/<int:pk>/merge/<int:other_pk>/", merge_views.resident_merge, name="resident_merge"),
    path("residents/<int:pk>/apart/<int:other_pk>/", merge_views.resident_apart, name="resident_apart"),
    path("residents/merges/<int:pk>/undo/", merge_views.merge_undo, name="merge_undo"),
]
