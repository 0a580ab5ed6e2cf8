"""The reception desk: one page on which a caller is found, a run is chosen, read back and registered for.

Every step is a whole page without JavaScript; with it, the list of people answers while the clerk types. Addresses
carry numbers of records and how the list was narrowed, and nothing a person said. What is done from here stands in
classes.views.booking.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.models import User
from accounts.roles import Permission
from city.codes import word_lists
from city.models import Code
from classes.conversation import MOST_COMPANIONS, Conversation
from classes.desk import Asking, Found, RunRow, bookings_of, look_up, open_runs, row_of
from classes.desk_forms import LONGEST_TYPED, OpenRunsFilter, new_person
from classes.devices import ASKED_FOR_BY_ITS_OWNER
from classes.models import CourseRun, Offer, Registration, SeatHold
from classes.noticing import way_to_whoever_waits
from classes.pairing import stand_apart
from classes.promising import promise_to, told_of_decision
from classes.registration import DevicesAreLent, clash_of, left_out_of, refuse_unless_received
from classes.seat_hold import hold_with_devices_left
from classes.views.read_back import to_read_back
from core import audit
from core.refusal import Refusal
from reminders.about import About
from reminders.reach import stopped_in_words
from reminders.routing import route, stopped_among
from residents.access import open_person
from residents.lookup import sharing_a_number
from residents.models import Resident

# As many as the keys 1 to 8 choose.
MOST_PEOPLE = 8


@allow(Permission.RECEIVE)
def desk(request: SignedInRequest) -> HttpResponse:
    """The desk as it stands in the conversation; by POST, what was pressed in the form around the search box."""
    if request.method == "POST":
        return _answer(request)
    conversation = Conversation.of(request.session)
    if "done" in request.GET:
        return _done(request, conversation)
    if not request.GET:
        conversation = conversation.end()
    conversation.filters = OpenRunsFilter.said_in(request.GET)
    conversation.keep(request.session)
    resident = go_on_with(request, conversation, number_of(request.GET.get("person")))
    return page(request, resident=resident, adding="add" in request.GET)


@require_POST
@allow(Permission.RECEIVE)
def desk_people(request: SignedInRequest) -> HttpResponse:
    """The list of people alone, while the clerk is typing; where it shows somebody, that is a look, and recorded."""
    typed = request.POST.get("typed", "")[:LONGEST_TYPED]
    people = _people(typed)
    if people["found"] is not None and people["found"].rows:
        audit.record("resident.searched", by=request.user, found=len(people["found"].rows))
    return render(request, "classes/desk_people.html", {**people, "is_part": True})


def page(
    request: SignedInRequest,
    *,
    resident: Resident | None = None,
    adding: bool = False,
    found: Found | None = None,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    """The whole desk. `adding` looks for somebody who comes along; `found` is what a search has found."""
    conversation = Conversation.of(request.session)
    typed = request.POST.get("typed", "")[:LONGEST_TYPED] if adding else conversation.typed
    done = shown.get("done")
    number = None if done else number_of(_run_asked_for(request))
    companions: list[Resident] = []
    if resident is not None:
        companions = people_of(
            conversation.companions, with_caller=resident, conversation=conversation, by=request.user
        )
        conversation.companions = [person.pk for person in companions]
        conversation.keep(request.session)
    held = SeatHold.objects.standing(timezone.now()).filter(held_by=request.user, run=number)
    asking = Asking(
        request.user,
        resident,
        size=1 + len(companions),
        borrowing=len(conversation.borrowing) if resident is not None else 0,
        hold=held.first() if number else None,
    )
    filter_form = OpenRunsFilter(_narrowed(conversation, resident))
    runs = None if done else open_runs(filter_form.filters, asking=asking)
    chosen = _chosen(request, number, asking, [] if runs is None else runs.rows)
    about: dict[str, Any] = {"person": resident and resident.pk, "run": chosen and chosen.run.pk}
    context = {
        **_people(typed, found, chosen=None if adding else resident),
        **shown,
        "conversation": conversation,
        "resident": resident,
        "companions": companions,
        "adding": adding,
        "searched": found is not None,
        # Without scripts nobody wants a page more between the search and the form.
        "new_without_scripts": new_person(typed) if found is not None and not found.rows else None,
        # A list that was narrowed leaves the focus where the clerk narrows it.
        "is_narrowing": bool(request.htmx),
        "filter": filter_form,
        "here": to_desk(**about).url,
        "address": to_desk(conversation, **about).url,
        "runs": runs,
        "chosen": chosen,
        "hold": asking.hold,
        "form": shown.get("new"),
        "channels": [Registration.Channel.PHONE, Registration.Channel.COUNTER],
    }
    if resident is not None:
        context |= _about(resident, companions)
        if chosen is not None:
            context |= _to_say(resident, companions, chosen)
    return render(request, "classes/desk.html", context, status=status)


def go_on_with(request: SignedInRequest, conversation: Conversation, number: int | None) -> Resident | None:
    """The person on the line, the look recorded once in a conversation; None without a number."""
    if number is None:
        return None
    person = open_person(number, by=request.user, recorded=number == conversation.opened)
    conversation.turn_to(person.pk)
    conversation.keep(request.session)
    return person


def hold_for(conversation: Conversation, run_pk: int | None, *, by: User) -> None:
    """Hold seats of a run for everybody of the conversation, where reception is open and enough are free."""
    run = CourseRun.objects.receiving(timezone.now()).filter(pk=run_pk).first() if run_pk else None
    if run is None:
        return
    if conversation.opened and run.registrations.active().filter(resident=conversation.opened).exists():
        return
    seats, devices = 1 + len(conversation.companions), len(conversation.borrowing) if run.loan_devices else 0
    hold_with_devices_left(run, by=by, seats=seats, devices=devices)


def people_of(numbers: Sequence[int], *, with_caller: Resident, conversation: Conversation, by: User) -> list[Resident]:
    """Who comes along with the caller, in this order; a record that was merged meanwhile leads to the one that stayed.

    The look at anybody who was not brought in this conversation is recorded.
    """
    found = (open_person(number, by=by, recorded=number in conversation.companions) for number in numbers)
    return [person for person in dict.fromkeys(found) if person != with_caller]


def bring(request: SignedInRequest, conversation: Conversation, person: Resident, *, run: int | None) -> None:
    """Somebody comes along, and a seat of the chosen run is held for them too."""
    if not conversation.bring(person.pk):
        messages.warning(
            request,
            _("At most %(most)d people can come along. Register the others by themselves.") % {"most": MOST_COMPANIONS},
        )
    conversation.keep(request.session)
    hold_for(conversation, run, by=request.user)


def to_desk(conversation: Conversation | None = None, **numbers: Any) -> HttpResponseRedirect:
    """Back to the desk, with the numbers of what the conversation is about: person, run, done."""
    kept = {name: value for name, value in numbers.items() if value}
    narrowed = conversation.filters if conversation else {}
    return redirect(f"{reverse('desk')}?{urlencode(kept | narrowed)}")


def number_of(text: str | None) -> int | None:
    """A record's number from an address or a form; None for whatever cannot be one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 15 else None


