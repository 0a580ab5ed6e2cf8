"""The ledger of texts: what became of each, and what to do about it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import audit
from core.tables import TableView
from reminders import conditions, ledger
from reminders.forms import LedgerFilter
from reminders.models import Message
from reminders.purposes import label_of
from reminders.tables import MessageTable, number_of, state_tag


@allow(Permission.CALL)
class MessageList(TableView):
    """The texts, failures first, narrowed by state and day."""

    request: SignedInRequest

    template_name = "reminders/message_list.html"
    table_class = MessageTable

    def get_queryset(self) -> QuerySet[Message]:
        self.filter = LedgerFilter(self.request.GET or None)
        chosen: dict[str, Any] = self.filter.cleaned_data if self.filter.is_valid() else {}
        return ledger.listed(**chosen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # The page shows names and numbers: opening it is a look at each of them.
        audit.record("messages.listed", by=self.request.user, count=len(context["table"].page.object_list))
        return context | {
            "filter": self.filter,
            "conditions": conditions.current(now=timezone.now()),
            "is_carried": settings.SMS_GATEWAY == "file",
        }


@allow(Permission.CALL)
def message_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One text: its words, its people, and all that was heard of it."""
    try:
        message = ledger.opened(pk)
    except Message.DoesNotExist:
        raise Http404 from None
    audit.record("message.opened", message, by=request.user)
    page = {
        "message": message,
        "number": number_of(message),
        "people": ledger.people(message),
        "state": state_tag(message),
        "standing": ledger.standing(message),
        "purpose": label_of(message.purpose),
        "story": ledger.story(message),
        "asks_for_a_word": ledger.asks_for_a_word(message, now=timezone.now()),
    }
    return render(request, "reminders/message_detail.html", page)


@allow(Permission.CALL)
@require_POST
def message_told(request: SignedInRequest, pk: int) -> HttpResponse:
    """The people of a text that did not arrive have been told in another way."""
    message = ledger.told_otherwise(get_object_or_404(Message, pk=pk), by=request.user)
    messages.success(request, _("It is noted that they have been told."))
    return redirect("message_detail", message.pk)
