"""Who is on the line: somebody new taken down, and whoever comes along.

What must never happen: somebody taken down twice by one press, or a companion left over for the next caller.
Without scripts the form also asks for the class, so that a new caller is booked on two pages.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.conversation import Conversation
from classes.models import CourseRun
from classes.views.booking import book, note_how_it_was_taken
from classes.views.desk import bring, go_on_with, hold_for, number_of, page, to_desk
from core import audit
from core.refusal import Refusal
from residents.access import open_person
from residents.forms import NewResidentForm
from residents.intake import take_down
from residents.matching import READ_BACK, WHOSE_IS_IT, is_only_with_strangers, likely_same, near_numbers
from residents.models import Resident


@require_POST
@allow(Permission.RECEIVE)
def desk_take_down(request: SignedInRequest) -> HttpResponse:
    """A new person; with mistakes, the same page again with everything that was typed. Pressed twice is once."""
    conversation = Conversation.of(request.session)
    caller, run = number_of(request.POST.get("caller")), number_of(request.POST.get("run"))
    form = NewResidentForm(request.POST)
    key = str(form["key"].value() or "")
    if key and key == conversation.key and conversation.opened:
        return _go_on(request, conversation, Resident(pk=conversation.opened), run=run)
    resident = go_on_with(request, conversation, caller)
    note_how_it_was_taken(request, conversation)
    conversation.keep(request.session)
    shown: dict[str, Any] = {
        "new": form,
        "resident": resident,
        "adding": resident is not None,
        "borrows": "borrows" in request.POST,
        "status": 422,
    }
    if not form.is_valid():
        return page(request, **shown)
    details = form.details(notice_manner=form.cleaned_data["notice_manner"])
    same = likely_same(
        family_kana=details.family_kana,
        given_kana=details.given_kana,
        numbers=[phone.number for phone in details.phones],
        birth_year=details.birth_year,
        age_band=details.age_band,
    )
    if any(str(each.pk) not in request.POST.getlist("surely") for each in same):
        audit.record("resident.searched", by=request.user, found=len(same))
        return page(request, same=same, **shown)
    try:
        person = take_down(details, by=request.user, once=True)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, **shown)
    if near_numbers(person):
        messages.warning(request, READ_BACK)
    if is_only_with_strangers(person):
        messages.warning(request, WHOSE_IS_IT)
    conversation.key = key
    if resident is not None:
        bring(request, conversation, person, run=run)
        return to_desk(conversation, person=resident.pk, run=run)
    conversation.turn_to(person.pk)
    conversation.keep(request.session)
    return _go_on(request, conversation, person, run=run)


def _go_on(request: SignedInRequest, conversation: Conversation, person: Resident, *, run: int | None) -> HttpResponse:
    """With whoever was taken down: to the desk, or with a class that was chosen on the same page, to its seat."""
    if run is None or "register" not in request.POST:
        return to_desk(conversation, person=person.pk, run=run)
    hold_for(conversation, run, by=request.user)
    borrows = "borrows" in request.POST and CourseRun.objects.filter(pk=run, loan_devices__gt=0).exists()
    conversation.borrowing = [person.pk] if borrows else []
    seat_was_promised = str(run) in request.POST.getlist("promised")
    return book(request, conversation, person, CourseRun(pk=run), seat_was_promised=seat_was_promised)


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