def _answer(request: SignedInRequest) -> HttpResponse:
    """What comes of the form around the search box: a person chosen, a run, a new person begun, or people found."""
    conversation = Conversation.of(request.session)
    typed = request.POST.get("typed", "")[:LONGEST_TYPED]
    conversation.filters = OpenRunsFilter.said_in(request.POST)
    caller, run = number_of(request.POST.get("caller")), number_of(request.POST.get("run"))
    adding = caller is not None and "add" in request.POST
    if chosen := number_of(request.POST.get("person")):
        return _serve(request, conversation, open_person(chosen, by=request.user), typed=typed, run=run)
    if "new" in request.POST:
        if not adding:
            conversation.turn_to(None, typed=typed)
        conversation.keep(request.session)
        stays = go_on_with(request, conversation, caller) if adding else None
        return page(request, resident=stays, adding=adding, new=new_person(typed))
    run = number_of(request.POST.get("choose")) or run
    # Words typed since the page was opened are about somebody else.
    is_nobody_new = not typed.strip() or (caller is not None and not adding and typed == conversation.typed)
    if "filter" in request.POST or ("choose" in request.POST and is_nobody_new):
        if caller != conversation.opened:
            # In another window the clerk has spoken of somebody else meanwhile.
            conversation.turn_to(None)
            go_on_with(request, conversation, caller)
        if not adding:
            conversation.typed = typed
        conversation.keep(request.session)
        if "choose" in request.POST:
            hold_for(conversation, run, by=request.user)
        return to_desk(conversation, person=caller, run=run, add="yes" if adding else "")
    return _search(request, conversation, typed, caller=caller if adding else None, run=run)


