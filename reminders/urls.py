"""Addresses of reminders."""

from django.urls import path

from reminders import webhooks
from reminders.views import calls, costs, files, inbox, leaflet, postcards, sheets, stopping, texts, wordings

urlpatterns = [
    path("calls/", calls.CallList.as_view(), name="call_list"),
    path("calls/sheets/print/", sheets.call_sheet_print, name="call_sheet_print"),
    path("calls/sheets/<int:pk>/", sheets.call_sheet_type, name="call_sheet_type"),
    path("calls/sheets/<int:pk>/sheet.pdf", sheets.call_sheet_pdf, name="call_sheet_pdf"),
    path("calls/postcards/", postcards.postcard_list, name="postcard_list"),
    path("calls/postcards/cards.pdf", postcards.postcards_pdf, name="postcards_pdf"),
    path("calls/<int:pk>/postcard.pdf", postcards.postcard_pdf, name="postcard_pdf"),
    path("calls/<int:pk>/", calls.call_detail, name="call_detail"),
    path("calls/<int:pk>/take/", calls.call_take, name="call_take"),
    path("calls/<int:pk>/let-go/", calls.call_let_go, name="call_let_go"),
    path("calls/<int:pk>/record/", calls.call_record, name="call_record"),
    path("calls/<int:pk>/posted/", calls.call_posted, name="call_posted"),
    path("messages/", texts.MessageList.as_view(), name="message_list"),
    path("messages/costs/", costs.message_costs, name="message_costs"),
    path("messages/costs.csv", costs.message_costs_csv, name="message_costs_csv"),
    path("messages/<int:pk>/", texts.message_detail, name="message_detail"),
    path("messages/<int:pk>/told/", texts.message_told, name="message_told"),
    path("files/", files.CarriedFiles.as_view(), name="carried_files"),
    path("files/make/", files.carried_file_make, name="carried_file_make"),
    path("files/results/", files.carried_results, name="carried_results"),
    path("files/<int:pk>/", files.carried_file, name="carried_file"),
    path("files/<int:pk>/take/", files.carried_file_take, name="carried_file_take"),
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("inbox/<int:pk>/", inbox.inbox_detail, name="inbox_detail"),
    path("inbox/<int:pk>/settle/", inbox.inbox_settle, name="inbox_settle"),
    path("people/<int:pk>/texts/", stopping.texts_to_person, name="texts_to_person"),
    path("people/<int:pk>/texts/stop/", stopping.texts_stop, name="texts_stop"),
    path("people/<int:pk>/texts/resume/", stopping.texts_resume, name="texts_resume"),
    path("city/texts/", wordings.wording_list, name="wording_list"),
    path("city/texts/<slug:name>/", wordings.wording_edit, name="wording_edit"),
    path("city/texts/<slug:name>/built-in/", wordings.wording_built_in, name="wording_built_in"),
    path("texts/", leaflet.text_leaflet, name="text_leaflet"),
    path("texts/leaflet.pdf", leaflet.text_leaflet_pdf, name="text_leaflet_pdf"),
    path("hooks/twilio/inbound/", webhooks.twilio_inbound, name="twilio_inbound"),
    path("hooks/twilio/status/<str:token>/", webhooks.twilio_status, name="twilio_status"),
]
