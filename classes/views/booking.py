"""A place given from the desk: the seat held while the clerk types, the button, and a seat beyond the capacity.

Each is one press, and leads back to the desk with whatever has to be said.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.conversation import MOST_COMPANIONS, Conversation
from classes.desk_forms import OverrideForm
from classes.models import CourseRun, Registration, SeatHold
from classes.registration import (
    AlreadyRegistered,
    CompanionHasNoPlace,
    CompanionIsRegistered,
    DevicesAreLent,
    IsElsewhereThen,
    SeatIsGone,
    has_no_place,
    left_out_of,
    register,
    seat_over_capacity,
)
from classes.seat_hold import go_on_holding, hold, release
from classes.views.desk import number_of, people_of, to_desk
from core.refusal import Refusal
from residents.access import open_person
from residents.models import Resident


@require_POST
@allow(Permission.RECEIVE)
def desk_hold(request: SignedInRequest) -> HttpResponse:
    """The seat held a little longer while the page is open: the line that says until when, or that it is free again."""
    run = number_of(request.POST.get("run"))
    held = go_on_holding(by=request.user)
    if held is None or held.run_id != run:
        return render(request, "classes/desk_hold.html", {"hold": None, "run": run})
    wanted = min(len(Conversation.of(request.session).borrowing), held.seats)
    context = {"hold": held, "run": run, "is_lent": held.devices < wanted, "is_known": True}
    return render(request, "classes/desk_hold.html", context)


@require_POST
@allow(Permission.RECEIVE)
def desk_lend(request: SignedInRequest) -> HttpResponse:
    """As soon as it is ticked who uses a device of the office, it is held with the seat, or the page says none is left.

    The whole form comes, as it stands; what is ticked stays ticked when the page is opened anew.
    """
    run, borrowing = CourseRun(pk=number_of(request.POST.get("run"))), _numbers(request, "borrows")
    conversation = Conversation.of(request.session)
    if conversation.opened == number_of(request.POST.get("person")):
        conversation.borrowing = borrowing
        conversation.keep(request.session)
    mine = SeatHold.objects.standing(timezone.now()).filter(held_by=request.user, run=run.pk)
    standing, held = mine.first(), None
    if standing is not None:
        held = hold(run, by=request.user, seats=standing.seats, devices=min(len(borrowing), standing.seats))
    context = {"hold": held or mine.first(), "run": run.pk, "is_lent": standing is not None and held is None}
    return render(request, "classes/desk_hold.html", context)


@require_POST
@allow(Permission.RECEIVE)
def desk_next(request: SignedInRequest) -> HttpResponse:
    """The call is over: what was held is free again, and the desk is empty for the next one."""
    release(by=request.user)
    Conversation.of(request.session).end().keep(request.session)
    return redirect("desk")


@require_POST
@allow(Permission.RECEIVE)
def desk_register(request: SignedInRequest) -> HttpResponse:
    """The press of the button: a seat or a place in line, or the sentence that says why not."""
    # Their numbers are enough: the deed reads all of them anew, under its locks.
    resident = Resident(pk=number_of(request.POST.get("person")))
    run = CourseRun(pk=number_of(request.POST.get("run")))
    conversation = Conversation.of(request.session)
    # What the caller answered when every device of the office is lent.
    device = request.POST.get("device")
    conversation.borrowing = [] if device == "own" else _numbers(request, "borrows")
    return book(
        request,
        conversation,
        resident,
        run,
        companions=[Resident(pk=number) for number in _numbers(request, "companion")],
        seat_was_promised=request.POST.get("promised") == "seat" and device != "wait",
        despite_clash="despite" in request.POST,
    )


@allow(Permission.RECEIVE)
def desk_override(request: SignedInRequest) -> HttpResponse:
    """Seats beyond the capacity for a caller and whoever comes along, or for somebody who waits; with the reason."""
    is_pressed = request.method == "POST"
    asked = request.POST if is_pressed else request.GET
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=number_of(asked.get("run")))
    resident = open_person(number_of(asked.get("person")) or 0, by=request.user)
    conversation = Conversation.of(request.session)
    # The page says who comes: in another window the clerk may be speaking of somebody else by now.
    together = conversation.companions if conversation.opened == resident.pk else []
    companions = people_of(
        _numbers(request, "companion") if is_pressed else together,
        with_caller=resident,
        conversation=conversation,
        by=request.user,
    )
    borrowing = _numbers(request, "borrows") if is_pressed else conversation.borrowing
    waiting = run.registrations.waiting().filter(resident=resident).first()
    form = OverrideForm(request.POST or None, initial={"channel": conversation.channel})
    clash = False
    if is_pressed and form.is_valid():
        given = form.cleaned_data
        try:
            if waiting is not None:
                registration = seat_over_capacity(waiting, reason=given["reason"], by=request.user)
            else:
                registration = register(
                    resident,
                    run,
                    by=request.user,
                    channel=given["channel"],
                    companions=companions,
                    borrowing=[person for person in (resident, *companions) if person.pk in borrowing],
                    override_reason=given["reason"],
                    despite_clash="despite" in request.POST,
                )
        except AlreadyRegistered as already:
            messages.info(request, str(already))
            return _done(request, conversation, already.registration)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            clash = isinstance(refusal, IsElsewhereThen)
        else:
            # Whoever waited was given a seat alone, whoever was named beside them since.
            if left_out := left_out_of(run, companions):
                messages.warning(request, str(has_no_place(left_out, beside=registration, run=run)))
                return _back(request, conversation, resident, run)
            return _done(request, conversation, registration)
    context = {
        "run": run,
        "resident": resident,
        "companions": companions,
        "people": [resident, *companions],
        "borrowing": borrowing,
        "waiting": waiting,
        "offer": waiting and waiting.offers.open().first(),
        "clash": clash,
        "form": form,
        "seats": run.seats,
    }
    return render(request, "classes/desk_override.html", context, status=422 if form.errors else 200)


def book(
    request: SignedInRequest,
    conversation: Conversation,
    resident: Resident,
    run: CourseRun,
    *,
    companions: Sequence[Resident] = (),
    seat_was_promised: bool,
    despite_clash: bool = False,
) -> HttpResponse:
    """Register the caller and whoever comes along as the conversation says, and lead to what comes of it."""
    note_how_it_was_taken(request, conversation)
    try:
        registration = register(
            resident,
            run,
            by=request.user,
            channel=conversation.channel,
            companions=companions,
            borrowing=[Resident(pk=number) for number in conversation.borrowing],
            seat_was_promised=seat_was_promised,
            despite_clash=despite_clash,
        )
    except (Resident.DoesNotExist, CourseRun.DoesNotExist) as nobody:
        raise Http404 from nobody
    except AlreadyRegistered as already:
        messages.info(request, str(already))
        registration = already.registration
    except CompanionIsRegistered as refusal:
        conversation.beside = refusal.registration.pk
        messages.warning(request, str(refusal))
        return _back(request, conversation, resident, run)
    except (SeatIsGone, CompanionHasNoPlace) as refusal:
        messages.warning(request, str(refusal))
        return _back(request, conversation, resident, run)
    except (DevicesAreLent, IsElsewhereThen):
        # The page itself says so, beside the buttons that answer it.
        return _back(request, conversation, resident, run)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(request, conversation, resident, None)
    return _done(request, conversation, registration)


def note_how_it_was_taken(request: SignedInRequest, conversation: Conversation) -> None:
    """Keep the way the caller came, where the page says one."""
    if request.POST.get("channel") in {Registration.Channel.PHONE, Registration.Channel.COUNTER}:
        conversation.channel = request.POST["channel"]


def _done(request: SignedInRequest, conversation: Conversation, registration: Registration) -> HttpResponse:
    """To the page that shows what came of it; whoever came along has a place now."""
    beside, conversation.seen_beside = conversation.beside, conversation.companions
    conversation.companions, conversation.borrowing, conversation.beside = [], [], None
    conversation.keep(request.session)
    return to_desk(done=registration.pk, beside=beside)


def _numbers(request: SignedInRequest, name: str) -> list[int]:
    """The people's numbers in a form; no more of them than can come along."""
    found = [number_of(text) for text in request.POST.getlist(name)[: MOST_COMPANIONS + 1]]
    return [number for number in found if number is not None]


def _back(
    request: SignedInRequest, conversation: Conversation, resident: Resident, run: CourseRun | None
) -> HttpResponse:
    """To the page on which the button was pressed, everything ticked still there."""
    conversation.keep(request.session)
    return to_desk(conversation, person=resident.pk, run=run and run.pk)
