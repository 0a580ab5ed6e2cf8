"""Pages about one registration: the slip and a cancellation."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.absence import cannot_come, lessons_to_miss
from classes.cancellation import cancel
from classes.conversation import Conversation
from classes.desk_forms import CancelForm
from classes.lending import do_without, lend
from classes.lottery import draw_of
from classes.models import Lesson, Offer, Registration
from classes.pairing import pair
from classes.turning_up import back_in_line
from classes.views.desk import number_of, to_desk
from classes.views.told import say_who_comes_together
from classes.waiting_list import place_of
from core import audit
from core.downloads import pdf
from core.refusal import Refusal
from core.wareki import short_date
from reminders.routing import Channel, route
from residents.access import open_person, open_person_again


@require_safe
@allow(Permission.RECEIVE)
def registration_slip(request: SignedInRequest, pk: int) -> HttpResponse:
    """The slip as a PDF, to be printed or read on the screen."""
    from classes.printing import slip_pdf  # noqa: PLC0415  (reportlab and the fonts are slow to load)

    registration = _registration(pk)
    audit.record("registration.slip_printed", registration, by=request.user)
    return pdf(slip_pdf(registration), name=f"slip-{registration.slip}")


@allow(Permission.RECEIVE)
def registration_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a place back, with the reason."""
    registration = _registration(pk)
    way = route(registration.resident)
    number = way.phone.national if way.channel == Channel.SMS and way.phone else ""
    is_standing = registration.state != Registration.State.CANCELLED
    companions = list(Registration.objects.beside(registration).select_related("run")) if is_standing else []
    form = CancelForm(request.POST or None, companions=_in_words(companions, request), number=number)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            registration = cancel(
                registration,
                by=request.user,
                reason=given["reason"],
                in_writing=given.get("in_writing", False),
                companions=[each for each in companions if each.pk in given.get("companions", [])],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell_of_cancellation(request, registration, companions)
            return to_desk(person=registration.resident_id)
    context = {
        "registration": registration,
        "resident": open_person(registration.resident_id, by=request.user),
        "place": place_of(registration),
        "to_miss": lessons_to_miss(registration),
        "form": form,
    }
    return render(request, "classes/registration_cancel.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Permission.RECEIVE)
def registration_absent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody cannot come to one of the lessons, and keeps the place for the others."""
    registration = _registration(pk)
    lesson = get_object_or_404(Lesson.objects.filter(run=registration.run_id), pk=number_of(request.POST.get("lesson")))
    try:
        follows = cannot_come(registration, lesson, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Noted for slip %(slip)s: does not come on %(day)s.")
        messages.success(request, said % {"slip": registration.slip, "day": short_date(lesson.starts_at)})
        if follows:
            messages.info(request, follows)
        point_to_calls(request, registration)
    return to_desk(person=registration.resident_id)


@require_POST
@allow(Permission.RECEIVE)
def registration_back_in_line(request: SignedInRequest, pk: int) -> HttpResponse:
    """The wrong person was given a seat past the line: they wait again where they waited."""
    registration = _registration(pk)
    told: list[str] = []
    try:
        registration = back_in_line(registration, by=request.user, say=told.append)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = (
            _("Slip %(slip)s waits for the decision again.")
            if registration.awaits_the_decision
            else _("Slip %(slip)s stands in line again, at place %(place)d.")
        )
        messages.success(request, said % {"slip": registration.slip, "place": place_of(registration)})
        draw = draw_of(registration.run)
        if draw is not None and draw.waits_for_dice and registration.lot_id is None:
            messages.warning(
                request,
                _("The lots are listed already, and this slip has none. It will wait behind all that are drawn."),
            )
        messages.info(request, _("If this person was told of the seat, please call them: they wait for one again."))
        for apart in told:
            messages.info(request, apart)
        point_to_calls(request, registration)
    return to_desk(person=registration.resident_id)


@require_POST
@allow(Permission.RECEIVE)
def registration_together(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put somebody together with whoever they want to come with and who applied before."""
    registration = _registration(pk)
    number = number_of(request.POST.get("beside"))
    other = get_object_or_404(Registration.objects.filter(run=registration.run_id), pk=number)
    try:
        party = pair(registration, other, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        say_who_comes_together(request, party)
        point_to_calls(request, registration)
    return to_desk(done=registration.pk)


@require_POST
@allow(Permission.RECEIVE)
def registration_device(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether somebody who is registered uses a device of the office; back to the desk or the run, as it was asked."""
    registration = _registration(pk)
    is_lent = request.POST.get("device") == "lent"
    try:
        registration = (lend if is_lent else do_without)(registration, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        _tell_of_device(request, registration)
    if request.POST.get("back") == "run":
        return redirect("run_detail", registration.run_id)
    chosen = number_of(request.POST.get("run"))
    return to_desk(Conversation.of(request.session), person=registration.resident_id, run=chosen)


def _registration(pk: int) -> Registration:
    return get_object_or_404(Registration.objects.select_related("run__course", "resident"), pk=pk)


def _in_words(companions: Sequence[Registration], request: SignedInRequest) -> dict[int, str]:
    """Who applied together with somebody, as they are ticked; the look at each of them is recorded."""
    opened, words = open_person_again if request.method == "POST" else open_person, {}
    for each in companions:
        person = opened(each.resident_id, by=request.user)
        name = pgettext("with the honorific", "%(name)s") % {"name": person.name}
        facts = {"name": name, "slip": each.slip, "state": each.state_in_words}
        words[each.pk] = _("Cancel for %(name)s as well (slip %(slip)s, %(state)s)") % facts
    return words


def _tell_of_cancellation(
    request: SignedInRequest, registration: Registration, companions: Sequence[Registration]
) -> None:
    """Whose place is given back, and whose is not of those who came together with them."""
    staying = list(Registration.objects.beside(registration))
    left = [registration, *(each for each in companions if each not in staying)]
    said = ngettext(
        "The place is given back. The slip was %(slip)s.",
        "The places are given back. The slips were %(slip)s.",
        len(left),
    )
    messages.success(request, said % {"slip": _slips(left)})
    if staying:
        keeps = _("Whoever applied together with them keeps the place: slip %(slips)s.")
        messages.info(request, keeps % {"slips": _slips(staying)})
        _tell_of_lot(request, left, staying)
    point_to_calls(request, registration)


def _tell_of_lot(request: SignedInRequest, left: Sequence[Registration], staying: Sequence[Registration]) -> None:
    """Where lots are not listed yet, people find theirs by the slip of whoever of them applied first."""
    draw, first = draw_of(left[0].run), staying[0]
    if draw is None or draw.listed_at is not None or min(each.slip_number for each in left) > first.slip_number:
        return
    said = _("The number of their lot is %(lot)s now. Please print their slips anew: %(slips)s.")
    messages.warning(request, said % {"lot": first.slip, "slips": _slips(staying)})


def _slips(registrations: Iterable[Registration]) -> str:
    return "・".join(each.slip for each in registrations)


def _tell_of_device(request: SignedInRequest, registration: Registration) -> None:
    said = (
        _("A device of the office is noted for slip %(slip)s. Please print the slip anew.")
        if registration.borrows
        else _("Slip %(slip)s comes with a device of their own now. Please print the slip anew.")
    )
    messages.success(request, said % {"slip": registration.slip})
    point_to_calls(request, registration)


def point_to_calls(request: SignedInRequest, registration: Registration) -> None:
    """Say at the desk that somebody else is to be called about a seat of this run, where that is so."""
    if Offer.objects.open().filter(registration__run=registration.run_id).exists():
        to_call = '{} <a href="{}">{}</a>'
        held, call = _("A seat is held for the next in line."), _("Call them and record the answer")
        messages.info(request, format_html(to_call, held, reverse("offer_list"), call))