def _search(
    request: SignedInRequest, conversation: Conversation, typed: str, *, caller: int | None, run: int | None
) -> HttpResponse:
    """The people whom the words fit; where they fit one and no other, this person. With a `caller`, for company.

    Nothing typed is no search, and the page says what to type.
    """
    found = look_up(typed, limit=MOST_PEOPLE) if typed.strip() else None
    if found is not None:
        audit.record("resident.searched", by=request.user, found=len(found.rows))
    if found is not None and found.the_one is not None:
        audit.record("resident.opened", found.the_one, by=request.user)
        return _serve(request, conversation, found.the_one, typed=typed, run=run, registration=found.registration)
    if caller is None:
        conversation.turn_to(None, typed=typed)
        conversation.keep(request.session)
        if "choose" in request.POST:
            hold_for(conversation, run, by=request.user)
    return page(request, resident=go_on_with(request, conversation, caller), adding=caller is not None, found=found)


def _serve(
    request: SignedInRequest,
    conversation: Conversation,
    person: Resident,
    *,
    typed: str,
    run: int | None,
    registration: Registration | None = None,
) -> HttpResponseRedirect:
    """Go on with whoever was found: as the caller, or as somebody who comes along with the caller."""
    caller = number_of(request.POST.get("caller"))
    if caller is not None and "add" in request.POST:
        go_on_with(request, conversation, caller)
        bring(request, conversation, person, run=run)
        return to_desk(conversation, person=caller, run=run)
    conversation.turn_to(person.pk, typed=typed)
    if beside := number_of(request.POST.get("beside")):
        conversation.beside = beside
    conversation.keep(request.session)
    if "choose" in request.POST:
        hold_for(conversation, run, by=request.user)
    elif registration is not None:
        return to_desk(done=registration.pk)
    return to_desk(conversation, person=person.pk, run=run)


def _run_asked_for(request: SignedInRequest) -> str | None:
    return request.GET.get("run") or request.POST.get("choose") or request.POST.get("run")


def _done(request: SignedInRequest, conversation: Conversation) -> HttpResponse:
    registrations = Registration.objects.select_related("run__course").prefetch_related("run__lessons__venue")
    asked = registrations.with_offer_to_answer(timezone.now())
    registration = get_object_or_404(asked, pk=number_of(request.GET["done"]))
    resident = open_person(
        registration.resident_id, by=request.user, recorded=registration.resident_id == conversation.opened
    )
    conversation.turn_to(resident.pk)
    conversation.keep(request.session)
    together = [registration]
    if registration.party_id:
        members = Registration.objects.filter(party=registration.party_id).select_related("resident")
        together = sorted(members, key=lambda member: (member.pk != registration.pk, member.slip_number))
        for member in together:
            member.run = registration.run
    _look_beside(request, conversation, [member.resident for member in together[1:]])
    facts = {
        "registration": registration,
        "together": together,
        "slips": "・".join(member.slip for member in together if member.state == registration.state),
        "offer": _offer_to(registration),
        "apart_from": _apart_from(registration, number_of(request.GET.get("beside"))),
        **to_read_back(registration, resident),
    }
    return page(request, resident=resident, done=facts)


