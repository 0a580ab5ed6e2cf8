"""One call about a seat that is held: taking it, what is read out, and what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.calls_to_make import Call, beside_reminders, call_about, with_matters
from classes.conversation import Conversation
from classes.models import Offer
from classes.offer_calls import let_go, not_reached, promise, take
from classes.offer_forms import Answer, AnswerForm
from classes.views.desk import number_of, to_desk
from classes.views.registrations import point_to_calls
from classes.waiting_list import FEWEST_CALLS, accept, decline, pass_over
from core import audit
from core.refusal import Refusal

ANSWERS: dict[str, Callable[..., object]] = {
    Answer.ACCEPTED: accept,
    Answer.DECLINED: decline,
    Answer.PROMISED: promise,
    Answer.NOT_REACHED: not_reached,
    Answer.PASSED: pass_over,
}
SAID = {
    Answer.ACCEPTED: lambda: _("The seat is confirmed."),
    Answer.DECLINED: lambda: _("This person keeps the place in line. Whoever is asked next stands in this list."),
    Answer.PROMISED: lambda: _(
        "The call is on record. The seat stays held for the answer, and nobody calls before it is due."
    ),
    Answer.NOT_REACHED: lambda: _("The call is on record. The seat stays held."),
    Answer.PASSED: lambda: _("This person keeps the place in line. Whoever is asked next stands in this list."),
}
# Said at the desk, beside whom else there is to call.
SAID_AT_THE_DESK = dict.fromkeys((Answer.DECLINED, Answer.PASSED), lambda: _("This person keeps the place in line."))
# Where the clerk came from who has the person on the line, or before the counter.
DESK = "desk"


@require_safe
@allow(Permission.RECEIVE)
def offer_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One call: the numbers, what to say, and the answers to press."""
    offer = _offer(pk)
    return _call_page(request, offer, AnswerForm(offer=offer, now=timezone.now()))


def _offer(pk: int) -> Offer:
    return get_object_or_404(Offer.objects.select_related("registration"), pk=pk)


def _call_page(request: SignedInRequest, offer: Offer, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    call: Call | None = call_about(offer, now)
    if call is None:
        messages.error(request, _("Nobody has to be called about this seat any more."))
        return _back(request, offer)
    is_mine = call.is_held and call.offer.held_by_id == request.user.pk
    if not is_mine:
        audit.record("offer.opened", offer, by=request.user, registration=call.registration)
    [call] = with_matters([call], now)
    if request.user.may(Permission.CALL):
        [call] = beside_reminders([call], now)
    page = {
        "call": call,
        "is_held": call.offer.is_held_from(request.user, now),
        "is_mine": is_mine,
        "fewest_calls": FEWEST_CALLS,
        "form": form,
        "back": DESK if _came_from_the_desk(request) else "",
    }
    return render(request, "classes/offer_detail.html", page, status=status)


@require_POST
@allow(Permission.RECEIVE)
def offer_take(request: SignedInRequest, pk: int) -> HttpResponse:
    """I make this call."""
    try:
        take(_offer(pk), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("offer_list")
    return redirect("offer_detail", pk)


@require_POST
@allow(Permission.RECEIVE)
def offer_let_go(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody else may make it."""
    offer = _offer(pk)
    let_go(offer, by=request.user)
    return _back(request, offer)


@require_POST
@allow(Permission.RECEIVE)
def offer_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the person said, that they will say it later, or that nobody answered."""
    offer = _offer(pk)
    form = AnswerForm(request.POST, offer=offer, now=timezone.now())
    if not form.is_valid():
        return _call_page(request, offer, form, status=422)
    answer = form.cleaned_data["answer"]
    facts: dict[str, Any] = {}
    if answer == Answer.NOT_REACHED:
        facts = {"calls_before": number_of(request.POST.get("calls")), "made_at": form.cleaned_data["made_at"]}
    elif answer == Answer.PROMISED:
        facts = {"reached": form.cleaned_data["reached"], "made_at": form.cleaned_data["made_at"]}
    try:
        ANSWERS[answer](offer, by=request.user, **facts)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(request, offer)
    if answer != Answer.ACCEPTED and _came_from_the_desk(request):
        messages.success(request, SAID_AT_THE_DESK.get(answer, SAID[answer])())
        point_to_calls(request, offer.registration)
        return _back(request, offer)
    messages.success(request, SAID[answer]())
    return to_desk(done=offer.registration_id) if answer == Answer.ACCEPTED else redirect("offer_list")


def _came_from_the_desk(request: SignedInRequest) -> bool:
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get("back") == DESK


def _back(request: SignedInRequest, offer: Offer) -> HttpResponse:
    """To the calls to make, or to the desk and the person with whom the clerk left it."""
    if _came_from_the_desk(request):
        return to_desk(Conversation.of(request.session), person=offer.registration.resident_id)
    return redirect("offer_list")
