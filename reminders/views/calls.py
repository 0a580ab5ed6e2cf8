"""The call list: who is called next, what to say, and what came of it."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import audit
from core.refusal import Refusal
from reminders import call_list, conditions, in_one_call, other_calls, postcards, sheets, told_together
from reminders.forms import OutcomeForm
from reminders.models import CallAttempt, CallSheetLine, CallTask, Outcome, Request
from reminders.purposes import label_of


def _with_people(tasks: QuerySet[CallTask]) -> QuerySet[CallTask]:
    people = Request.objects.standing().select_related("resident").order_by("pk")
    tries = CallAttempt.objects.select_related("by")
    on_paper = CallSheetLine.objects.out(timezone.now()).select_related("sheet__printed_by")
    return tasks.select_related("held_by").prefetch_related(
        Prefetch("requests", queryset=people),
        Prefetch("attempts", queryset=tries),
        Prefetch("sheet_lines", queryset=on_paper, to_attr="on_paper"),
    )


@allow(Permission.CALL)
class CallList(ListView):
    """The calls of today in their turn."""

    request: SignedInRequest

    template_name = "reminders/call_list.html"
    paginate_by = 50
    context_object_name = "calls"

    def get_queryset(self) -> QuerySet[CallTask]:
        calls = call_list.todays()
        if (occasion := self.request.GET.get("occasion", "")) and "\0" not in occasion:
            calls = calls.filter(occasion=occasion)
        return _with_people(calls)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        resting = _with_people(call_list.resting(now))
        calls = [*context["calls"], *resting]
        # The page shows names and numbers: opening it is a look at each of them.
        audit.record("calls.listed", by=self.request.user, count=len(calls))
        others = other_calls.other_lists(self.request.user, now)
        callers = told_together.on_the_line([task.number for task in calls], by=self.request.user, at=now)
        for task in calls:
            task.people = told_together.each_once(task.requests.all())
            task.about = label_of(task.purpose)
            task.beside = _beside(task, others)
            task.caller = task.held_by if task.is_held_from(self.request.user, now) else callers.get(task.number)
            task.is_resting = task.again_at is not None and task.again_at > now
        return context | {
            "occasion": self.request.GET.get("occasion", ""),
            "resting": resting,
            "later": call_list.later(now).count(),
            "printable": sheets.printable(now).count(),
            "sheets": sheets.out(now),
            "others": others,
            "postcards": postcards.to_post(now).count(),
            "conditions": conditions.current(now=now),
        }


def _beside(task: CallTask, others: list[other_calls.OtherList]) -> list[other_calls.Beside]:
    return other_calls.beside([request.resident_id for request in task.requests.all()], others)


@allow(Permission.CALL)
def call_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One call: the number, what to say, and the outcomes to press."""
    task = _task(pk)
    return _call_page(request, task, _form(task))


def _task(pk: int) -> CallTask:
    task = _with_people(CallTask.objects.filter(pk=pk)).first()
    if task is None:
        raise Http404
    gone = Request.objects.gone().filter(call=task).select_related("resident").order_by("pk")
    task.left = told_together.who_left(task.requests.all(), gone)  # type: ignore[attr-defined]
    task.others = in_one_call.others_to_them(task, at=timezone.now())  # type: ignore[attr-defined]
    return task


def _form(task: CallTask, data: QueryDict | None = None) -> OutcomeForm:
    return OutcomeForm(
        data,
        people=told_together.each_once(task.requests.all()),
        left=task.left,  # type: ignore[attr-defined]
        others=task.others,  # type: ignore[attr-defined]
        calls_to_them=in_one_call.calls_to_them(task),
    )


def _said_of(task: CallTask) -> tuple[list[Request], list[str]]:
    """Whom a call is to, and what is said to them, each sentence once."""
    people = told_together.each_once(task.requests.all())
    return people, list(dict.fromkeys(call_list.script(person) for person in people))


def _call_page(request: SignedInRequest, task: CallTask, form: OutcomeForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    if not (task.is_in_hand(now) and task.held_by_id == request.user.pk):
        audit.record("call.opened", task, by=request.user)
    people, scripts = _said_of(task)
    for other in task.others:  # type: ignore[attr-defined]
        other.about, other.scripts = label_of(other.purpose), _said_of(other)[1]
    is_held = task.is_held_from(request.user, now)
    callers = told_together.on_the_line([task.number], by=request.user, at=now)
    page = {
        "task": task,
        "people": people,
        "about": label_of(task.purpose),
        "scripts": scripts,
        "beside": _beside(task, other_calls.other_lists(request.user, now)),
        "link": call_list.link(people[0]) if people else "",
        "outcomes": [outcome for outcome in Outcome if outcome != Outcome.ABSENCE],
        "absence": Outcome.ABSENCE,
        "is_shared": len(people) > 1 or bool(task.left),  # type: ignore[attr-defined]
        "is_open": task.state == CallTask.State.OPEN,
        "caller": task.held_by if is_held else callers.get(task.number),
        "is_mine": task.held_by_id == request.user.pk and not is_held,
        "form": form,
    }
    return render(request, "reminders/call_detail.html", page, status=status)


@allow(Permission.CALL)
@require_POST
def call_take(request: SignedInRequest, pk: int) -> HttpResponse:
    """I make this call."""
    try:
        call_list.take(get_object_or_404(CallTask, pk=pk), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("call_list")
    return redirect("call_detail", pk=pk)


@allow(Permission.CALL)
@require_POST
def call_let_go(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody else may make it."""
    call_list.let_go(get_object_or_404(CallTask, pk=pk), by=request.user)
    return redirect("call_list")


@allow(Permission.CALL)
@require_POST
def call_record(request: SignedInRequest, pk: int) -> HttpResponse:
    """What came of the call."""
    task = _task(pk)
    form = _form(task, request.POST)
    if not form.is_valid():
        return _call_page(request, task, form, status=422)
    told, follows = form.cleaned_data, list[str]()
    try:
        in_one_call.record_with_others(
            task, told["outcome"], absent=told["absent"], also=told["also"], by=request.user, say=follows.append
        )
    except (call_list.NobodyIsAbsent, call_list.HasLeftTheCall) as refusal:
        form.add_error("absent", str(refusal))
        return _call_page(request, task, form, status=422)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Recorded: %(outcome)s.") % {"outcome": Outcome(told["outcome"]).label})
        for sentence in follows:
            messages.info(request, sentence)
    return redirect("call_list")


@allow(Permission.CALL)
@require_POST
def call_posted(request: SignedInRequest, pk: int) -> HttpResponse:
    """The postcard or the letter has been posted, or whoever has no number was told in another way."""
    try:
        done = call_list.posted(get_object_or_404(CallTask, pk=pk), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        posted = _("Recorded: %(post)s posted.") % {"post": postcards.counted([done])}
        messages.success(request, posted if done.is_postcard else _("Recorded: told in another way."))
    return redirect("call_list")
