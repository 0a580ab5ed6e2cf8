"""Who is on the line: somebody new taken down, and whoever comes along.

What must never happen: somebody taken down twice by one press, or a companion left over for the next caller.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.conversation import Conversation
from classes.views.desk import bring, go_on_with, hold_for, number_of, page, to_desk
from core import audit
from core.refusal import Refusal
from residents.access import open_person
from residents.forms import NewResidentForm
from residents.intake import take_down
from residents.matching import READ_BACK, likely_same, near_numbers


@require_POST
@allow(Permission.RECEIVE)
def desk_take_down(request: SignedInRequest) -> HttpResponse:
    """A new person; with mistakes, the same page again with everything that was typed. Pressed twice is once."""
    conversation = Conversation.of(request.session)
    caller, run = number_of(request.POST.get("caller")), number_of(request.POST.get("run"))
    form = NewResidentForm(request.POST)
    key = str(form["key"].value() or "")
    if key and key == conversation.key and conversation.opened:
        return to_desk(conversation, person=conversation.opened, run=run)
    resident = go_on_with(request, conversation, caller)
    shown: dict[str, Any] = {"new": form, "resident": resident, "adding": resident is not None, "status": 422}
    if not form.is_valid():
        return page(request, **shown)
    details = form.details(notice_manner=form.cleaned_data["notice_manner"])
    same = likely_same(
        family_kana=details.family_kana,
        given_kana=details.given_kana,
        numbers=[phone.number for phone in details.phones],
        birth_year=details.birth_year,
    )
    if same and "surely" not in request.POST:
        audit.record("resident.searched", by=request.user, found=len(same))
        return page(request, same=same, **shown)
    try:
        person = take_down(details, by=request.user, once=True)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, **shown)
    if near_numbers(person):
        messages.warning(request, READ_BACK)
    conversation.key = key
    if resident is not None:
        bring(request, conversation, person, run=run)
        return to_desk(conversation, person=resident.pk, run=run)
    conversation.turn_to(person.pk)
    conversation.keep(request.session)
    return to_desk(conversation, person=person.pk, run=run)


@require_POST
@allow(Permission.RECEIVE)
def desk_companion(request: SignedInRequest) -> HttpResponse:
    """Somebody comes along with the person on the line, or does not after all; the seats held follow."""
    conversation = Conversation.of(request.session)
    caller, run = number_of(request.POST.get("caller")), number_of(request.POST.get("run"))
    if go_on_with(request, conversation, caller) is None:
        return to_desk(conversation, run=run)
    if number := number_of(request.POST.get("bring")):
        bring(request, conversation, open_person(number, by=request.user), run=run)
    elif number := number_of(request.POST.get("leave")):
        conversation.leave_behind(number)
        conversation.keep(request.session)
        hold_for(conversation, run, by=request.user)
    return to_desk(conversation, person=caller, run=run)
