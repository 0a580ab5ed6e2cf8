"""Addresses of reminders."""

from django.urls import path

from reminders import webhooks
from reminders.views import calls, texts

urlpatterns = [
    path("calls/", calls.CallList.as_view(), name="call_list"),
    path("calls/list.pdf", calls.call_list_pdf, name="call_list_pdf"),
    path("calls/<int:pk>/", calls.call_detail, name="call_detail"),
    path("calls/<int:pk>/take/", calls.call_take, name="call_take"),
    path("calls/<int:pk>/let-go/", calls.call_let_go, name="call_let_go"),
    path("calls/<int:pk>/record/", calls.call_record, name="call_record"),
    path("calls/<int:pk>/posted/", calls.call_posted, name="call_posted"),
    path("messages/", texts.MessageList.as_view(), name="message_list"),
    path("messages/<int:pk>/", texts.message_detail, name="message_detail"),
    path("hooks/twilio/status/<str:token>/", webhooks.twilio_status, name="twilio_status"),
]
