"""Pages on which seats are given after reception has closed: the draw, step by step, and the counter's choice."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes import lottery, preferences
from classes.choosing import choose, waiting_for_decision
from classes.draw_forms import ChoiceForm, DiceForm, PairForm
from classes.line import together
from classes.models import CourseRun, Draw, Party
from classes.notice_reach import reach_before_results, reach_of_results
from classes.pairing import pair, part
from classes.taken_twice import perhaps_taken_twice
from classes.views.told import say_who_comes_together, say_who_is_told
from core import audit
from core.downloads import file, pdf
from core.refusal import Refusal


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def run_draw(request: SignedInRequest, pk: int) -> HttpResponse:
    """The draw of a run, step by step: the seal, the list, the dice, the result. Names shown are recorded."""
    run = _run(pk)
    draw = _draw(run)
    waiting = list(lottery.waiting_for_lots(run).select_related("resident")) if draw.listed_at is None else []
    to_be_asked = preferences.what_to_ask(run, [each.resident for each in waiting])
    taken_twice = perhaps_taken_twice(waiting)
    named = {each.resident.pk for each in to_be_asked}
    named |= {each.resident_id for pair in taken_twice for each in (pair.one, pair.other)}
    if named:
        audit.record("run.opened", run, by=request.user, people=len(named))
    return render(
        request,
        "classes/draw_steps.html",
        {
            **_told(run, draw),
            "waiting": len(waiting),
            "lots_to_be": len(together(waiting)),
            "to_be_asked": to_be_asked,
            "taken_twice": taken_twice,
        },
    )


@require_POST
@allow(Permission.PLAN, Permission.RECEIVE)
def draw_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fix the lots."""
    run = _run(pk)
    try:
        lottery.list_lots(run, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The lots are listed. Please print the list before the dice are thrown."))
    return redirect("run_draw", pk)


@allow(Permission.PLAN, Permission.RECEIVE)
def draw_dice(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter what the dice showed, and draw."""
    run = _run(pk)
    draw = _draw(run)
    form = DiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lottery.draw_lots(run, number=form.cleaned_data["number"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The lots are drawn. Whoever won has a seat, the others wait in the order drawn.")
            )
            say_who_is_told(request, reach_of_results(run))
            return redirect("draw_result", pk)
    waiting = lottery.waiting_for_lots(run).with_routes()
    reach = reach_before_results(run, waiting) if draw.drawn_at is None else None
    context = {**_told(run, draw), "form": form, "reach": reach}
    return render(request, "classes/draw_dice.html", context, status=422 if form.errors else 200)


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def draw_result(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lots in the order drawn, and how anybody can repeat it. Without a name."""
    run = _run(pk)
    draw = _drawn(run)
    context = {**_told(run, draw), "lots": _lots(draw), "procedure": lottery.procedure(draw)}
    return render(request, "classes/draw_result.html", context)


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def draw_stage(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page for the wall behind the dice: large, and without a name."""
    run = _run(pk)
    draw = _draw(run)
    lots = _lots(draw) if draw.drawn_at else []
    return render(request, "classes/draw_stage.html", {**_told(run, draw), "lots": lots})


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def draw_list_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list of the lots on paper, handed round before the dice are thrown."""
    from classes.draw_printing import list_pdf  # noqa: PLC0415  (reportlab and the fonts are slow to load)

    return pdf(list_pdf(_listed(_run(pk))), name=f"lots-{pk}")


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def draw_result_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The result on paper, to be put up."""
    from classes.draw_printing import result_pdf  # noqa: PLC0415  (as above)

    return pdf(result_pdf(_drawn(_run(pk))), name=f"draw-{pk}")


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def draw_list_text(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file of the lots, of which the digest is read out."""
    return _text(lottery.list_file(_listed(_run(pk))), name=f"list-{pk}.txt")


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def draw_result_text(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file that the printed lines read."""
    draw = _drawn(_run(pk))
    return _text(lottery.result_file(draw), name=lottery.result_name(draw))


@allow(Permission.PLAN, Permission.RECEIVE)
def run_choose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tick who has a seat, where the counter decides. Looking at the names is recorded."""
    run = _run(pk)
    if run.selection != CourseRun.Selection.COUNTER:
        raise Http404
    waiting = list(waiting_for_decision(run))
    fitting = preferences.that_fit(run, [each.resident for each in waiting], at=timezone.now())
    form = ChoiceForm(request.POST or None, run=run)
    if request.method == "POST" and form.is_valid():
        try:
            choose(run, form.cleaned_data["chosen"], reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The seats are given. The others wait in line."))
            say_who_is_told(request, reach_of_results(run))
            return redirect("run_detail", pk)
    if request.method != "POST" or not audit.stands("run.opened", run, by=request.user):
        audit.record("run.opened", run, by=request.user, people=len(waiting))
    context = {
        "run": run,
        "form": form,
        "candidates": form.candidates(waiting, fitting),
        "seats": run.seats,
        "rules": preferences.rules_in_words(run),
        "to_be_asked": preferences.what_to_ask(run, [each.resident for each in waiting if run.decided_at is None]),
        "taken_twice": perhaps_taken_twice(each for each in waiting if run.decided_at is None),
        "is_closed": timezone.now() >= run.reception_closes_at,
        "reach": reach_before_results(run, waiting),
    }
    return render(request, "classes/run_choose.html", context, status=422 if form.errors else 200)


@allow(Permission.PLAN, Permission.RECEIVE)
def run_pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put two people together who called separately, and see who comes together."""
    run = _run(pk)
    form = PairForm(request.POST or None, run=run)
    if request.method == "POST" and form.is_valid():
        first, second = form.cleaned_data["first"], form.cleaned_data["second"]
        try:
            party = pair(first, second, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if first.party_id is not None and first.party_id == second.party_id:
                messages.info(request, _("These people come together already."))
            else:
                say_who_comes_together(request, party)
            return redirect("run_pair", pk)
    members = run.registrations.waiting().filter(party__isnull=False).select_related("resident", "party")
    parties = [each.registrations for each in together(members.order_by("slip_number"))]
    audit.record("run.opened", run, by=request.user, people=sum(map(len, parties)))
    context = {"run": run, "form": form, "parties": parties, "draw": lottery.draw_of(run)}
    return render(request, "classes/run_pair.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Permission.PLAN, Permission.RECEIVE)
def party_part(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let people stand alone again."""
    party = get_object_or_404(Party, pk=pk)
    try:
        parted = part(party, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if parted:
            messages.success(request, _("Everybody stands alone again, where they stood when they called."))
        else:
            messages.info(request, _("Nobody of these people waits for a seat together any more. Nothing was changed."))
    return redirect("run_pair", party.run_id)


def _run(pk: int) -> CourseRun:
    return get_object_or_404(CourseRun.objects.select_related("course").prefetch_related("lessons"), pk=pk)


def _draw(run: CourseRun) -> Draw:
    """The draw of a run; where seats are given in another way there is no such page."""
    draw = lottery.draw_of(run)
    if draw is None:
        raise Http404
    return draw


def _listed(run: CourseRun) -> Draw:
    draw = _draw(run)
    if draw.listed_at is None:
        raise Http404
    draw.run = run
    return draw


def _drawn(run: CourseRun) -> Draw:
    draw = _listed(run)
    if draw.drawn_at is None:
        raise Http404
    return draw


def _told(run: CourseRun, draw: Draw) -> dict[str, Any]:
    """What every page of the draw shows: never a name, and the seed only when the lots are drawn."""
    lots = list(draw.lots.all())
    draw.run = run
    seats, devices = lottery.to_give(draw)
    return {
        "run": run,
        "draw": draw,
        "stage": lottery.stage_of(run, draw, at=timezone.now()),
        "rules": preferences.rules_in_words(run),
        "lot_count": len(lots),
        "people_count": sum(lot.size for lot in lots),
        "won_count": sum(bool(lot.is_won) for lot in lots),
        "list_digest": lottery.list_digest(draw) if draw.listed_at else "",
        "seed": draw.seed if draw.drawn_at else "",
        "seats_to_give": seats,
        "devices_to_give": devices,
    }


def _lots(draw: Draw) -> list[dict[str, Any]]:
    return [{"lot": lot, "slips": lottery.slips_of(lot)} for lot in lottery.in_drawn_order(draw)]


def _text(content: str, *, name: str) -> HttpResponse:
    """A file that is kept as it is, byte by byte, because people compare its digest."""
    return file(content.encode("ascii"), name=name, content_type="text/plain; charset=us-ascii")