def _look_beside(request: SignedInRequest, conversation: Conversation, people: Sequence[Resident]) -> None:
    """The booking of somebody shows who comes along: a look at each of them, once in a conversation."""
    unseen = [person for person in people if person.pk not in conversation.seen_beside]
    audit.record_all("resident.opened", [(person, {}) for person in unseen], by=request.user)
    conversation.seen_beside = conversation.seen_beside + [person.pk for person in unseen]
    conversation.keep(request.session)


def _apart_from(registration: Registration, beside: int | None) -> Registration | None:
    """Whoever the person wants to come with, where the two wait apart and can still be put together."""
    other = registration.run.registrations.filter(pk=beside).first() if beside else None
    return other if other and stand_apart(registration, other) else None


def _chosen(request: SignedInRequest, number: int | None, asking: Asking, rows: Sequence[RunRow]) -> RunRow | None:
    if number is None:
        return None
    chosen = next((row for row in rows if row.run.pk == number), None) or row_of(number, asking=asking)
    if chosen is None:
        messages.warning(request, _why_not(number))
    return chosen


def _why_not(number: int) -> str:
    """Why nobody can be registered for a run that the list does not show."""
    run = CourseRun.objects.select_related("course").filter(pk=number).first()
    try:
        if run is not None:
            refuse_unless_received(run, channel=Registration.Channel.PHONE, at=timezone.now())
    except Refusal as refusal:
        return str(refusal)
    return _("Reception for that run has closed meanwhile. Please choose another one.")


def _people(typed: str, found: Found | None = None, *, chosen: Resident | None = None) -> dict[str, Any]:
    """Whom the typed words fit, and who is left of them once one is chosen."""
    if found is None and typed.strip():
        found = look_up(typed, limit=MOST_PEOPLE)
    return {"typed": typed, "found": found.narrowed_to(chosen) if found and chosen else found}


def _about(resident: Resident, companions: Sequence[Resident]) -> dict[str, Any]:
    """What the clerk should know of the person on the line."""
    words = word_lists(Code.Kind.DEVICE, Code.Kind.RELATION)
    lines = [(line, words[Code.Kind.RELATION].get(line.relation, "")) for line in resident.phone_lines.all()]
    stopped = stopped_among([resident])
    return {
        "way": route(resident, about=About.REMINDERS, stopped=stopped),
        "stopped": stopped_in_words(resident, stopped),
        "lines": lines,
        "device": words[Code.Kind.DEVICE].get(resident.device, resident.device),
        "bookings": bookings_of(resident),
        "household": [other for other in sharing_a_number(resident).others if other not in companions],
        "may_bring_more": len(companions) < MOST_COMPANIONS,
    }


def _to_say(resident: Resident, companions: Sequence[Resident], chosen: RunRow) -> dict[str, Any]:
    """What is read out about the chosen run, and what the clerk is asked before the button is pressed."""
    people = [resident, *companions]
    promised = promise_to(resident, chosen.run)
    way = way_to_whoever_waits(resident, chosen.run)
    let_know = told_of_decision(resident, way, chosen.run, sending=promised.outlook)
    clash = None if chosen.standing else clash_of(people, chosen.run)
    offer = chosen.standing and _offer_to(chosen.standing)
    return {
        "promise": promised.words,
        "let_know": let_know.words,
        "caution": promised.caution if chosen.has_a_seat_without_devices else let_know.caution,
        "people": people,
        "left_out": left_out_of(chosen.run, companions) if chosen.standing and companions else [],
        "offer": offer,
        "clash": clash,
        "devices_are_lent": DevicesAreLent(title=chosen.run.course.title) if chosen.lacks_devices else None,
    }


def _narrowed(conversation: Conversation, resident: Resident | None) -> dict[str, str]:
    """How the list is narrowed; until a device is chosen, by that of the person on the line."""
    if "device" not in conversation.filters and resident is not None and resident.device in ASKED_FOR_BY_ITS_OWNER:
        return conversation.filters | {"device": resident.device}
    return conversation.filters


def _offer_to(registration: Registration) -> Offer | None:
    """The offer of a registration `with_offer_to_answer`; asked for only where there is one."""
    number = vars(registration)["offer_to_answer"]
    return Offer.objects.get(pk=number) if number else None
