"""The instructor's page on the day, the sheet on paper, and the sheet typed back in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from csp.utils import build_policy
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST
from django.views.generic import ListView
from django_htmx.middleware import HtmxDetails

from accounts.access import ANYONE, SignedInRequest, allow
from accounts.models import User
from accounts.roles import Permission
from classes.attendance import NotInThisRun, enter_sheet, mark, unmark, walk_in, walk_in_of_known
from classes.desk import Found, look_up
from classes.desk_forms import LONGEST_TYPED
from classes.models import CourseRun, Lesson, Registration
from classes.roster import Roster, lessons_of, line_of, may_open, places_of, roster_of, takes_tap, taps_until
from classes.roster_forms import MarkForm, OfficeWalkInForm, PaperForm, WalkInForm
from classes.sheet_code import code_for_print, code_stands
from classes.sheet_session import holds_sheet
from classes.views.desk import MOST_PEOPLE, number_of
from core import audit
from core.downloads import pdf
from core.refusal import Refusal
from core.wareki import local_date, wareki
from residents.access import open_person
from residents.models import Resident

# Which tap an answer is about; static/js/ticks.js keeps a tap until an answer names it.
ANSWERS = "X-Tick"


class RosterRequest(HttpRequest):
    """A request of somebody signed in, or of whoever holds the sheet. Only a type, never made."""

    htmx: HtmxDetails


@allow(Permission.TEACH)
class TodaysLessons(ListView):
    """What the person who is signed in teaches or helps in today."""

    template_name = "classes/todays_lessons.html"
    request: SignedInRequest

    def get_queryset(self) -> Any:
        runs = CourseRun.objects.with_seats().select_related("course")
        return lessons_of(self.request.user).select_related("venue").prefetch_related(Prefetch("run", runs))


@allow(Permission.TEACH, Permission.KEEP_ROSTERS, or_holder=holds_sheet)
def roster(request: RosterRequest, pk: int) -> HttpResponse:
    """Everybody of a lesson, to be ticked. Looking is recorded, once with the number of people."""
    try:
        lesson, by = _opened(request, pk)
    except Http404:
        if not (day := _own_day(request.user, pk)):
            raise
        messages.info(request, _("That roster opens on the day of its lesson only: %(day)s.") % {"day": wareki(day)})
        return redirect("todays_lessons")
    shown = roster_of(lesson)
    audit.record("roster.opened", lesson, by=by, people=len(shown.lines))
    by_sheet = not may_open(by, lesson)
    context = {
        "roster": shown,
        "lesson": lesson,
        "by_sheet": by_sheet,
        "taps_until": taps_until(by, lesson, by_sheet=by_sheet),
        "has_code": by.may(Permission.KEEP_ROSTERS) and code_stands(lesson),
    }
    return render(request, "classes/roster.html", context)


@allow(ANYONE)
@cache_control(no_cache=True)
def roster_worker(_request: HttpRequest) -> HttpResponse:
    """What keeps a roster for a reload without signal. It stands at the root, or a browser would not let it answer."""
    # In one order, or each process would serve another script and every browser would take it for a newer one.
    context = {"policy": "; ".join(sorted(build_policy().split("; ")))}
    # The same for everybody, so that nobody is looked up for it: a browser asks for it beside everything else.
    script = render_to_string("classes/roster_worker.js", context)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@allow(Permission.TEACH, Permission.KEEP_ROSTERS, or_holder=holds_sheet)
@require_POST
def roster_mark(request: RosterRequest, pk: int, registration_pk: int) -> HttpResponse:
    """One tap. An empty mark takes the last one back."""
    form = MarkForm(request.POST)
    is_known = form.is_valid()
    lesson, by = _opened(request, pk, tapped_at=form.cleaned_data.get("at"))
    registration = Registration(pk=registration_pk)  # its number is enough: the deed reads it anew, under its lock
    back = f"{reverse('roster', args=[pk])}#p{registration_pk}"
    if not is_known:
        unknown = _("Nothing was recorded, because the button is not known. Please press again.")
        return _refused(request, unknown, back, key=form.cleaned_data.get("key"))
    if form.is_of_another_than(request.user):
        raise PermissionDenied
    data = form.cleaned_data
    told = {"by": by, **{name: data[name] for name in ("at", "key", "seen", "settles")}}
    try:
        if data["mark"]:
            mark(lesson, registration, data["mark"], **told)
        else:
            unmark(lesson, registration, **told)
    except (Registration.DoesNotExist, NotInThisRun) as nobody:
        raise Http404 from nobody
    except Refusal as refusal:
        return _refused(request, str(refusal), back, key=data["key"])
    if not request.htmx:
        return redirect(back)
    card = render(request, "classes/roster_answer.html", {"lesson": lesson, "line": line_of(lesson, registration_pk)})
    return _answering(card, data["key"])


@allow(Permission.TEACH, Permission.KEEP_ROSTERS, or_holder=holds_sheet)
def roster_walk_in(request: RosterRequest, pk: int) -> HttpResponse:
    """Somebody who came without a registration. The office is shown who it may be; an instructor is told of nobody."""
    lesson, by = _opened(request, pk)
    form = _walk_in_form(by, request.POST or None)
    if request.method == "POST" and form.is_valid():
        same = form.likely_same() if isinstance(form, OfficeWalkInForm) else []
        if any(str(each.pk) not in request.POST.getlist("surely") for each in same):
            audit.record("resident.searched", by=by, found=len(same))
            return _walk_in_page(request, lesson, form, same=same, status=422)
        try:
            walk_in(lesson, form.details(), by=by, key=form.cleaned_data["key"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The person is on the roster and marked as present."))
            return redirect("roster", pk=pk)
    return _walk_in_page(request, lesson, form, status=422 if form.errors else 200)


@require_POST
@allow(Permission.RECEIVE)
def roster_known(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whom a number or a name finds; and who was chosen, a person of the register who came without a registration."""
    lesson = _lesson_for(request, pk)
    typed = request.POST.get("typed", "")[:LONGEST_TYPED]
    if chosen := number_of(request.POST.get("person")):
        told: list[str] = []
        try:
            resident = open_person(chosen, by=request.user)
            registration = walk_in_of_known(lesson, resident, by=request.user, say=told.append)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("roster_walk_in", pk=pk)
        if told and registration.may_go_back_in_line:
            undo = reverse("registration_cancel", args=[registration.pk])
            linked = '{} <a href="{}">{}</a>'
            messages.info(request, format_html(linked, " ".join(told), undo, _("It was somebody else: put them back")))
        elif told:
            messages.info(request, " ".join(told))
        else:
            messages.success(request, _("The person is on the roster and marked as present."))
        return redirect("roster", pk=pk)
    found = look_up(typed, limit=MOST_PEOPLE) if typed.strip() else None
    if found is not None:
        audit.record("resident.searched", by=request.user, found=len(found.rows))
    return _walk_in_page(request, lesson, OfficeWalkInForm(typed=typed), typed=typed, found=found)


