"""Paper for a run: the flyer, the text for the city's paper, the list of its people, letters in window envelopes."""

from typing import Literal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes import letters
from classes.announcing import announcement
from classes.inviting import is_time_to_invite, to_invite
from classes.letter_forms import LettersPostedForm
from classes.letters import Outcome
from classes.models import CourseRun, Registration
from classes.people_list import people_list
from core import audit
from core.csvfile import encoded
from core.downloads import file, pdf

# Of whom the letters are asked for, where not only of those whom nothing else reaches.
EVERYBODY = "everybody"
TextEncoding = Literal["utf-8-sig", "cp932"]


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def run_papers(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that can be printed or copied of a run, with how many letters there are; no name of anybody."""
    return _papers(request, _run(pk))


def _papers(request: SignedInRequest, run: CourseRun, form: LettersPostedForm | None = None) -> HttpResponse:
    context = {
        "run": run,
        "form": form,
        "announcement": announcement(run),
        "to_invite": to_invite(run).count() if is_time_to_invite(run) else 0,
        "has_letters": run.selection != CourseRun.Selection.FIRST_COME,
        "are_due": letters.are_due(run),
        "seat": letters.recipients(run, Outcome.SEAT),
        "no_seat": letters.recipients(run, Outcome.NO_SEAT),
        "to_everybody": f"?to={EVERYBODY}",
    }
    return render(request, "classes/paper_run.html", context, status=422 if form else 200)


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def run_flyer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The flyer as a PDF; nothing personal is on it."""
    from classes.flyer_printing import flyer_pdf  # noqa: PLC0415  (reportlab and the fonts are slow to load)

    return pdf(flyer_pdf(_run(pk)), name=f"flyer-{pk}")


@require_safe
@allow(Permission.PLAN, Permission.RECEIVE)
def run_announcement(request: SignedInRequest, pk: int, encoding: TextEncoding = "utf-8-sig") -> HttpResponse:
    """The text for the city's paper as a file, short and in full, with the line ends of the office's programs."""
    said = announcement(_run(pk))
    text = f"{said.short}\n\n{said.full}\n".replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    charset = "utf-8" if encoding == "utf-8-sig" else "shift_jis"
    content = mark + encoded(text, encoding, set())
    return file(content, name=f"announcement-{pk}.txt", content_type=f"text/plain; charset={charset}")


@require_safe
@allow(Permission.RECEIVE)
def run_people_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everybody of a run with telephone numbers, for the office. Printing is recorded with their number."""
    from classes.roster_printing import people_pdf  # noqa: PLC0415  (as above)

    people = people_list(_run(pk))
    audit.record("run.people_printed", people.run, by=request.user, people=len(people))
    return pdf(people_pdf(people), name=f"people-{pk}")


@require_safe
@allow(Permission.RECEIVE)
def run_invitations_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who asked to be told of classes, to be called about this one. Printing is recorded with their number."""
    from classes.inviting_printing import invitations_pdf  # noqa: PLC0415  (as above)

    run = _run(pk)
    people = list(to_invite(run)) if is_time_to_invite(run) else []
    if not people:
        messages.info(request, _("There is nobody to be told of this course run."))
        return redirect("run_papers", pk)
    audit.record("run.invitations_printed", run, by=request.user, people=len(people))
    return pdf(invitations_pdf(run, people), name=f"to-be-told-{pk}")


@require_safe
@allow(Permission.RECEIVE)
def run_letters(request: SignedInRequest, pk: int, outcome: Outcome) -> HttpResponse:
    """The letters of one outcome, and who is to be called instead: to whom letters are the way and who
    does not know yet, or to everybody.

    Printing is recorded with their numbers.
    """
    from classes.letter_printing import letters_pdf  # noqa: PLC0415  (as above)

    run = _run(pk)
    found = letters.recipients(run, outcome)
    people = found.to_everybody if request.GET.get("to") == EVERYBODY else found.still_to_tell
    if not people:
        messages.info(request, _("There is nobody to write to."))
        return redirect("run_papers", pk)
    counted = {"letters": len(people.by_letter), "calls": len(people.by_telephone)}
    audit.record("run.letters_printed", run, by=request.user, outcome=outcome.value, **counted)
    return pdf(letters_pdf(run, people, outcome), name=f"letters-{pk}-{outcome.value}")


@require_POST
@allow(Permission.RECEIVE)
def run_letters_posted(request: SignedInRequest, pk: int) -> HttpResponse:
    """The letters that the page counted have been posted: their people are told."""
    run = _run(pk)
    form = LettersPostedForm(request.POST, letters=letters.letters_on_the_call_list(run))
    if not form.is_valid():
        return _papers(request, run, form)
    posted = letters.post_letters(run, form.cleaned_data["posted"], by=request.user)
    words = ngettext("Recorded: %(count)s letter posted.", "Recorded: %(count)s letters posted.", posted)
    messages.success(request, words % {"count": posted})
    return redirect("run_papers", pk)


@require_safe
@allow(Permission.RECEIVE)
def registration_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """The letter to one person, once there is an outcome to tell."""
    from classes.letter_printing import letter_pdf  # noqa: PLC0415  (as above)

    registration = _registration(pk)
    outcome = letters.outcome_of(registration)
    if outcome is None:
        messages.info(request, _("There is no outcome to write to this person."))
        return redirect("run_papers", registration.run_id)
    if not registration.resident.address:
        return _to_the_address(request, registration)
    audit.record("registration.letter_printed", registration, by=request.user, outcome=outcome.value)
    return pdf(letter_pdf(registration, outcome), name=f"letter-{registration.slip}")


@require_safe
@allow(Permission.RECEIVE)
def registration_slip_by_post(request: SignedInRequest, pk: int) -> HttpResponse:
    """The slip under the address, for an envelope with a window."""
    from classes.letter_printing import posted_slip_pdf  # noqa: PLC0415  (as above)

    registration = _registration(pk)
    if not registration.resident.address:
        return _to_the_address(request, registration)
    audit.record("registration.slip_printed", registration, by=request.user, by_post=True)
    return pdf(posted_slip_pdf(registration), name=f"slip-{registration.slip}-post")


def _to_the_address(request: SignedInRequest, registration: Registration) -> HttpResponse:
    """Nothing is posted to a name alone: the clerk asks for the address and writes it down first."""
    messages.warning(request, _("Without an address nothing can be posted. Please ask for it and write it here."))
    return redirect("resident_edit", registration.resident_id)


def _run(pk: int) -> CourseRun:
    return get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)


def _registration(pk: int) -> Registration:
    return get_object_or_404(Registration.objects.select_related("run__course", "resident", "party", "lot"), pk=pk)
