"""The page on which a clerk writes down that a person wants no more texts, or texts again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from reminders import opting_out
from reminders.about import About
from reminders.models import OptOut, OptOutQuerySet
from reminders.stopping_forms import ResumeForm, StopForm
from residents.access import open_person, open_person_again
from residents.models import PhoneLine, Resident


@allow(Permission.RECEIVE)
def texts_to_person(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which of a person's numbers take texts, and since when others do not."""
    return _page(request, open_person(pk, by=request.user))


@allow(Permission.RECEIVE)
@require_POST
def texts_stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """They said that they want no more texts."""
    resident = open_person_again(pk, by=request.user)
    form = StopForm(request.POST, lines=_mobiles(resident), prefix="stop")
    if not form.is_valid():
        return _page(request, resident, stop=form, status=422)
    told = form.cleaned_data
    follows: list[str] = []
    opting_out.opt_out(form.number, about=told["about"], how=told["how"], by=request.user, say=follows.append)
    said = _("This number takes no texts any more: %(about)s. Whoever was to be texted there is called instead.")
    messages.success(request, said % {"about": About(told["about"]).label})
    for sentence in follows:
        messages.info(request, sentence)
    return redirect("texts_to_person", resident.pk)


@allow(Permission.RECEIVE)
@require_POST
def texts_resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """They want texts again."""
    resident = open_person_again(pk, by=request.user)
    lines = _mobiles(resident)
    form = ResumeForm(request.POST, lines=lines, stopped=_told_of(lines).standing(), prefix="resume")
    if not form.is_valid():
        return _page(request, resident, resume=form, status=422)
    follows: list[str] = []
    told = {"how": form.cleaned_data["how"], "by": request.user, "say": follows.append}
    if sum(opting_out.opt_in(number, about=about, **told) for number, about in form.by_number.items()):
        messages.success(request, _("Texts go to this number again, to whoever wishes for them."))
    else:
        messages.info(request, _("Texts to this number were not stopped. Nothing was changed."))
    for sentence in follows:
        messages.info(request, sentence)
    return redirect("texts_to_person", resident.pk)


def _mobiles(resident: Resident) -> list[PhoneLine]:
    return [line for line in resident.phone_lines.all() if line.phone.can_receive_sms]


def _told_of(lines: list[PhoneLine]) -> OptOutQuerySet:
    return OptOut.objects.filter(number__in=[line.number for line in lines])


def _page(
    request: SignedInRequest,
    resident: Resident,
    *,
    stop: StopForm | None = None,
    resume: ResumeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = _mobiles(resident)
    history = list(_told_of(lines).select_related("by", "ended_by", "text"))
    for line in lines:
        line.stopped = [each for each in history if each.number == line.number and each.ended_at is None]  # type: ignore[attr-defined]
    stopped = [each for each in history if each.ended_at is None]
    page = {
        "resident": resident,
        "lines": lines,
        "history": [(PhoneLine(number=each.number).phone, each) for each in history],
        "stop": stop or (StopForm(lines=lines, prefix="stop") if lines else None),
        "resume": resume or (ResumeForm(lines=lines, stopped=stopped, prefix="resume") if stopped else None),
    }
    return render(request, "reminders/texts_to_person.html", page, status=status)