@allow(Permission.KEEP_ROSTERS)
def roster_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet that came back from the hall, typed in on one page."""
    lesson = _lesson_for(request, pk)
    shown = roster_of(lesson)
    form = PaperForm(request.POST or None, roster=shown)
    if request.method == "POST" and form.is_valid():
        changes = list(form.changes())
        try:
            enter_sheet(lesson, changes, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            told = ngettext("%(count)d mark has been saved.", "%(count)d marks have been saved.", len(changes))
            messages.success(request, told % {"count": len(changes)})
            return redirect("run_detail", pk=lesson.run_id)
    if request.method != "POST" or not audit.stands("roster.opened", lesson, by=request.user):
        audit.record("roster.opened", lesson, by=request.user, people=len(shown.lines))
    context = {"form": form, "roster": shown, "lesson": lesson}
    return render(request, "classes/roster_paper.html", context, status=422 if form.errors else 200)


@allow(Permission.TEACH, Permission.KEEP_ROSTERS)
def roster_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet for the hall. Printing is recorded."""
    from classes.roster_printing import roster_pdf as print_roster  # noqa: PLC0415  (reportlab is slow to load)

    shown: Roster = roster_of(_lesson_for(request, pk))
    code = code_for_print(shown.lesson, by=request.user)
    audit.record("roster.printed", shown.lesson, by=request.user, people=len(shown.lines))
    return pdf(print_roster(shown, code=code), name=f"roster-{shown.lesson.run_id}-{shown.lesson.ordinal}")


def _lesson_for(request: SignedInRequest, pk: int) -> Lesson:
    """The lesson, for who may open its roster; for everybody else there is none."""
    lesson = get_object_or_404(Lesson.objects.select_related("run__course", "venue"), pk=pk)
    if not may_open(request.user, lesson):
        raise Http404
    return lesson


def _opened(request: RosterRequest, pk: int, *, tapped_at: datetime | None = None) -> tuple[Lesson, User]:
    """The lesson, and who has opened its roster: who is signed in, or whoever holds the sheet; else there is none.

    For a tap that arrives late it is open as long as that is taken.
    """
    lesson = get_object_or_404(Lesson.objects.select_related("run__course", "venue"), pk=pk)
    user = request.user
    if isinstance(user, User) and takes_tap(user, lesson, tapped_at=tapped_at):
        return lesson, user
    if not holds_sheet(request, pk):
        raise Http404
    return lesson, user if isinstance(user, User) else User.objects.holder_of_a_sheet()


def _own_day(user: Any, pk: int) -> date | None:
    """The day of a lesson that this person teaches or helps in; None of everybody else's."""
    lesson = Lesson.objects.filter(pk=pk).first()
    is_theirs = lesson and isinstance(user, User) and may_open(user, lesson, now=lesson.starts_at)
    return local_date(lesson.starts_at) if lesson and is_theirs else None


def _walk_in_form(by: User, data: QueryDict | None) -> WalkInForm:
    return OfficeWalkInForm(data) if by.may(Permission.RECEIVE) else WalkInForm(data)


def _walk_in_page(
    request: HttpRequest,
    lesson: Lesson,
    form: WalkInForm,
    *,
    typed: str = "",
    found: Found | None = None,
    same: Sequence[Resident] = (),
    status: int = 200,
) -> HttpResponse:
    """The form of somebody who came; `found` by what was `typed`, or who may be the `same` as was taken down."""
    people = [row.person for row in found.rows] if found else same
    prefetch_related_objects(people, "phone_lines")
    context = {
        "lesson": lesson,
        "form": form,
        "may_look_up": isinstance(form, OfficeWalkInForm),
        "typed": typed,
        "found": found,
        "same": same,
        "people": places_of(people, lesson.run),
    }
    return render(request, "classes/roster_walk_in.html", context, status=status)


def _refused(request: RosterRequest, sentence: str, address: str, *, key: UUID | None) -> HttpResponse:
    """Say why a tap was not recorded and never will be: beside the person, or on the page where it has no scripts."""
    if request.htmx:
        return _answering(HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=422), key)
    messages.error(request, sentence)
    return redirect(address)


def _answering(answer: HttpResponse, key: UUID | None) -> HttpResponse:
    """Name the tap that is answered: the network of a hall may answer in our place with a page of its own."""
    answer[ANSWERS] = str(key or "")
    return answer
