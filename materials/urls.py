"""Addresses of materials."""

from django.urls import path

from materials.views import reading, shelving, steps, writing

urlpatterns = [
    # Anybody
    path("guides/", reading.guide_list, name="guide_list"),
    path("guides/<slug:slug>/", reading.guide, name="guide"),
    path("guides/<slug:slug>/guide.pdf", reading.guide_pdf, name="guide_pdf"),
    path("words/", reading.glossary, name="glossary"),
    path("pictures/<int:pk>/", reading.picture, name="picture"),
    # Authors
    path("guide-desk/", writing.GuideDesk.as_view(), name="guide_desk"),
    path("guide-desk/new/", writing.guide_create, name="guide_create"),
    path("guide-desk/<int:pk>/", writing.guide_manage, name="guide_manage"),
    path("guide-desk/<int:pk>/edit/", writing.guide_edit, name="guide_edit"),
    path("guide-desk/<int:pk>/begin/", writing.edition_begin, name="edition_begin"),
    path("editions/<int:pk>/", writing.edition_edit, name="edition_edit"),
    path("editions/<int:pk>/preview/", writing.edition_preview, name="edition_preview"),
    path("editions/<int:pk>/preview.pdf", writing.edition_pdf, name="edition_pdf"),
    path("editions/<int:pk>/publish/", writing.edition_publish, name="edition_publish"),
    path("editions/<int:pk>/steps/new/", steps.step_create, name="step_create"),
    path("steps/<int:pk>/", steps.step_edit, name="step_edit"),
    path("steps/<int:pk>/move/", writing.step_move, name="step_move"),
    path("steps/<int:pk>/remove/", writing.step_remove, name="step_remove"),
    path("procedures/", shelving.ProcedureList.as_view(), name="procedure_list"),
    path("procedures/<int:pk>/edit/", shelving.procedure_edit, name="procedure_edit"),
    path("terms/", shelving.TermList.as_view(), name="term_list"),
    path("terms/new/", shelving.term_create, name="term_create"),
    path("terms/<int:pk>/edit/", shelving.term_edit, name="term_edit"),
]
