"""Texts from residents: who may have written, what they may be answering, and what came of it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import audit
from core.refusal import Refusal
from reminders import inbound
from reminders.models import InboundText
from reminders.purposes import cancel_link_of, label_of
from reminders.stopping_forms import SettleForm

LATELY = 20


@allow(Permission.CALL)
class Inbox(ListView):
    """What nobody has looked at yet, and what was settled lately."""

    request: SignedInRequest

    template_name = "reminders/inbox.html"
    paginate_by = 50
    context_object_name = "texts"

    def get_queryset(self) -> QuerySet[InboundText]:
        return inbound.waiting()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        settled = InboundText.objects.exclude(state=InboundText.State.NEW).select_related("settled_by")
        lately = list(settled.order_by("-settled_at", "-pk")[:LATELY])
        shown = [*context["texts"], *lately]
        writers = inbound.who_may_have_written(shown)
        for text in shown:
            text.people = writers.get(text.number, [])
        # The page shows names and numbers: opening it is a look at each of them.
        audit.record("inbox.listed", by=self.request.user, count=len(shown))
        return context | {"lately": lately, "receives": settings.SMS_RECEIVES}


@allow(Permission.CALL)
def inbox_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One text: its words, who may have written it, what it may answer, and what to do."""
    return _page(request, get_object_or_404(InboundText, pk=pk), SettleForm())


@allow(Permission.CALL)
@require_POST
def inbox_settle(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sender was called back, or needs no answer."""
    text = get_object_or_404(InboundText, pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, text, form, status=422)
    try:
        inbound.settle(text, form.cleaned_data["state"], by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        state = InboundText.State(form.cleaned_data["state"])
        messages.success(request, _("Recorded: %(outcome)s.") % {"outcome": state.label})
    return redirect("inbox")


def _page(request: SignedInRequest, text: InboundText, form: SettleForm, *, status: int = 200) -> HttpResponse:
    people = inbound.who_may_have_written([text]).get(text.number, [])
    answered = [
        {
            "message": message,
            "about": label_of(message.purpose),
            "told": [
                {"person": each.resident, "cancel": cancel_link_of(each.purpose, each.key)}
                for each in message.requests.all()
            ],
        }
        for message in inbound.what_it_may_answer(text)
    ]
    audit.record("text.opened", text, by=request.user, people=people)
    page = {
        "text": text,
        "people": people,
        "answered": answered,
        "stopped": text.opt_outs.all(),
        "form": form,
        "states": SettleForm.base_fields["state"].choices,  # type: ignore[attr-defined]
        "is_new": text.state == InboundText.State.NEW,
    }
    return render(request, "reminders/inbox_detail.html", page, status=status)
