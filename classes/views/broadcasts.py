"""Pages for telling everybody at once: choose, look, send, count who was reached, and the paper for the door."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView

from accounts.access import SignedInRequest, allow
from accounts.models import Volunteer
from accounts.roles import Permission
from city.context import city_of
from city.models import CityProfile
from classes.audience import Draft, audience_of
from classes.broadcast_forms import ChoiceForm, LessonFilter, MessageForm
from classes.broadcast_tally import Fate, tallies_of, tally_of
from classes.broadcast_words import default_body
from classes.broadcasting import NothingLeftToSay, broadcast, sent_with
from classes.models import Broadcast, CourseRun, Lesson
from core import audit
from core.downloads import pdf
from core.refusal import Refusal
from reminders import conditions
from reminders.wording import measure


@allow(Permission.PLAN)
class BroadcastList(ListView):
    """What was told to everybody, the newest first, with how far it is."""

    template_name = "classes/broadcast_list.html"
    context_object_name = "broadcasts"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Broadcast]:
        runs = Prefetch("lessons__run", CourseRun.objects.with_seats().select_related("course"))
        return Broadcast.objects.select_related("by").prefetch_related(runs, "lessons__venue")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        tallies = tallies_of(context["broadcasts"])
        for each in context["broadcasts"]:
            each.tally = tallies[each.pk]
        return context


@allow(Permission.PLAN)
def broadcast_create(request: SignedInRequest) -> HttpResponse:
    """Choose the lessons and say why; next comes a look at everybody who would be told. Nothing is sent here."""
    asked = LessonFilter(request.GET)
    lessons = asked.lessons(timezone.now())
    shown = list(lessons)
    city = city_of(request)
    form = ChoiceForm(request.POST or None, lessons=lessons, city=city, initial={"lessons": asked.ticked(shown)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        body = default_body(data["kind"], list(data["lessons"]), data["reason"], city=city)
        words = MessageForm(city=city, initial={**data, "lessons": [each.pk for each in data["lessons"]], "body": body})
        return _look(request, form.draft(body), words, city=city)
    context = {"form": form, "filter": asked, "shown": shown, "is_of_run": bool({"run", "lesson"} & {*asked.chosen})}
    return render(request, "classes/broadcast_create.html", context, status=422 if form.errors else 200)


@allow(Permission.PLAN)
@require_POST
def broadcast_send(request: SignedInRequest) -> HttpResponse:
    """Send what was looked at; changed words or people are shown once more instead."""
    city = city_of(request)
    form = MessageForm(request.POST, city=city)
    if not form.is_valid():
        if {"lessons", "kind"} & {*form.errors}:
            return _begin_again(request, form)
        return _look(request, form.as_written, form, city=city, status=422)
    if "again" in request.POST:
        return _look(request, form.as_chosen, form, city=city)
    try:
        made = broadcast(
            form.as_chosen, key=form.cleaned_data["key"], seen=request.POST.get("seen", ""), by=request.user
        )
    except NothingLeftToSay as refusal:
        messages.warning(request, str(refusal))
        return redirect("broadcast_list")
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _look(request, form.as_chosen, form, city=city, status=422)
    return redirect("broadcast_detail", pk=made.pk)


def _begin_again(request: SignedInRequest, form: MessageForm) -> HttpResponse:
    """Lessons that were chosen are gone: nobody can mend that on a page that does not show them."""
    said = sent_with(form.cleaned_data["key"])
    if said is not None:
        # The same button once more: it called the lessons off, so they cannot be chosen now.
        return redirect("broadcast_detail", pk=said.pk)
    messages.warning(request, str(NothingLeftToSay()))
    return redirect("broadcast_list")


def _look(
    request: SignedInRequest, draft: Draft, form: MessageForm, *, city: CityProfile, status: int = 200
) -> HttpResponse:
    """Everybody who would be told, in which way, when and for how much."""
    now = timezone.now()
    audience = audience_of(draft, city=city, now=now)
    audit.record("broadcast.previewed", by=request.user, people=len(audience.people))
    context = {
        "form": form,
        "draft": draft,
        "audience": audience,
        "measure": measure(draft.body, office_phone=city.office_phone),
        "staff": _staff(draft.lessons),
        "conditions": conditions.current(now=now),
    }
    return render(request, "classes/broadcast_look.html", context, status=status)


@allow(Permission.PLAN)
@require_safe
def broadcast_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who has been reached, who is still to be called; opening it is on record, because names stand on it."""
    made = get_object_or_404(Broadcast.objects.select_related("by"), pk=pk)
    audit.record("broadcast.opened", made, by=request.user)
    lessons = list(made.lessons.select_related("run__course", "venue"))
    tally = tally_of(made)
    context = {
        "broadcast": made,
        "lessons": lessons,
        "tally": tally,
        "rows": [(fate, number) for fate, number in tally.counts.items() if number or fate in _ALWAYS_SHOWN],
        "to_call": tally.of(Fate.TO_CALL),
        "under_way": tally.of(Fate.UNDER_WAY),
        "missed": tally.of(Fate.MISSED),
        "untold": tally.of(Fate.UNTOLD),
        "staff": _staff(lessons),
        "conditions": conditions.current(now=timezone.now()),
        "now": timezone.now(),
    }
    return render(request, "classes/broadcast_detail.html", context)


_ALWAYS_SHOWN = (Fate.TEXTED, Fate.SPOKEN, Fate.TO_CALL, Fate.UNDER_WAY, Fate.MISSED)


@allow(Permission.PLAN)
@require_safe
def broadcast_door_notice(request: SignedInRequest, pk: int) -> HttpResponse:
    """The paper for the door, a sheet for each hall; nothing personal is on it."""
    from classes.door_notice_printing import door_notice_pdf  # noqa: PLC0415  (reportlab and the fonts are slow to load)

    return pdf(door_notice_pdf(get_object_or_404(Broadcast, pk=pk)), name=f"door-notice-{pk}")


def _staff(lessons: Sequence[Lesson]) -> list[Volunteer]:
    """Those who teach and help in these lessons: nobody tells them by itself."""
    numbers = [lesson.pk for lesson in lessons]
    return list(Volunteer.objects.filter(assignments__lesson__in=numbers).distinct())
