"""Pages on which the city words its own texts, and sees at once what they look like and what they cost."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from city.context import city_of
from core.refusal import Refusal
from core.stale import ChangedMeanwhile, fingerprint
from reminders.measuring import many_texts
from reminders.models import Wording
from reminders.previewing import Preview, preview
from reminders.purposes import Purpose, Sample, purpose, texted
from reminders.rewording import reword, use_built_in, words_in_use
from reminders.wording import fields_of
from reminders.wording_forms import WordingForm

# The button that shows what a text looks like and saves nothing.
TRY = "try"
# Of the texts that were used before, the latest.
MOST_OLD = 20


@allow(Permission.ADMINISTER)
def wording_list(request: SignedInRequest) -> HttpResponse:
    """What residents are told in texts, and in whose words."""
    own = {each.purpose: each for each in Wording.objects.current().select_related("written_by")}
    city = city_of(request)
    rows = []
    with many_texts():
        for each in texted():
            wording = own.get(each.name)
            words = words_in_use(each, wording)
            shown = preview(words["text"], each, city=city, sample=each.sample(), most_parts=words["most_parts"])
            rows.append({"purpose": each, "own": wording, "preview": shown})
    return render(request, "reminders/wording_list.html", {"rows": rows})


@allow(Permission.ADMINISTER)
def wording_edit(request: SignedInRequest, name: str) -> HttpResponse:
    """The words of one purpose; while somebody types, only what they look like is sent back.

    What a page older than the words in use would replace is shown first.
    """
    about, city = _texted(name), city_of(request)
    sample, own = about.sample(), _own(about)
    if request.method != "POST":
        words, form = words_in_use(about, own), WordingForm(purpose=about, own=own, city=city)
        shown = preview(words["text"], about, city=city, sample=sample, most_parts=words["most_parts"])
        return _page(request, form, own, shown, sample=sample)

    form = WordingForm(request.POST, purpose=about, own=own, city=city)
    is_whole = form.is_valid()
    shown = preview(form.typed, about, city=city, sample=sample, most_parts=form.length)
    if request.htmx:
        return render(request, "reminders/wording_preview.html", {"preview": shown})
    if TRY in request.POST:
        typed = {field: request.POST.get(field, "") for field in form.fields}
        return _page(request, WordingForm(initial=typed, purpose=about, own=own, city=city), own, shown, sample=sample)
    if is_whole:
        try:
            reword(about, form.typed, most_parts=form.length, by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            own = _own(about)
            form.bring_up_to(WordingForm(purpose=about, own=own, city=city), because=refusal)
            shown = preview(form.typed, about, city=city, sample=sample, most_parts=form.length)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The text has been saved. What is planned from now on is said in these words."))
            return redirect("wording_edit", name=about.name)
    return _page(request, form, own, shown, sample=sample, status=422)


@allow(Permission.ADMINISTER)
@require_POST
def wording_built_in(request: SignedInRequest, name: str) -> HttpResponse:
    """Take the built-in words again, in the place of those that the page showed."""
    try:
        use_built_in(_texted(name), by=request.user, seen=request.POST.get("seen"))
    except ChangedMeanwhile as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The built-in text is used again."))
    return redirect("wording_edit", name=name)


def _texted(name: str) -> Purpose:
    try:
        about = purpose(name)
    except LookupError:
        raise Http404 from None
    if not about.wordings:
        raise Http404
    return about


def _own(about: Purpose) -> Wording | None:
    return Wording.objects.current().filter(purpose=about.name).select_related("written_by").first()


def _page(
    request: SignedInRequest,
    form: WordingForm,
    own: Wording | None,
    shown: Preview,
    *,
    sample: Sample,
    status: int = 200,
) -> HttpResponse:
    about, city = form.purpose, form.city
    context = {
        "form": form,
        "purpose": about,
        "own": own,
        "seen": fingerprint(words_in_use(about, own)),
        "preview": shown,
        "places": fields_of(about),
        "built_in": [preview(text, about, city=city, sample=sample) for text in about.wordings],
        "history": Wording.objects.filter(purpose=about.name).select_related("written_by", "ended_by")[:MOST_OLD],
    }
    return render(request, "reminders/wording_edit.html", context, status=status)
